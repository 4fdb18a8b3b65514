import { CloseButton, Kbd, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import { useT } from './translate.ts';

interface SearchBoxProps {
  value: string;
  /** Called when typing pauses, and at once on Enter or when emptied. */
  onChange: (value: string) => void;
  label?: string;
  width?: number | string;
  /** `/` puts the cursor here; for the main list of a page. */
  slashKey?: boolean;
}

const pauseMs = 250;

/** Searches while one types, without a request per key. */
export function SearchBox({
  value,
  onChange,
  label,
  width = 280,
  slashKey = false,
}: SearchBoxProps) {
  const t = useT();
  const [text, setText] = useState(value);
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const sent = useRef(value);
  // Back, forward or "clear filters" changed it from outside; what we sent ourselves did not.
  useEffect(() => {
    if (value !== sent.current) setText(value);
    sent.current = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const send = (next: string) => {
    clearTimeout(timer.current);
    sent.current = next;
    onChange(next);
  };
  const hint = label ?? t('shell.search');
  return (
    <TextInput
      ref={input}
      type="search"
      w={width}
      value={text}
      placeholder={hint}
      aria-label={hint}
      leftSection={<IconSearch size={16} aria-hidden="true" />}
      data-slash-target={slashKey || undefined}
      rightSection={
        text !== '' ? (
          <CloseButton
            size="sm"
            aria-label={t('shell.clear')}
            onClick={() => {
              setText('');
              send('');
              input.current?.focus();
            }}
          />
        ) : slashKey ? (
          <Kbd size="xs">/</Kbd>
        ) : null
      }
      onChange={(event) => {
        const next = event.currentTarget.value;
        setText(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => send(next.trim()), pauseMs);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') send(text.trim());
        if (event.key === 'Escape' && text !== '') {
          event.preventDefault();
          setText('');
          send('');
        }
      }}
    />
  );
}
