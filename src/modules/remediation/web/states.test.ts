import { describe, expect, it } from 'vitest';
import { changesOf, hasChanged } from './change-list.ts';
import { dangerOfAction, dangersOf, mustType, readCount } from './dangers.ts';
import { ringStateOf } from './ring-state.ts';
import { proofStates, segmentsOf, targetStates, troubleOf, verbsOf } from './states.ts';

describe('states', () => {
  it('keeps the order, leaves out zeros and counts what it has no name for', () => {
    expect(segmentsOf({ failed: 2, done: 5, queued: 0, novel: 3 }, targetStates)).toEqual({
      segments: [
        { name: 'done', count: 5 },
        { name: 'failed', count: 2 },
      ],
      unnamed: 3,
    });
  });

  it('puts "done but still there" before everything else', () => {
    expect(segmentsOf({ proved: 9, 'still-there': 1 }, proofStates).segments[0]?.name).toBe(
      'still-there',
    );
  });

  it('counts as trouble what another order may mend', () => {
    expect(
      troubleOf({ failed: 1, refused: 2, 'no-effect': 3, expired: 4, done: 5, offline: 6 }),
    ).toBe(10);
  });

  it('offers only what the state allows, and a retry only where there is something to retry', () => {
    expect(verbsOf('draft', 0)).toEqual(['start', 'cancel']);
    expect(verbsOf('halted', 3)).toEqual(['resume', 'retry', 'cancel']);
    expect(verbsOf('running', 0)).toEqual(['pause', 'cancel']);
    expect(verbsOf('finished', 0)).toEqual([]);
    expect(verbsOf('cancelled', 3)).toEqual([]);
  });
});

describe('dangers', () => {
  const remove = {
    type: 'package-remove',
    manager: 'apt',
    packages: [{ name: 'telnetd' }],
  } as const;
  it('names the gravest first and asks for the number where nothing can be taken back', () => {
    const both = dangersOf(
      { kind: 'action', action: { ...remove, packages: [{ name: 'x' }] } },
      'when-needed',
    );
    expect(both).toEqual(['removal', 'may-restart']);
    expect(mustType(both)).toBe(true);
    expect(mustType(dangersOf({ kind: 'fix', fixId: 1 }, 'when-needed'))).toBe(false);
    expect(dangersOf({ kind: 'fix', fixId: 1 }, 'never')).toEqual([]);
  });

  it('sees a stopped service, not a started one', () => {
    const service = { type: 'service', name: 'ssh' } as const;
    expect(dangerOfAction({ ...service, operation: 'disable' })).toBe('service-stop');
    expect(dangerOfAction({ ...service, operation: 'start' })).toBeNull();
  });

  it.each([
    ['1,204', 1204],
    [' １２０４ ', 1204],
    ['', null],
    ['all', null],
    ['-3', null],
    ['12e3', null],
  ])('reads %j as %j', (typed, count) => {
    expect(readCount(typed)).toBe(count);
  });
});

describe('changes', () => {
  it('tells unchanged, changed, removed and unknown apart', () => {
    const changes = changesOf({ a: '1', b: '1', c: '1' }, { a: '1', b: '2', d: '1', c: null });
    expect(changes.map((change) => [change.name, hasChanged(change)])).toEqual([
      ['b', true],
      ['c', true],
      ['d', true],
      ['a', false],
    ]);
    const [unknown] = changesOf({ a: '1' }, {});
    expect(unknown).toEqual({ name: 'a', before: '1', after: undefined });
    expect(unknown && hasChanged(unknown)).toBe(false);
  });
});

describe('a ring', () => {
  const at = '2026-11-21T12:00:00Z';
  const ring = (endpoints: number, startedAt: string | null, endedAt: string | null = null) => ({
    name: '',
    percent: 100,
    soakMinutes: 30,
    endpoints,
    startedAt,
    endedAt,
  });
  const rings = [ring(1, at, at), ring(4, at), ring(15, null)];
  const stateOf = (byState: Record<string, number>, place = 1, state = 'running' as const) =>
    ringStateOf({ rings, state, byState }, place);

  it('soaks once nobody of it is under way or waits', () => {
    expect(stateOf({ done: 5, waiting: 15 })).toBe('soaking');
    expect(stateOf({ done: 4, running: 1, waiting: 15 })).toBe('running');
    expect(stateOf({ done: 4, waiting: 16 })).toBe('running');
    expect(stateOf({ done: 5, waiting: 15 }, 0)).toBe('ended');
    expect(stateOf({ done: 5, waiting: 15 }, 2)).toBe('to-come');
  });

  it('does not soak while the campaign is halted', () => {
    const halted = { rings, state: 'halted', byState: { failed: 5, waiting: 15 } } as const;
    expect(ringStateOf(halted, 1)).toBe('running');
  });
});
