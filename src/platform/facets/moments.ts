import { foldText } from './fold-text.ts';

const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  秒: 1_000,
  m: 60_000,
  分: 60_000,
  h: 3_600_000,
  時間: 3_600_000,
  d: 86_400_000,
  日: 86_400_000,
  w: 604_800_000,
  週: 604_800_000,
  週間: 604_800_000,
  y: 365 * 86_400_000,
  年: 365 * 86_400_000,
};

/** `7d`, `12h`, `30m`, `2w`, `-3d` in milliseconds; undefined when it is no such thing. */
export function durationMsOf(text: string): number | undefined {
  const read = /^([-+]?\d{1,6})(s|m|h|d|w|y|秒|分|時間|日|週間|週|年)$/.exec(foldText(text));
  return read ? Number(read[1]) * unitMs[read[2]!]! : undefined;
}

/** A day or a minute or a second: from `startMs` to before `endMs`. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}

/**
 * `2026-04-01` (a day), `2026-04-01T09:00` (a minute), with seconds, with `Z` or `+09:00`; `today`,
 * `yesterday`. Without a zone it is the time zone of the server. Undefined: not such a thing.
 */
export function spanOf(text: string, now: Date): Span | undefined {
  const folded = foldText(text);
  const word = dayWords[folded];
  if (word !== undefined) {
    return dayFrom(now.getFullYear(), now.getMonth(), now.getDate() + word);
  }
  const read =
    /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[t ](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(z|[-+]\d{2}:?\d{2})?)?$/.exec(
      folded,
    );
  if (!read) return undefined;
  const [year, month, day, hour, minute, second] = read.slice(1, 7).map(Number) as number[];
  const days = new Date(Date.UTC(year!, month! - 1, day!));
  // 31 April is not 1 May.
  if (days.getUTCMonth() !== month! - 1 || days.getUTCDate() !== day!) return undefined;
  if (read[4] === undefined) return dayFrom(year!, month! - 1, day!);
  if (hour! > 23 || minute! > 59 || (read[6] !== undefined && second! > 59)) return undefined;
  const seconds = read[6] === undefined ? 0 : second!;
  const startMs = read[7]
    ? Date.UTC(year!, month! - 1, day!, hour, minute, seconds) - zoneMs(read[7])
    : new Date(year!, month! - 1, day!, hour, minute, seconds).getTime();
  return { startMs, endMs: startMs + (read[6] === undefined ? 60_000 : 1_000) };
}

/** Days since 1970-01-01 of the date that the server's clock shows. */
export function dayOf(time: Date): number {
  return Date.UTC(time.getFullYear(), time.getMonth(), time.getDate()) / 86_400_000;
}

const dayWords: Readonly<Record<string, number>> = {
  today: 0,
  今日: 0,
  yesterday: -1,
  昨日: -1,
  tomorrow: 1,
  明日: 1,
};

function dayFrom(year: number, month: number, day: number): Span {
  return {
    startMs: new Date(year, month, day).getTime(),
    endMs: new Date(year, month, day + 1).getTime(),
  };
}

function zoneMs(zone: string): number {
  if (zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) * 60_000;
}
