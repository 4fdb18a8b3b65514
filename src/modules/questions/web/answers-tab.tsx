import { Button, Drawer, Stack, Text, Tooltip } from '@mantine/core';
import { IconDownload, IconHourglass, IconListSearch } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useApi } from '../../../platform/web/api-client.ts';
import { type Column, DataTable } from '../../../platform/web/data-table.tsx';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { EmptyState } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { AnswerRow, Question } from '../api.ts';
import { valueColumns } from './answer-columns.tsx';
import { TargetTable } from './endpoints-tab.tsx';
import classes from './questions.module.css';
import { rowColumnsOf } from './row-columns.ts';

const rowId = (row: AnswerRow) => String(row.id);

/** Identical rows as one with how many endpoints gave it; a click shows which. */
export function AnswersTab({ question }: { question: Question }) {
  const t = useT();
  const [{ row: openId }, setSearch] = useSearchState({ row: '' });
  const [clicked, setClicked] = useState<AnswerRow | null>(null);
  const columns = useAnswerColumns(question.columns);
  const path = `/api/questions/${question.id}/rows`;
  const isOpen = question.state === 'open';
  const someAnswered = (question.progress.byOutcome['answered'] ?? 0) > 0;
  return (
    <>
      <DataTable<AnswerRow>
        id="questions.rows"
        path={path}
        queryKey={['question', String(question.id), 'lists']}
        columns={columns}
        rowId={rowId}
        onRowOpen={(row) => {
          setClicked(row);
          setSearch({ row: String(row.id) });
        }}
        searchKey="questions.rows.search"
        defaultSort="-endpointCount"
        csvName={`yojin-question-${question.id}`}
        toolbar={<JsonButton question={question} />}
        height={620}
        emptyState={
          isOpen && !someAnswered ? (
            <EmptyState
              icon={<IconHourglass size={36} stroke={1.3} aria-hidden="true" />}
              title={t('questions.rows.waiting-title')}
              text={t('questions.rows.waiting-text')}
            />
          ) : (
            <EmptyState
              icon={<IconListSearch size={36} stroke={1.3} aria-hidden="true" />}
              title={t(someAnswered ? 'questions.rows.none-title' : 'questions.rows.nobody-title')}
              text={t(someAnswered ? 'questions.rows.none-text' : 'questions.rows.nobody-text')}
            />
          )
        }
      />
      <Drawer
        opened={openId !== ''}
        onClose={() => setSearch({ row: '' })}
        position="right"
        size="xl"
        title={t('questions.row.title')}
        closeButtonProps={{ 'aria-label': t('shell.close') }}
      >
        {openId !== '' && (
          <RowDetail
            question={question}
            rowKey={openId}
            known={clicked !== null && String(clicked.id) === openId ? clicked : null}
          />
        )}
      </Drawer>
    </>
  );
}

function useAnswerColumns(names: readonly string[]): readonly Column<AnswerRow>[] {
  const format = useFormat();
  const joined = JSON.stringify(names);
  return useMemo(
    () => [
      {
        id: 'endpointCount',
        titleKey: 'questions.column.endpoints',
        width: 96,
        align: 'right',
        sortable: true,
        render: (row) => format.number(row.endpointCount),
      },
      ...valueColumns<AnswerRow>(JSON.parse(joined) as string[], ['endpointCount', 'id']),
    ],
    [joined, format],
  );
}

/** The values of one row (`known`: it was clicked, not linked to) and the endpoints that gave it. */
function RowDetail({
  question,
  rowKey,
  known,
}: {
  question: Question;
  rowKey: string;
  known: AnswerRow | null;
}) {
  const t = useT();
  const rows = useApi<ListAnswer<AnswerRow>>(
    ['question', String(question.id), 'lists', 'row'],
    known === null ? `/api/questions/${question.id}/rows` : null,
    { limit: 1000, sort: '-endpointCount' },
  );
  const row = known ?? rows.data?.items.find(({ id }) => String(id) === rowKey);
  return (
    <Stack gap="md">
      {row && (
        <dl className={classes.facts}>
          {rowColumnsOf(question.columns, [row]).map((name) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className={classes.mono}>{row.values[name] ?? '—'}</dd>
            </div>
          ))}
        </dl>
      )}
      <Text size="sm" c="dimmed">
        {t('questions.row.who')}
      </Text>
      <TargetTable
        question={question}
        query={{ rowId: rowKey }}
        id="questions.row-endpoints"
        searchPrefix="row-"
        height={440}
        answeredOnly
      />
    </Stack>
  );
}

/** Everything of the question as one file: rows, and all endpoints with what became of it there. */
function JsonButton({ question }: { question: Question }) {
  const t = useT();
  return (
    <Tooltip label={t('questions.json-hint')}>
      <Button
        component="a"
        href={`/api/questions/${question.id}/export`}
        download={`yojin-question-${question.id}.json`}
        variant="default"
        leftSection={<IconDownload size={15} aria-hidden="true" />}
      >
        JSON
      </Button>
    </Tooltip>
  );
}
