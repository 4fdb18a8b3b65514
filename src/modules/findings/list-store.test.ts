import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { type FindingFilter, listFindings, pageOfFindings } from './list-store.ts';
import { rankOf } from './rank.ts';
import { type FindingClass, type Severity, severities } from './weakness.ts';
import { type FindingSort, sortNames } from './window.ts';

const today = '2026-11-21';
const now = new Date('2026-11-21T12:00:00Z');

interface Row {
  readonly id: number;
  readonly weaknessId: number;
  readonly state: string;
  readonly class: FindingClass;
  readonly severityOrder: number;
  readonly exploited: boolean;
  readonly epss: number | null;
  readonly rank: number;
  readonly dueOn: string | null;
  readonly firstSeen: number;
  readonly closed: number | null;
  readonly fixId: number | null;
}

/** Every mixture of states, classes and unknowns, with ties; numbers that are the same on each run. */
const rows: readonly Row[] = Array.from({ length: 400 }, (_, at) => {
  const pick = <T>(values: readonly T[], by: number): T =>
    values[(at * by + (at >> 3)) % values.length]!;
  const findingClass = pick(
    ['normal', 'normal', 'normal', 'unimportant', 'unsupported'] as const,
    7,
  );
  const state = pick(['open', 'open', 'closed', 'planned', 'excepted', 'not-affected', 'open'], 5);
  const severity = pick<Severity | null>([null, ...severities], 11);
  const dueOn = pick([null, '2026-10-01', '2026-11-21', '2026-11-25', '2027-03-01'], 3);
  const epss = pick([null, 0.25, 0.5, 0.75], 13);
  const exploited = at % 9 === 0;
  const fixId = at % 3 === 0 ? null : 1;
  return {
    id: at + 1,
    weaknessId: at + 1,
    state,
    class: findingClass,
    severityOrder: severity === null ? -1 : severities.indexOf(severity),
    exploited,
    epss,
    dueOn,
    fixId,
    firstSeen: pick([1, 2, 3], 1),
    closed: state === 'closed' ? pick([10, 20, 30], 17) : null,
    rank: rankOf({
      findingClass,
      dueOn,
      exploited,
      epss,
      severity,
      reachable: null,
      exposed: null,
      criticality: 'normal',
      fixable: fixId !== null,
    }),
  };
});

/** What each order means, said plainly: unknown last in both directions, then the id. */
function expected(all: readonly Row[], { name, descending }: FindingSort): readonly number[] {
  const of: Record<FindingSort['name'], (row: Row) => number | null> = {
    rank: (row) => row.rank,
    due: (row) => (row.dueOn === null ? null : Date.parse(row.dueOn)),
    severity: (row) => row.severityOrder,
    epss: (row) => row.epss,
    firstSeen: (row) => row.firstSeen,
    closed: (row) => row.closed,
  };
  const way = descending ? -1 : 1;
  return all
    .toSorted((a, b) => {
      const [x, y] = [of[name](a), of[name](b)];
      if (x === null && y !== null) return 1;
      if (x !== null && y === null) return -1;
      if (x !== y) return way * (x! - y!);
      const inOrder = a.rank - b.rank || a.id - b.id;
      if (name === 'severity') return -way * inOrder;
      return way * (name === 'due' ? inOrder : a.id - b.id);
    })
    .map(({ id }) => id);
}

function isOverdue({ dueOn }: Row): boolean {
  return dueOn !== null && dueOn < today;
}
const activeStates = ['open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation'];
const filters: readonly (readonly [Partial<FindingFilter>, (row: Row) => boolean])[] = [
  [{}, () => true],
  [{ class: 'any' }, () => true],
  [{ state: 'any', class: 'any' }, () => true],
  [{ state: 'closed' }, () => true],
  [{ state: 'planned', class: 'any' }, () => true],
  [{ state: 'excepted', class: 'unimportant' }, () => true],
  [{ severity: 'high' }, ({ severityOrder }) => severityOrder === 3],
  [{ severity: 'unknown', state: 'any' }, ({ severityOrder }) => severityOrder === -1],
  [{ severity: 'high', due: 'overdue' }, (row) => row.severityOrder === 3 && isOverdue(row)],
  [{ severity: 'low', due: 'none' }, (row) => row.severityOrder === 1 && row.dueOn === null],
  [{ due: 'overdue', class: 'any' }, isOverdue],
  [{ due: 'this-week' }, ({ dueOn }) => dueOn === '2026-11-21' || dueOn === '2026-11-25'],
  [{ due: 'later', state: 'any' }, ({ dueOn }) => dueOn === '2027-03-01'],
  [{ due: 'none', class: 'any' }, ({ dueOn }) => dueOn === null],
  [{ exploited: true, fixable: false }, ({ exploited, fixId }) => exploited && fixId === null],
  [{ exploited: false, fixable: true }, ({ exploited, fixId }) => !exploited && fixId !== null],
];

describe('lists of findings', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;

  beforeAll(async () => {
    db = await openTestDatabase();
    await db.query(`
      insert into findings.weaknesses (key, kind, ids, title, content_hash)
      select 'CVE-' || n, 'vulnerability', array['CVE-' || n], '', '' from generate_series(1, 400) n`);
    await db.query(`
      insert into findings.assets (asset_id, asset_kind, scope_id, criticality)
      values (gen_random_uuid(), 'endpoint', gen_random_uuid(), 'normal')`);
    await db.query(`insert into findings.fixes (ecosystem, name) values ('Debian:12', 'openssl')`);
    await db.query(
      `insert into findings.findings (weakness_id, asset_ref, scope_id, state, class, kind,
              severity_order, exploited, epss, rank, due_on, due_outcome, fix_id, first_seen_at,
              closed_at, evidence, content_hash)
       select r."weaknessId", 1, gen_random_uuid(), r.state, r.class, 'vulnerability',
              r."severityOrder", r.exploited, r.epss, r.rank, r."dueOn", '', r."fixId",
              to_timestamp(r."firstSeen"), to_timestamp(r.closed), '[]', ''
         from jsonb_to_recordset($1) as r(id int, "weaknessId" int, state text, class text,
              "severityOrder" int, exploited boolean, epss real, rank bigint, "dueOn" date,
              "fixId" int, "firstSeen" int, closed int)
        order by r.id`,
      [JSON.stringify(rows)],
    );
  });
  afterAll(() => db[Symbol.asyncDispose]());

  const sorts = sortNames.flatMap((name) =>
    [false, true].map((descending): FindingSort => ({ name, descending })),
  );
  it.each(sorts)('by $name, descending $descending: windows make up the list', async (sort) => {
    for (const [more, meets] of filters) {
      const filter: FindingFilter = { scopeIds: 'all', today, ...more };
      const state = filter.state ?? 'active';
      const findingClass = filter.class ?? 'normal';
      const wanted = expected(
        rows.filter(
          (row) =>
            meets(row) &&
            (state === 'any' ||
              (state === 'active' ? activeStates.includes(row.state) : row.state === state)) &&
            (findingClass === 'any' || row.class === findingClass),
        ),
        sort,
      );
      expect(wanted.length, JSON.stringify(more)).toBeGreaterThan(0);
      for (const few of [false, true]) {
        const got: number[] = [];
        for (let offset = 0; ; offset += 40) {
          const window = { offset, limit: 40 };
          const found = await listFindings(db, filter, sort, window, now, few);
          got.push(...found.map(({ id }) => id));
          if (found.length < 40) break;
        }
        expect(got, `${JSON.stringify(more)}, few: ${few}`).toEqual(wanted);
      }
    }
  });

  it('counts beside the window, and answers nothing where there is nothing', async () => {
    const page = (more: Partial<FindingFilter>) =>
      pageOfFindings(
        db,
        { scopeIds: 'all', today, ...more },
        { name: 'rank', descending: false },
        { offset: 0, limit: 5 },
        now,
      );
    const all = await page({ state: 'any', class: 'any' });
    expect([all.items.length, all.total, all.totalIsAtLeast]).toEqual([5, 400, false]);
    expect(await page({ kind: 'end-of-life' })).toEqual({
      items: [],
      total: 0,
      totalIsAtLeast: false,
    });
  });
});
