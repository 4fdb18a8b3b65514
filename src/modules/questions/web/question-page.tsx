import { Skeleton, Stack, Tabs } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { Age } from '../../../platform/web/age.tsx';
import { AppLink } from '../../../platform/web/app-link.tsx';
import { useGo, useParam, useSearchState } from '../../../platform/web/page.ts';
import { EmptyState, Page } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Question } from '../api.ts';
import { AnswersTab } from './answers-tab.tsx';
import { ComparisonTab } from './comparison-tab.tsx';
import { EndpointsTab } from './endpoints-tab.tsx';
import { ProgressSection } from './progress-section.tsx';
import { QuestionActions } from './question-actions.tsx';
import { StateBadge } from './question-parts.tsx';
import classes from './questions.module.css';
import { TextTab } from './text-tab.tsx';
import { useQuestion } from './use-questions.ts';

/** Longer than the time between two looks at a young question. */
const pauseMs = 900;

const tabNames = ['answers', 'endpoints', 'compare', 'text'] as const;

/** One question while it is answered and after: what came, from whom, and who is still missing. */
export function QuestionPage() {
  const t = useT();
  const id = useParam('id');
  const question = useQuestion(id);
  const breadcrumbs = [{ label: t('questions.title'), href: '/questions' }];
  const { data, error } = question;
  if (data) return <LoadedQuestion question={data} breadcrumbs={breadcrumbs} />;
  return (
    <Page titleKey="questions.question.title" breadcrumbs={breadcrumbs}>
      {error?.status === 404 || error?.status === 400 ? (
        <EmptyState
          title={t('questions.question.gone-title')}
          text={t('questions.question.gone-text')}
          action={<AppLink href="/questions">{t('questions.question.all')}</AppLink>}
        />
      ) : error ? (
        <ProblemAlert problem={error} onRetry={() => void question.refetch()} />
      ) : (
        <Stack aria-busy="true">
          <Skeleton height={36} width="60%" />
          <Skeleton height={320} />
        </Stack>
      )}
    </Page>
  );
}

function LoadedQuestion({
  question,
  breadcrumbs,
}: {
  question: Question;
  breadcrumbs: readonly { label: string; href: string }[];
}) {
  const t = useT();
  const go = useGo();
  const [search] = useSearchState({ tab: 'answers' });
  const tab = tabNames.find((name) => name === search.tab) ?? 'answers';
  useFollow(question);
  const href = `/questions/${question.id}`;
  return (
    <Page
      title={question.title}
      breadcrumbs={breadcrumbs}
      subtitle={
        <span className={classes.subtitle}>
          <StateBadge state={question.state} />
          <span>
            {question.askedBy} · <Age at={question.askedAt} />
          </span>
          {question.scheduleId !== null && (
            <AppLink href={`/questions?scheduleId=${question.scheduleId}`} inherit>
              {t('questions.by-schedule')}
            </AppLink>
          )}
        </span>
      }
      actions={<QuestionActions question={question} />}
    >
      <ProgressSection question={question} />
      <Tabs
        value={tab}
        onChange={(next) => go(next === 'answers' ? href : `${href}?tab=${next}`)}
        keepMounted={false}
      >
        <Tabs.List>
          {tabNames.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`questions.tab.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          {tab === 'answers' ? (
            <AnswersTab question={question} />
          ) : tab === 'endpoints' ? (
            <EndpointsTab question={question} />
          ) : tab === 'compare' ? (
            <ComparisonTab question={question} />
          ) : (
            <TextTab question={question} />
          )}
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** Asks for the lists again when the question's own figures say that something came. */
function useFollow(question: Question): void {
  const client = useQueryClient();
  const { id, progress, state } = question;
  const figures = JSON.stringify([state, progress.byOutcome, progress.distinctRows, progress.rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other figures are the reason to run
  useEffect(() => {
    const queryKey = ['question', String(id), 'lists'];
    // A list that is under way is not begun anew, or it would never arrive while answers pour in;
    // what it may have missed is fetched once they pause.
    void client.invalidateQueries({ queryKey }, { cancelRefetch: false });
    const timer = setTimeout(() => void client.invalidateQueries({ queryKey }), pauseMs);
    return () => clearTimeout(timer);
  }, [client, id, figures]);
}
