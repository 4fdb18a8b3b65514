import { Additions } from '../../../platform/web/additions.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { EmptyState } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Finding } from '../api.ts';
import { ClassTabs } from './class-tabs.tsx';
import { FindingsTable } from './findings-table.tsx';

/** The findings of one endpoint, below what was not assessed and why. */
export function EndpointFindingsTab({ subjectId }: { subjectId: string }) {
  const t = useT();
  const [{ class: findingClass }] = useSearchState({ class: 'normal' });
  useLive(['findings'], [['findings']]);
  // Whether there ever was any: an empty list alone does not tell.
  const ever = useCount(subjectId, { state: 'any', class: 'any' });
  const counts = {
    normal: useCount(subjectId, { class: 'normal' }),
    unimportant: useCount(subjectId, { class: 'unimportant' }),
    unsupported: useCount(subjectId, { class: 'unsupported' }),
    'not-running-kernel': useCount(subjectId, { class: 'not-running-kernel' }),
  } satisfies Record<Finding['class'], number | undefined>;
  // Zero of nothing is not zero: before the first assessment there is no number.
  const shownCounts = ever === undefined || ever === 0 ? {} : counts;
  return (
    <>
      <Additions place="endpoint.findings" subjectId={subjectId} />
      <ClassTabs
        chosen={findingClass}
        counts={shownCounts}
        hrefOf={(name) =>
          `/endpoints/${subjectId}?tab=findings${name === 'normal' ? '' : `&class=${name}`}`
        }
      />
      <FindingsTable
        key={findingClass}
        id="findings.of-endpoint"
        of="asset"
        query={{ assetId: subjectId, class: findingClass }}
        csvName="yojin-endpoint-findings"
        height={640}
        emptyState={
          <EmptyState
            title={t((ever ?? 0) > 0 ? 'findings.endpoint.all-closed' : 'findings.endpoint.none')}
            text={t('findings.endpoint.none-text')}
          />
        }
      />
    </>
  );
}

function useCount(assetId: string, filter: Record<string, string>): number | undefined {
  const answer = useApi<ListAnswer<Finding>>(['findings', 'count'], '/api/findings', {
    assetId,
    ...filter,
    limit: 1,
  });
  return answer.data?.total;
}
