import { describe, expect, it } from 'vitest';
import {
  type Candidate,
  decideEnrolment,
  judgeContact,
  type KnownNode,
  looksAlike,
} from './identity.ts';

const start = new Date('2026-11-21T18:00:00Z').getTime();
const at = (seconds: number) => new Date(start + seconds * 1000);
const UUID = '8f3c2a54-6c1b-4b8f-9d0e-5a1f7c9b2e11';

const candidate = (more: Partial<Candidate> = {}): Candidate => ({
  platform: 'linux',
  hostKey: UUID,
  hardwareUuid: UUID,
  hostname: 'alpha',
  instanceId: 'i1',
  address: '192.0.2.1',
  ...more,
});
const known = (more: Partial<KnownNode> = {}): KnownNode => ({
  ...candidate(),
  id: 'k1',
  endpointId: 'e1',
  standing: 'current',
  since: at(0),
  enrolledAt: at(0),
  lastUsedAt: null,
  heardInContest: false,
  ...more,
});

describe('looksAlike', () => {
  it.each`
    because                                            | a                                           | b                                                          | alike
    ${'one hardware UUID, other name'}                 | ${{}}                                       | ${{ hostKey: 'beta', hostname: 'beta' }}                   | ${true}
    ${'other hardware, one name'}                      | ${{ hostKey: 'alpha' }}                     | ${{ hostKey: 'alpha', hardwareUuid: 'other' }}             | ${false}
    ${'no hardware UUID, one host identifier'}         | ${{ hardwareUuid: null, hostKey: 'alpha' }} | ${{ hostKey: 'alpha' }}                                    | ${true}
    ${'neither, but one database'}                     | ${{ hardwareUuid: null, hostKey: null }}    | ${{ hardwareUuid: null, hostKey: null }}                   | ${true}
    ${'neither, other database'}                       | ${{ hardwareUuid: null, hostKey: null }}    | ${{ hardwareUuid: null, hostKey: null, instanceId: 'i2' }} | ${false}
    ${'one database is not enough beside another key'} | ${{ hardwareUuid: null, hostKey: null }}    | ${{}}                                                      | ${false}
    ${'the other system of a dual boot'}               | ${{}}                                       | ${{ platform: 'windows' }}                                 | ${false}
  `('$because: $alike', ({ a, b, alike }) => {
    expect(looksAlike(candidate(a), candidate(b))).toBe(alike);
    expect(looksAlike(candidate(b), candidate(a))).toBe(alike);
  });
});

describe('decideEnrolment', () => {
  const clones = [
    known({ id: 'k1', endpointId: 'e1', hostname: 'alpha', instanceId: 'i1', lastUsedAt: at(50) }),
    known({ id: 'k2', endpointId: 'e2', hostname: 'beta', instanceId: 'i2', lastUsedAt: at(90) }),
  ];
  it.each`
    because                                           | newcomer                                     | nodes                                                       | expected
    ${'nobody like it'}                               | ${{}}                                        | ${[]}                                                       | ${{ kind: 'new-endpoint', alike: [] }}
    ${'other hardware'}                               | ${{ hardwareUuid: 'x', hostKey: 'x' }}       | ${clones}                                                   | ${{ kind: 'new-endpoint', alike: [] }}
    ${'the old key was used lately'}                  | ${{ instanceId: 'i9' }}                      | ${[known({ lastUsedAt: at(50) })]}                          | ${{ kind: 'known-endpoint', endpointId: 'e1', take: 'contest' }}
    ${'the old key was given out lately, never used'} | ${{ instanceId: 'i9' }}                      | ${[known()]}                                                | ${{ kind: 'known-endpoint', endpointId: 'e1', take: 'contest' }}
    ${'the old key was silent for long'}              | ${{ instanceId: 'i9' }}                      | ${[known({ enrolledAt: at(-9000), lastUsedAt: at(-900) })]} | ${{ kind: 'known-endpoint', endpointId: 'e1', take: 'now' }}
    ${'of known clones, the one with its database'}   | ${{ hostname: 'renamed', instanceId: 'i2' }} | ${clones}                                                   | ${{ kind: 'known-endpoint', endpointId: 'e2', take: 'contest' }}
    ${'of known clones, the one with its name'}       | ${{ hostname: 'beta', instanceId: 'i9' }}    | ${clones}                                                   | ${{ kind: 'known-endpoint', endpointId: 'e2', take: 'contest' }}
    ${'a third clone'}                                | ${{ hostname: 'gamma', instanceId: 'i9' }}   | ${clones}                                                   | ${{ kind: 'new-endpoint', alike: ['e1', 'e2'] }}
    ${'of clones with one name, the most silent'}     | ${{ hostname: 'alpha', instanceId: 'i9' }}   | ${clones.map((c) => ({ ...c, hostname: 'alpha' }))}         | ${{ kind: 'known-endpoint', endpointId: 'e1', take: 'contest' }}
  `('$because', ({ newcomer, nodes, expected }) => {
    expect(decideEnrolment(candidate(newcomer), nodes, at(100))).toEqual(expected);
    expect(decideEnrolment(candidate(newcomer), nodes.toReversed(), at(100))).toEqual(expected);
  });
});

/** Plays contacts against the rules as the store applies them. */
function play(nodes: KnownNode[], contacts: readonly [seconds: number, node: string][]) {
  const log: string[] = [];
  for (const [seconds, nodeId] of contacts) {
    const node = nodes.find(({ id }) => id === nodeId)!;
    const siblings = nodes.filter(({ endpointId }) => endpointId === node.endpointId);
    const { verdict, changes } = judgeContact(siblings, nodeId, at(seconds));
    log.push(`${seconds} ${nodeId} ${verdict}${changes.map(({ kind }) => ` ${kind}`).join('')}`);
    const set = (id: string, change: Partial<KnownNode>) => {
      nodes = nodes.map((n) => (n.id === id ? { ...n, ...change } : n));
    };
    for (const change of changes) {
      const since = at(seconds);
      if (change.kind === 'heard') set(change.nodeId, { heardInContest: true });
      else if (change.kind === 'challenge') {
        nodes = nodes.map((n) => ({ ...n, heardInContest: false }));
        set(change.nodeId, { standing: 'challenger', since });
      } else if (change.kind === 'settle') {
        if (change.loserId) set(change.loserId, { standing: 'superseded', since });
        set(change.winnerId, { standing: 'current', heardInContest: false });
      } else {
        set(change.leavesId, { standing: 'current', endpointId: 'new', heardInContest: false });
        set(change.staysId, { standing: 'current', heardInContest: false });
      }
    }
  }
  const standings = Object.fromEntries(nodes.map((n) => [n.id, `${n.endpointId} ${n.standing}`]));
  return { log, standings };
}

const contest = () => [
  known({ id: 'old', enrolledAt: at(-5000), since: at(-5000), lastUsedAt: at(-5) }),
  known({ id: 'new', standing: 'challenger', instanceId: 'i2' }),
];

describe('judgeContact', () => {
  it('lets a host that lost its database go on with its endpoint', () => {
    const { log, standings } = play(contest(), [
      [1, 'new'],
      [11, 'new'],
      [31, 'new'],
      [59, 'new'],
      [61, 'new'],
      [71, 'new'],
    ]);
    expect(log).toEqual([
      '1 new hold',
      '11 new hold',
      '31 new hold heard',
      '59 new hold',
      '61 new usable settle',
      '71 new usable',
    ]);
    expect(standings).toEqual({ old: 'e1 superseded', new: 'e1 current' });
  });

  it('takes the last requests of a daemon that has just enrolled again for no second host', () => {
    const { standings } = play(contest(), [
      [2, 'old'],
      [11, 'new'],
      [29, 'old'],
      [40, 'new'],
      [60, 'new'],
    ]);
    expect(standings).toEqual({ old: 'e1 superseded', new: 'e1 current' });
  });

  it('tells two live hosts apart, and holds the newcomer until then', () => {
    const { log, standings } = play(contest(), [
      [2, 'old'],
      [3, 'new'],
      [32, 'old'],
      [33, 'new'],
    ]);
    expect(log).toEqual([
      '2 old usable',
      '3 new hold',
      '32 old usable heard',
      '33 new usable split',
    ]);
    expect(standings).toEqual({ old: 'e1 current', new: 'new current' });
  });

  it('does so whoever is heard first', () => {
    const { standings } = play(contest(), [
      [33, 'new'],
      [34, 'old'],
    ]);
    expect(standings).toEqual({ old: 'e1 current', new: 'new current' });
  });

  it('gives a machine that slept its endpoint back when its clone had taken its place', () => {
    const settled = [
      known({ id: 'old', standing: 'superseded', enrolledAt: at(-5000), since: at(-1000) }),
      known({ id: 'new', enrolledAt: at(-1060), since: at(-1000), instanceId: 'i2' }),
    ];
    const { log, standings } = play(settled, [
      [0, 'old'],
      [5, 'new'],
      [10, 'old'],
      [31, 'old'],
      [35, 'new'],
    ]);
    expect(log).toEqual([
      '0 old hold challenge',
      '5 new hold',
      '10 old hold',
      '31 old hold heard',
      '35 new usable split',
    ]);
    expect(standings).toEqual({ old: 'e1 current', new: 'new current' });
  });

  it('follows a machine that was set back to a snapshot with its old key', () => {
    const settled = [
      known({ id: 'old', standing: 'superseded', enrolledAt: at(-5000), since: at(-1000) }),
      known({ id: 'new', enrolledAt: at(-1060), since: at(-1000), instanceId: 'i2' }),
    ];
    const { standings } = play(settled, [
      [0, 'old'],
      [10, 'old'],
      [40, 'old'],
      [61, 'old'],
    ]);
    expect(standings).toEqual({ old: 'e1 current', new: 'e1 superseded' });
  });

  it('does not stop an endpoint for one stray use of an old key', () => {
    const settled = [
      known({ id: 'old', standing: 'superseded', enrolledAt: at(-5000), since: at(-1000) }),
      known({ id: 'new', enrolledAt: at(-1060), since: at(-1000), instanceId: 'i2' }),
    ];
    const { log, standings } = play(settled, [
      [0, 'old'],
      [40, 'new'],
      [599, 'new'],
      [601, 'new'],
      [610, 'new'],
    ]);
    expect(log.slice(-2)).toEqual(['601 new usable settle', '610 new usable']);
    expect(standings).toEqual({ old: 'e1 superseded', new: 'e1 current' });
  });

  it('stays settled: hosts that were told apart do not meet again', () => {
    const { log } = play(contest(), [
      [32, 'old'],
      [33, 'new'],
      ...Array.from(
        { length: 20 },
        (_, i) => [40 + i * 10, i % 2 ? 'old' : 'new'] as [number, string],
      ),
    ]);
    expect(log.slice(2).every((entry) => entry.endsWith(' usable'))).toBe(true);
  });
});
