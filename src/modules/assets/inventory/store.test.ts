import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../../platform/db/queryable.ts';
import { createLog } from '../../../platform/log.ts';
import { addEndpoint } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { runOsquery } from '../../../testing/osquery.ts';
import { createCatalogue } from '../catalogue/store.ts';
import { partQueries } from '../endpoint-queries.ts';
import { forgetEndpoint, lockSettable, storeSettable } from '../endpoints/change/store.ts';
import type { Answer, Row } from '../observation.ts';
import { repairCounts } from '../upkeep/store.ts';
import { listHistory } from './read/store.ts';
import { createIngest } from './store.ts';

const start = new Date('2026-11-21T12:00:00Z');
const minutes = (n: number) => new Date(start.getTime() + n * 60_000);

/** As one server process has it: its own catalogue in memory. */
function openIngest(db: Database, log = createLog('silent')) {
  const ingest = createIngest({ queries: partQueries, catalogue: createCatalogue(), log });
  return (...answers: Answer[]) => db.transaction((tx) => ingest(tx, answers));
}

function answer(endpointId: string, query: string, rows: readonly Row[], at = start): Answer {
  return { endpointId, platform: 'linux', query, observedAt: at, outcome: { kind: 'rows', rows } };
}

function failed(endpointId: string, query: string, message: string, at = start): Answer {
  return {
    endpointId,
    platform: 'linux',
    query,
    observedAt: at,
    outcome: { kind: 'failed', message },
  };
}

const deb = (name: string, version = '1.0-1'): Row => ({
  name,
  version,
  arch: 'amd64',
  source: '',
  maintainer: 'Somebody',
});

async function countsOf(db: Database): Promise<Record<string, number>> {
  const { rows } = await db.query<{ name: string; count: number }>(
    `select name, endpoint_count as count from assets.software order by name`,
  );
  return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
}

const history = (db: Database, endpointId?: string) =>
  listHistory(
    db,
    { reach: 'all', endpointId },
    { orderBy: 'order by h.at desc, h.id desc', offset: 0, limit: 100 },
  );

describe('ingest of this very machine', () => {
  it('stores every part; the packages are those of dpkg', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    const here = partQueries.filter(({ sql }) => sql.linux !== undefined);
    const rows = runOsquery(here.map(({ sql }) => sql.linux!));
    const ingest = openIngest(db);
    await ingest(...here.map(({ name }, i) => answer(id, name, rows[i]!)));

    const parts = await db.query<{ part: string; row_count: number; rejected_count: number }>(
      `select part, row_count, rejected_count from assets.endpoint_parts order by part`,
    );
    expect(parts.rows.map(({ part }) => part)).toEqual(here.map(({ name }) => name).sort());
    expect(parts.rows.filter(({ rejected_count }) => rejected_count > 0)).toEqual([]);

    const query = `\${Package}\\t\${Version}\\t\${Architecture}\\t\${source:Package}\\t\${source:Version}\\t\${db:Status-Status}\\n`;
    const installed = execFileSync('dpkg-query', ['-W', '-f', query], { encoding: 'utf8' })
      .split('\n')
      .filter((line) => line.endsWith('\tinstalled'))
      .map((line) => line.replace(/\tinstalled$/, ''))
      .sort();
    const { rows: stored } = await db.query<{ line: string }>(
      `select concat_ws(E'\\t', name, version, arch, source_name, source_version) as line
         from assets.endpoint_software, unnest(software_ids) as i join assets.software s on s.id = i
        where part = 'software-deb'`,
    );
    expect(stored.map(({ line }) => line).sort()).toEqual(installed);

    const { rows: endpoints } = await db.query<Record<string, unknown>>(
      `select * from assets.endpoints where id = $1`,
      [id],
    );
    expect(endpoints[0]).toMatchObject({
      kernel_version: execFileSync('uname', ['-r'], { encoding: 'utf8' }).trim(),
      cpu_logical_cores: expect.any(Number),
      memory_bytes: expect.any(Number),
      booted_at: expect.any(Date),
    });
    expect(await repairCounts(db)).toEqual([]);
  }, 60_000);
});

describe('ingest', () => {
  it('counts the first answer as new, lists later differences, ignores sameness', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    const ingest = openIngest(db);
    await ingest(answer(id, 'software-deb', [deb('bash'), deb('curl')]));
    await ingest(answer(id, 'software-deb', [deb('curl'), deb('bash'), deb('bash')], minutes(5)));
    expect((await history(db)).total).toBe(1);
    await ingest(answer(id, 'software-deb', [deb('bash', '1.0-2'), deb('jq')], minutes(10)));

    const { items } = await history(db, id);
    expect(items).toMatchObject([
      {
        initial: false,
        addedCount: 2,
        removedCount: 2,
        added: ['bash 1.0-2 (amd64)', 'jq 1.0-1 (amd64)'],
        removed: ['bash 1.0-1 (amd64)', 'curl 1.0-1 (amd64)'],
      },
      { initial: true, addedCount: 2, removedCount: 0, added: [], removed: [] },
    ]);
    const { rows } = await db.query(
      `select count, name from (select sum(endpoint_count)::int as count, name
         from assets.software group by name) n order by name`,
    );
    expect(rows).toEqual([
      { count: 1, name: 'bash' },
      { count: 0, name: 'curl' },
      { count: 1, name: 'jq' },
    ]);
  });

  it('lists rows of other parts as lines, and keeps the columns of lists in step', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    const ingest = openIngest(db);
    const port = (number: string) => ({
      protocol: 'tcp',
      address: '0.0.0.0',
      port: number,
      process: 'sshd',
      path: '/usr/sbin/sshd',
    });
    await ingest(
      answer(id, 'ports', [port('22')]),
      answer(id, 'os', [{ name: 'Ubuntu', arch: '' }]),
    );
    await ingest(answer(id, 'ports', [port('22'), port('2222')], minutes(5)));
    expect((await history(db, id)).items[0]).toMatchObject({
      part: 'ports',
      added: ['tcp 0.0.0.0 2222 sshd /usr/sbin/sshd'],
      removed: [],
    });
    const { rows } = await db.query(`select os_name, os_version, arch from assets.endpoints`);
    // What the part does not say stays as the endpoint said it when it enrolled.
    expect(rows).toEqual([{ os_name: 'Ubuntu', os_version: '12 (bookworm)', arch: 'x86_64' }]);
  });

  it('keeps the value before a failure, and the message', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    const ingest = openIngest(db);
    await ingest(answer(id, 'software-deb', [deb('bash')]));
    await ingest(failed(id, 'software-deb', 'no such table: deb_packages\0', minutes(5)));
    await ingest(failed(id, 'software-rpm', 'no such table: rpm_packages', minutes(5)));
    const { rows } = await db.query(
      `select part, row_count, failure from assets.endpoint_parts order by part`,
    );
    expect(rows).toEqual([
      { part: 'software-deb', row_count: 1, failure: 'no such table: deb_packages' },
      { part: 'software-rpm', row_count: null, failure: 'no such table: rpm_packages' },
    ]);
    const contacts = await db.query(`select confirmed, failed from assets.contacts`);
    expect(contacts.rows).toEqual([
      {
        confirmed: { 'software-deb': start.getTime() },
        failed: { 'software-deb': minutes(5).getTime(), 'software-rpm': minutes(5).getTime() },
      },
    ]);
    // The first rows after nothing but failures are the initial collection.
    await ingest(
      answer(id, 'software-rpm', [{ name: 'bash', version: '5', release: '1' }], minutes(9)),
    );
    expect((await history(db, id)).items[0]).toMatchObject({ part: 'software-rpm', initial: true });
  });

  it('refuses an answer of more rows than agreed', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    const rows = Array.from({ length: 11 }, (_, i) => ({ name: `os ${i}` }));
    await openIngest(db)(answer(id, 'os', rows));
    const { rows: parts } = await db.query(`select part, failure from assets.endpoint_parts`);
    expect(parts).toEqual([{ part: 'os', failure: '11 rows; at most 10 are taken' }]);
  });

  it('drops and counts rows that make no sense, and keeps the others', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    const lines: string[] = [];
    const log = createLog('warn', { write: (line) => lines.push(line) });
    await openIngest(
      db,
      log,
    )(
      answer(id, 'software-deb', [
        deb('ok\0ay \ud800'),
        deb('x'.repeat(301)),
        deb(''),
        { ...deb('long'), maintainer: 'x'.repeat(5000) },
        7 as unknown as Row,
        { ...deb('typed'), version: 3 as unknown as string },
        { ...deb('bash'), maintainer: 'x'.repeat(400) },
      ]),
    );
    expect(await countsOf(db)).toEqual({ bash: 1, 'okay \ufffd': 1 });
    const { rows } = await db.query(`select row_count, rejected_count from assets.endpoint_parts`);
    expect(rows).toEqual([{ row_count: 2, rejected_count: 5 }]);
    expect(JSON.parse(lines[0]!)).toMatchObject({ endpointId: id, rejected: { count: 5 } });
  });

  it('leaves out what is older than what is held, and endpoints that are gone', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    const ingest = openIngest(db);
    await ingest(answer(id, 'software-deb', [deb('new')], minutes(10)));
    await ingest(answer(id, 'software-deb', [deb('old')], minutes(5)));
    await ingest(
      answer('00000000-0000-4000-8000-000000000000', 'software-deb', [deb('ghost')], minutes(11)),
      answer(id, 'software-deb', [deb('first')], minutes(12)),
      answer(id, 'software-deb', [deb('second')], minutes(13)),
      answer(id, 'no-such-part', [], minutes(13)),
    );
    expect((await history(db, id)).items.map(({ added }) => added)).toEqual([
      ['second 1.0-1 (amd64)'],
      [],
    ]);
    await db.transaction((tx) => forgetEndpoint(tx, id, 'all'));
    expect(Object.values(await countsOf(db)).every((count) => count === 0)).toBe(true);
  });

  it('remembers nothing of a transaction that was rolled back', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    const catalogue = createCatalogue();
    const ingest = createIngest({ queries: partQueries, catalogue, log: createLog('silent') });
    const batch = [answer(id, 'software-deb', [deb('bash')])];
    const broken = db.transaction(async (tx) => {
      await ingest(tx, batch);
      // A second answer of the same transaction finds the entry that the first one added.
      await ingest(tx, [answer(id, 'software-deb', [deb('bash'), deb('curl')], minutes(1))]);
      throw new Error('power cut');
    });
    await expect(broken).rejects.toThrow('power cut');
    await db.transaction((tx) => ingest(tx, batch));
    expect(await countsOf(db)).toEqual({ bash: 1 });
    expect(await repairCounts(db)).toEqual([]);
  });

  it('tells open pages once it is committed, and not before', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db);
    const told: string[] = [];
    await db.listen('assets_news', (payload) => told.push(payload));
    const ingest = createIngest({
      queries: partQueries,
      catalogue: createCatalogue(),
      log: createLog('silent'),
    });
    await db.transaction(async (tx) => {
      await ingest(tx, [answer(id, 'software-deb', [deb('bash')])]);
      await db.query('select 1');
      expect(told).toEqual([]);
    });
    await expect
      .poll(() => told.map((one) => JSON.parse(one)))
      .toEqual([{ topic: 'endpoints', ids: [id] }, { topic: 'software' }]);
  });

  it('neither deadlocks nor loses count with several writers at once', async () => {
    await using db = await openTestDatabase();
    const ids = await Promise.all([1, 2, 3, 4].map((n) => addEndpoint(db, { hostname: `h${n}` })));
    const processes = [openIngest(db), openIngest(db), openIngest(db)];
    let round = 0;
    const packages = fc.uniqueArray(fc.integer({ min: 0, max: 25 }), { maxLength: 20 });
    const step = fc.record({
      process: fc.nat(2),
      batch: fc.array(
        fc.record({
          endpoint: fc.nat(3),
          part: fc.constantFrom('software-deb', 'software-npm', 'users'),
          packages,
        }),
        { minLength: 1, maxLength: 6 },
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 8 }), async (steps) => {
        round += 1;
        await Promise.all(
          steps.map(({ process, batch }, i) =>
            processes[process]!(
              ...batch.map(({ endpoint, part, packages: numbers }) =>
                answer(
                  ids[endpoint]!,
                  part,
                  numbers.map((n) =>
                    part === 'users' ? { username: `u${n}` } : deb(`p${n}`, `${round % 3}`),
                  ),
                  minutes(round * 100 + i),
                ),
              ),
            ),
          ),
        );
        const { rows } = await db.query(
          `select s.id, s.endpoint_count from assets.software s
             left join (select id, count(*)::int as count
                          from assets.endpoint_software, unnest(software_ids) as id group by id) a
               using (id)
            where s.endpoint_count <> coalesce(a.count, 0)`,
        );
        expect(rows).toEqual([]);
      }),
      { numRuns: 25 },
    );
    const { rows } = await db.query<{ same: boolean }>(
      `select e.software_count is not distinct from
                (select sum(cardinality(software_ids))::int from assets.endpoint_software s
                  where s.endpoint_id = e.id) as same from assets.endpoints e`,
    );
    expect(rows.every(({ same }) => same)).toBe(true);
  }, 60_000);

  it('neither deadlocks nor loses count where different endpoints share all their software', async () => {
    await using db = await openTestDatabase();
    const writers = await Promise.all(
      [0, 1, 2, 3, 4, 5].map(async (n) => ({
        id: await addEndpoint(db),
        ingest: openIngest(db),
        n,
      })),
    );
    const rounds = 10;
    await Promise.all(
      writers.map(async ({ id, ingest, n }) => {
        for (let round = 0; round < rounds; round += 1) {
          const rows = Array.from({ length: 150 }, (_, i) =>
            deb(`p${(i * 7 + n * 31) % 150}`, `${round}`),
          );
          await ingest(answer(id, 'software-deb', rows, minutes(round)));
        }
      }),
    );
    const { rows } = await db.query(
      `select version, min(endpoint_count) as least, max(endpoint_count) as most, count(*)::int as n
         from assets.software group by version order by version`,
    );
    expect(rows).toEqual(
      Array.from({ length: rounds }, (_, round) => {
        const count = round === rounds - 1 ? writers.length : 0;
        return { version: `${round}`, least: count, most: count, n: 150 };
      }),
    );
  });

  it('gets along with people who change and forget the same endpoints meanwhile', async () => {
    await using db = await openTestDatabase();
    const ids = await Promise.all(Array.from({ length: 12 }, () => addEndpoint(db)));
    const [first, second] = [openIngest(db), openIngest(db)];
    const write = async (ingest: typeof first, order: readonly string[]) => {
      for (let round = 0; round < 8; round += 1) {
        const packages = Array.from({ length: 20 }, (_, i) => deb(`p${i}`, `${round}`));
        await ingest(
          ...order.map((id) => answer(id, 'software-deb', packages, minutes(round))),
          ...order.map((id) => answer(id, 'os', [{ name: `os ${round}` }], minutes(round))),
        );
      }
    };
    const change = async () => {
      for (let round = 0; round < 20; round += 1) {
        await db.transaction(async (tx) => {
          const rows = await lockSettable(tx, ids, 'all');
          await storeSettable(
            tx,
            rows.map((row) => ({ ...row, owner: `owner ${round}` })),
          );
        });
      }
    };
    const forget = async () => {
      for (const id of ids.slice(0, 6)) await db.transaction((tx) => forgetEndpoint(tx, id, 'all'));
    };
    await Promise.all([write(first, ids), write(second, ids.toReversed()), change(), forget()]);
    const { rows } = await db.query(
      `select distinct owner, os_name, software_count from assets.endpoints`,
    );
    expect(rows).toEqual([{ owner: 'owner 19', os_name: 'os 7', software_count: 20 }]);
    expect(await repairCounts(db)).toEqual([]);
  });
});
