import { Button, Group, Select, Skeleton, Text } from '@mantine/core';
import { IconArrowsExchange, IconRefresh } from '@tabler/icons-react';
import { useMemo } from 'react';
import { useApi } from '../../../platform/web/api-client.ts';
import { type Column, DataTable } from '../../../platform/web/data-table.tsx';
import type { ListAnswer } from '../../../platform/web/data-table-window.ts';
import { useFormat } from '../../../platform/web/format.ts';
import { useSearchState } from '../../../platform/web/page.ts';
import { EmptyState } from '../../../platform/web/parts.tsx';
import { useHolds } from '../../../platform/web/session.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { ComparisonRow, Question } from '../api.ts';
import { valueColumns } from './answer-columns.tsx';
import { changeOf, comparableRuns, usualPartner } from './comparison.ts';
import classes from './questions.module.css';
import { useAskAgain } from './use-ask-again.ts';

/** This run beside another of the same text: what came, what went, what became more or fewer. */
export function ComparisonTab({ question }: { question: Question }) {
  const t = useT();
  const format = useFormat();
  const mayAsk = useHolds('questions:respond');
  const again = useAskAgain(question);
  const [search, setSearch] = useSearchState({ with: '' });
  const others = useApi<ListAnswer<Question>>(
    ['questions', 'runs', question.id],
    '/api/questions',
    question.scheduleId === null
      ? { q: question.title.slice(0, 200), sort: '-askedAt', limit: 200 }
      : { scheduleId: question.scheduleId, sort: '-askedAt', limit: 1000 },
  );
  const runs = useMemo(
    () => comparableRuns(question, others.data?.items ?? []),
    [question, others.data],
  );
  if (!others.data && !others.error) return <Skeleton height={240} />;
  const partner = runs.find(({ id }) => String(id) === search.with) ?? usualPartner(question, runs);
  if (partner === undefined) {
    return (
      <EmptyState
        icon={<IconArrowsExchange size={36} stroke={1.3} aria-hidden="true" />}
        title={t('questions.compare.none-title')}
        text={t('questions.compare.none-text')}
        action={
          mayAsk && (
            <Button
              variant="default"
              leftSection={<IconRefresh size={16} aria-hidden="true" />}
              loading={again.isPending}
              onClick={() => again.mutate()}
            >
              {t('questions.again')}
            </Button>
          )
        }
      />
    );
  }
  // The older one is "before", whichever of the two is open.
  const [before, after] = [question, partner].sort(
    (one, other) => Date.parse(one.askedAt) - Date.parse(other.askedAt),
  ) as [Question, Question];
  return (
    <>
      <Group gap="sm" mb="sm" align="flex-end">
        <Select
          w={340}
          label={t('questions.compare.with')}
          data={runs.map((run) => ({
            value: String(run.id),
            label: `${format.time(run.askedAt)} · #${run.id} · ${t('questions.answered-of', {
              answered: format.number(run.progress.byOutcome['answered'] ?? 0),
              targeted: format.number(run.progress.targeted),
            })}`,
          }))}
          value={String(partner.id)}
          allowDeselect={false}
          onChange={(value) => setSearch({ with: value ?? '' })}
        />
        <Text size="sm" c="dimmed" pb={8}>
          {t('questions.compare.from-to', {
            before: `#${before.id} (${format.time(before.askedAt)})`,
            after: `#${after.id} (${format.time(after.askedAt)})`,
          })}
        </Text>
      </Group>
      {(before.state === 'open' || after.state === 'open') && (
        <Text size="sm" c="dimmed" mb="sm">
          {t('questions.compare.still-open')}
        </Text>
      )}
      <ComparisonTable before={before} after={after} />
    </>
  );
}

function ComparisonTable({ before, after }: { before: Question; after: Question }) {
  const t = useT();
  const format = useFormat();
  const columnText = JSON.stringify([...new Set([...after.columns, ...before.columns])]);
  const columns = useMemo<readonly Column<ComparisonRow>[]>(
    () => [
      {
        id: 'change',
        titleKey: 'questions.compare.change',
        width: 110,
        render: (row) => {
          const change = changeOf(row);
          return (
            <span className={classes.change} data-change={change}>
              {t(`questions.compare.${change}`)}
            </span>
          );
        },
      },
      {
        id: 'before',
        titleKey: 'questions.compare.before',
        width: 96,
        align: 'right',
        render: (row) => format.number(row.before),
      },
      {
        id: 'after',
        titleKey: 'questions.compare.after',
        width: 96,
        align: 'right',
        render: (row) => format.number(row.after),
      },
      ...valueColumns<ComparisonRow>(JSON.parse(columnText) as string[], 'unsorted'),
    ],
    [columnText, format, t],
  );
  return (
    <DataTable<ComparisonRow>
      key={`${before.id}-${after.id}`}
      id="questions.comparison"
      path={`/api/questions/${after.id}/comparison`}
      query={{ with: before.id }}
      queryKey={['question', String(after.id), 'lists']}
      columns={columns}
      rowId={(row) => JSON.stringify(row.values)}
      searchKey={false}
      csvName={`yojin-question-${before.id}-${after.id}`}
      height={560}
      emptyState={
        <EmptyState
          title={t('questions.compare.same-title')}
          text={t('questions.compare.same-text')}
        />
      }
    />
  );
}
