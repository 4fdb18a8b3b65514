import { useMemo } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import type { Query } from '../../../platform/web/api-client.ts';
import { type Column, DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Question, TargetRow } from '../api.ts';
import { outcomeOrder } from './outcomes.ts';
import { OutcomeBadge, platformLabel, useSpanText } from './question-parts.tsx';
import classes from './questions.module.css';

const rowId = (row: TargetRow) => row.endpointId;
const rowHref = (row: TargetRow) => `/endpoints/${row.endpointId}`;

/** Every endpoint that was asked, and what became of the question there. */
export function EndpointsTab({ question }: { question: Question }) {
  const t = useT();
  const filters = useMemo<readonly TableFilter[]>(
    () => [
      {
        id: 'outcome',
        labelKey: 'questions.column.outcome',
        options: outcomeOrder.map((name) => ({
          value: name,
          label: t(`questions.outcome.${name}`),
        })),
      },
    ],
    [t],
  );
  return (
    <TargetTable question={question} id="questions.endpoints" filters={filters} height={620} />
  );
}

interface TargetTableProps {
  question: Question;
  id: string;
  query?: Query;
  filters?: readonly TableFilter[];
  searchPrefix?: string;
  height: number;
  /** Where all of them answered: without what is the same in each row. */
  answeredOnly?: boolean;
}

/** Targeted endpoints: all, or those that `query` chooses. */
export function TargetTable({
  question,
  id,
  query,
  filters,
  searchPrefix,
  height,
  answeredOnly = false,
}: TargetTableProps) {
  const all = useTargetColumns(question.askedAt);
  const columns = answeredOnly
    ? all.filter(({ id: name }) => name !== 'outcome' && name !== 'message')
    : all;
  return (
    <DataTable<TargetRow>
      id={id}
      path={`/api/questions/${question.id}/endpoints`}
      queryKey={['question', String(question.id), 'lists']}
      columns={columns}
      rowId={rowId}
      rowHref={rowHref}
      searchKey="questions.endpoints.search"
      csvName={`yojin-question-${question.id}-endpoints`}
      height={height}
      {...(query ? { query } : {})}
      {...(filters ? { filters } : {})}
      {...(searchPrefix ? { searchPrefix } : {})}
    />
  );
}

function useTargetColumns(askedAt: string): readonly Column<TargetRow>[] {
  const t = useT();
  const format = useFormat();
  const spanText = useSpanText();
  return [
    {
      id: 'hostname',
      titleKey: 'questions.column.hostname',
      width: 170,
      sortable: true,
      render: (row) => row.hostname,
    },
    {
      id: 'outcome',
      titleKey: 'questions.column.outcome',
      width: 136,
      sortable: true,
      render: (row) => <OutcomeBadge outcome={row.outcome} />,
    },
    {
      id: 'message',
      titleKey: 'questions.column.message',
      width: 230,
      render: (row) =>
        row.message === null ? (
          <Dim>—</Dim>
        ) : (
          <span className={classes.oneLine} title={row.message}>
            {row.message}
          </span>
        ),
    },
    {
      id: 'rowCount',
      titleKey: 'questions.column.rows',
      width: 80,
      align: 'right',
      sortable: true,
      render: (row) => (row.rowCount === null ? <Dim>—</Dim> : format.number(row.rowCount)),
    },
    {
      id: 'platform',
      titleKey: 'questions.column.platform',
      width: 96,
      sortable: true,
      render: (row) => platformLabel(row.platform),
    },
    {
      id: 'scopeName',
      titleKey: 'questions.column.scope',
      width: 130,
      sortable: true,
      render: (row) => row.scopeName,
    },
    {
      id: 'answeredAt',
      titleKey: 'questions.column.answered-after',
      width: 142,
      align: 'right',
      sortable: true,
      render: (row) =>
        row.answeredAt === null ? (
          <Dim>—</Dim>
        ) : (
          <span title={format.exactTime(row.answeredAt)}>
            {spanText(Date.parse(row.answeredAt) - Date.parse(askedAt))}
          </span>
        ),
    },
    {
      id: 'wallMs',
      titleKey: 'questions.column.wall',
      width: 110,
      align: 'right',
      sortable: true,
      render: (row) => (row.wallMs === null ? <Dim>—</Dim> : spanText(row.wallMs)),
    },
    {
      id: 'lastSeenAt',
      titleKey: 'questions.column.last-seen',
      width: 120,
      sortable: true,
      render: (row) => <Age at={row.lastSeenAt} never={t('questions.never-seen')} />,
    },
    {
      id: 'deliveredAt',
      titleKey: 'questions.column.delivered-at',
      width: 140,
      defaultHidden: true,
      render: (row) => <Age at={row.deliveredAt} />,
    },
  ];
}
