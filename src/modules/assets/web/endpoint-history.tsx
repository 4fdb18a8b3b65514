import { EmptyState } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint } from '../api.ts';
import { ChangesTable } from './changes-table.tsx';

/** What was added to and removed from one endpoint, newest first. */
export function HistoryTab({ endpoint }: { endpoint: Endpoint }) {
  const t = useT();
  return (
    <ChangesTable
      id="assets.endpoint-history"
      path={`/api/endpoints/${endpoint.id}/history`}
      queryKey={['endpoint', endpoint.id, 'history']}
      parts={endpoint.parts
        .filter(({ freshness }) => freshness !== 'not-applicable')
        .map(({ part }) => part)}
      ofMany={false}
      csvName={`yojin-history-${endpoint.hostname}`}
      height="max(420px, calc(100dvh - 300px))"
      emptyState={<EmptyState title={t('assets.history.empty')} />}
    />
  );
}
