import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Row } from '../../modules/assets/public.ts';
import { Host } from './host.ts';
import { rowsOfPart } from './inventory.ts';
import { Statements } from './statements.ts';

describe('a statement at a simulated endpoint', () => {
  const statements = new Statements();
  afterAll(() => statements.close());
  const host = (profile: 'linux' | 'windows' | 'macos', index = 0) =>
    new Host({ seed: 's', profile, endpoints: 10, clones: 0, startsAt: new Date(0) }, index);
  const run = (sql: string, at = host('linux')) => statements.run(at, sql, 1000);

  it.each([
    ['select * from nope', 'no such table: nope'],
    ['select nope from users', 'no such column: nope'],
    ['selec 1', 'near "selec": syntax error'],
    ['select * from programs', 'no such table: programs'],
  ])('%s fails as with osquery', (sql, message) => {
    expect(run(sql)).toEqual({ status: 1, message });
  });

  it('answers what the inventory of that very endpoint says, as texts', () => {
    for (const one of [host('linux'), host('windows', 1), host('macos', 2)]) {
      const users = rowsOfPart(one, 'users')!;
      expect(run('select count(*) as n, null as missing, 1.5 as half from users', one)).toEqual({
        status: 0,
        rows: [{ n: String(users.length), missing: '', half: '1.5' }],
      });
      const administrators = rowsOfPart(one, 'administrators')!.filter(({ granted_by }) =>
        granted_by?.startsWith('group'),
      );
      const sql = `select distinct u.username from users u join user_groups using (uid)
        join groups g on g.gid = user_groups.gid where g.groupname in ('sudo', 'wheel', 'admin', 'Administrators')
        order by 1`;
      expect(run(sql, one)).toEqual({
        status: 0,
        rows: administrators.map(({ username = '' }) => ({ username })).sort(byName),
      });
    }
  });
  const byName = (a: Row, b: Row) => (a['username']! < b['username']! ? -1 : 1);

  it('compares numbers as numbers', () => {
    const ports = run('select port from listening_ports where port between 1 and 9999');
    expect(ports.status).toBe(0);
    expect(run('select 1 from listening_ports where port > 65535')).toEqual({
      status: 0,
      rows: [],
    });
  });

  it('may read, and nothing else', () => {
    const file = join(tmpdir(), `yojin-attached-${process.pid}`);
    for (const sql of [
      `attach '${file}' as other`,
      'delete from users',
      'create table mine (x)',
      'pragma writable_schema = 1',
      'with recursive n(x) as (select 1 union all select x + 1 from n) select count(*) from n',
    ]) {
      expect(run(sql)).toMatchObject({ status: 1 });
    }
    expect(existsSync(file)).toBe(false);
    expect(run('select username from users limit 1')).toMatchObject({ status: 0 });
  });

  it('hashes a text up to its first NUL, as osquery does', () => {
    expect(run(`select sha256('a' || char(0) || 'b') = sha256('a') as same`)).toEqual({
      status: 0,
      rows: [{ same: '1' }],
    });
  });
});
