import { Button } from '@mantine/core';
import { IconDevices } from '@tabler/icons-react';
import { useCallback, useMemo, useRef } from 'react';
import { useApi } from '../../../platform/web/api-client.ts';
import { DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import { useLive } from '../../../platform/web/live.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { SelectorBox } from '../../../platform/web/selector-box.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { EndpointSummary, Software } from '../api.ts';
import { AddEndpointsButton } from './add-endpoints.tsx';
import { BulkActions } from './bulk-actions.tsx';
import { useEndpointColumns } from './endpoint-columns.tsx';
import { criticalityNames, platformNames, presenceNames } from './labels.tsx';
import { useScopeOptions } from './scope-select.tsx';

const queryKey = ['endpoints'] as const;

/** All endpoints: search, filter, choose, change. */
export function EndpointsPage() {
  const t = useT();
  const mayWrite = useHolds('assets:write');
  const columns = useEndpointColumns();
  const scopeOptions = useScopeOptions();
  useLive(['endpoints', 'scopes'], [queryKey, ['scopes']]);

  // Undo needs what an endpoint was before, also of rows that were chosen without being shown.
  const known = useRef(new Map<string, EndpointSummary>());
  const rowId = useCallback((row: EndpointSummary) => {
    known.current.set(row.id, row);
    return row.id;
  }, []);

  const filters = useMemo<readonly TableFilter[]>(
    () => [
      {
        id: 'platform',
        labelKey: 'assets.platform',
        options: platformNames.map((name) => ({
          value: name,
          label: t(`assets.platform.${name}`),
        })),
      },
      {
        id: 'presence',
        labelKey: 'assets.presence',
        options: presenceNames.map((name) => ({
          value: name,
          label: t(`assets.presence.${name}`),
        })),
      },
      { id: 'scopeId', labelKey: 'assets.column.scopeName', options: scopeOptions },
      {
        id: 'withDescendants',
        labelKey: 'assets.filter.withDescendants',
        pill: () => t('assets.filter.included'),
      },
      {
        id: 'criticality',
        labelKey: 'assets.criticality',
        options: criticalityNames.map((name) => ({
          value: name,
          label: t(`assets.criticality.${name}`),
        })),
      },
      { id: 'tag', labelKey: 'assets.filter.tag', pill: (tag) => tag },
      { id: 'osName', labelKey: 'assets.column.osName', pill: (name) => name },
      { id: 'osVersion', labelKey: 'assets.column.osVersion', pill: (version) => version },
      {
        id: 'enrolledWithinHours',
        labelKey: 'assets.filter.enrolled',
        pill: (hours) => t('assets.filter.hours', { hours }),
      },
      {
        id: 'softwareId',
        labelKey: 'assets.filter.software',
        pill: (id) => <SoftwareName id={id} />,
      },
      {
        id: 'q',
        labelKey: 'assets.filter.text',
        pill: (text) => text,
      },
      {
        id: 'sharedHardwareUuid',
        labelKey: 'assets.filter.sharedHardwareUuid',
        pill: (value) =>
          t(value === 'true' ? 'assets.filter.shared-yes' : 'assets.filter.shared-no'),
      },
    ],
    [t, scopeOptions],
  );

  const [{ where, scopeId, withDescendants }, setSearch] = useSearchState({
    where: '',
    scopeId: '',
    withDescendants: '',
  });
  return (
    <Page titleKey="assets.endpoints.title" actions={<AddEndpointsButton />} fill>
      <SelectorBox
        value={where}
        onChange={(next) => setSearch({ where: next })}
        label={t('assets.search.endpoints')}
      />
      <DataTable<EndpointSummary>
        id="assets.endpoints"
        path="/api/endpoints"
        queryKey={queryKey}
        columns={columns}
        rowId={rowId}
        rowHref={(row) => `/endpoints/${row.id}`}
        filters={filters}
        query={{ where }}
        searchKey={false}
        searchName="where"
        defaultSort="hostname"
        selectable={mayWrite}
        bulkActions={(ids, clear) => (
          <BulkActions chosen={ids.flatMap((id) => known.current.get(id) ?? [])} clear={clear} />
        )}
        toolbar={
          scopeId !== '' &&
          withDescendants === '' && (
            <Button variant="subtle" onClick={() => setSearch({ withDescendants: 'true' })}>
              {t('assets.filter.include-below')}
            </Button>
          )
        }
        csvName="yojin-endpoints"
        emptyState={
          <EmptyState
            icon={<IconDevices size={40} stroke={1.3} aria-hidden="true" />}
            title={t('assets.endpoints.empty-title')}
            text={t('assets.endpoints.empty-text')}
            action={<AddEndpointsButton />}
          />
        }
      />
    </Page>
  );
}

function SoftwareName({ id }: { id: string }) {
  const software = useApi<Software>(['software', id], `/api/software/${encodeURIComponent(id)}`);
  return software.data ? `${software.data.name} ${software.data.version}` : `#${id}`;
}
