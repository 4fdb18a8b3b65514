import { type ReactNode, useMemo } from 'react';
import { type Query, useApi } from '../../../platform/web/api-client.ts';
import { DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { useScopes } from '../../../platform/web/scopes.ts';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Finding } from '../api.ts';
import { ChangeFindings } from './change-findings.tsx';
import { findingRowHeightPx, useFindingColumns } from './finding-columns.tsx';
import { severityNames, stateNames } from './labels.tsx';

const rowId = (row: Finding) => String(row.id);
const rowHref = (row: Finding) => `/findings/${row.id}`;

interface FindingsTableProps {
  id: string;
  /** What the page is about: an asset's or a weakness' findings. */
  of?: 'asset' | 'weakness';
  query?: Query;
  csvName: string;
  height?: number;
  emptyState?: ReactNode;
}

/** Findings, the most urgent first: filter, choose, change. */
export function FindingsTable({ id, of, query, csvName, height, emptyState }: FindingsTableProps) {
  const columns = useFindingColumns(of);
  const filters = useFindingFilters(of);
  const mayWrite = useHolds('findings:write');
  return (
    <DataTable<Finding>
      id={id}
      path="/api/findings"
      queryKey={['findings']}
      columns={columns}
      rowId={rowId}
      rowHref={rowHref}
      rowHeightPx={findingRowHeightPx}
      filters={filters}
      {...(query ? { query } : {})}
      {...(of === 'weakness'
        ? { searchKey: false as const }
        : { searchKey: 'findings.search', searchName: 'weakness', searchWidthPx: 212 })}
      defaultSort="rank"
      selectable={mayWrite}
      bulkActions={(ids, clear) => (
        <ChangeFindings ids={ids.map(Number)} onDone={clear} variant="bar" />
      )}
      csvName={csvName}
      {...(height === undefined ? {} : { height })}
      emptyState={emptyState}
    />
  );
}

function useFindingFilters(of: 'asset' | 'weakness' | undefined): readonly TableFilter[] {
  const t = useT();
  const { options: scopeOptions } = useScopes();
  return useMemo(() => {
    const option = (value: string, key: string) => ({ value, label: t(key) });
    const state: TableFilter = {
      id: 'state',
      labelKey: 'findings.column.state',
      options: [
        ...stateNames.map((name) => option(name, `findings.state.${name}`)),
        option('any', 'findings.state.any'),
      ],
    };
    const severity: TableFilter = {
      id: 'severity',
      labelKey: 'findings.column.severity',
      options: [...severityNames, 'unknown'].map((name) =>
        option(name, `findings.severity.${name}`),
      ),
    };
    const exploited: TableFilter = {
      id: 'exploited',
      labelKey: 'findings.exploited',
      options: [
        option('true', 'findings.exploited'),
        option('false', 'findings.filter.not-exploited'),
      ],
    };
    const fixable: TableFilter = {
      id: 'fixable',
      labelKey: 'findings.column.fix',
      options: [option('true', 'findings.filter.fixable'), option('false', 'findings.no-fix')],
    };
    const due: TableFilter = {
      id: 'due',
      labelKey: 'findings.column.due',
      options: (['overdue', 'this-week', 'later', 'none'] as const).map((name) =>
        option(name, `findings.filter.due.${name}`),
      ),
    };
    const scope: TableFilter = {
      id: 'scopeId',
      labelKey: 'findings.filter.scope',
      // One scope is no choice.
      ...(scopeOptions.length > 1
        ? { options: scopeOptions }
        : { pill: () => scopeOptions[0]?.label ?? '' }),
    };
    const asset: TableFilter = {
      id: 'assetId',
      labelKey: 'findings.column.asset',
      pill: (value) => <NameOf query={{ assetId: value }} of={(row) => row.assetName} />,
    };
    const kind: TableFilter = {
      id: 'kind',
      labelKey: 'findings.kind',
      pill: (value) => t(`findings.kind.${value}`),
    };
    const fix: TableFilter = {
      id: 'fixId',
      labelKey: 'findings.filter.fix',
      pill: (value) => <NameOf query={{ fixId: value }} of={(row) => row.fix?.name} />,
    };
    const exception: TableFilter = {
      id: 'exceptionId',
      labelKey: 'findings.exceptions.one',
      pill: (value) => `#${value}`,
    };
    if (of === 'weakness') return [state, due, scope];
    if (of === 'asset') return [state, severity, exploited, fixable, due, kind];
    return [state, severity, exploited, fixable, due, scope, kind, fix, asset, exception];
  }, [t, scopeOptions, of]);
}

/** What a filter set by a link is called: by what one of its findings says of it. */
function NameOf({ query, of }: { query: Query; of: (row: Finding) => string | undefined }) {
  const found = useApi<ListAnswer<Finding>>(['findings', 'name'], '/api/findings', {
    ...query,
    state: 'any',
    class: 'any',
    limit: 1,
  });
  const [row] = found.data?.items ?? [];
  return (row && of(row)) ?? '…';
}
