import {
  countFindings,
  type FindingFilter,
  listFindings,
  sortColumns,
} from '../../modules/findings/list-store.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { parseSort } from '../../platform/http/sort.ts';
import { type Measurement, percentiles } from './measurement.ts';

/**
 * Lists over a large number of findings, made by SQL: 1,000 findings on each of N/1000 endpoints,
 * 20,000 weaknesses, shares of classes, states and severities as seen on real machines.
 */
export async function benchFindings(db: Database, count: number): Promise<readonly Measurement[]> {
  const endpoints = Math.max(1, Math.round(count / 1_000));
  await makeFindings(db, endpoints, 1_000);
  const today = '2026-11-21';
  const filters: Record<string, Partial<FindingFilter>> = {
    'no filter': {},
    exploited: { exploited: true },
    'severity critical': { severity: 'critical' },
    overdue: { due: 'overdue' },
    'one weakness': { weakness: 'CVE-2026-10042' },
    'one scope of 20': { scopeIds: ['00000000-0000-4000-8000-000000000007'] },
    unimportant: { class: 'unimportant' },
    closed: { state: 'closed' },
    'fixable and exploited': { fixable: true, exploited: true },
  };
  const timesMs: number[] = [];
  const slowest: { what: string; ms: number }[] = [];
  for (const [name, more] of Object.entries(filters)) {
    for (const sort of [
      'rank',
      'due',
      '-severity',
      '-epss',
      '-firstSeen',
      ...(name === 'closed' ? ['-closed'] : []),
    ]) {
      const filter: FindingFilter = { scopeIds: 'all', today, ...more };
      const order = parseSort(sort, sortColumns, { fallback: 'rank', tiebreak: 'f.id' });
      // Once to bring the pages in, as a server that has been up for a while; then measured.
      await listFindings(db, filter, order, { offset: 0, limit: 100 }, new Date());
      const start = performance.now();
      await listFindings(db, filter, order, { offset: 0, limit: 100 }, new Date());
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
      what: `lists over ${found.toLocaleString('en')} findings: first page, ${timesMs.length} combinations of filter and order`,
      value: percentiles(timesMs),
      target: 'first page < 100 ms',
      note: `slowest: ${slowest
        .slice(0, 3)
        .map(({ what, ms }) => `${what} ${ms.toFixed(0)} ms`)
        .join('; ')}`,
    },
    {
      what: 'the count beside it (stops at 10,000)',
      value: percentiles(counts),
      target: '—',
      note: '',
    },
  ];
}

async function makeFindings(db: Database, endpoints: number, each: number): Promise<void> {
  await db.query(`
    insert into findings.weaknesses (key, kind, ids, title, severity, epss, kev_listed_on, content_hash)
    select 'CVE-2026-' || 10000 + n, 'vulnerability', array['CVE-2026-' || 10000 + n], 'made up ' || n,
           (array['low','medium','high','critical'])[1 + n % 4], (n % 1000) / 1000.0,
           case when n % 200 = 0 then date '2026-10-01' + n % 50 end, '\\x00'
      from generate_series(1, 20000) n`);
  await db.query(
    `insert into findings.assets (asset_id, asset_kind, scope_id, criticality, exposed)
     select gen_random_uuid(), 'endpoint',
            ('00000000-0000-4000-8000-' || lpad((n % 20)::text, 12, '0'))::uuid, 'normal', null
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
     select w.id, a.id, a.scope_id,
            case when (a.id * 7 + n) % 5 = 0 then 'closed' else 'open' end,
            case when n % 4 = 0 then 'unimportant' else 'normal' end, 'vulnerability',
            (w.id % 4) + 1, w.kev_listed_on is not null, w.epss,
            (random() * 1e15)::bigint, date '2026-11-01' + (w.id * 3 + a.id) % 90, '60-days',
            case when n % 3 > 0 then 1 + w.id % 3000 end, '1.2.3',
            timestamptz '2026-08-01' + ((w.id + a.id) % 100000) * interval '1 minute',
            case when (a.id * 7 + n) % 5 = 0 then timestamptz '2026-11-01' + n * interval '1 minute' end,
            '[]', '\\x00'
       from findings.assets a
       cross join generate_series(1, $1::int) n
       join findings.weaknesses w on w.id = 1 + (a.id * 131 + n * 17) % 20000
      on conflict do nothing`,
    [each],
  );
  for (const { definition } of indexes) await db.query(definition);
  await db.query('vacuum analyze findings.findings');
  await db.query('analyze findings.weaknesses');
}
