import { useMemo } from 'react';
import { Additions } from '../../../platform/web/additions.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { type Column, DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { Dim, EmptyState } from '../../../platform/web/parts.tsx';
import { useScopes } from '../../../platform/web/scopes.ts';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Fix } from '../api.ts';
import classes from './findings.module.css';
import { dayAsTime } from './instants.ts';
import { SeverityBadge } from './labels.tsx';

/** Findings by what removes them: one row is one thing to do. */
export function FixesTable() {
  const t = useT();
  const columns = useFixColumns();
  const { options } = useScopes();
  const [{ scopeId, where }] = useSearchState({ scopeId: '', where: '' });
  const filters = useMemo<readonly TableFilter[]>(
    () =>
      options.length > 1 ? [{ id: 'scopeId', labelKey: 'findings.filter.scope', options }] : [],
    [options],
  );
  return (
    <DataTable<Fix>
      id="findings.fixes"
      path="/api/findings/fixes"
      queryKey={['findings', 'fixes']}
      columns={columns}
      rowId={(row) => String(row.id)}
      rowHref={(row) => fixHref(row, { scopeId, where })}
      rowHeightPx={60}
      filters={filters}
      query={{ where }}
      searchKey={false}
      searchName="where"
      csvName="yojin-fixes"
      emptyState={
        <EmptyState title={t('findings.fixes.empty-title')} text={t('findings.fixes.empty-text')} />
      }
    />
  );
}

/** The findings of a fix; what is empty is left out of the address. */
const fixHref = ({ id }: Fix, chosen: Readonly<Record<string, string>>) =>
  `/findings?${new URLSearchParams({
    fixId: String(id),
    ...Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== '')),
  })}`;

function useFixColumns(): readonly Column<Fix>[] {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const [{ scopeId, where }] = useSearchState({ scopeId: '', where: '' });
  const count = (
    id: 'weaknesses' | 'assets' | 'findings',
    width: number,
    defaultHidden = false,
  ): Column<Fix> => ({
    id,
    titleKey: `findings.fixes.${id}`,
    width,
    align: 'right',
    defaultHidden,
    render: (row) => format.number(row[id]),
  });
  return [
    {
      id: 'sentence',
      titleKey: 'findings.fixes.sentence',
      width: 460,
      render: (row) => <span className={classes.fixSentence}>{row.sentence[language]}</span>,
    },
    {
      id: 'name',
      titleKey: 'findings.fixes.name',
      width: 150,
      render: (row) => (
        <span className={classes.twoLines}>
          <span className={classes.oneLine}>{row.name}</span>
          <span className={classes.version}>{row.ecosystem}</span>
        </span>
      ),
    },
    {
      id: 'exploited',
      titleKey: 'findings.exploited',
      width: 92,
      align: 'right',
      render: (row) =>
        row.exploited === 0 ? (
          <Dim>0</Dim>
        ) : (
          <AppLink href={fixHref(row, { scopeId, where, exploited: 'true' })} inherit fw={600}>
            {format.number(row.exploited)}
          </AppLink>
        ),
    },
    count('weaknesses', 92),
    count('assets', 80),
    count('findings', 100, true),
    {
      id: 'severest',
      titleKey: 'findings.fixes.severest',
      width: 120,
      render: (row) => <SeverityBadge severity={row.severest} />,
    },
    {
      id: 'earliestDue',
      titleKey: 'findings.fixes.earliestDue',
      width: 122,
      render: (row) =>
        row.earliestDueOn === null ? (
          <Dim>{t('findings.due.next-upgrade')}</Dim>
        ) : (
          format.date(dayAsTime(row.earliestDueOn))
        ),
    },
    {
      id: 'actions',
      titleKey: 'findings.fixes.actions',
      width: 210,
      render: (row) => <Additions place="fix.actions" subjectId={String(row.id)} />,
    },
  ];
}
