import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Notice, Notices } from '../../../platform/notify/public.ts';
import { addEndpoint, addScope } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { type ReconcileCause, reconcile } from '../reconcile-store.ts';
import type { Severity } from '../weakness.ts';
import { upsertWeaknesses } from '../weakness-store.ts';
import { measureDays } from './daily-store.ts';
import { escalate } from './escalation-store.ts';
import { measuresOf } from './measures-store.ts';
import { slaBoardOf } from './sla-store.ts';
import { meanOf, medianOf, sumUp } from './sums.ts';

describe('sums', () => {
  it('finds the middle of any order, and nothing in nothing', () => {
    expect([medianOf([]), medianOf([7]), medianOf([9, 1, 5]), medianOf([10, 2, 4, 1])]).toEqual([
      null,
      7,
      5,
      3,
    ]);
    expect([meanOf([]), meanOf([1, 2, 6])]).toEqual([null, 3]);
  });
  it('adds what is below to what is above', () => {
    const tree = [
      { id: 'a', parentId: null },
      { id: 'b', parentId: 'a' },
      { id: 'c', parentId: 'b' },
    ];
    const of = sumUp(tree, [
      { scopeId: 'c', n: 3 },
      { scopeId: 'a', n: 1 },
    ]);
    expect(['a', 'b', 'c', 'x'].map((id) => of(id).map(({ n }) => n))).toEqual([
      [1, 3],
      [3],
      [3],
      [],
    ]);
  });
});

/*
 * By the profile severity-days: critical and high 30 days, medium 90. All times are at noon UTC.
 *
 *   key  severity  seen        closed              days  due         came due     kept
 *   A    critical  2026-10-01  2026-10-11 install  10    2026-10-31  2026-10-31   yes
 *   B    critical  2026-10-01  2026-11-05 install  35    2026-10-31  2026-10-31   no
 *   C    medium    2026-10-01  2026-10-03 install   2    2026-12-30  (later)
 *   D    high      2026-10-01  open                      2026-10-31  2026-10-31   no
 *   E    high      2026-10-01  2026-10-20 advisory       does not count as work
 *   F    high      2026-11-18  open, published 2026-11-18 00:00: 12 hours until it was identified
 *   K    high      2026-11-02  open, in KEV since 2026-09-01: due 2026-10-01, came due 2026-11-02
 */
describe('measures', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let osaka: string;
  let branch: string;
  let pc: string;
  let app: string;
  const noon = (day: string) => new Date(`${day}T12:00:00Z`);
  const now = noon('2026-11-21');
  const weeks = { now, weeks: 8 };

  const weakness = (key: string, severity: Severity | null, more = {}) => ({
    key,
    kind: 'vulnerability' as const,
    ids: [key],
    title: key,
    titleJa: null,
    severity,
    cvssScore: null,
    cvssVector: null,
    exploited: null,
    epss: null,
    automatable: null,
    technicalImpact: null,
    publishedAt: null,
    modifiedAt: null,
    references: [],
    ...more,
  });
  const observe = (
    day: string,
    assetId: string,
    scopeId: string,
    keys: readonly string[],
    cause: ReconcileCause = 'inventory',
  ) =>
    db.transaction((tx) =>
      reconcile(tx, {
        kinds: ['vulnerability'],
        cause,
        assets: [
          {
            assetId,
            assetKind: assetId === app ? 'application' : 'endpoint',
            name: 'app',
            scopeId,
            criticality: 'normal',
            exposed: false,
          },
        ],
        observed: keys.map((weaknessKey) => ({
          assetId,
          weaknessKey,
          findingClass: 'normal',
          fix: weaknessKey === 'D' ? null : { ecosystem: 'npm', name: weaknessKey, version: '2' },
          evidence: [],
          reachable: null,
        })),
        observedAt: noon(day),
      }),
    );

  beforeAll(async () => {
    db = await openTestDatabase();
    osaka = await addScope(db, 'Osaka');
    branch = await addScope(db, 'Branch', osaka);
    pc = await addEndpoint(db, { hostname: 'pc', hostIdentifier: 'pc' }, { scopeId: branch });
    await addEndpoint(db, { hostname: 'new', hostIdentifier: 'new' }, { scopeId: osaka });
    app = randomUUID();
    await db.query(
      `insert into findings.due_profiles (scope_id, profile) values ($1, 'severity-days')`,
      [osaka],
    );
    await upsertWeaknesses(db, [
      weakness('A', 'critical'),
      weakness('B', 'critical'),
      weakness('C', 'medium'),
      weakness('D', 'high'),
      weakness('E', 'high'),
      weakness('F', 'high', { publishedAt: '2026-11-18T00:00:00Z' }),
      weakness('K', 'high', { exploited: { since: '2026-09-01', dueOn: null, ransomware: false } }),
    ]);
    await observe('2026-10-01', pc, branch, ['A', 'B', 'C', 'E']);
    await observe('2026-10-01', app, osaka, ['D']);
    await measureDays(db, noon('2026-10-01'));
    await observe('2026-10-03', pc, branch, ['A', 'B', 'E']);
    await observe('2026-10-11', pc, branch, ['B', 'E']);
    await observe('2026-10-20', pc, branch, ['B'], 'advisory');
    await measureDays(db, noon('2026-10-24'));
    await observe('2026-11-02', pc, branch, ['B', 'K']);
    await observe('2026-11-05', pc, branch, ['K']);
    await measureDays(db, noon('2026-11-06'));
    await observe('2026-11-18', pc, branch, ['K', 'F']);
    await measureDays(db, now);
  }, 60_000);
  afterAll(() => db[Symbol.asyncDispose]());

  const daySeconds = 86_400;

  it('agrees with what was worked out by hand', async () => {
    const measures = await measuresOf(db, 'all', weeks);
    expect(measures.from).toBe('2026-09-27');
    expect(measures.asOf).toBe(now.toISOString());
    // 10, 35 and 2 days; the advisory that changed its mind is no work.
    expect(measures.all.meanSeconds).toEqual({
      value: (47 / 3) * daySeconds,
      n: 3,
      enough: false,
    });
    expect(measures.all.medianSeconds).toEqual({ value: 10 * daySeconds, n: 3, enough: false });
    // A, B, D and K came due; A was closed by then.
    expect(measures.all.slaKept).toEqual({ value: 1 / 4, n: 4, enough: false });
    // Closed with a fix: A, B, C. Open with one: F, K. D has none.
    expect(measures.all.patchRate).toEqual({ value: 3 / 5, n: 5, enough: true });
    expect(measures.identifySeconds.median).toEqual({
      value: daySeconds / 2,
      n: 1,
      enough: false,
    });
    expect(measures.coverage).toEqual({ endpoints: 2, assessed: 1, share: 0.5 });
    const critical = measures.bySeverity.find(({ severity }) => severity === 'critical');
    expect(critical?.meanSeconds).toEqual({ value: 22.5 * daySeconds, n: 2, enough: false });
    expect(critical?.slaKept.value).toBe(1 / 2);
    const none = measures.bySeverity.find(({ severity }) => severity === 'low');
    expect(none).toBeUndefined();
  });

  it('tells nothing from zero, week by week', async () => {
    const { weeks: rows, measuredDays } = await measuresOf(db, 'all', weeks);
    const short = rows.map(({ from, measuredDays: days, opened, closed, active, overdue }) => [
      from,
      days,
      opened,
      closed,
      active,
      overdue,
    ]);
    expect(short).toEqual([
      ['2026-09-27', 3, 5, 1, 5, 0], // from the first of October on
      ['2026-10-04', 7, 0, 0, null, null], // made up for: nobody looked at what was open
      ['2026-10-11', 7, 0, 1, null, null],
      ['2026-10-18', 7, 0, 0, 2, 0],
      ['2026-10-25', 7, 0, 0, null, null],
      ['2026-11-01', 7, 1, 1, 2, 2],
      ['2026-11-08', 7, 0, 0, null, null],
      ['2026-11-15', 7, 1, 0, 3, 2],
    ]);
    expect(measuredDays).toBe(52);
    const before = await measuresOf(db, 'all', { now: noon('2026-09-01'), weeks: 2 });
    expect(before.weeks.map(({ closed }) => closed)).toEqual([null, null]);
    expect(before).toMatchObject({ asOf: null, coverage: null, measuredDays: 0 });
    expect(before.all.slaKept).toEqual({ value: null, n: 0, enough: false });
  });

  it('keeps to the reach, and adds up the scopes below', async () => {
    const measures = await measuresOf(db, [osaka], weeks);
    expect(measures.byScope.map(({ name }) => name)).toEqual(['Osaka']);
    expect(measures.all.slaKept).toMatchObject({ value: 0, n: 1 }); // D
    const all = await measuresOf(db, 'all', weeks);
    const of = (name: string) => all.byScope.find((scope) => scope.name === name);
    expect(of('Osaka')?.slaKept).toMatchObject({ n: 4 });
    expect(of('Branch')?.slaKept).toMatchObject({ n: 3 });
  });

  it('leaves days that are over as they were', async () => {
    const before = await measuresOf(db, 'all', weeks);
    await observe('2026-11-21', pc, branch, ['A', 'F', 'K']); // A comes back
    await measureDays(db, now);
    const after = await measuresOf(db, 'all', weeks);
    expect(after.all.medianSeconds).toEqual(before.all.medianSeconds);
    expect(after.weeks[0]).toEqual(before.weeks[0]);
    expect(after.weeks.at(-1)).toMatchObject({ opened: 2, active: 4 });
  });

  it('shows deadlines by scope and severity, with days below zero', async () => {
    const board = await slaBoardOf(db, 'all', now);
    const of = (name: string) => board.items.find((scope) => scope.name === name)!;
    expect(of('Osaka')).toMatchObject({ endpoints: 2, notAssessed: 1, profile: 'severity-days' });
    expect(of('Osaka').total).toEqual({
      open: 4,
      dueThisWeek: 0,
      overdue: 2,
      exploitedOverdue: 1,
      oldestOverdueDays: -51, // K, due 2026-10-01
      excepted: 0,
    });
    expect(of('Branch')).toMatchObject({ endpoints: 1, notAssessed: 0, total: { overdue: 1 } });
    expect(board.overdue.map(({ weakness: key, daysLeft }) => [key, daysLeft])).toEqual([
      ['K', -51],
      ['D', -21],
    ]);
    expect((await slaBoardOf(db, [branch], now)).total.overdue).toBe(1);
  });

  it('tells what is overdue once a day: the exploited by itself, all else together', async () => {
    const told: Notice[] = [];
    const notices: Notices = {
      register: () => undefined,
      tell: async (_, more) => void told.push(...more),
    };
    const run = (at: Date) => db.transaction((tx) => escalate(tx, notices, at));
    expect(await run(now)).toBe(2);
    expect(told.map(({ kind, severity, scopeId }) => [kind, severity, scopeId])).toEqual([
      ['overdue-exploited', 'urgent', branch],
      ['overdue', 'warning', osaka],
    ]);
    expect(told[0]?.text.en).toContain('51 days');
    expect(await run(now)).toBe(0);
    expect(await run(noon('2026-11-22'))).toBe(2);
  });
});
