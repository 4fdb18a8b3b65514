import {
  ActionIcon,
  CloseButton,
  Kbd,
  Popover,
  Text,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFilter, IconHelp } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import type { CompletionList, SelectorCount } from '../facets/api.ts';
import { api } from './api-client.ts';
import { useFormat } from './format.ts';
import classes from './selector-box.module.css';
import { openSelectorHelp } from './selector-box-help.tsx';
import { useLanguage, useT } from './translate.ts';

export interface SelectorBoxProps {
  /** The selector that is in force. */
  value: string;
  /** Called with a selector that can be read: on Enter, on leaving the box, when emptied. */
  onChange: (committed: string) => void;
  label: string;
  autoFocus?: boolean;
}

type Completion = CompletionList['items'][number];

const pauseMs = 120;

/** A box for the selector language: completes, counts, and shows where something is wrong. */
export function SelectorBox({ value, onChange, label, autoFocus = false }: SelectorBoxProps) {
  const t = useT();
  const language = useLanguage();
  const format = useFormat();
  const listId = useId();
  const input = useRef<HTMLInputElement>(null);
  const mirror = useRef<HTMLDivElement>(null);
  const [text, setText] = useState(value);
  const [cursor, setCursor] = useState(value.length);
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const [composing, setComposing] = useState(false);
  const sent = useRef(value);
  /** Where the cursor goes once the completed text is drawn. */
  const nextCursor = useRef<number | null>(null);

  // Back, forward or a link changed it from outside; what we sent ourselves did not.
  useEffect(() => {
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  useEffect(() => {
    if (nextCursor.current === null) return;
    input.current?.setSelectionRange(nextCursor.current, nextCursor.current);
    nextCursor.current = null;
  });

  const [asked] = useDebouncedValue(text, pauseMs);
  const [askedCursor] = useDebouncedValue(cursor, pauseMs);
  const count = useQuery({
    queryKey: ['facets', 'count', asked],
    queryFn: () => countOf(asked),
    placeholderData: keepPreviousData,
    staleTime: 5_000,
  });
  const completions = useQuery({
    queryKey: ['facets', 'completions', asked, askedCursor],
    queryFn: () =>
      api.get<CompletionList>('/facets/completions', { text: asked, cursor: askedCursor }),
    enabled: open && !composing,
    staleTime: 5_000,
  });
  // Completions of an earlier text would replace the wrong letters.
  const fitsText = asked === text && askedCursor === cursor;
  const options = open && fitsText && !composing ? (completions.data?.items ?? []) : [];
  const isCurrent = asked === text && !count.isPlaceholderData;
  const problem = isCurrent && !composing ? (count.data?.problem ?? null) : null;
  // While one is still typing there, the end of the text is not wrong but unfinished.
  const shown = problem && !(open && options.length > 0 && problem.to >= text.length);

  function edit(next: string, at: number): void {
    setText(next);
    setCursor(at);
    setActive(-1);
    setOpen(true);
  }

  function accept(option: Completion): void {
    // Behind a value and a word comes the next term; behind a key or a comparison its value.
    const goesOn = option.kind === 'key' || /^[<>]$/.test(option.insert);
    const rest = text.slice(option.to);
    const space = goesOn || /^[\s),]/.test(rest) ? '' : ' ';
    const before = `${text.slice(0, option.from)}${option.insert}${space}`;
    nextCursor.current = before.length;
    edit(`${before}${rest}`, before.length);
    input.current?.focus();
  }

  function replace(from: number, to: number, by: string): void {
    const next = `${text.slice(0, from)}${by}${text.slice(to)}`;
    nextCursor.current = from + by.length;
    edit(next, from + by.length);
    input.current?.focus();
  }

  /** What cannot be read is not sent on: the box says why instead. */
  async function commit(wanted: string): Promise<void> {
    const next = wanted.trim();
    setOpen(false);
    if (next === sent.current) return;
    const answer = next === '' ? null : await countOf(next).catch(() => null);
    if (answer?.problem && answer.problem.code !== 'NOT_READY') {
      void count.refetch();
      return;
    }
    sent.current = next;
    onChange(next);
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>): void {
    // Enter, Tab and the arrows belong to the input method until it is done.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return;
    const chosen = options[active];
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        if (!open || options.length === 0) {
          setOpen(true);
          return;
        }
        const step = event.key === 'ArrowDown' ? 1 : -1;
        // One place before the first: none.
        const places = options.length + 1;
        setActive(((active + 1 + step + places) % places) - 1);
        return;
      }
      case 'Enter':
        event.preventDefault();
        if (chosen) accept(chosen);
        else void commit(text);
        return;
      case 'Tab': {
        const typed = options[0] !== undefined && cursor > options[0].from;
        const option = chosen ?? (typed && !event.shiftKey ? options[0] : undefined);
        if (!option) return;
        event.preventDefault();
        accept(option);
        return;
      }
      case 'Escape':
        if (open && options.length > 0) {
          event.preventDefault();
          setOpen(false);
        } else if (text !== value) {
          event.preventDefault();
          setText(value);
          setCursor(value.length);
        }
        return;
    }
  }

  function clear(): void {
    setText('');
    setCursor(0);
    input.current?.focus();
    void commit('');
  }

  const number = isCurrent || count.data ? (count.data?.count ?? null) : null;
  return (
    <div>
      <Popover
        opened={options.length > 0}
        width="target"
        position="bottom-start"
        offset={4}
        trapFocus={false}
        returnFocus={false}
        withinPortal
      >
        <Popover.Target>
          <div className={classes.field}>
            <TextInput
              ref={input}
              classNames={{ input: classes.input ?? '' }}
              value={text}
              placeholder={label}
              aria-label={label}
              role="combobox"
              aria-expanded={options.length > 0}
              aria-controls={listId}
              aria-autocomplete="list"
              aria-activedescendant={active >= 0 ? `${listId}-${active}` : undefined}
              aria-invalid={shown ? true : undefined}
              aria-describedby={shown ? `${listId}-problem` : undefined}
              autoFocus={autoFocus}
              autoComplete="off"
              autoCapitalize="off"
              spellCheck={false}
              maxLength={4_000}
              data-slash-target
              leftSection={<IconFilter size={16} aria-hidden="true" />}
              rightSectionWidth={72}
              rightSectionPointerEvents="all"
              rightSection={
                <div className={classes.end}>
                  {text !== '' ? (
                    <CloseButton size="sm" aria-label={t('shell.clear')} onClick={clear} />
                  ) : (
                    <Kbd size="xs">/</Kbd>
                  )}
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('shell.selector.help')}
                    onClick={() => openSelectorHelp(t, language)}
                  >
                    <IconHelp size={17} />
                  </ActionIcon>
                </div>
              }
              onChange={(event) => {
                const { value: next, selectionStart } = event.currentTarget;
                edit(next, selectionStart ?? next.length);
              }}
              onSelect={(event) => setCursor(event.currentTarget.selectionStart ?? text.length)}
              onFocus={() => setOpen(true)}
              onBlur={() => {
                if (!composing) void commit(text);
              }}
              onCompositionStart={() => setComposing(true)}
              onCompositionEnd={() => setComposing(false)}
              onScroll={(event) => {
                if (mirror.current) mirror.current.scrollLeft = event.currentTarget.scrollLeft;
              }}
              onKeyDown={onKeyDown}
            />
            {shown && (
              <div ref={mirror} className={classes.mirror} aria-hidden="true">
                {text.slice(0, problem.from)}
                <span className={classes.wrong}>{text.slice(problem.from, problem.to) || ' '}</span>
                {text.slice(problem.to)}
              </div>
            )}
          </div>
        </Popover.Target>
        {/* A click must not take the cursor out of the box: leaving it would commit. */}
        <Popover.Dropdown p={0} onMouseDown={(event) => event.preventDefault()}>
          <div id={listId} role="listbox" aria-label={label} className={classes.list}>
            {options.map((option, place) => (
              <div
                key={`${option.kind} ${option.insert}`}
                id={`${listId}-${place}`}
                role="option"
                tabIndex={-1}
                aria-selected={place === active}
                className={classes.option}
                ref={(element) => {
                  if (place === active) element?.scrollIntoView({ block: 'nearest' });
                }}
                onClick={() => accept(option)}
                onKeyDown={() => undefined}
              >
                <span className={classes.insert} data-kind={option.kind}>
                  {option.insert}
                </span>
                <span className={classes.meaning}>{option.title?.[language]}</span>
                <span className={classes.optionCount}>
                  {option.count === null ? '' : format.number(option.count)}
                </span>
              </div>
            ))}
          </div>
          <p className={classes.keys}>{t('shell.selector.keys')}</p>
        </Popover.Dropdown>
      </Popover>
      <div className={classes.below}>
        {shown ? (
          <>
            <span id={`${listId}-problem`} className={classes.problem} role="status">
              {problem.text[language]}
            </span>
            {problem.nearest.length > 0 && (
              <span>
                {t('shell.selector.did-you-mean')}{' '}
                {problem.nearest.map((near) => (
                  <UnstyledButton
                    key={near}
                    className={classes.nearest}
                    fz="xs"
                    mr={8}
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={() => replace(problem.from, problem.to, near)}
                  >
                    {near}
                  </UnstyledButton>
                ))}
              </span>
            )}
          </>
        ) : (
          text.trim() !== '' &&
          number !== null && (
            <Text
              size="xs"
              c="dimmed"
              className={classes.count}
              data-old={!isCurrent || undefined}
              aria-live="polite"
            >
              {t('shell.selector.matches', { count: number, number: format.number(number) })}
            </Text>
          )
        )}
      </div>
    </div>
  );
}

function countOf(where: string): Promise<SelectorCount> {
  return api.get<SelectorCount>('/facets/count', { where });
}
