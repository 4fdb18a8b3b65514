import { Text, Tooltip } from '@mantine/core';
import { useEffect, useState } from 'react';
import { ageOf, nextChangeMs, useFormat } from './format.ts';

interface AgeProps {
  /** Null: the thing never happened; `never` says what to write then. */
  at: string | null | undefined;
  never?: string;
  size?: string;
  /** Put before the age, e.g. "as of". */
  prefix?: string;
}

/** How long ago, in words that keep themselves up to date; the exact time on hover and focus. */
export function Age({ at, never = '—', size, prefix }: AgeProps) {
  const format = useFormat();
  const [nowMs, setNowMs] = useState(() => Date.now());
  const ageSeconds = at ? (ageOf(at, nowMs)?.seconds ?? 0) : 0;
  useEffect(() => {
    if (!at) return;
    const timer = setTimeout(() => setNowMs(Date.now()), nextChangeMs(ageSeconds));
    return () => clearTimeout(timer);
  });
  // A newer time than the clock we last looked at: look again rather than speak of the future.
  useEffect(() => {
    if (at) setNowMs(Date.now());
  }, [at]);
  if (!at) {
    return (
      <Text span inherit={size === undefined} {...(size ? { size } : {})} c="dimmed">
        {never}
      </Text>
    );
  }
  const words = format.age(at, nowMs);
  return (
    <Tooltip label={format.exactTime(at)} events={{ hover: true, focus: true, touch: true }}>
      <Text
        span
        inherit={size === undefined}
        {...(size ? { size } : {})}
        style={{ whiteSpace: 'nowrap' }}
      >
        <time dateTime={at}>{prefix ? `${prefix} ${words}` : words}</time>
      </Text>
    </Tooltip>
  );
}
