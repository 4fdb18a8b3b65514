import { Additions } from '../../../platform/web/additions.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { useLive } from '../../../platform/web/live.ts';
import { EmptyState } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import { FindingsTable } from './findings-table.tsx';

/** The findings of one endpoint, all classes, below what was not assessed and why. */
export function EndpointFindingsTab({ subjectId }: { subjectId: string }) {
  const t = useT();
  useLive(['findings'], [['findings']]);
  // Whether there is any, whatever the filters say: an empty list is not yet an answer.
  const assessed = useApi<{ total: number }>(['findings', 'any-of-endpoint'], '/api/findings', {
    assetId: subjectId,
    state: 'any',
    class: 'any',
    limit: 1,
  });
  const hadAny = (assessed.data?.total ?? 0) > 0;
  return (
    <>
      <Additions place="endpoint.findings" subjectId={subjectId} />
      <FindingsTable
        id="findings.of-endpoint"
        of="asset"
        query={{ assetId: subjectId, class: 'any' }}
        csvName="yojin-endpoint-findings"
        height={560}
        emptyState={
          <EmptyState
            title={t(hadAny ? 'findings.endpoint.all-closed' : 'findings.endpoint.none')}
            text={t('findings.endpoint.none-text')}
          />
        }
      />
    </>
  );
}
