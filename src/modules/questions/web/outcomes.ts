import type { OutcomeName, Progress, Question } from '../api.ts';

/** `queued` in two: those that are there and those that are away. */
export type SegmentName = Exclude<OutcomeName, 'queued'> | 'queued-online' | 'queued-offline';

/** In this order everywhere: what came, what did not work, what ended without, what may still come. */
export const segmentOrder = [
  'answered',
  'not-applicable',
  'failed',
  'denylisted',
  'refused',
  'timed-out',
  'expired',
  'cancelled',
  'gone',
  'delivered',
  'queued-online',
  'queued-offline',
] as const satisfies readonly SegmentName[];

export const outcomeOrder = [
  'answered',
  'not-applicable',
  'failed',
  'denylisted',
  'refused',
  'timed-out',
  'expired',
  'cancelled',
  'gone',
  'delivered',
  'queued',
] as const satisfies readonly OutcomeName[];

/** Theme colours. Hollow ones (`null`) are still to come and drawn without a filling. */
export const segmentColors: Record<SegmentName, string | null> = {
  answered: 'moss',
  'not-applicable': 'gray',
  failed: 'crimson',
  denylisted: 'crimson',
  refused: 'ember',
  'timed-out': 'amber',
  expired: 'amber',
  cancelled: 'gray',
  gone: 'gray',
  delivered: null,
  'queued-online': null,
  'queued-offline': null,
};

export interface Segment {
  name: SegmentName;
  count: number;
}

/** The value of the endpoint list's filter that shows a segment. */
export const outcomeOf = (name: SegmentName): OutcomeName =>
  name === 'queued-online' || name === 'queued-offline' ? 'queued' : name;

const isSegment = (name: string): name is SegmentName =>
  (segmentOrder as readonly string[]).includes(name);

/**
 * All outcomes that occurred, in their order. What a newer server calls by a name that we do not
 * know is counted in `unnamed`, lest the sum be wrong.
 */
export function segmentsOf(progress: Pick<Progress, 'byOutcome' | 'queuedOffline'>): {
  segments: Segment[];
  unnamed: number;
} {
  const counts = new Map<SegmentName, number>();
  let unnamed = 0;
  for (const [name, count] of Object.entries(progress.byOutcome)) {
    if (name === 'queued') {
      const offline = Math.min(count, progress.queuedOffline);
      counts.set('queued-offline', offline);
      counts.set('queued-online', count - offline);
    } else if (isSegment(name)) counts.set(name, count);
    else unnamed += count;
  }
  return {
    segments: segmentOrder
      .map((name) => ({ name, count: counts.get(name) ?? 0 }))
      .filter(({ count }) => count > 0),
    unnamed,
  };
}

/** Endpoints of which nothing more is to be heard. */
export function settledOf({
  targeted,
  byOutcome,
}: Pick<Progress, 'targeted' | 'byOutcome'>): number {
  return targeted - (byOutcome['queued'] ?? 0) - (byOutcome['delivered'] ?? 0);
}

/** How soon to look again: a young question changes all the time, an old one waits for the absent. */
export function refetchMsOf(
  question: Pick<Question, 'state' | 'askedAt'> | undefined,
  nowMs: number,
): number | undefined {
  if (question === undefined || question.state !== 'open') return undefined;
  const ageMs = nowMs - Date.parse(question.askedAt);
  if (ageMs < 30_000) return 600;
  return ageMs < 300_000 ? 2000 : 10_000;
}
