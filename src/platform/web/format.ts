import { useMemo } from 'react';
import { type Language, useLanguage } from './translate.ts';

export interface Format {
  /** `2026/11/21 14:03` in the time zone of the browser. Null: an em dash. */
  time: (iso: string | null | undefined) => string;
  /** With seconds and the zone, for tooltips and evidence. */
  exactTime: (iso: string | null | undefined) => string;
  date: (iso: string | null | undefined) => string;
  number: (value: number | null | undefined) => string;
  /** Bytes in binary units: `15.6 GiB`. */
  bytes: (value: number | null | undefined) => string;
  /** A span such as `3時間20分` / `3 hr 20 min`; at most two units. */
  duration: (seconds: number | null | undefined) => string;
  /** `3分前` / `3 minutes ago`; the other way round for what is to come. */
  age: (iso: string | null | undefined, nowMs: number) => string;
  percent: (share: number | null | undefined) => string;
}

const unknown = '—';
const locales: Record<Language, string> = { ja: 'ja-JP', en: 'en-GB' };

type RelativeUnit = 'second' | 'minute' | 'hour' | 'day' | 'month' | 'year';
const steps: readonly (readonly [RelativeUnit, number])[] = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/**
 * How far `iso` lies from `nowMs`, in the largest unit that fits and rounded down, so that
 * "2 days ago" is never less than two days. Within 5 seconds: 0 seconds. Null: not a time.
 */
export function ageOf(
  iso: string,
  nowMs: number,
): { unit: RelativeUnit; amount: number; seconds: number } | null {
  const at = Date.parse(iso);
  if (Number.isNaN(at)) return null;
  const seconds = (at - nowMs) / 1000;
  const distance = Math.abs(seconds);
  if (distance < 5) return { unit: 'second', amount: 0, seconds };
  const [unit, length] = steps.find(([, size]) => distance >= size) ?? ['second', 1];
  return { unit, amount: Math.sign(seconds) * Math.floor(distance / length), seconds };
}

/** When the words of an age of so many seconds next change, in milliseconds. */
export function nextChangeMs(ageSeconds: number): number {
  const distance = Math.abs(ageSeconds);
  if (distance < 60) return 1000;
  if (distance < 3600) return 15_000;
  return 60_000;
}

/** Intl puts spaces between numerals and Japanese; our texts do not (JTF style guide). */
const setSolid = (text: string, language: Language) =>
  language === 'ja' ? text.replaceAll(' ', '') : text;

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

export function formatOf(language: Language, timeZone?: string): Format {
  const locale = locales[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const times = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: language === 'ja' ? '2-digit' : 'short',
    day: language === 'ja' ? '2-digit' : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...zone,
  });
  const exact = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: language === 'ja' ? '2-digit' : 'short',
    day: language === 'ja' ? '2-digit' : 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
    ...zone,
  });
  const dates = new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: language === 'ja' ? '2-digit' : 'short',
    day: language === 'ja' ? '2-digit' : 'numeric',
    ...zone,
  });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'always' });
  const numbers = new Intl.NumberFormat(locale);
  const oneDecimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const inUnit = (value: number, unit: string) =>
    setSolid(
      new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value),
      language,
    );

  const timed = (format: Intl.DateTimeFormat) => (iso: string | null | undefined) => {
    if (iso === null || iso === undefined) return unknown;
    const at = Date.parse(iso);
    return Number.isNaN(at) ? iso : format.format(at);
  };
  const known = (value: number | null | undefined): value is number =>
    typeof value === 'number' && Number.isFinite(value);

  return {
    time: timed(times),
    exactTime: timed(exact),
    date: timed(dates),
    number: (value) => (known(value) ? numbers.format(value) : unknown),
    percent: (share) => (known(share) ? percents.format(share) : unknown),
    bytes: (value) => {
      if (!known(value)) return unknown;
      let amount = value;
      let step = 0;
      while (Math.abs(amount) >= 1024 && step < byteUnits.length - 1) {
        amount /= 1024;
        step += 1;
      }
      return `${(step === 0 ? numbers : oneDecimal).format(amount)} ${byteUnits[step]}`;
    },
    duration: (seconds) => {
      if (!known(seconds)) return unknown;
      const whole = Math.max(0, Math.round(seconds));
      const parts: readonly (readonly [number, string])[] = [
        [Math.floor(whole / 86_400), 'day'],
        [Math.floor((whole % 86_400) / 3600), 'hour'],
        [Math.floor((whole % 3600) / 60), 'minute'],
        [whole % 60, 'second'],
      ];
      const first = parts.findIndex(([amount]) => amount > 0);
      if (first === -1) return inUnit(0, 'second');
      return parts
        .slice(first, first + 2)
        .filter(([amount]) => amount > 0)
        .map(([amount, unit]) => inUnit(amount, unit))
        .join(language === 'ja' ? '' : ' ');
    },
    age: (iso, nowMs) => {
      if (iso === null || iso === undefined) return unknown;
      const age = ageOf(iso, nowMs);
      if (age === null) return iso;
      if (age.amount === 0) return language === 'ja' ? 'たった今' : 'just now';
      return setSolid(relative.format(age.amount, age.unit), language);
    },
  };
}

/** Dates, numbers and bytes in the reader's language and the browser's time zone. */
export function useFormat(): Format {
  const language = useLanguage();
  return useMemo(() => formatOf(language), [language]);
}
