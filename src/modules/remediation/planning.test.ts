import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions } from '../../standards/versions/ecosystem.ts';
import type { MaintenanceWindow, Ring } from './api.ts';
import { approvalBecause, mayApprove } from './approval.ts';
import { haltBecause, reaches } from './halt.ts';
import {
  closesAt,
  isOpen,
  isTimeZone,
  mayBegin,
  opensWithin,
  wallClock,
} from './maintenance-window.ts';
import { defaultRings, mixed, planRings, ringsProblem } from './ring-plan.ts';
import { proofOf, stepOf } from './target-state.ts';
import { undoAction } from './undo.ts';
import {
  actionOf,
  type EndpointFacts,
  type FindingFacts,
  type FixNeeded,
  type InstalledPackage,
  managersOf,
  planEndpoint,
} from './work-plan.ts';

const rings = fc
  .array(
    fc.record({
      percent: fc.integer({ min: 1, max: 99 }),
      atLeast: fc.integer({ min: 1, max: 9 }),
    }),
    { maxLength: 6 },
  )
  .map((parts): Ring[] => [
    ...parts
      .sort((a, b) => a.percent - b.percent)
      .map((part, at) => ({ name: `${at}`, soakMinutes: 0, ...part })),
    { name: 'last', percent: 100, soakMinutes: 0 },
  ]);
const idsOf = (count: number) => Array.from({ length: count }, (_, at) => `endpoint-${at}`);

describe('rings', () => {
  it('hold every endpoint once, each ring at least its cumulative share as long as there are some', () => {
    fc.assert(
      fc.property(rings, fc.integer({ min: 0, max: 300 }), (given, count) => {
        const ids = idsOf(count);
        const ringOf = planRings(given, ids);
        expect([...ringOf.keys()].sort()).toEqual([...ids].sort());
        let before = 0;
        for (const [at, { percent, atLeast = 0 }] of given.entries()) {
          const own = [...ringOf.values()].filter((ring) => ring === at).length;
          const left = count - before;
          if (at < given.length - 1) expect(own).toBeGreaterThanOrEqual(Math.min(atLeast, left));
          before += own;
          expect(before).toBeGreaterThanOrEqual(
            Math.min(count, Math.ceil((count * percent) / 100)),
          );
        }
        expect(before).toBe(count);
      }),
    );
  });

  it('take those that were chosen first', () => {
    const ringOf = planRings(defaultRings, idsOf(100), [new Set(['endpoint-9', 'endpoint-8'])]);
    const first = [...ringOf].filter(([, ring]) => ring === 0).map(([id]) => id);
    expect(first.sort()).toEqual(['endpoint-8', 'endpoint-9']);
    const counts = [0, 1, 2, 3].map(
      (at) => [...ringOf.values()].filter((ring) => ring === at).length,
    );
    expect(counts).toEqual([2, 3, 20, 75]);
  });

  it('are mixed the same way each time, and not by name', () => {
    const ids = idsOf(200);
    expect(mixed(ids, 'a')).toEqual(mixed([...ids].reverse(), 'a'));
    expect(mixed(ids, 'a')).not.toEqual(mixed(ids, 'b'));
    expect([...mixed(ids, 'a')].sort()).toEqual([...ids].sort());
    const early = mixed(ids, 'a')
      .slice(0, 20)
      .filter((id) => Number(id.slice(9)) < 20);
    expect(early.length).toBeLessThan(10);
  });

  it('end with all and never shrink', () => {
    expect(ringsProblem(defaultRings)).toBeNull();
    expect(ringsProblem([])).not.toBeNull();
    expect(ringsProblem([{ name: 'a', percent: 50, soakMinutes: 0 }])).toContain('100 %');
    expect(
      ringsProblem([
        { name: 'a', percent: 50, soakMinutes: 0 },
        { name: 'b', percent: 20, soakMinutes: 0 },
      ]),
    ).toContain('Ring 2');
  });
});

describe('maintenance windows', () => {
  const nightly: MaintenanceWindow = { days: [0, 1, 2, 3, 4, 5, 6], from: '22:00', to: '05:00' };
  const sunday: MaintenanceWindow = { days: [0], from: '01:30', to: '03:30' };

  it.each([
    ['2026-11-21T13:00:00Z', 'Asia/Tokyo', nightly, true],
    ['2026-11-21T12:59:59Z', 'Asia/Tokyo', nightly, false],
    ['2026-11-21T19:59:59Z', 'Asia/Tokyo', nightly, true],
    ['2026-11-21T20:00:00Z', 'Asia/Tokyo', nightly, false],
    // The day is the one on which it begins: 01:00 on Monday belongs to Sunday's window.
    ['2026-11-22T16:00:00Z', 'Asia/Tokyo', { ...nightly, days: [0] }, true],
    ['2026-11-21T16:00:00Z', 'Asia/Tokyo', { ...nightly, days: [0] }, false],
    // Summer time begins in Berlin on 2026-03-29: 02:00 becomes 03:00, at 01:00Z.
    ['2026-03-29T00:30:00Z', 'Europe/Berlin', sunday, true],
    ['2026-03-29T01:00:00Z', 'Europe/Berlin', sunday, true],
    ['2026-03-29T01:30:00Z', 'Europe/Berlin', sunday, false],
    // It ends on 2026-10-25: 02:30 comes twice.
    ['2026-10-25T00:30:00Z', 'Europe/Berlin', sunday, true],
    ['2026-10-25T01:30:00Z', 'Europe/Berlin', sunday, true],
    ['2026-10-25T02:30:00Z', 'Europe/Berlin', sunday, false],
  ] as const)('%s in %s', (at, zone, window, open) => {
    expect(isOpen({ ...window, days: [...window.days] }, zone, new Date(at))).toBe(open);
  });

  it('a window that summer time skips does not open that day', () => {
    const skipped: MaintenanceWindow = { days: [0], from: '02:00', to: '03:00' };
    const day = new Date('2026-03-28T23:00:00Z');
    const end = new Date('2026-03-29T22:00:00Z');
    expect(opensWithin(skipped, 'Europe/Berlin', day, end)).toBe(false);
    expect(opensWithin(skipped, 'Asia/Tokyo', day, new Date('2026-03-30T00:00:00Z'))).toBe(false);
    expect(opensWithin(skipped, 'Asia/Tokyo', new Date('2026-03-28T15:00:00Z'), end)).toBe(true);
  });

  it('closes at the minute in which it is open no more', () => {
    const zones = ['Asia/Tokyo', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe', 'UTC'];
    const time = fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
    const window = fc.record({
      days: fc.subarray([0, 1, 2, 3, 4, 5, 6], { minLength: 1 }),
      from: time,
      to: time,
    });
    const moment = fc.date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2027-01-01T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(window, fc.constantFrom(...zones), moment, (given, zone, at) => {
        if (!isOpen(given, zone, at)) return;
        const closes = closesAt(given, zone, at);
        expect(closes.getTime()).toBeGreaterThan(at.getTime());
        expect(isOpen(given, zone, new Date(closes.getTime() - 1))).toBe(true);
        const hours = (closes.getTime() - at.getTime()) / 3_600_000;
        if (hours < 35) expect(isOpen(given, zone, closes)).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('lets work begin when no window opens any more before the deadline', () => {
    const at = new Date('2026-11-22T00:00:00Z');
    const weekly: MaintenanceWindow = { days: [0], from: '01:00', to: '02:00' };
    const inDays = (days: number) => new Date(at.getTime() + days * 86_400_000);
    expect(mayBegin(weekly, 'UTC', at, inDays(1))).toBeNull();
    const later = new Date('2026-11-22T03:00:00Z');
    expect(mayBegin(weekly, 'UTC', later, inDays(1))).toEqual({ until: inDays(1) });
    expect(mayBegin(weekly, 'UTC', later, inDays(8))).toBeNull();
    expect(mayBegin(null, 'UTC', at, inDays(8))).toEqual({ until: inDays(8) });
    expect(mayBegin(null, 'UTC', at, at)).toBeNull();
  });

  it('knows zones from text that endpoints send', () => {
    expect(isTimeZone('Asia/Tokyo')).toBe(true);
    expect(isTimeZone('Mars/Olympus')).toBe(false);
    expect(isTimeZone('')).toBe(false);
    expect(wallClock('Asia/Kathmandu', new Date('2026-11-22T00:00:00Z'))).toEqual({
      day: 0,
      minute: 345,
    });
  });
});

describe('halting', () => {
  it('is sure of the whole ring before it speaks', () => {
    expect(reaches(10, 2, 30)).toBe(false);
    expect(reaches(10, 3, 30)).toBe(true);
    expect(reaches(10, 1, 1)).toBe(true);
    expect(reaches(0, 0, 30)).toBe(false);
    expect(reaches(0, 1, 30)).toBe(true);
    const limits = { failurePercent: 10, silentPercent: 20 };
    expect(haltBecause({ endpoints: 10, failed: 0, silent: 1 }, limits)).toBeNull();
    expect(haltBecause({ endpoints: 10, failed: 0, silent: 2 }, limits)?.en).toContain(
      'fell silent',
    );
  });
});

describe('states', () => {
  const of = (over: Partial<Parameters<typeof stepOf>[0]>) =>
    stepOf(
      {
        stage: 'work',
        state: 'waiting',
        reason: null,
        rebootNeeded: false,
        silent: false,
        ...over,
      },
      { restart: true, deadlinePassed: false },
    );

  it('follow what the agent says', () => {
    expect(of({})).toEqual({ state: 'queued', ended: false, next: null });
    expect(of({ silent: true }).state).toBe('offline');
    expect(of({ state: 'done' })).toEqual({ state: 'done', ended: true, next: null });
    expect(of({ state: 'done', rebootNeeded: true })).toMatchObject({
      ended: false,
      next: 'restart',
    });
    expect(of({ stage: 'dry-run', state: 'done' })).toMatchObject({
      state: 'waiting',
      next: 'work',
    });
    expect(of({ stage: 'dry-run', state: 'failed' })).toMatchObject({
      state: 'failed',
      ended: true,
    });
    expect(of({ state: 'expired' })).toMatchObject({ state: 'waiting', next: 'work' });
    expect(of({ state: 'refused', reason: 'EXPIRED' })).toMatchObject({ next: 'work' });
    expect(of({ state: 'refused', reason: 'FORGED' })).toMatchObject({
      state: 'refused',
      ended: true,
    });
    expect(of({ state: 'lost' })).toMatchObject({ state: 'failed', ended: true });
    // The work was done; only the restart was not.
    expect(of({ stage: 'restart', state: 'failed' })).toMatchObject({
      state: 'reboot-pending',
      ended: true,
    });
  });

  it('done is not proof: only an observation after the end is', () => {
    const now = new Date('2026-11-22T10:00:00Z');
    const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);
    const base = {
      findings: 2,
      closed: 0,
      endedAt: ago(10),
      observedAt: null,
      state: 'done' as const,
    };
    expect(proofOf(base, now)).toBe('waiting');
    expect(proofOf({ ...base, observedAt: ago(11) }, now)).toBe('waiting');
    expect(proofOf({ ...base, observedAt: ago(9) }, now)).toBe('still-there');
    expect(proofOf({ ...base, closed: 1, observedAt: ago(9) }, now)).toBe('still-there');
    expect(proofOf({ ...base, closed: 2 }, now)).toBe('proved');
    expect(proofOf({ ...base, endedAt: ago(61) }, now)).toBe('unknown');
    expect(proofOf({ ...base, findings: 0 }, now)).toBe('not-due');
    expect(proofOf({ ...base, state: 'failed' }, now)).toBe('not-due');
    // Somebody else mended it: observation counts, whoever did it.
    expect(proofOf({ ...base, state: 'no-agent', endedAt: null, closed: 2 }, now)).toBe('proved');
  });
});

describe('approval', () => {
  it('is needed for size, importance, scripts, removal and restarts, never by the maker', () => {
    const facts = {
      endpoints: 50,
      critical: 0,
      actionTypes: new Set(['package-upgrade'] as const),
      restart: false,
    };
    expect(approvalBecause(facts, 50)).toEqual([]);
    expect(approvalBecause({ ...facts, endpoints: 51 }, 50)).toHaveLength(1);
    expect(
      approvalBecause(
        {
          ...facts,
          critical: 1,
          actionTypes: new Set(['script', 'package-remove']),
          restart: true,
        },
        50,
      ),
    ).toHaveLength(4);
    const campaign = { createdById: 'a', scopeIds: ['s', 't'] };
    expect(mayApprove(campaign, { userId: 'a', scopes: 'all' })).toBe('is-the-maker');
    expect(mayApprove(campaign, { userId: 'b', scopes: ['s'] })).toBe('beyond-reach');
    expect(mayApprove(campaign, { userId: 'b', scopes: ['s', 't'] })).toBe('yes');
  });
});

describe('the work of an endpoint', () => {
  const now = new Date('2026-11-22T10:00:00Z');
  const facts = (over: Partial<EndpointFacts> = {}): EndpointFacts => ({
    endpointId: 'e',
    scopeId: 's',
    platform: 'linux',
    criticality: 'normal',
    confirmedAt: now,
    agent: { managers: ['apt'], privileged: true, scripts: false },
    held: [],
    kernelMetapackages: [],
    ...over,
  });
  const deb = (
    name: string,
    version: string,
    sourceName: string,
    sourceVersion = version,
  ): InstalledPackage => ({
    source: 'deb',
    name,
    version,
    sourceName,
    sourceVersion,
  });
  const fix = (
    name: string,
    version: string | null,
    ecosystem = 'Debian:12',
    fixId = 1,
  ): FixNeeded => ({
    fixId,
    ecosystem,
    name,
    version,
  });
  const finding = (
    id: number,
    fixes: FixNeeded[],
    installed: InstalledPackage[],
    excepted = false,
  ): FindingFacts => ({
    id,
    excepted,
    exploited: id === 1,
    fixes,
    installed,
  });
  const higher = (_ecosystem: string, a: string, b: string) =>
    compareVersions('dpkg', a, b) === -1 ? b : a;
  const plan = (findings: FindingFacts[], over: Partial<EndpointFacts> = {}, only?: number) =>
    planEndpoint(facts(over), findings, { now, higher, ...(only !== undefined && { only }) });

  it('is the binary packages that are there of a source, at least at the highest fix', () => {
    const installed = [
      deb('libssl3', '3.0.11-1', 'openssl'),
      deb('openssl', '3.0.11-1', 'openssl'),
    ];
    const result = plan([
      finding(1, [fix('openssl', '3.0.13-1')], installed),
      finding(2, [fix('openssl', '3.0.14-1')], installed),
    ]);
    expect(actionOf(result)).toEqual({
      type: 'package-upgrade',
      manager: 'apt',
      packages: [
        { name: 'libssl3', atLeast: '3.0.14-1' },
        { name: 'openssl', atLeast: '3.0.14-1' },
      ],
    });
    expect(result).toMatchObject({
      state: 'waiting',
      findingIds: [1, 2],
      exploited: 1,
      rebootLikely: true,
    });
  });

  it('does not ask a binary that counts by itself for a version of its source', () => {
    const of = [
      deb('default-jre', '2:1.17-74', 'java-common', '0.74'),
      deb('java-common', '0.74', 'java-common'),
      deb('rebuilt', '0.74+b2', 'java-common', '0.74'),
    ];
    expect(plan([finding(1, [fix('java-common', '0.75')], of)]).packages).toEqual([
      { name: 'default-jre', from: '2:1.17-74', atLeast: null },
      { name: 'java-common', from: '0.74', atLeast: '0.75' },
      { name: 'rebuilt', from: '0.74+b2', atLeast: '0.75' },
    ]);
  });

  it('brings kernels by their metapackage', () => {
    const kernel = [deb('linux-image-6.1.0-18-amd64', '6.1.76-1', 'linux')];
    const findings = [finding(1, [fix('linux', '6.1.99-1')], kernel)];
    expect(plan(findings)).toMatchObject({
      state: 'excluded',
      obstacle: 'KERNEL_WITHOUT_METAPACKAGE',
    });
    expect(plan(findings, { kernelMetapackages: ['linux-image-amd64'] })).toMatchObject({
      state: 'waiting',
      packages: [{ name: 'linux-image-amd64', from: null, atLeast: null }],
      rebootLikely: true,
    });
  });

  it('says what cannot be mended and why, and counts only what closes', () => {
    const openssl = [deb('openssl', '3.0.11-1', 'openssl')];
    const npm = {
      source: 'npm',
      name: 'lodash',
      version: '4.0.0',
      sourceName: '',
      sourceVersion: '',
    };
    const result = plan([
      finding(1, [fix('openssl', '3.0.14-1')], openssl),
      finding(2, [fix('lodash', '4.17.21', 'npm', 2)], [npm]),
      finding(3, [fix('openssl', '3.0.14-1'), fix('bind9', null, 'Debian:12', 3)], openssl),
      finding(4, [], openssl),
      finding(5, [fix('openssl', '3.0.14-1')], openssl, true),
      finding(6, [fix('gone', '2', 'Debian:12', 4)], []),
    ]);
    expect(result.findingIds).toEqual([1]);
    expect(Object.fromEntries(result.left)).toEqual({
      LANGUAGE_PACKAGE: 1,
      NO_FIX: 2,
      EXCEPTED: 1,
      NOT_INSTALLED: 1,
    });
    expect(plan([finding(2, [fix('lodash', '4.17.21', 'npm', 2)], [npm])])).toMatchObject({
      state: 'excluded',
      obstacle: 'LANGUAGE_PACKAGE',
      rebootLikely: false,
    });
  });

  it('a campaign for one fix upgrades nothing else, and closes nothing that needs more', () => {
    const installed = [deb('openssl', '3.0.11-1', 'openssl'), deb('bind9', '1', 'bind9')];
    const both = finding(
      1,
      [fix('openssl', '3.0.14-1'), fix('bind9', '2', 'Debian:12', 3)],
      installed,
    );
    expect(plan([both], {}, 1)).toMatchObject({ findingIds: [], packages: [{ name: 'openssl' }] });
    expect(plan([both])).toMatchObject({
      findingIds: [1],
      packages: [{ name: 'bind9' }, { name: 'openssl' }],
    });
  });

  it.each([
    ['NO_AGENT', 'no-agent', { agent: null }],
    ['STALE_INVENTORY', 'excluded', { confirmedAt: null }],
    [
      'MANAGER_MISSING',
      'excluded',
      { agent: { managers: ['dnf'], privileged: true, scripts: false } },
    ],
    [
      'NOT_PRIVILEGED',
      'excluded',
      { agent: { managers: ['apt'], privileged: false, scripts: false } },
    ],
    ['HELD', 'excluded', { held: ['openssl'] }],
  ] as const)('%s', (obstacle, state, over) => {
    const of = [finding(1, [fix('openssl', '3.0.14-1')], [deb('openssl', '3.0.11-1', 'openssl')])];
    expect(plan(of, over as Partial<EndpointFacts>)).toMatchObject({
      state,
      obstacle,
      findingIds: [1],
    });
  });

  it('never hands anything to a package manager that is not a name or a version', () => {
    const text = fc.string({ maxLength: 30 });
    fc.assert(
      fc.property(text, text, text, (name, version, atLeast) => {
        const of = [finding(1, [fix(name, atLeast)], [deb(name, version, name)])];
        const action = actionOf(plan(of));
        if (action === null || !('packages' in action)) return;
        for (const each of action.packages) {
          expect(each.name).toMatch(/^[A-Za-z0-9@][A-Za-z0-9@._+:~/-]{0,199}$/);
          if (each.atLeast !== undefined)
            expect(each.atLeast).toMatch(/^[A-Za-z0-9][A-Za-z0-9.+:~_-]{0,199}$/);
        }
      }),
    );
  });

  it('knows the manager of each family', () => {
    expect(
      [
        'Debian:12',
        'Ubuntu:22.04:LTS',
        'AlmaLinux:9',
        'openSUSE:Leap 15.6',
        'Alpine:v3.20',
        'npm',
      ].map((each) => managersOf(each)[0]),
    ).toEqual(['apt', 'apt', 'dnf', 'zypper', 'apk', undefined]);
  });
});

describe('undo', () => {
  const target = (type: 'package-remove' | 'package-upgrade' | 'package-install') => ({
    action: { type, manager: 'apt' as const, packages: [{ name: 'a' }] },
    before: { a: '1', b: null },
    after: { a: type === 'package-remove' ? null : '2', b: '3' },
  });
  it('brings back what was removed, takes away what was added, and says what it cannot', () => {
    expect(undoAction(target('package-remove'))).toEqual({
      action: { type: 'package-install', manager: 'apt', packages: [{ name: 'a', atLeast: '1' }] },
    });
    expect(undoAction(target('package-install'))).toEqual({
      action: { type: 'package-remove', manager: 'apt', packages: [{ name: 'b' }] },
    });
    expect(undoAction(target('package-upgrade'))).toEqual({
      refusal: expect.stringContaining('a 1'),
    });
    expect(undoAction({ action: null, before: {}, after: {} })).toHaveProperty('refusal');
  });
});
