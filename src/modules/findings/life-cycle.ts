/**
 * The one life cycle of all kinds of findings.
 *
 *     open ⇄ planned ⇄ in-progress ⇄ awaiting-proof      by hand, or by a campaign
 *       └────────────── any of them ──► closed            only by an observation
 *     closed ──► open (reopened)                          only by an observation
 *     any open one ──► excepted (until a date) ──► open   by an approved exception; by its end
 *     any open one ──► not-affected, fixed-claimed,
 *                      under-investigation                by a VEX statement, with its source
 *
 * Nobody's click closes a finding. A VEX `fixed` is a claim by a supplier, so it is its own state
 * until an observation agrees.
 */
export const findingStates = [
  'open',
  'planned',
  'in-progress',
  'awaiting-proof',
  'excepted',
  'under-investigation',
  'fixed-claimed',
  'not-affected',
  'closed',
] as const;
export type FindingState = (typeof findingStates)[number];

/** States in which the ember still glows: they count, and they have a due date. */
export const activeStates = [
  'open',
  'planned',
  'in-progress',
  'awaiting-proof',
  'under-investigation',
] as const satisfies readonly FindingState[];

/** States that a person may set; the others are reached by observation, statement or date. */
export const statesByHand = ['open', 'planned', 'in-progress', 'awaiting-proof'] as const;

/** Why a person's move is refused: `code` for programs and translations, `reason` for people. */
export type Transition =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: RefusalCode; readonly reason: string };
export type RefusalCode =
  | 'only-observation-closes'
  | 'closed-reopens-by-observation'
  | 'statement-decides'
  | 'exception-decides'
  | 'not-by-hand';

/** May a person move a finding from one state to another? */
export function moveByHand(from: FindingState, to: FindingState): Transition {
  if (to === 'closed') {
    return {
      ok: false,
      code: 'only-observation-closes',
      reason: 'Only a new observation closes a finding.',
    };
  }
  if (from === 'closed') {
    return {
      ok: false,
      code: 'closed-reopens-by-observation',
      reason: 'A closed finding reopens when it is observed again.',
    };
  }
  if (from === 'not-affected' || from === 'fixed-claimed') {
    return {
      ok: false,
      code: 'statement-decides',
      reason: 'A VEX statement decides this state; withdraw the statement.',
    };
  }
  if (from === 'excepted') {
    return {
      ok: false,
      code: 'exception-decides',
      reason: 'An exception decides this state; withdraw the exception.',
    };
  }
  if ((statesByHand as readonly string[]).includes(to)) return { ok: true };
  return { ok: false, code: 'not-by-hand', reason: `The state "${to}" is not set by hand.` };
}

/** What an observation does to a finding: seen again (or for the first time), or gone. */
export function afterObservation(
  before: FindingState | null,
  seen: boolean,
): { readonly state: FindingState; readonly reopened: boolean } | null {
  if (!seen)
    return before === null || before === 'closed' ? null : { state: 'closed', reopened: false };
  if (before === null) return { state: 'open', reopened: false };
  if (before === 'closed') return { state: 'open', reopened: true };
  return { state: before, reopened: false };
}
