import { useApi } from '../../../platform/web/api-client.ts';
import { useLive } from '../../../platform/web/live.ts';
import { NumberTile } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Coverage } from '../api.ts';

/** How many endpoints were assessed: the number of the feeds page, also on the overview. */
export function AssessedTile() {
  const t = useT();
  const coverage = useApi<Coverage>(['coverage'], '/api/vulnerabilities/coverage');
  useLive(['feeds', 'findings'], [['coverage']]);
  const { data } = coverage;
  if (!data) return null;
  const { assessed, total } = data.endpoints;
  return (
    <NumberTile
      labelKey="vulnerabilities.assessed-endpoints"
      value={assessed}
      href="/feeds"
      asOf={data.asOf}
      tone={assessed < total ? 'warning' : 'plain'}
      hint={t('vulnerabilities.tile.assessed-of', { count: total })}
    />
  );
}
