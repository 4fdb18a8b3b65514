import type { ColumnIndex, Operator } from './column-index.ts';
import {
  type Bilingual,
  type Bitmap,
  type Facet,
  type SuggestContext,
  type Suggestion,
  ValueProblem,
} from './facet.ts';
import { foldText } from './fold-text.ts';
import { dayOf, durationMsOf, type Span, spanOf } from './moments.ts';
import { type FacetTexts, isNone, mostFrequent, shortened, without } from './value-reading.ts';

const dayMs = 86_400_000;
const mirrored = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const;

export interface TimeFacetOptions extends FacetTexts {
  /** Milliseconds since 1970; none: never. */
  readonly index: ColumnIndex;
  /** All subjects: lets one ask for `key:never`. */
  readonly everyone?: () => Bitmap;
}

/**
 * When something was. A duration is an age: `lastseen:<7d` less than 7 days ago, `lastseen:>30d` more
 * than 30 days ago, `lastseen:7d..30d` between; `lastseen:7d` alone is `<=7d`. A date is a day or a
 * minute on the server's clock: `lastseen:2026-04-01`, `lastseen:>=2026-04-01`. `lastseen:never`:
 * not once; no comparison includes those.
 */
export function timeFacet({ index, everyone, ...texts }: TimeFacetOptions): Facet {
  const never = everyone && (() => without(everyone(), index.positions()));
  const read = (text: string, now: Date) => {
    const durationMs = durationMsOf(text);
    if (durationMs !== undefined) return { durationMs };
    const span = spanOf(text, now);
    if (span) return { span };
    throw noTime(texts, text, ['7d', '24h', isoDay(dayOf(now))]);
  };
  return {
    ...texts,
    values: 'time',
    match: (test, { now }) => {
      const nowMs = now.getTime();
      const older = (operator: Operator, ageMs: number) =>
        index.compare(mirrored[operator], nowMs - ageMs);
      if (test.kind === 'range') {
        const from = test.from === null ? null : read(test.from, now);
        const to = test.to === null ? null : read(test.to, now);
        return inRange(index, from, to, nowMs);
      }
      if (test.kind === 'is') {
        if (!test.quoted && test.value === '*') return index.positions();
        if (never && isNever(test.value)) return never();
        const { durationMs, span } = read(test.value, now);
        if (span) return within(index, span);
        return older('<=', durationMs);
      }
      const { durationMs, span } = read(test.value, now);
      if (!span) return older(test.operator, durationMs);
      return compareWithSpan(index, test.operator, span);
    },
    suggest: (typed, context) => {
      const nowMs = context.now.getTime();
      const ages = ['1h', '24h', '7d', '30d', '90d'] as const;
      const offered = ages.flatMap((age) => {
        const atMs = nowMs - durationMsOf(age)!;
        return [
          offer(`<${age}`, () => index.compare('>', atMs), ageTitle('<', age), context),
          offer(`>${age}`, () => index.compare('<', atMs), ageTitle('>', age), context),
        ];
      });
      if (never) {
        offered.push(offer('never', never, { ja: '一度もない', en: 'not once' }, context));
      }
      return startingWith(offered, typed, context.limit);
    },
  };
}

export interface DateFacetOptions extends FacetTexts {
  /** Days since 1970-01-01; none: no date. */
  readonly index: ColumnIndex;
  /** All subjects: lets one ask for `key:none`. */
  readonly everyone?: () => Bitmap;
}

/**
 * A day, mostly to come. A duration counts from today: `due:<7d` within 7 days or long past,
 * `due:<0d` past, `due:0d..7d` from today on within 7 days; `due:7d` alone is `<=7d`. Dates:
 * `due:2026-11-30`, `due:<2026-11-30`, `due:today`, `due:overdue`. `due:none`: without a date; no
 * comparison includes those.
 */
export function dateFacet({ index, everyone, ...texts }: DateFacetOptions): Facet {
  const none = everyone && (() => without(everyone(), index.positions()));
  /** The day, and whether it was written as a distance from today. */
  const read = (text: string, now: Date) => {
    const today = dayOf(now);
    const durationMs = durationMsOf(text);
    if (durationMs !== undefined && durationMs % dayMs === 0) {
      return { day: today + durationMs / dayMs, isDistance: true };
    }
    const span = spanOf(text, now);
    if (span && durationMs === undefined) {
      return { day: dayOf(new Date(span.startMs)), isDistance: false };
    }
    throw noTime(texts, text, ['7d', '0d', isoDay(today)]);
  };
  return {
    ...texts,
    values: 'date',
    match: (test, { now }) => {
      if (test.kind === 'compare') return index.compare(test.operator, read(test.value, now).day);
      if (test.kind === 'range') {
        const from = test.from === null ? null : read(test.from, now).day;
        return index.range(from, test.to === null ? null : read(test.to, now).day);
      }
      if (!test.quoted && test.value === '*') return index.positions();
      if (none && isNone(test.value)) return none();
      if (isOverdue(test.value)) return index.compare('<', dayOf(now));
      const { day, isDistance } = read(test.value, now);
      return isDistance ? index.compare('<=', day) : index.range(day, day);
    },
    suggest: (typed, context) => {
      const today = dayOf(context.now);
      const offered = [
        offer('overdue', () => index.compare('<', today), { ja: '期限切れ', en: 'past' }, context),
        offer('today', () => index.range(today, today), { ja: '今日', en: 'today' }, context),
        ...[7, 14, 30, 90].map((days) =>
          offer(
            `<${days}d`,
            () => index.compare('<', today + days),
            { ja: `${days}日以内（過ぎたものも）`, en: `within ${days} days, or past` },
            context,
          ),
        ),
      ];
      if (none)
        offered.push(offer('none', none, { ja: '日付なし', en: 'without a date' }, context));
      if (!/^\d/.test(typed)) return startingWith(offered, typed, context.limit);
      const counts = [...index.counts(context.within)].map(
        ([day, count]) => [isoDay(day), count] as const,
      );
      return mostFrequent(new Map(counts), typed, context);
    },
  };
}

interface Bound {
  readonly durationMs?: number;
  readonly span?: Span;
}

function inRange(index: ColumnIndex, from: Bound | null, to: Bound | null, nowMs: number): Bitmap {
  if (!from?.span && !to?.span) {
    // Ages: from the younger to the older, whichever was written first.
    const ages = [from?.durationMs ?? null, to?.durationMs ?? null];
    if (ages[0] !== null && ages[1] !== null && ages[0]! > ages[1]!) ages.reverse();
    const [youngestMs, oldestMs] = ages;
    return index.range(
      oldestMs == null ? null : nowMs - oldestMs,
      youngestMs == null ? null : nowMs - youngestMs,
    );
  }
  const startOf = (bound: Bound) => bound.span?.startMs ?? nowMs - bound.durationMs!;
  const endOf = (bound: Bound) => (bound.span ? bound.span.endMs - 1 : nowMs - bound.durationMs!);
  return index.range(from === null ? null : startOf(from), to === null ? null : endOf(to));
}

function within(index: ColumnIndex, { startMs, endMs }: Span): Bitmap {
  return index.range(startMs, endMs - 1);
}

function compareWithSpan(index: ColumnIndex, operator: Operator, span: Span): Bitmap {
  switch (operator) {
    case '<':
      return index.compare('<', span.startMs);
    case '<=':
      return index.compare('<', span.endMs);
    case '>':
      return index.compare('>=', span.endMs);
    case '>=':
      return index.compare('>=', span.startMs);
  }
}

function offer(
  value: string,
  match: () => Bitmap,
  title: Bilingual,
  { within }: SuggestContext,
): Suggestion {
  const bitmap = match();
  const count = bitmap.andCardinality(within);
  bitmap.dispose();
  return { value, title, count };
}

function startingWith(offered: readonly Suggestion[], typed: string, limit: number): Suggestion[] {
  const wanted = foldText(typed);
  return offered
    .filter(({ value, title }) => {
      if (foldText(value).startsWith(wanted)) return true;
      return title !== undefined && `${title.ja} ${title.en}`.includes(wanted);
    })
    .slice(0, limit);
}

const unitNames: Readonly<Record<string, Bilingual>> = {
  h: { ja: '時間', en: 'hours' },
  d: { ja: '日', en: 'days' },
};

function ageTitle(operator: '<' | '>', age: string): Bilingual {
  const number = Number.parseInt(age, 10);
  const { ja, en } = unitNames[age.at(-1)!]!;
  const unit = number === 1 ? en.slice(0, -1) : en;
  return operator === '<'
    ? { ja: `${number}${ja}以内`, en: `less than ${number} ${unit} ago` }
    : { ja: `${number}${ja}より前`, en: `more than ${number} ${unit} ago` };
}

function isNever(value: string): boolean {
  return ['never', '一度もない'].includes(foldText(value)) || isNone(value);
}

function isOverdue(value: string): boolean {
  return ['overdue', '期限切れ'].includes(foldText(value));
}

function isoDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10);
}

function noTime(texts: FacetTexts, text: string, nearest: readonly string[]): ValueProblem {
  return new ValueProblem(
    {
      ja: `${texts.title.ja}に「${shortened(text)}」は使えません。7d、2w、2026-04-01 のように指定してください。`,
      en: `${texts.title.en}: "${shortened(text)}" is not a time. Write 7d, 2w or 2026-04-01.`,
    },
    nearest,
  );
}
