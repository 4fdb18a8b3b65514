import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { runOsquery } from '../../testing/osquery.ts';
import { partQueries } from './endpoint-queries.ts';
import { platforms } from './observation.ts';

const schema = JSON.parse(
  readFileSync(new URL('./testdata/osquery-tables.json', import.meta.url), 'utf8'),
) as Record<'linux' | 'darwin' | 'windows', Record<string, string[]>>;

const forLinux = partQueries.filter(({ sql }) => sql.linux !== undefined);

/** As the agent is told to compute it; see agent-protocol. */
function digestOf(columns: readonly string[], statement: string): string {
  const line = columns.map((column) => `coalesce(${column}, '')`).join(' || char(31) || ');
  return `select sha256(coalesce(group_concat(line, char(10)), '')) as digest, count(*) as row_count
    from (select ${line} as line from (${statement}) order by 1)`;
}

describe('the queries', () => {
  it('have names of their own that may stand in an address', () => {
    const names = partQueries.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z0-9-]{2,60}$/);
  });

  describe.each(platforms)('on %s', (platform) => {
    const database = new DatabaseSync(':memory:');
    for (const [table, columns] of Object.entries(schema[platform])) {
      database.exec(`create table "${table}" (${columns.map((one) => `"${one}"`).join(', ')})`);
    }
    const here = partQueries.filter(({ sql }) => sql[platform] !== undefined);

    it.each(here)('$name uses tables and columns that exist', ({ sql, columns }) => {
      const statement = database.prepare(sql[platform]!);
      expect(statement.columns().map(({ name }) => name)).toEqual(columns);
    });

    it.each(here)('$name fits into the digest statement', ({ sql, columns }) => {
      database.function('sha256', (text) => String(text));
      const row = database.prepare(digestOf(columns, sql[platform]!)).get();
      expect(Object.keys(row ?? {})).toEqual(['digest', 'row_count']);
    });
  });
});

describe('on this machine, with the real osquery', () => {
  it('the listed tables have the listed columns', () => {
    const tables = Object.keys(schema.linux);
    const answers = runOsquery(
      tables.map((table) => `select name from pragma_table_info('${table}')`),
    );
    const found = Object.fromEntries(
      tables.map((table, i) => [table, answers[i]?.map(({ name }) => name)]),
    );
    expect(found).toEqual(schema.linux);
  });

  // Started by an ordinary user, both runs are one of an ordinary user.
  it.each([{ unprivileged: false }, { unprivileged: process.getuid?.() === 0 }])(
    'every part answers its columns, with the same digest twice ($unprivileged)',
    (options) => {
      const digests = forLinux.map(({ sql, columns }) => digestOf(columns, sql.linux!));
      const answers = runOsquery(
        [...digests, ...forLinux.map(({ sql }) => sql.linux!), ...digests],
        options,
      );
      const count = forLinux.length;
      for (const [i, { columns }] of forLinux.entries()) {
        for (const row of answers[count + i]!) {
          expect(Object.keys(row).sort()).toEqual([...columns].sort());
        }
      }
      // Somebody may have changed the machine meanwhile: a change of theirs does not happen twice.
      const differing = forLinux.filter(
        (_, i) => answers[i]![0]!['digest'] !== answers[2 * count + i]![0]!['digest'],
      );
      const again = differing.map(({ sql, columns }) => digestOf(columns, sql.linux!));
      const twice = again.length === 0 ? [] : runOsquery([...again, ...again], options);
      const unstable = differing.filter(
        (_, i) => twice[i]![0]!['digest'] !== twice[differing.length + i]![0]!['digest'],
      );
      expect(unstable.map(({ name }) => name)).toEqual([]);
    },
    120_000,
  );

  it('says of this machine what the machine itself says', () => {
    const find = (name: string) => forLinux.find((query) => query.name === name)!.sql.linux!;
    const [boot, os, users, administrators] = runOsquery(
      ['boot', 'os', 'users', 'administrators'].map(find),
    );
    const bootedAt = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1];
    // Process 1 starts within the first second or two of the kernel.
    expect(Math.abs(Number(boot![0]!['booted_at']) - Number(bootedAt))).toBeLessThanOrEqual(5);
    expect(os![0]!['kernel_version']).toBe(
      readFileSync('/proc/sys/kernel/osrelease', 'utf8').trim(),
    );
    const passwd = readFileSync('/etc/passwd', 'utf8').trim().split('\n').length;
    expect(users!.length).toBeGreaterThanOrEqual(passwd);
    expect(administrators).toContainEqual({ username: 'root', uid: '0', granted_by: 'uid 0' });
  });
});
