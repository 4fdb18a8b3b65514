import { Stack } from '@mantine/core';
import { useFormat } from '../../../platform/web/format.ts';
import { Dim, Section } from '../../../platform/web/parts.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Question } from '../api.ts';
import { TargetText } from './question-parts.tsx';
import classes from './questions.module.css';
import { SqlText } from './sql-text.tsx';
import { useLibrary } from './use-questions.ts';

/** What exactly was asked, of whom, by whom and until when. */
export function TextTab({ question }: { question: Question }) {
  const t = useT();
  const format = useFormat();
  const language = useLanguage();
  const library = useLibrary();
  const entry = library.data?.items.find(({ key }) => key === question.libraryKey);
  const parameters = Object.entries(question.parameters);
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ['target', <TargetText key="target" of={question} />],
    ['asked-by', question.askedBy],
    ['asked-at', format.exactTime(question.askedAt)],
    ['expires-at', format.exactTime(question.expiresAt)],
    [
      'ended-at',
      question.endedAt === null ? (
        <Dim key="ended">{t('questions.not-ended')}</Dim>
      ) : (
        format.exactTime(question.endedAt)
      ),
    ],
    ['max-rows', format.number(question.maxRowsPerEndpoint)],
    ...(question.libraryKey === null
      ? []
      : ([['library', entry?.title[language] ?? question.libraryKey]] as const)),
    ...parameters.map(
      ([name, value]) =>
        [
          entry?.parameters.find((one) => one.name === name)?.title[language] ?? name,
          value,
        ] as const,
    ),
  ];
  return (
    <div className={classes.asked}>
      <Section title={t('questions.text.sql')}>
        <Stack gap="sm">
          <SqlText sql={question.sql} />
        </Stack>
      </Section>
      <Section title={t('questions.text.facts')}>
        <dl className={classes.facts}>
          {facts.map(([name, value]) => (
            <div key={name}>
              <dt>{t.has(`questions.fact.${name}`) ? t(`questions.fact.${name}`) : name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </Section>
    </div>
  );
}
