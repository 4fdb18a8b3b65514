import { daysUntil } from './due.ts';
import type { FindingClass, Severity } from './weakness.ts';

/**
 * In which order embers are put out: one number per finding, ascending, stored with it, so that
 * "what first?" over millions of findings is a walk along an index.
 *
 * Order: what counts before what is shown apart; then the due day; then exploited; then likely
 * (EPSS); then reachable; then the criticality of the asset; then whether there is a fix; then
 * severity. A finding that cannot be fixed, or that the distribution calls unimportant, never
 * stands above an exploited one that can be fixed.
 */
export interface RankInputs {
  readonly findingClass: FindingClass;
  readonly dueOn: string | null;
  readonly exploited: boolean;
  readonly epss: number | null;
  readonly reachable: boolean | null;
  readonly exposed: boolean | null;
  readonly criticality: 'low' | 'normal' | 'high' | 'critical';
  readonly fixable: boolean;
  readonly severity: Severity | null;
}

const epoch = '2020-01-01';
/** Without a date: behind every date. */
const noDay = 2 ** 14 - 1;
const criticalities = ['critical', 'high', 'normal', 'low'] as const;
// Not scored yet stands between high and medium: neither alarm nor all-clear.
const severityOrder: readonly (Severity | null)[] = [
  'critical',
  'high',
  null,
  'medium',
  'low',
  'none',
];

/** Below 2^51: exact as a JavaScript number, and a bigint in the database. */
export function rankOf(inputs: RankInputs): number {
  const {
    findingClass,
    dueOn,
    exploited,
    epss,
    reachable,
    exposed,
    criticality,
    fixable,
    severity,
  } = inputs;
  // 0: exploited and fixable; 1: everything else that counts; 2: shown apart.
  const band = findingClass !== 'normal' ? 2 : exploited && fixable ? 0 : 1;
  const day = dueOn === null ? noDay : clamp(daysUntil(epoch, dueOn), 0, noDay - 1);
  // Unknown EPSS (newer than the feed) ranks as the middle of what is scored, not as zero.
  const unlikely = 1023 - Math.round(clamp(epss ?? 0.05, 0, 1) * 1023);
  const near = reachable === true || exposed === true ? 0 : reachable === null ? 1 : 2;
  const fields: readonly (readonly [value: number, bits: number])[] = [
    [band, 2],
    [day, 14],
    [exploited ? 0 : 1, 1],
    [unlikely, 10],
    [near, 2],
    [criticalities.indexOf(criticality), 2],
    [fixable ? 0 : 1, 1],
    [severityOrder.indexOf(severity), 3],
  ];
  return fields.reduce((rank, [value, bits]) => rank * 2 ** bits + value, 0);
}

/**
 * Where findings due from `from` on and before `to` stand in the queue, or with `null` those that
 * have no date: half-open ranges of ranks, at most two, which hold them and no others. Days that
 * rank as one (before 2020, after 2064) are told apart by nobody.
 */
export function rankRangesOf(
  findingClass: FindingClass,
  due: { readonly from?: string; readonly to?: string } | null,
): readonly (readonly [from: number, to: number])[] {
  const dayOf = (day: string) => clamp(daysUntil(epoch, day), 0, noDay);
  const first = due === null ? noDay : due.from === undefined ? 0 : dayOf(due.from);
  const end = due === null ? noDay + 1 : due.to === undefined ? noDay : dayOf(due.to);
  const bands = findingClass === 'normal' ? [0, 1] : [2];
  return bands.map((band) => [
    (band * 2 ** 14 + first) * belowDay,
    (band * 2 ** 14 + end) * belowDay,
  ]);
}

/** What stands behind the day in a rank: 19 bits. */
const belowDay = 2 ** 19;

const clamp = (value: number, low: number, high: number) => Math.min(high, Math.max(low, value));
