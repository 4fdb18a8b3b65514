import { describe, expect, it } from 'vitest';
import { runOsquery } from '../../testing/osquery.ts';
import type { Platform } from '../assets/public.ts';
import { type OsquerySchema, shippedSchema } from './osquery-schema.ts';
import { checkSql, nearest } from './sql-check.ts';
import { expandedSize, tokensOf } from './sql-check-tokens.ts';

const everywhere = (sql: string) => checkSql({ linux: sql, darwin: sql, windows: sql });
const onLinux = (sql: string) => checkSql({ linux: sql });
const codes = (sql: string) =>
  onLinux(sql).problems.map(({ level, code, from, to }) => [
    level,
    code,
    sql.slice(from ?? 0, to ?? 0),
  ]);

const accepted = [
  'select * from users',
  'SELECT username FROM users;',
  'select 1 ;; -- done',
  'with a as (select uid from users) select * from a',
  '/* who */ select u.username from users u, user_groups g where u.uid = g.uid',
  "select * from file where path like '/etc/%'",
  'select name from os_version where name = "Debian"',
  "select regex_match(name, '[a-z]+', 0), split(path, '/', 1), to_base64(name) from processes",
  'select version from os_version order by version collate version_dpkg',
  "select value from json_each('[1, 2]')",
  'select address from hosts',
  'select p.name from processes p natural join (select 1 as pid)',
];

describe('what can be sent', () => {
  it.each(accepted)('%s', (sql) => {
    expect(onLinux(sql).problems).toEqual([]);
  });

  it('is what osquery takes', () => {
    const statements = accepted.map((sql) => sql.replace(/--.*/, '').replace(/[;\s]+$/, ''));
    expect(runOsquery(statements)).toHaveLength(accepted.length);
  }, 60_000);

  it('has the columns of the answer and the tables', () => {
    expect(onLinux('select pid, name as n, 1 + 1 as two from processes')).toEqual({
      problems: [],
      columns: ['pid', 'n', 'two'],
      tables: ['processes'],
      cost: 'low',
      costBecause: [],
    });
    expect(onLinux('select * from uptime join time').tables).toEqual(['time', 'uptime']);
    expect(onLinux('select * from hosts').tables).toEqual(['etc_hosts']);
  });

  it('shows with * what osquery shows', () => {
    const [rows] = runOsquery(['select * from users limit 1']);
    expect(onLinux('select * from users').columns.sort()).toEqual(Object.keys(rows![0]!).sort());
    expect(onLinux('select uid, pid_with_namespace from users').columns).toEqual([
      'uid',
      'pid_with_namespace',
    ]);
    expect(checkSql({ windows: 'select * from users' }).columns).toContain('type');
  });
});

describe('what is not sent', () => {
  it.each([
    ['', 'EMPTY', ''],
    [' ;; ', 'EMPTY', ''],
    ['-- select 1', 'EMPTY', ''],
    ['delete from users', 'NOT_A_SELECT', 'delete'],
    ['with a as (select 1) delete from users', 'NOT_A_SELECT', 'with'],
    ['with a as (select 1) insert into users (uid) select * from a', 'NOT_A_SELECT', 'with'],
    ['pragma table_info(users)', 'NOT_A_SELECT', 'pragma'],
    ["attach 'x.db' as x", 'NOT_A_SELECT', 'attach'],
    ['explain select 1', 'NOT_A_SELECT', 'explain'],
    ['vacuum', 'NOT_A_SELECT', 'vacuum'],
    ['select 1; select 2', 'SEVERAL_STATEMENTS', 'select'],
    ['select 1; drop table users', 'SEVERAL_STATEMENTS', 'drop'],
    ['select * from users where uid = ?', 'PARAMETER_LEFT', '?'],
    ["select * from users where username = '{{ name }}'", 'PARAMETER_LEFT', '{{ name }}'],
    ['select * frm users', 'SYNTAX', 'frm'],
    ['select from from users', 'SYNTAX', 'from'],
    ["select 'from' from (select 1 from from users)", 'SYNTAX', 'from'],
    ['select * from users where', 'SYNTAX', 'where'],
    ["select 'open", 'SYNTAX', "'"],
    ['select 1 from users order by uid collate backwards', 'SYNTAX', 'backwards'],
    ['select * from usres', 'NO_SUCH_TABLE', 'usres'],
    ['select * from sqlite_schema', 'NO_SUCH_TABLE', ''],
    ["select * from pragma_table_info('users')", 'NO_SUCH_TABLE', 'pragma_table_info'],
    ['select * from dbstat', 'NO_SUCH_TABLE', 'dbstat'],
    ["select 1 from fts3tokenize('a')", 'NO_SUCH_TABLE', 'fts3tokenize'],
    ['select rowid from users', 'NO_SUCH_COLUMN', 'rowid'],
    ['select u.nam from users u', 'NO_SUCH_COLUMN', 'nam'],
    ['select pid from processes, listening_ports', 'AMBIGUOUS_COLUMN', 'pid'],
    ["select load_extension('x')", 'NO_SUCH_FUNCTION', 'load_extension'],
    ["select string_agg(username, ',') from users", 'NO_SUCH_FUNCTION', 'string_agg'],
    ["select 1 where 'a' regexp 'a'", 'NO_SUCH_FUNCTION', 'regexp'],
    ["select split('a', 'b')", 'SYNTAX', ''],
    ["select * from carves where path = '/etc/%' and carve = 1", 'COLLECTS_FILES', 'carve'],
    ['select * from carves where "carve" in (1)', 'COLLECTS_FILES', '"carve"'],
    [
      "select * from carves natural join (select '/etc/shadow' as path, 1 as carve)",
      'COLLECTS_FILES',
      'carve',
    ],
    [
      "select a.path from (select '/etc/shadow' as path, 1 as carve) a join carves using (path, carve)",
      'COLLECTS_FILES',
      'carve',
    ],
    ["select carve(path) from file where path = '/etc/shadow'", 'COLLECTS_FILES', 'carve'],
    ['select sleep(60)', 'SLEEPS', 'sleep'],
    ['select 1\0', 'SYNTAX', ''],
  ])('%s', (sql, code, at) => {
    expect(codes(sql)).toEqual([['error', code, at]]);
    for (const { text } of onLinux(sql).problems) {
      expect(text.ja).toMatch(/[\u3040-\u30ff]/);
      expect(text.en).toMatch(/^[\x20-\x7e«»…]+$/);
    }
  });

  it('still lets the list of carves be read', () => {
    expect(onLinux('select path, status from carves').problems).toEqual([]);
  });

  it('proposes what was meant', () => {
    expect(onLinux('select * from usres').problems[0]!.nearest).toEqual(['users']);
    expect(onLinux('select usrname from users').problems[0]!.nearest).toEqual(['username']);
    expect(onLinux('select cmdlien from processes').problems[0]!.nearest).toEqual(['cmdline']);
    expect(onLinux("select regex_mach('a', 'b', 0)").problems[0]!.nearest).toEqual(['regex_match']);
    expect(onLinux('select * from qqqqqqqqq').problems[0]!.nearest).toEqual([]);
    expect(nearest('ports', ['listening_ports', 'users'])).toEqual(['listening_ports']);
  });
});

describe('platforms', () => {
  it('takes a table of one platform as not applicable to the others, given one statement for all', () => {
    const { problems, columns } = everywhere('select label from launchd');
    expect(problems.map(({ platform, level, code }) => [platform, level, code])).toEqual([
      ['linux', 'warning', 'NO_SUCH_TABLE'],
      ['windows', 'warning', 'NO_SUCH_TABLE'],
    ]);
    expect(problems[0]!.text).toEqual({
      ja: 'テーブル「launchd」は macOS にしかありません。',
      en: 'The table launchd exists on macOS only.',
    });
    expect(columns).toEqual(['label']);
  });

  it('refuses it when it was written for the platform itself', () => {
    expect(
      checkSql({ linux: 'select label from launchd', darwin: 'select 1' }).problems,
    ).toMatchObject([{ platform: 'linux', level: 'error', code: 'NO_SUCH_TABLE' }]);
    const apart = checkSql({
      linux: 'select label from launchd',
      windows: 'select label from launchd',
    });
    expect(apart.problems.map(({ level }) => level)).toEqual(['error', 'error']);
  });

  it('refuses a table that exists nowhere on each of them', () => {
    expect(everywhere('select * from nowhere').problems.map(({ level }) => level)).toEqual([
      'error',
      'error',
      'error',
    ]);
  });

  it('only warns of a table whose columns it does not know', () => {
    const schema: OsquerySchema = {
      ...shippedSchema(),
      incomplete: { linux: new Set(), darwin: new Set(), windows: new Set(['brand_new']) },
    };
    expect(checkSql({ windows: 'select a from brand_new' }, schema).problems).toMatchObject([
      { platform: 'windows', level: 'warning', code: 'TABLE_NOT_CHECKED', from: 14, to: 23 },
    ]);
    expect(checkSql({ linux: 'select a from brand_new' }, schema).problems).toMatchObject([
      { level: 'error', code: 'NO_SUCH_TABLE' },
    ]);
  });

  it.each<[Platform, string]>([
    ['windows', "select data from registry where key = 'HKEY_LOCAL_MACHINE\\SOFTWARE'"],
    [
      'darwin',
      "select * from plist where path = '/Library/Preferences/com.apple.loginwindow.plist'",
    ],
    ['windows', 'select hidden from scheduled_tasks'],
    ['darwin', 'select rowid from quicklook_cache'],
  ])('knows what %s has: %s', (platform, sql) => {
    expect(checkSql({ [platform]: sql }).problems).toEqual([]);
  });
});

const constrained: readonly (readonly [string, readonly string[]])[] = [
  ['select sha256 from hash', ['hash']],
  ['select path, sha256 from hash order by path', ['hash']],
  ["select h.sha256 from hash h join users u on u.directory = '/root'", ['hash']],
  ["select f.path, h.sha256 from file f, hash h where f.path = '/etc/hosts'", ['hash']],
  ["select sha256 from hash where path = '/etc/hosts'", []],
  ["select sha256 from hash where directory in ('/etc')", []],
  ["select h.sha256 from file f join hash h using (path) where f.directory = '/etc'", []],
  ["select h.sha256 from file f natural join hash h where f.path = '/etc/hosts'", []],
  ['select (select sha256 from hash h where h.path = p.path) as s from processes p', []],
  ['select * from file', ['file']],
];

describe('statements that answer nothing', () => {
  it.each(constrained)('%s', (sql, tables) => {
    const found = onLinux(sql).problems.filter(({ code }) => code === 'REQUIRED_COLUMN');
    expect(found.map(({ from, to }) => sql.slice(from!, to!))).toEqual(tables);
    expect(found.every(({ level }) => level === 'warning')).toBe(true);
  });

  it('are those that osquery refuses to run', () => {
    const good = constrained.filter(([, tables]) => tables.length === 0).map(([sql]) => sql);
    expect(runOsquery(good)).toHaveLength(good.length);
    for (const sql of ['select sha256 from hash', 'select * from file']) {
      expect(() => runOsquery([sql])).toThrow('without a required column');
    }
  }, 60_000);

  it('warns of tables that answer for one user only', () => {
    expect(codes('select key from authorized_keys')).toEqual([
      ['warning', 'OWN_USER_ONLY', 'authorized_keys'],
    ]);
    expect(codes('select k.key from users u join authorized_keys k using (uid)')).toEqual([]);
  });
});

describe('what the endpoint does for it', () => {
  it('warns when it opens connections or may never end', () => {
    expect(codes("select result from curl where url = 'https://example.org'")).toEqual([
      ['warning', 'OPENS_CONNECTIONS', 'curl'],
    ]);
    expect(
      codes('with recursive n(x) as (select 1 union all select x + 1 from n) select x from n'),
    ).toEqual([['warning', 'RECURSIVE', 'recursive']]);
    expect(
      codes("select matches from yara_file where path = '/tmp/a' and sigurl = 'https://a/b'"),
    ).toEqual([['warning', 'OPENS_CONNECTIONS', 'sigurl']]);
  });

  it.each([
    ['select * from users', 'low', 0],
    ["select sha256 from hash where path = '/etc/hosts'", 'low', 0],
    ["select path from file where path like '/etc/%'", 'low', 1],
    ["select sha256 from hash where path like '/etc/%'", 'medium', 1],
    ["select path from file where path like '/home/%%'", 'high', 1],
    ["select f.path from file f join hash h using (path) where f.path like '/%%'", 'high', 2],
    ['select * from process_events', 'high', 1],
    ['select * from process_events where time > 1700000000', 'medium', 1],
    ['select 1 from processes, users', 'high', 1],
    ['select 1 from processes p cross join users u where p.pid > 1', 'high', 1],
    ['select 1 from processes p, users u where p.uid = u.uid', 'low', 0],
    ['select 1 from processes p join users u on p.uid = u.uid', 'low', 0],
    ['select 1 from users, time', 'low', 0],
    ["select * from yara_file where path = '/a' and sigfile = '/b'", 'high', 1],
    ['select path from suid_bin', 'medium', 1],
  ])('%s costs %s', (sql, cost, reasons) => {
    const checked = onLinux(sql);
    expect(checked.cost).toBe(cost);
    expect(checked.costBecause).toHaveLength(reasons);
  });

  it('takes the dearest platform', () => {
    const { cost, costBecause } = checkSql({
      linux: 'select 1',
      windows: "select data from windows_eventlog where channel = 'Security'",
    });
    expect(cost).toBe('high');
    expect(costBecause).toEqual([
      {
        ja: 'テーブル「windows_eventlog」は時間がかかります。',
        en: 'windows_eventlog takes its time.',
      },
    ]);
  });
});

describe('hostile statements', () => {
  const doubling = (steps: number) =>
    `with c0 as (select 1 as x from users)${Array.from(
      { length: steps },
      (_, at) => `, c${at + 1} as (select 1 as x from c${at}, c${at})`,
    ).join('')} select 1 from c${steps}`;

  it('refuses a WITH that doubles itself, which the parser would not survive', () => {
    expect(codes(doubling(30))).toEqual([['error', 'TOO_COMPLEX', 'with']]);
    expect(expandedSize(tokensOf(doubling(4)))).toBeLessThan(200);
    expect(codes(doubling(4)).filter(([level]) => level === 'error')).toEqual([]);
  });

  it('refuses what is too long, too deep or too wide', () => {
    expect(codes(`select '${'a'.repeat(20_000)}'`)).toEqual([['error', 'TOO_LONG', '']]);
    expect(onLinux(`select ${'('.repeat(9_000)}1`).problems[0]!.code).toBe('TOO_COMPLEX');
    for (const sql of [
      `select ${'1 + '.repeat(4_000)}1`,
      `select 1${' union select 1'.repeat(1_000)}`,
      `select ${'not '.repeat(4_000)}1`,
      `select 1 from ${'users, '.repeat(900)}users`,
    ]) {
      expect(onLinux(sql).problems.map(({ level, code }) => [level, code])).toEqual([
        ['error', 'SYNTAX'],
      ]);
    }
  });

  it('never throws, whatever is typed', () => {
    const pieces = ['select', '*', 'from', 'users', '(', ')', ',', "'", '"', '[', '`', '--', '/*'];
    pieces.push(
      'where',
      'with',
      'a as (',
      ';',
      '?',
      '\ud800',
      'join',
      'on',
      'using',
      '.',
      '𠮟る',
      '0x',
      '$',
    );
    let seed = 42;
    for (let round = 0; round < 1_500; round += 1) {
      const words: string[] = [];
      for (let at = 0; at < 12; at += 1) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        words.push(pieces[seed % pieces.length]!);
      }
      const sql = `select ${words.join(' ')}`;
      for (const { from, to } of onLinux(sql).problems) {
        if (from !== null) expect(to).toBeGreaterThan(from);
        expect(to ?? 0).toBeLessThanOrEqual(sql.length);
      }
    }
  });

  it('checks the next statement as well after a bad one', () => {
    onLinux('delete from users');
    onLinux('select * from sqlite_schema');
    expect(onLinux('select uid from users').problems).toEqual([]);
    expect(onLinux('select name from processes').tables).toEqual(['processes']);
  });
});
