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
  return (
    <>
      <Additions place="endpoint.findings" subjectId={subjectId} />
      <AssetFindings
        assetId={subjectId}
        hrefOf={(findingClass) =>
          `/endpoints/${subjectId}?tab=findings${findingClass === 'normal' ? '' : `&class=${findingClass}`}`
        }
      />
    </>
  );
}

/** The findings of one application; its page says how much of it was assessed. */
export function ApplicationFindings({ subjectId }: { subjectId: string }) {
  return (
    <AssetFindings
      assetId={subjectId}
      hrefOf={(findingClass) =>
        `/applications/${subjectId}${findingClass === 'normal' ? '' : `?class=${findingClass}`}`
      }
    />
  );
}

function AssetFindings({
  assetId,
  hrefOf,
}: {
  assetId: string;
  hrefOf: (findingClass: string) => string;
}) {
  const t = useT();
  const [{ class: findingClass }] = useSearchState({ class: 'normal' });
  useLive(['findings'], [['findings']]);
  // Whether there ever was any: an empty list alone does not tell.
  const ever = useCount(assetId, { state: 'any', class: 'any' });
  const counts = {
    normal: useCount(assetId, { class: 'normal' }),
    unimportant: useCount(assetId, { class: 'unimportant' }),
    unsupported: useCount(assetId, { class: 'unsupported' }),
    'not-running-kernel': useCount(assetId, { class: 'not-running-kernel' }),
  } satisfies Record<Finding['class'], number | undefined>;
  return (
    <>
      <ClassTabs
        chosen={findingClass}
        // Zero of nothing is not zero: where nothing was ever found, it may not have been assessed.
        counts={ever === undefined || ever === 0 ? {} : counts}
        hrefOf={hrefOf}
      />
      <FindingsTable
        key={findingClass}
        id="findings.of-asset"
        of="asset"
        query={{ assetId, class: findingClass }}
        csvName="yojin-asset-findings"
        height={640}
        emptyState={
          <EmptyState
            title={t((ever ?? 0) > 0 ? 'findings.asset.all-closed' : 'findings.asset.none')}
            text={t('findings.asset.none-text')}
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
