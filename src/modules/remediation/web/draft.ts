import type { MaintenanceWindow, NewCampaign, Ring, Work } from '../api.ts';
import { type ActionDraft, actionOf, emptyAction } from './action-draft.ts';

export const workKinds = ['fix', 'findings', 'action'] as const satisfies readonly Work['kind'][];

/** One ring in the editor; `key` tells rows apart while they move. */
export interface RingDraft {
  key: number;
  name: string;
  /** So many endpoints in this ring, or so many percent of all in this one and those before. */
  size: number | '';
  unit: 'endpoints' | 'percent';
  selector: string;
  soakMinutes: number;
}

/** What the composer holds; `newCampaignOf` makes the request of it. */
export interface CampaignDraft {
  kind: Work['kind'];
  fixId: number | null;
  severities: readonly string[];
  exploitedOnly: boolean;
  action: ActionDraft;
  selector: string;
  /** Only these, by id; null: whoever the selector selects. */
  endpointIds: readonly string[] | null;
  title: string;
  rings: readonly RingDraft[];
  window: MaintenanceWindow | null;
  /** As a field of type datetime-local holds it, in the zone of the browser. */
  deadline: string;
  haltAtFailurePercent: number | '';
  haltAtSilentPercent: number | '';
  restart: NonNullable<NewCampaign['restart']>;
  restartNotice: string;
  deferrals: number | '';
  dryRunFirst: boolean;
}

export const usualSoakMinutes = 60;
export const usualDeadlineDays = 14;

/** One endpoint, 5 %, 25 %, all; `names` are their four names. */
export function usualRings(names: readonly [string, string, string, string]): RingDraft[] {
  const sizes = [1, 5, 25, 100] as const;
  return names.map((name, place) => ({
    key: place,
    name,
    size: sizes[place] ?? 100,
    unit: place === 0 ? 'endpoints' : 'percent',
    selector: '',
    soakMinutes: place === names.length - 1 ? 0 : usualSoakMinutes,
  }));
}

const two = (value: number) => String(value).padStart(2, '0');

/** A moment as a field of type datetime-local holds it, in the zone of the browser. */
export function localText(at: Date): string {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

export function startDraft(
  rings: readonly RingDraft[],
  now: Date,
  start: Partial<CampaignDraft> = {},
): CampaignDraft {
  const deadline = new Date(now);
  deadline.setDate(deadline.getDate() + usualDeadlineDays);
  return {
    kind: 'fix',
    fixId: null,
    severities: ['critical', 'high'],
    exploitedOnly: false,
    action: emptyAction,
    selector: '',
    endpointIds: null,
    title: '',
    rings,
    window: null,
    deadline: localText(deadline),
    haltAtFailurePercent: 10,
    haltAtSilentPercent: 10,
    restart: 'never',
    restartNotice: '',
    deferrals: 3,
    dryRunFirst: false,
    ...start,
  };
}

export type RingFault = 'name' | 'size' | 'order' | 'mixed' | 'last';
export type DraftFault =
  | 'fix'
  | 'action'
  | 'selection'
  | 'rings'
  | 'window-days'
  | 'window-times'
  | 'deadline'
  | 'halt'
  | 'deferrals';

/**
 * What is wrong with each ring, by its key. Percentages count everybody so far and rise; rings
 * counted in endpoints stand before those in percent, and the last one is all.
 */
export function ringFaults(rings: readonly RingDraft[]): ReadonlyMap<number, RingFault> {
  const faults = new Map<number, RingFault>();
  let percentBefore = 0;
  rings.forEach(({ key, name, size, unit }, place) => {
    const isCount = unit === 'endpoints';
    if (name.trim() === '') faults.set(key, 'name');
    else if (size === '' || size <= 0) faults.set(key, 'size');
    else if (isCount ? !Number.isInteger(size) : size > 100) faults.set(key, 'size');
    else if (place === rings.length - 1 && (isCount || size !== 100)) faults.set(key, 'last');
    else if (isCount && percentBefore > 0) faults.set(key, 'mixed');
    else if (!isCount && size <= percentBefore) faults.set(key, 'order');
    if (!isCount && size !== '') percentBefore = Math.max(percentBefore, size);
  });
  return faults;
}

const isPercent = (value: number | '') => value !== '' && value >= 0 && value <= 100;
const clock = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Everything that stands in the way of a request, in the order of the page. */
export function draftFaults(draft: CampaignDraft, now: Date): readonly DraftFault[] {
  const { window } = draft;
  const deadlineMs = Date.parse(draft.deadline);
  return [
    ...(draft.kind === 'fix' && draft.fixId === null ? (['fix'] as const) : []),
    ...(draft.kind === 'action' && actionOf(draft.action) === null ? (['action'] as const) : []),
    // An action of one's own is never meant for everybody by omission.
    ...(draft.kind === 'action' && draft.endpointIds === null && draft.selector.trim() === ''
      ? (['selection'] as const)
      : []),
    ...(draft.rings.length === 0 || ringFaults(draft.rings).size > 0 ? (['rings'] as const) : []),
    ...(window?.days.length === 0 ? (['window-days'] as const) : []),
    ...(window && !(clock.test(window.from) && clock.test(window.to) && window.from !== window.to)
      ? (['window-times'] as const)
      : []),
    ...(Number.isNaN(deadlineMs) || deadlineMs <= now.getTime() ? (['deadline'] as const) : []),
    ...(isPercent(draft.haltAtFailurePercent) && isPercent(draft.haltAtSilentPercent)
      ? []
      : (['halt'] as const)),
    ...(draft.deferrals === '' ? (['deferrals'] as const) : []),
  ];
}

export function workOf(draft: CampaignDraft): Work | null {
  switch (draft.kind) {
    case 'fix':
      return draft.fixId === null ? null : { kind: 'fix', fixId: draft.fixId };
    case 'findings':
      return {
        kind: 'findings',
        ...(draft.severities.length > 0 ? { severities: [...draft.severities] } : {}),
        ...(draft.exploitedOnly ? { exploitedOnly: true } : {}),
      };
    case 'action': {
      const action = actionOf(draft.action);
      return action === null ? null : { kind: 'action', action };
    }
  }
}

/** The wire wants a percentage of every ring; for one counted in endpoints `atLeast` decides. */
const leastPercent = 0.0001;

const ringOf = ({ name, size, unit, selector, soakMinutes }: RingDraft): Ring => ({
  name: name.trim(),
  ...(unit === 'endpoints'
    ? { percent: leastPercent, atLeast: Number(size) }
    : { percent: Number(size) }),
  ...(selector.trim() === '' ? {} : { selector: selector.trim() }),
  soakMinutes,
});

/** Whether a ring of a campaign is counted in endpoints rather than in percent. */
export const isCounted = (ring: Pick<Ring, 'percent' | 'atLeast'>): boolean =>
  ring.atLeast !== undefined && ring.percent <= 0.01;

/** The request; null while something stands in its way. */
export function newCampaignOf(draft: CampaignDraft, now: Date): NewCampaign | null {
  const work = workOf(draft);
  if (work === null || draftFaults(draft, now).length > 0) return null;
  const selector = draft.selector.trim();
  return {
    ...(draft.title.trim() === '' ? {} : { title: draft.title.trim() }),
    work,
    ...(selector === '' ? {} : { selector }),
    ...(draft.endpointIds === null ? {} : { endpointIds: [...draft.endpointIds] }),
    rings: draft.rings.map(ringOf),
    window: draft.window,
    deadlineAt: new Date(draft.deadline).toISOString(),
    haltAtFailurePercent: Number(draft.haltAtFailurePercent),
    haltAtSilentPercent: Number(draft.haltAtSilentPercent),
    restart: draft.restart,
    ...(draft.restart === 'when-needed' && draft.restartNotice.trim() !== ''
      ? { restartNotice: draft.restartNotice.trim() }
      : {}),
    deferrals: Number(draft.deferrals),
    ...(draft.dryRunFirst ? { dryRunFirst: true } : {}),
  };
}
