import { describe, expect, it } from 'vitest';
import type { EndpointQuery } from '../assets/public.ts';
import { buildConfig, checkQueries, digestStatement, fullStatement } from './config.ts';

const query = (more: Partial<EndpointQuery> = {}): EndpointQuery => ({
  name: 'users',
  sql: { linux: 'select uid, [group] from users; \n' },
  columns: ['uid', 'group'],
  intervalSeconds: 900,
  maxRows: 100,
  ingest: async () => undefined,
  ...more,
});

describe('the statements', () => {
  it('wrap the statement of the module, which may end in a semicolon or a comment', () => {
    expect(fullStatement(query(), 'linux')).toBe(
      "select printf('%s', [uid]) as [uid], printf('%s', [group]) as [group] from (\nselect uid, [group] from users\n) limit 101",
    );
    expect(digestStatement(query({ sql: { linux: 'select 1 -- one' } }), 'linux')).toContain(
      '-- one\n)',
    );
  });

  it('are not there for a platform that the query does not know', () => {
    expect(fullStatement(query(), 'windows')).toBeUndefined();
    expect(digestStatement(query(), 'windows')).toBeUndefined();
  });
});

describe('buildConfig', () => {
  it('schedules a digest per query, and whole answers only where they are needed', () => {
    const queries = [query(), query({ name: 'programs', sql: { windows: 'select 1' } })];
    const short = JSON.parse(buildConfig(queries, 'linux', { withFull: false }));
    expect(Object.keys(short.schedule)).toEqual(['yojin:users']);
    expect(short.schedule['yojin:users']).toMatchObject({ interval: 900, snapshot: true });
    expect(short.options).toMatchObject({ schedule_splay_percent: 10, distributed_interval: 1 });
    const full = JSON.parse(buildConfig(queries, 'linux', { withFull: true }));
    expect(Object.keys(full.schedule)).toEqual(['yojin:users', 'yojin-full:users']);
    expect(full.schedule['yojin-full:users']).toMatchObject({ interval: 86_400, snapshot: true });
  });

  it('is a valid, empty schedule where no query makes sense', () => {
    expect(JSON.parse(buildConfig([query()], 'darwin', { withFull: true })).schedule).toEqual({});
  });

  it('does not exceed what osqueryd accepts', () => {
    const huge = query({ sql: { linux: `select '${'x'.repeat(600_000)}' as uid, 1 as [group]` } });
    expect(() => buildConfig([huge], 'linux', { withFull: true })).toThrow(/larger than osqueryd/);
  });
});

describe('checkQueries', () => {
  it.each([
    ['a name', { name: 'Users!' }],
    ['no columns', { columns: [] }],
    ['a column name', { columns: ['a]; drop'] }],
    ['a column twice', { columns: ['a', 'a'] }],
    ['an interval', { intervalSeconds: 0 }],
    ['an interval longer than osqueryd takes', { intervalSeconds: 604_801 }],
    ['maxRows', { maxRows: 0.5 }],
  ])('finds %s that is wrong', (_, more) => {
    expect(() => checkQueries([query(more)])).toThrow(/endpoint query/);
  });

  it('finds two of one name', () => {
    expect(() => checkQueries([query(), query()])).toThrow(/a name that another has/);
    expect(() => checkQueries([query(), query({ name: 'groups' })])).not.toThrow();
  });
});
