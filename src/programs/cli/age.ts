import type { Language } from '../../platform/i18n/language.ts';

const units: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "3 minutes ago"; null for what never was. Ages in seconds of a future time count as now. */
export function ageText(time: string | null, now: Date, language: Language): string | null {
  if (time === null) return null;
  const seconds = Math.max(0, Math.round((now.getTime() - Date.parse(time)) / 1000));
  const [unit, length] = units.find(([, each]) => seconds >= each) ?? ['second', 1];
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'always', style: 'short' });
  const text = format.format(-Math.floor(seconds / length), unit);
  // Japanese writes no space between a number and what it counts.
  return language === 'ja' ? text.replaceAll(' ', '') : text;
}

/** A time for people, in the time zone of this machine. */
export function timeText(time: string | null): string | null {
  if (time === null) return null;
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  const date = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${date} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

const steps = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

export function bytesText(bytes: number | null): string | null {
  if (bytes === null) return null;
  let value = bytes;
  let step = 0;
  while (value >= 1024 && step < steps.length - 1) {
    value /= 1024;
    step += 1;
  }
  return `${step === 0 ? value : value.toFixed(1)} ${steps[step]}`;
}
