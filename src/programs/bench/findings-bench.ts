import {
  countFindings,
  type FindingFilter,
  pageOfFindings,
} from '../../modules/findings/list-store.ts';
import { sortNames } from '../../modules/findings/window.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { sortOf } from '../../platform/http/sort.ts';
import { type Measurement, percentiles } from './measurement.ts';

/**
 * Lists over a large number of findings, made by SQL: 1,000 findings on each of N/1000 endpoints,
 * 20,000 weaknesses, shares of classes, states and severities as seen on real machines.
 */
export async function benchFindings(db: Database, count: number): Promise<readonly Measurement[]> {
  const endpoints = Math.max(1, Math.round(count / 1_000));
  await makeFindings(db, endpoints, 1_000);
  const today = '2026-11-21';
  const oneScope = ['00000000-0000-4000-8000-000000000007'];
  const { rows: asset } = await db.query<{ assetId: string }>(
    `select asset_id as "assetId" from findings.assets order by id limit 1 offset 3`,
  );
  const filters: Record<string, Partial<FindingFilter>> = {
    'no filter': {},
    exploited: { exploited: true },
    'not exploited': { exploited: false },
    'severity critical': { severity: 'critical' },
    'severity low': { severity: 'low' },
    'severity unknown': { severity: 'unknown' },
    overdue: { due: 'overdue' },
    'due this week': { due: 'this-week' },
    'due later': { due: 'later' },
    'no due date': { due: 'none' },
    'one weakness': { weakness: 'CVE-2026-10042' },
    'one scope of 20': { scopeIds: oneScope },
    'a scope of one endpoint': { scopeIds: ['00000000-0000-4000-8000-000000000099'] },
    'one asset': { assetId: asset[0]!.assetId },
    'one fix': { fixId: 7 },
    unimportant: { class: 'unimportant' },
    'every class': { class: 'any' },
    'every state and class': { state: 'any', class: 'any' },
    planned: { state: 'planned' },
    excepted: { state: 'excepted' },
    closed: { state: 'closed' },
    'closed and critical': { state: 'closed', severity: 'critical' },
    'end of life': { kind: 'end-of-life' },
    vulnerabilities: { kind: 'vulnerability' },
    fixable: { fixable: true },
    'not fixable': { fixable: false },
    'fixable and exploited': { fixable: true, exploited: true },
    'critical and exploited': { severity: 'critical', exploited: true },
    'critical, in one scope': { severity: 'critical', scopeIds: oneScope },
    'low and overdue': { severity: 'low', due: 'overdue' },
    'critical, fixable and overdue': { severity: 'critical', fixable: true, due: 'overdue' },
  };
  const timesMs: number[] = [];
  const slowest: { what: string; ms: number }[] = [];
  for (const [name, more] of Object.entries(filters)) {
    for (const sort of sortNames.flatMap((each) => [each, `-${each}`])) {
      const filter: FindingFilter = { scopeIds: 'all', today, ...more };
      const order = sortOf(sort, sortNames, 'rank');
      // Once to bring the pages in, as a server that has been up for a while; then measured.
      await pageOfFindings(db, filter, order, { offset: 0, limit: 100 }, new Date());
      const start = performance.now();
      await pageOfFindings(db, filter, order, { offset: 0, limit: 100 }, new Date());
      const ms = performance.now() - start;
      timesMs.push(ms);
      slowest.push({ what: `${name}, by ${sort}`, ms });
    }
  }
  slowest.sort((a, b) => b.ms - a.ms);
  const counts: number[] = [];
  for (const more of Object.values(filters)) {
    const start = performance.now();
    await countFindings(db, { scopeIds: 'all', today, ...more });
    counts.push(performance.now() - start);
  }
  const found = endpoints * 1_000;
  return [
    {
      what: `lists over ${found.toLocaleString('en')} findings: first page and count, ${timesMs.length} combinations of filter and order`,
      value: percentiles(timesMs),
      target: 'first page < 100 ms',
      note: `slowest: ${slowest
        .slice(0, 3)
        .map(({ what, ms }) => `${what} ${ms.toFixed(0)} ms`)
        .join('; ')}`,
    },
    {
      what: 'of which the count (stops at 10,000)',
      value: percentiles(counts),
      target: '—',
      note: '',
    },
  ];
}

/** As `rankOf` makes it, of what the rows below have; the rest at random. */
const rank = `((case when class <> 'normal' then 2 when exploited and fix_id is not null then 0 else 1 end
      * 16384::bigint + coalesce(due_on - date '2020-01-01', 16383)) * 2 + (not exploited)::int) * 262144
    + (1023 - round(coalesce(epss, 0.05) * 1023))::int * 256 + (random() * 255)::int`;

async function makeFindings(db: Database, endpoints: number, each: number): Promise<void> {
  await db.query(`
    insert into findings.weaknesses (key, kind, ids, title, severity, epss, kev_listed_on, content_hash)
    select 'CVE-2026-' || 10000 + n,
           case when n % 2000 = 0 then 'end-of-life' else 'vulnerability' end,
           array['CVE-2026-' || 10000 + n], 'made up ' || n,
           (array['low','medium','high','critical'])[1 + n % 4],
           case when n % 20 > 0 then (n % 1000) / 1000.0 end,
           case when n % 200 = 0 then date '2026-10-01' + n % 50 end, '\\x00'
      from generate_series(1, 20000) n`);
  await db.query(
    `insert into findings.assets (asset_id, asset_kind, scope_id, criticality, exposed)
     select gen_random_uuid(), 'endpoint',
            ('00000000-0000-4000-8000-' ||
             lpad((case when n = 1 then 99 else n % 20 end)::text, 12, '0'))::uuid, 'normal', null
       from generate_series(1, $1::int) n`,
    [endpoints],
  );
  await db.query(`insert into findings.fixes (ecosystem, name)
                  select 'Debian:12', 'package-' || n from generate_series(1, 3000) n`);
  // Indexes come after the rows, as a restore does it: ten times faster.
  const { rows: indexes } = await db.query<{ name: string; definition: string }>(
    `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition
       from pg_index i
      where indrelid = 'findings.findings'::regclass
        and not exists (select from pg_constraint where conindid = i.indexrelid)`,
  );
  for (const { name } of indexes) await db.query(`drop index ${name}`);
  await db.query(
    `insert into findings.findings (weakness_id, asset_ref, scope_id, state, class, kind,
            severity_order, exploited, epss, rank, due_on, due_outcome, fix_id, fix_version,
            first_seen_at, closed_at, evidence, content_hash)
     select weakness_id, asset_ref, scope_id, state, class, kind, severity_order, exploited, epss,
            ${rank}, due_on, '60-days', fix_id, case when fix_id is not null then '1.2.3' end,
            first_seen_at, case when state = 'closed' then first_seen_at + n * interval '1 minute' end,
            '[]', '\\x00'
       from (select w.id as weakness_id, a.id as asset_ref, a.scope_id, n,
                    case when (a.id * 7 + n) % 5 = 0 then 'closed'
                         when (a.id + n) % 150 = 0 then 'excepted'
                         when (a.id + n) % 100 = 0 then 'planned' else 'open' end as state,
                    case when n % 4 = 0 then 'unimportant' else 'normal' end as class, w.kind,
                    1 + w.id % 4 as severity_order, w.kev_listed_on is not null as exploited, w.epss,
                    case when w.kev_listed_on is not null or w.id % 7 > 1
                         then date '2026-11-01' + (w.id * 3 + a.id) % 90 + (3 - w.id % 4) * 20
                    end as due_on,
                    case when n % 3 > 0 then 1 + w.id % 3000 end as fix_id,
                    timestamptz '2026-08-01' + ((w.id + a.id) % 100000) * interval '1 minute'
                      as first_seen_at
               from findings.assets a
               cross join generate_series(1, $1::int) n
               join findings.weaknesses w on w.id = 1 + (a.id * 131 + n * 17) % 20000) made
      on conflict do nothing`,
    [each],
  );
  for (const { definition } of indexes) await db.query(definition);
  await db.query('vacuum analyze findings.findings');
  await db.query('analyze findings.weaknesses');
  await db.query('analyze findings.assets');
}
