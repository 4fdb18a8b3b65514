import { Alert, Text } from '@mantine/core';
import { IconClock, IconScissors } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useFormat } from '../../../platform/web/format.ts';
import { Section } from '../../../platform/web/parts.tsx';
import { useT } from '../../../platform/web/translate.ts';
import type { Question } from '../api.ts';
import { settledOf } from './outcomes.ts';
import { OutcomeBar, OutcomeLegend, useSpanText } from './question-parts.tsx';
import classes from './questions.module.css';

/** How far it is: every endpoint in one bar, how fast answers came, what is still awaited. */
export function ProgressSection({ question }: { question: Question }) {
  const t = useT();
  const format = useFormat();
  const spanText = useSpanText();
  const { progress, state, id, truncated, expiresAt } = question;
  const { targeted, byOutcome, queuedOffline, firstAnswerMs, lastAnswerMs } = progress;
  const answered = byOutcome['answered'] ?? 0;
  const settled = settledOf(progress);
  const waiting = targeted - settled;
  return (
    <Section>
      <div data-question-state={state} data-settled={settled} data-targeted={targeted}>
        <dl className={classes.figures}>
          <div>
            <dt>{t('questions.figure.answered')}</dt>
            <dd>
              {format.number(answered)}
              <small> / {format.number(targeted)}</small>
            </dd>
          </div>
          <div>
            <dt>{t('questions.figure.settled')}</dt>
            <dd>{targeted === 0 ? '—' : format.percent(flooredShare(settled, targeted))}</dd>
          </div>
          <div>
            <dt>{t('questions.column.rows')}</dt>
            <dd>
              {format.number(progress.rows)}
              <small> {t('questions.figure.distinct', { count: progress.distinctRows })}</small>
            </dd>
          </div>
          <div>
            <dt>{t('questions.figure.first-answer')}</dt>
            <dd>{spanText(firstAnswerMs)}</dd>
          </div>
          <div>
            <dt>
              {t(state === 'open' ? 'questions.figure.elapsed' : 'questions.figure.last-answer')}
            </dt>
            <dd>
              {state === 'open' ? <Elapsed since={question.askedAt} /> : spanText(lastAnswerMs)}
            </dd>
          </div>
        </dl>
        {targeted > 0 && <OutcomeBar progress={progress} large />}
        <OutcomeLegend
          progress={progress}
          hrefOf={(outcome) => `/questions/${id}?tab=endpoints&outcome=${outcome}`}
        />
        {state === 'open' && waiting > 0 && (
          <Text size="sm" c="dimmed" mt="sm" className={classes.subtitle} component="p" mb={0}>
            <IconClock size={15} aria-hidden="true" />
            {queuedOffline > 0
              ? t('questions.waiting-offline', {
                  count: queuedOffline,
                  time: format.time(expiresAt),
                })
              : t('questions.waiting-online', { time: format.time(expiresAt) })}
          </Text>
        )}
        {truncated && (
          <Alert
            color="amber"
            mt="sm"
            icon={<IconScissors size={18} />}
            title={t('questions.truncated-title')}
          >
            {t('questions.truncated-text')}
          </Alert>
        )}
      </div>
    </Section>
  );
}

/** 9,999 of 10,000 is not 100 %. */
function flooredShare(part: number, whole: number): number {
  return Math.floor((1000 * part) / whole) / 1000;
}

/** The time since, going on by itself. */
function Elapsed({ since }: { since: string }) {
  const format = useFormat();
  const [nowMs, setNowMs] = useState(() => Date.now());
  const seconds = Math.max(0, Math.floor((nowMs - Date.parse(since)) / 1000));
  // Beyond an hour the words change by the minute.
  const everyMs = seconds < 3600 ? 1000 : 15_000;
  useEffect(() => {
    const timer = setInterval(() => setNowMs(Date.now()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return (
    <span role="timer" aria-live="off">
      {format.duration(seconds)}
    </span>
  );
}
