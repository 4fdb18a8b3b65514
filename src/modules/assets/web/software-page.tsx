import { IconPackages } from '@tabler/icons-react';
import { useMemo } from 'react';
import { DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import { useLive } from '../../../platform/web/live.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Software } from '../api.ts';
import { sourceName } from './labels.tsx';
import { sourceNames } from './part-tabs.ts';
import { useSoftwareColumns } from './software-columns.tsx';

/** The catalogue: every distinct piece of software, and on how many endpoints it is. */
export function SoftwarePage() {
  const t = useT();
  const columns = useSoftwareColumns();
  useLive(['software'], [['software']]);
  const filters = useMemo<readonly TableFilter[]>(
    () => [
      {
        id: 'source',
        labelKey: 'assets.filter.source',
        options: sourceNames.map((source) => ({ value: source, label: sourceName(source, t) })),
      },
      { id: 'name', labelKey: 'assets.filter.name', pill: (name) => name },
    ],
    [t],
  );
  return (
    <Page titleKey="assets.software.title" fill>
      <DataTable<Software>
        id="assets.software"
        path="/api/software"
        queryKey={['software']}
        columns={columns}
        rowId={(row) => String(row.id)}
        rowHref={(row) => `/software/${row.id}`}
        filters={filters}
        searchKey="assets.search.software"
        defaultSort="name"
        csvName="yojin-software"
        emptyState={
          <EmptyState
            icon={<IconPackages size={40} stroke={1.3} aria-hidden="true" />}
            title={t('assets.software.empty-title')}
            text={t('assets.software.empty-text')}
          />
        }
      />
    </Page>
  );
}
