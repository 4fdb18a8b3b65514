import { useMemo } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import { Dim, EmptyState, FreshnessBadge } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Endpoint, Software } from '../api.ts';
import classes from './assets.module.css';
import { partName, sourceName } from './labels.tsx';
import { PartNote } from './part-note.tsx';
import { partsOfTab, softwareSourceOf } from './part-tabs.ts';
import { useSoftwareColumns } from './software-columns.tsx';

/** The software of one endpoint, with how far the list of each source can be trusted. */
export function EndpointSoftwareTab({ endpoint }: { endpoint: Endpoint }) {
  const t = useT();
  const columns = useSoftwareColumns();
  const parts = partsOfTab(endpoint.parts, 'software');
  const asked = parts.filter(({ freshness }) => freshness !== 'not-applicable');
  const sources = asked.map(({ part }) => softwareSourceOf(part)).join(' ');
  const filters = useMemo<readonly TableFilter[]>(
    () => [
      {
        id: 'source',
        labelKey: 'assets.filter.source',
        options: sources
          .split(' ')
          .map((source) => ({ value: source, label: sourceName(source, t) })),
      },
    ],
    [t, sources],
  );
  if (asked.length === 0) {
    return <EmptyState title={t('assets.tab.nothing')} text={t('assets.tab.nothing-text')} />;
  }
  return (
    <>
      {asked.map((state) => (
        <PartNote key={state.part} state={state} />
      ))}
      <ul className={classes.sources} aria-label={t('assets.parts.freshness')}>
        {asked.map((state) => (
          <li key={state.part}>
            {partName(state.part, t)}
            <FreshnessBadge
              freshness={state.freshness}
              at={state.observedAt}
              failure={state.failure}
            />
            {state.observedAt && (
              <Dim>
                <Age at={state.observedAt} />
              </Dim>
            )}
          </li>
        ))}
      </ul>
      <DataTable<Software>
        id="assets.endpoint-software"
        path={`/api/endpoints/${endpoint.id}/software`}
        queryKey={['endpoint', endpoint.id, 'software']}
        columns={columns}
        rowId={(row) => String(row.id)}
        rowHref={(row) => `/software/${row.id}`}
        filters={filters}
        searchKey="assets.search.software"
        defaultSort="name"
        csvName={`yojin-software-${endpoint.hostname}`}
        height="max(420px, calc(100dvh - 340px))"
        emptyState={
          <EmptyState
            title={t('assets.software.empty-title')}
            text={t('assets.software.empty-text')}
          />
        }
      />
    </>
  );
}
