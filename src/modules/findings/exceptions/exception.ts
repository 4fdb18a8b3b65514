import { addDays, daysUntil } from '../due.ts';
import { type Severity, severities } from '../weakness.ts';
import type { ExceptionCovers } from './api.ts';

/** An exception always ends, after so many days at most. */
export const longestDays = 365;
/** So many days before its end it is announced. */
export const announcedDays = [14, 7, 1] as const;

export type ExceptionFault =
  | 'covers-everything'
  | 'ends-in-the-past'
  | 'ends-too-late'
  | 'not-a-day'
  | 'selector-speaks-of-findings';

/** What is wrong with the end of an exception, or null. Days are calendar days. */
export function faultOfEnd(until: string, today: string): ExceptionFault | null {
  const day = new Date(`${until}T00:00:00Z`);
  // 2026-02-30 is read as a day in March.
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== until) return 'not-a-day';
  if (until <= today) return 'ends-in-the-past';
  return until > addDays(today, longestDays) ? 'ends-too-late' : null;
}

/** Without any of these it would hide all there is. */
export function namesFindings(covers: ExceptionCovers): boolean {
  return [covers.weakness, covers.package, covers.kind, covers.class, covers.severityAtMost].some(
    (part) => part !== undefined,
  );
}

/** Who approves is not who asks, and what hides something exploited is for administrators. */
export function faultOfDecision(
  exception: { readonly requestedById: string; readonly coversExploited: boolean },
  by: { readonly userId: string; readonly role: string },
): 'same-person' | 'administrator-needed' | null {
  if (exception.requestedById === by.userId) return 'same-person';
  return exception.coversExploited && by.role !== 'administrator' ? 'administrator-needed' : null;
}

/**
 * Which announcement of its end is to be made now: the number of days of 14, 7, 1; null: none. What
 * was told before, or would be told of more days than are left for a later one, is not told.
 */
export function dueAnnouncement(
  until: string,
  today: string,
  told: number | null,
): (typeof announcedDays)[number] | null {
  const step = stepOf(until, today);
  return step !== null && (told === null || step < told) ? step : null;
}

/** The announcement that its length has overtaken already. */
export function stepOf(until: string, today: string): (typeof announcedDays)[number] | null {
  const left = daysUntil(today, until);
  return [...announcedDays].reverse().find((days) => left <= days) ?? null;
}

/** Days on which the clock stood still: from `since` until the finding glowed again. */
export function firstDayAfter(until: string, today: string): string {
  const next = addDays(until, 1);
  return next < today ? next : today;
}

const severityJa: Readonly<Record<Severity, string>> = {
  none: 'なし',
  low: '注意',
  medium: '警告',
  high: '重要',
  critical: '緊急',
};
const kindTexts = {
  vulnerability: { en: 'vulnerabilities', ja: '脆弱性' },
  'end-of-life': { en: 'what is past its end of life', ja: 'サポート終了' },
} as const;
const classTexts = {
  normal: { en: 'what is counted', ja: '通常' },
  unimportant: { en: 'what is unimportant', ja: '重要でない' },
  unsupported: { en: 'what has no security support', ja: 'サポート外' },
  'not-running-kernel': { en: 'kernels that do not run', ja: '未使用のカーネル' },
} as const;

/** What it covers, in one line: `CVE-2024-3094 · os:windows · Osaka`. */
export function describeCovers(
  covers: ExceptionCovers,
  scopeName: string | null,
): { en: string; ja: string } {
  const en: string[] = [];
  const ja: string[] = [];
  const add = (english: string, japanese = english) => {
    en.push(english);
    ja.push(japanese);
  };
  if (covers.weakness !== undefined) add(covers.weakness);
  if (covers.package !== undefined) {
    const { ecosystem, name } = covers.package;
    add(ecosystem === undefined ? name : `${name} (${ecosystem})`);
  }
  if (covers.kind !== undefined) add(kindTexts[covers.kind].en, kindTexts[covers.kind].ja);
  if (covers.class !== undefined) add(classTexts[covers.class].en, classTexts[covers.class].ja);
  if (covers.severityAtMost !== undefined) {
    add(
      `severity at most ${covers.severityAtMost}`,
      `深刻度「${severityJa[covers.severityAtMost]}」以下`,
    );
  }
  if (covers.selector !== undefined && covers.selector !== '') add(covers.selector);
  add(scopeName ?? 'everywhere', scopeName ?? 'すべての範囲');
  return { en: en.join(' · '), ja: ja.join(' · ') };
}

export const severityOrder = (severity: Severity): number => severities.indexOf(severity);

export const bitsPerChunk = 8_192;

/**
 * Positions as the database keeps them: chunks of 1,024 bytes, of which bit n is `get_bit(…, n)`.
 */
export function chunksOf(positions: Iterable<number>): Map<number, Buffer> {
  const chunks = new Map<number, Buffer>();
  for (const position of positions) {
    const chunk = Math.floor(position / bitsPerChunk);
    let bits = chunks.get(chunk);
    if (bits === undefined) {
      bits = Buffer.alloc(bitsPerChunk / 8);
      chunks.set(chunk, bits);
    }
    const at = position % bitsPerChunk;
    bits[at >> 3]! |= 1 << (at & 7);
  }
  return chunks;
}
