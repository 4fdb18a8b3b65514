/**
 * Which endpoint a node key speaks for.
 *
 * osquery gives us names that hosts share (a hardware UUID that was cloned, a host name that is
 * `localhost`) and an enrolment that happens for good reasons (a lost database) and for bad ones
 * (a cloned machine). What tells them apart is behaviour: after a host has enrolled again it never
 * uses its old key (measured with osqueryd 5.23.1: not one request of any of its threads). So:
 *
 * - A newcomer that looks like a known endpoint becomes its *challenger*; the node before it stays
 *   the *current* one. Nothing of either is mixed: the challenger is held for `CONTEST_SECONDS`.
 * - The current node stays silent: it was the same host. The challenger becomes current, the old
 *   key *superseded*.
 * - Both are heard after `GRACE_SECONDS`: two live hosts. The one that enrolled later gets an
 *   endpoint of its own; both endpoints are marked as sharing their hardware UUID.
 * - A superseded key is used again (a machine that slept while its clone took its place, or one
 *   that was set back to an old snapshot): it becomes the challenger, and the same rules decide.
 */
export const GRACE_SECONDS = 30;
export const CONTEST_SECONDS = 60;
/** A challenger that stays silent for so long has given up. Long enough for an agent without polls. */
export const RETREAT_SECONDS = 600;
/** A node that was silent for so long does not compete: its successor is taken at once. */
export const LIVE_SECONDS = 15 * 60;

export type Standing = 'current' | 'challenger' | 'superseded';

/** A node key that was given out, and what its host said of itself. */
export interface KnownNode {
  readonly id: string;
  readonly endpointId: string;
  readonly standing: Standing;
  /** Since when it has this standing. */
  readonly since: Date;
  readonly enrolledAt: Date;
  readonly lastUsedAt: Date | null;
  /** Used after the grace of the contest that is going on. */
  readonly heardInContest: boolean;
  readonly platform: string;
  readonly hostKey: string | null;
  readonly hardwareUuid: string | null;
  readonly hostname: string;
  readonly instanceId: string | null;
  readonly address: string | null;
}

export type Candidate = Pick<
  KnownNode,
  'platform' | 'hostKey' | 'hardwareUuid' | 'hostname' | 'instanceId' | 'address'
>;

export type EnrolmentDecision =
  /** Not seen before, or certainly none of those that look alike (`alike`: their endpoints). */
  | { readonly kind: 'new-endpoint'; readonly alike: readonly string[] }
  | {
      readonly kind: 'known-endpoint';
      readonly endpointId: string;
      /** `now`: nobody competes; `contest`: the current node was heard of lately. */
      readonly take: 'now' | 'contest';
    };

/** Whether two enrolments may come from one host. */
export function looksAlike(a: Candidate, b: Candidate): boolean {
  if (a.platform !== b.platform) return false;
  if (a.hardwareUuid !== null && b.hardwareUuid !== null) return a.hardwareUuid === b.hardwareUuid;
  if (a.hostKey !== null && b.hostKey !== null) return a.hostKey === b.hostKey;
  const nameless = (c: Candidate) => c.hardwareUuid === null && c.hostKey === null;
  return nameless(a) && nameless(b) && a.instanceId !== null && a.instanceId === b.instanceId;
}

/** How much speaks for the very same host, among hosts that look alike. */
function likeness(a: Candidate, b: Candidate): number {
  const ownKey = a.hostKey !== null && a.hostKey !== a.hardwareUuid && a.hostKey === b.hostKey;
  return (
    (a.instanceId !== null && a.instanceId === b.instanceId ? 8 : 0) +
    (ownKey ? 4 : 0) +
    (a.hostname === b.hostname ? 2 : 0) +
    (a.address !== null && a.address === b.address ? 1 : 0)
  );
}

/** `known`: every node that may look alike; all of their endpoints' nodes are needed. */
export function decideEnrolment(
  newcomer: Candidate,
  known: readonly KnownNode[],
  now: Date,
): EnrolmentDecision {
  const alike = known.filter((node) => looksAlike(newcomer, node));
  const endpointIds = [...new Set(alike.map(({ endpointId }) => endpointId))].sort();
  if (endpointIds.length === 0) return { kind: 'new-endpoint', alike: [] };

  const ranked = endpointIds
    .map((endpointId) => {
      const nodes = alike.filter((node) => node.endpointId === endpointId);
      return {
        endpointId,
        likeness: Math.max(...nodes.map((node) => likeness(newcomer, node))),
        heardAtMs: Math.max(...nodes.map(heardAtMs)),
      };
    })
    // The likeliest; among equals the one that was silent longest, which competes least.
    .sort((a, b) => b.likeness - a.likeness || a.heardAtMs - b.heardAtMs);
  const best = ranked[0]!;
  // Clones are known to exist, and this resembles none of them by more than its address.
  if (endpointIds.length > 1 && best.likeness < 2)
    return { kind: 'new-endpoint', alike: endpointIds };
  const silentMs = now.getTime() - best.heardAtMs;
  return {
    kind: 'known-endpoint',
    endpointId: best.endpointId,
    take: silentMs >= LIVE_SECONDS * 1000 ? 'now' : 'contest',
  };
}

function heardAtMs(node: KnownNode): number {
  return Math.max(node.enrolledAt.getTime(), node.lastUsedAt?.getTime() ?? 0);
}

export type Verdict =
  /** It speaks for its endpoint: take what it sends. */
  | 'usable'
  /** Not decided yet: let it keep what it has. */
  | 'hold';

export type Change =
  | { readonly kind: 'heard'; readonly nodeId: string }
  /** A superseded key came back. */
  | { readonly kind: 'challenge'; readonly nodeId: string }
  /** One host: `winnerId` becomes current, `loserId` (if any) superseded. */
  | { readonly kind: 'settle'; readonly winnerId: string; readonly loserId: string | null }
  /** Two live hosts: `leavesId` gets an endpoint of its own, `staysId` is current. */
  | { readonly kind: 'split'; readonly staysId: string; readonly leavesId: string };

/**
 * What follows from one contact of the node `nodeId`. `nodes`: all nodes of its endpoint, locked,
 * so that the changes can be stored before the next contact is judged.
 */
export function judgeContact(
  nodes: readonly KnownNode[],
  nodeId: string,
  now: Date,
): { readonly verdict: Verdict; readonly changes: readonly Change[] } {
  const node = nodes.find(({ id }) => id === nodeId);
  if (node === undefined) return { verdict: 'hold', changes: [] };
  const current = nodes.find(({ standing }) => standing === 'current');
  const challenger = nodes.find(({ standing }) => standing === 'challenger');
  const past = (since: Date, seconds: number) => now.getTime() - since.getTime() >= seconds * 1000;

  if (node.standing === 'superseded') {
    // The last requests of a daemon that has just enrolled again, or a contest that is going on.
    if (challenger !== undefined || !past(node.since, GRACE_SECONDS)) {
      return { verdict: 'hold', changes: [] };
    }
    return { verdict: 'hold', changes: [{ kind: 'challenge', nodeId }] };
  }
  if (challenger === undefined) return { verdict: 'usable', changes: [] };

  const inGrace = !past(challenger.since, GRACE_SECONDS);
  // While an older key challenges, what the current node sends may belong to another record.
  const currentIsYounger =
    current !== undefined && current.enrolledAt.getTime() > challenger.enrolledAt.getTime();
  const waiting: Verdict = node.standing === 'current' && !currentIsYounger ? 'usable' : 'hold';
  if (inGrace) return { verdict: waiting, changes: [] };

  const other = node === challenger ? current : challenger;
  if (other?.heardInContest) {
    const [stays, leaves] = currentIsYounger ? [challenger, current!] : [current!, challenger];
    return {
      verdict: 'usable',
      changes: [{ kind: 'split', staysId: stays.id, leavesId: leaves.id }],
    };
  }
  if (node === challenger && past(challenger.since, CONTEST_SECONDS)) {
    return {
      verdict: 'usable',
      changes: [{ kind: 'settle', winnerId: node.id, loserId: current?.id ?? null }],
    };
  }
  if (node === current && past(challenger.since, RETREAT_SECONDS)) {
    return {
      verdict: 'usable',
      changes: [{ kind: 'settle', winnerId: node.id, loserId: challenger.id }],
    };
  }
  return {
    verdict: waiting,
    changes: node.heardInContest ? [] : [{ kind: 'heard', nodeId }],
  };
}
