import { Button } from '@mantine/core';
import { IconMessageQuestion, IconPlus } from '@tabler/icons-react';
import { useMemo } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { useApi } from '../../../platform/web/api-client.ts';
import { type Column, DataTable, type TableFilter } from '../../../platform/web/data-table.tsx';
import { useFormat } from '../../../platform/web/format.ts';
import { useLive } from '../../../platform/web/live.ts';
import { useGo } from '../../../platform/web/page.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Question, QuestionState, Schedule } from '../api.ts';
import { ProgressCell, QuestionPlaces, StateBadge, TargetText } from './question-parts.tsx';
import classes from './questions.module.css';
import { questionsKey } from './use-questions.ts';

const stateNames = [
  'open',
  'finished',
  'expired',
  'cancelled',
] as const satisfies readonly QuestionState[];
const rowId = (row: Question) => String(row.id);
const rowHref = (row: Question) => `/questions/${row.id}`;

/** Everything that was asked, the newest first. */
export function QuestionsPage() {
  const t = useT();
  const go = useGo();
  const mayAsk = useHolds('questions:respond');
  const columns = useQuestionColumns();
  useLive(['questions'], [questionsKey]);
  const filters = useMemo<readonly TableFilter[]>(
    () => [
      {
        id: 'state',
        labelKey: 'questions.column.state',
        options: stateNames.map((name) => ({
          value: name,
          label: t(`questions.state.${name}`),
        })),
      },
      {
        id: 'scheduleId',
        labelKey: 'questions.schedule',
        pill: (value) => <ScheduleTitle id={value} />,
      },
    ],
    [t],
  );
  const ask = (
    <Button
      leftSection={<IconPlus size={16} aria-hidden="true" />}
      onClick={() => go('/questions/new')}
    >
      {t('questions.ask-new')}
    </Button>
  );
  return (
    <Page
      titleKey="questions.title"
      subtitle={t('questions.subtitle')}
      actions={mayAsk && ask}
      fill
    >
      <QuestionPlaces here="questions" />
      <DataTable<Question>
        id="questions.list"
        path="/api/questions"
        queryKey={questionsKey}
        columns={columns}
        rowId={rowId}
        rowHref={rowHref}
        rowHeightPx={56}
        filters={filters}
        searchKey="questions.search"
        defaultSort="-askedAt"
        csvName="yojin-questions"
        emptyState={
          <EmptyState
            icon={<IconMessageQuestion size={40} stroke={1.3} aria-hidden="true" />}
            title={t('questions.empty-title')}
            text={t('questions.empty-text')}
            action={
              <Button
                variant={mayAsk ? 'filled' : 'default'}
                onClick={() => go('/questions/library')}
              >
                {t('questions.empty-action')}
              </Button>
            }
          />
        }
      />
    </Page>
  );
}

function useQuestionColumns(): readonly Column<Question>[] {
  const format = useFormat();
  const t = useT();
  return useMemo(
    () => [
      {
        id: 'title',
        titleKey: 'questions.column.title',
        width: 320,
        render: (row) => (
          <span className={classes.twoLines}>
            <span className={classes.oneLine}>{row.title}</span>
            <span className={classes.second}>
              <TargetText of={row} />
            </span>
          </span>
        ),
      },
      {
        id: 'state',
        titleKey: 'questions.column.state',
        width: 112,
        render: (row) => <StateBadge state={row.state} />,
      },
      {
        id: 'progress',
        titleKey: 'questions.column.progress',
        width: 260,
        render: (row) => <ProgressCell progress={row.progress} />,
      },
      {
        id: 'rows',
        titleKey: 'questions.column.rows',
        width: 96,
        align: 'right',
        render: (row) => format.number(row.progress.rows),
      },
      {
        id: 'distinctRows',
        titleKey: 'questions.column.distinct-rows',
        width: 110,
        align: 'right',
        defaultHidden: true,
        render: (row) => format.number(row.progress.distinctRows),
      },
      {
        id: 'askedBy',
        titleKey: 'questions.column.asked-by',
        width: 150,
        render: (row) => (
          <span className={classes.twoLines}>
            <span className={classes.oneLine}>{row.askedBy}</span>
            {row.scheduleId !== null && (
              <span className={classes.second}>{t('questions.by-schedule')}</span>
            )}
          </span>
        ),
      },
      {
        id: 'askedAt',
        titleKey: 'questions.column.asked-at',
        width: 120,
        sortable: true,
        render: (row) => <Age at={row.askedAt} />,
      },
      {
        id: 'expiresAt',
        titleKey: 'questions.column.expires-at',
        width: 140,
        defaultHidden: true,
        render: (row) => format.time(row.expiresAt),
      },
    ],
    [format, t],
  );
}

/** What a filter set by a link is called. */
function ScheduleTitle({ id }: { id: string }) {
  const schedules = useApi<{ items: Schedule[] }>(
    ['question-schedules', 'names'],
    '/api/questions/schedules',
    { limit: 1000 },
  );
  return schedules.data?.items.find((schedule) => String(schedule.id) === id)?.title ?? `#${id}`;
}
