import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowLeft, IconPencil } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { api, useApiAction } from '../../../platform/web/api-client.ts';
import { useGo, useSearchState } from '../../../platform/web/page.ts';
import { EmptyState, Section } from '../../../platform/web/parts.tsx';
import { ProblemAlert } from '../../../platform/web/problem-alert.tsx';
import { useLanguage, useT } from '../../../platform/web/translate.ts';
import type { Ask, LibraryQuestion, Question } from '../api.ts';
import { AskSettings } from './ask-settings.tsx';
import { askOf, type Draft, parametersFor, sqlDraftOf } from './draft.ts';
import { LibraryBrowser } from './library-browser.tsx';
import { ParameterFields } from './parameter-fields.tsx';
import { PreviewPanel } from './preview-panel.tsx';
import { CostBadge, platformLabel } from './question-parts.tsx';
import classes from './questions.module.css';
import { SqlFields } from './sql-fields.tsx';
import { SqlText } from './sql-text.tsx';
import type { TargetBoxHandle } from './target-box.tsx';
import { TargetSection } from './target-section.tsx';
import { questionsKey, useLibrary, usePreview } from './use-questions.ts';
import { verdictOf } from './verdict.ts';

interface ComposerProps {
  initial: Draft;
  /** From the address; empty: none chosen there. */
  libraryKey: string;
  /** From the address; null: as `initial` says. */
  mode: Draft['mode'] | null;
}

/** Waits so long after the last key before the preview is asked. */
const pauseMs = 350;

/** What to ask, of whom, for how long; beside it what that means, and the button. */
export function Composer({ initial, libraryKey, mode: askedMode }: ComposerProps) {
  const t = useT();
  const go = useGo();
  const [, setSearch] = useSearchState({ library: '', mode: '', sql: '' });
  const [kept, setKept] = useState(initial);
  const [left, setLeft] = useState(false);
  const library = useLibrary();
  const key = libraryKey !== '' ? libraryKey : left ? null : kept.libraryKey;
  const draft: Draft = { ...kept, mode: askedMode ?? kept.mode, libraryKey: key };
  const change = (patch: Partial<Draft>) => setKept((before) => ({ ...before, ...patch }));
  const entry = library.data?.items.find((one) => one.key === key);

  // Another question has other parameters; what was typed for one of the same name stays.
  useEffect(() => {
    if (entry) setKept((now) => ({ ...now, parameters: parametersFor(entry, now.parameters) }));
  }, [entry]);

  const ask = askOf(draft, entry);
  const askText = JSON.stringify(ask);
  const [settledText] = useDebouncedValue(askText, pauseMs);
  const settledAsk = useMemo(() => JSON.parse(settledText) as Ask | null, [settledText]);
  const preview = usePreview(settledAsk);
  const isOutdated = settledText !== askText || preview.isPlaceholderData;
  const shown = ask === null || settledAsk === null ? undefined : preview.data;

  const warnings = JSON.stringify([
    shown?.cost === 'high',
    shown?.problems.filter(({ level }) => level === 'warning'),
  ]);
  const [acceptedWarnings, setAcceptedWarnings] = useState<string | null>(null);
  const accepted = acceptedWarnings === warnings;
  const verdict = verdictOf(shown, accepted);

  const send = useApiAction<Ask, Question>({
    run: (body) => api.post('/api/questions', body),
    invalidates: [questionsKey],
    silentFailure: true,
    onSuccess: ({ id }) => go(`/questions/${id}`),
  });
  const canAsk = ask !== null && !send.isPending && !isOutdated && verdict === 'ready';
  const box = useRef<TargetBoxHandle>(null);
  const [isOtherTarget, setOtherTarget] = useState(false);
  /** What Ctrl+Enter was pressed for before its preview was there. */
  const [wanted, setWanted] = useState<string | null>(null);
  const submit = () => {
    // What the box shows has not been read yet, or cannot be: others would be asked.
    const isOther = (box.current?.text() ?? draft.selector) !== draft.selector;
    setOtherTarget(isOther);
    if (isOther || ask === null || send.isPending) return;
    if (isOutdated) setWanted(askText);
    else if (canAsk) send.mutate({ ...ask, ...(accepted ? { acceptWarnings: true } : {}) });
  };
  const submitLatest = useRef(submit);
  submitLatest.current = submit;
  useEffect(() => {
    if (wanted === null || isOutdated) return;
    setWanted(null);
    if (wanted === askText) submitLatest.current();
  }, [wanted, isOutdated, askText]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a target that was read is the reason
  useEffect(() => setOtherTarget(false), [draft.selector]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    // The editor asks by itself; the box of the target takes Enter for its own, and we as well.
    const inBox = event.target instanceof Element && event.target.closest('[data-target-box]');
    if (event.defaultPrevented && !inBox) return;
    event.preventDefault();
    submit();
  };

  const setMode = (mode: string) => setSearch({ mode, library: '', sql: '' });
  const chooseOther = () => {
    setLeft(true);
    setSearch({ library: '', mode: 'library' });
  };
  const editAsSql = (sql: Readonly<Record<string, string>>) => {
    change({ ...sqlDraftOf(sql), mode: 'sql' });
    setMode('sql');
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Ctrl+Enter works in every field of it
    <div className={classes.composer} onKeyDown={onKeyDown}>
      <div className={classes.column}>
        <Section
          title={t('questions.compose.what')}
          actions={
            <SegmentedControl
              size="xs"
              aria-label={t('questions.compose.what')}
              value={draft.mode}
              onChange={setMode}
              data={[
                { value: 'library', label: t('questions.compose.from-library') },
                { value: 'sql', label: t('questions.write-sql') },
              ]}
            />
          }
        >
          <Stack gap="md">
            {draft.mode === 'sql' ? (
              <SqlFields
                draft={draft}
                onChange={change}
                problems={isOutdated ? [] : (shown?.problems ?? [])}
                onSubmit={submit}
              />
            ) : key === null ? (
              <LibraryBrowser
                hrefOf={(one) =>
                  `/questions/new?${new URLSearchParams({ ...keptSearch(), library: one.key })}`
                }
                slashKey
              />
            ) : entry ? (
              <ChosenQuestion
                entry={entry}
                draft={draft}
                onChange={change}
                sql={shown?.sql ?? entry.sql}
                isPreviewed={shown !== undefined}
                onOther={chooseOther}
                onEdit={editAsSql}
              />
            ) : library.error ? (
              <ProblemAlert problem={library.error} onRetry={() => void library.refetch()} />
            ) : library.data ? (
              <EmptyState
                title={t('questions.library.gone-title')}
                text={t('questions.library.gone-text', { key })}
                action={
                  <Button variant="default" onClick={chooseOther}>
                    {t('questions.compose.other')}
                  </Button>
                }
              />
            ) : (
              <Skeleton height={200} />
            )}
          </Stack>
        </Section>
        {(draft.mode === 'sql' || key !== null) && (
          <>
            <TargetSection draft={draft} onChange={change} box={box} />
            <AskSettings draft={draft} onChange={change} />
          </>
        )}
      </div>
      <div className={classes.preview}>
        <PreviewPanel
          isAsked={ask !== null}
          needsParameters={draft.mode === 'library' && entry !== undefined}
          preview={shown}
          problem={ask === null ? null : preview.error}
          isOutdated={isOutdated}
          verdict={verdict}
          accepted={accepted}
          onAccept={(yes) => setAcceptedWarnings(yes ? warnings : null)}
          failure={send.error}
          canAsk={canAsk}
          isOtherTarget={isOtherTarget}
          isSending={send.isPending}
          onAsk={submit}
        />
      </div>
    </div>
  );
}

/** The address as it is, without what the library's own tools left in it. */
function keptSearch(): Record<string, string> {
  const {
    find: _,
    category: __,
    platform: ___,
    mode: ____,
    ...rest
  } = Object.fromEntries(new URLSearchParams(window.location.search));
  return rest;
}

interface ChosenQuestionProps {
  entry: LibraryQuestion;
  draft: Draft;
  onChange: (patch: Partial<Draft>) => void;
  sql: Readonly<Record<string, string>>;
  /** The preview says what it costs. */
  isPreviewed: boolean;
  onOther: () => void;
  onEdit: (sql: Readonly<Record<string, string>>) => void;
}

/** One question of the library with its parameters. */
function ChosenQuestion({
  entry,
  draft,
  onChange,
  sql,
  isPreviewed,
  onOther,
  onEdit,
}: ChosenQuestionProps) {
  const t = useT();
  const language = useLanguage();
  return (
    <>
      <div>
        <Text fw={650} size="lg">
          {entry.title[language]}
        </Text>
        <Text size="sm" c="dimmed" mt={2}>
          {entry.description[language]}
        </Text>
        <Group gap="xs" mt={8}>
          {!isPreviewed && <CostBadge cost={entry.cost} />}
          <Text size="xs" c="dimmed">
            {entry.platforms.map(platformLabel).join(' · ')}
          </Text>
          {entry.source && (
            <Text size="xs" c="dimmed" className={classes.mono}>
              {t('questions.library.source')}: {entry.source}
            </Text>
          )}
        </Group>
      </div>
      <ParameterFields
        entry={entry}
        values={draft.parameters}
        onChange={(parameters) => onChange({ parameters })}
      />
      <SqlText sql={sql} />
      <Group gap="xs">
        <Button
          variant="default"
          size="xs"
          leftSection={<IconArrowLeft size={14} aria-hidden="true" />}
          onClick={onOther}
        >
          {t('questions.compose.other')}
        </Button>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPencil size={14} aria-hidden="true" />}
          onClick={() => onEdit(sql)}
        >
          {t('questions.compose.edit-sql')}
        </Button>
      </Group>
    </>
  );
}
