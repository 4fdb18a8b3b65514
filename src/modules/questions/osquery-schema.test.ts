import { describe, expect, it } from 'vitest';
import { runOsquery } from '../../testing/osquery.ts';
import { parseOsquerySchema, shippedSchema, wireSchema } from './osquery-schema.ts';

const schema = shippedSchema();

describe('the schema that comes with the product', () => {
  it('has the tables, columns and functions of the real osquery, for Linux', () => {
    const names = schema.tables.filter((t) => t.platforms.includes('linux')).map((t) => t.name);
    const [version, tables, columns, functions] = runOsquery([
      'select version from osquery_info',
      "select name from osquery_registry where registry = 'table' order by name",
      "select m.name as t, x.name, x.type, x.hidden from osquery_registry m join pragma_table_xinfo(m.name) x where m.registry = 'table'",
      'select distinct name from pragma_function_list where builtin = 0',
    ]);
    expect(version).toEqual([{ version: schema.version }]);
    expect(tables!.map(({ name }) => name)).toEqual(names);
    const known = schema.tables
      .filter(({ platforms }) => platforms.includes('linux'))
      .flatMap((table) =>
        table.columns.map(
          (column) =>
            `${table.name}.${column.name} ${column.type} ${column.hiddenOn.has('linux') ? 1 : 0}`,
        ),
      );
    const real = columns!.map(
      ({ t, name, type, hidden }) =>
        `${t}.${name} ${type!.toLowerCase().replace(' ', '_')} ${hidden}`,
    );
    expect(known.sort()).toEqual(real.sort());
    const own = schema.ownFunctions.map(({ name }) => name);
    expect(
      functions!
        .map(({ name }) => name)
        .filter((name) => name !== 'shellstatic')
        .sort(),
    ).toEqual(own.sort());
  }, 60_000);

  it('has the tables of macOS and of Windows', () => {
    const on = (platform: 'darwin' | 'windows') =>
      schema.tables.filter(({ platforms }) => platforms.includes(platform)).length;
    expect({ darwin: on('darwin'), windows: on('windows') }).toEqual({ darwin: 186, windows: 118 });
    const processes = schema.tables.find(({ name }) => name === 'processes')!;
    expect(processes.platforms).toEqual(['linux', 'darwin', 'windows']);
    const hidden = (column: string) => [
      ...processes.columns.find(({ name }) => name === column)!.hiddenOn,
    ];
    expect(hidden('elevated_token')).toEqual(['linux', 'darwin']);
    expect(hidden('cgroup_path')).toEqual(['darwin', 'windows']);
    expect(hidden('pid')).toEqual([]);
  });

  it('goes over the wire for one platform or for all', () => {
    const windows = wireSchema(schema, 'windows');
    expect(windows.tables).toHaveLength(118);
    const columns = (platform?: 'linux' | 'windows') =>
      wireSchema(schema, platform)
        .tables.find(({ name }) => name === 'processes')!
        .columns.map(({ name }) => name);
    expect(columns('windows')).toContain('elevated_token');
    expect(columns('linux')).not.toContain('elevated_token');
    expect(columns()).toEqual(expect.arrayContaining(['elevated_token', 'cgroup_path', 'upid']));
    const hash = wireSchema(schema, 'linux').tables.find(({ name }) => name === 'hash')!;
    expect(hash.columns.filter(({ required }) => required).map(({ name }) => name)).toEqual([
      'path',
      'directory',
    ]);
  });
});

describe('a schema that is wrong', () => {
  const good = {
    format: 1,
    version: '1',
    functions: { builtIn: ['abs'], own: ['split/3'] },
    collations: ['nocase'],
    incomplete: { linux: [], darwin: [], windows: ['later'] },
    tables: [{ name: 't', platforms: ['linux'], description: null, columns: ['a text required'] }],
  };
  const table = (changes: object) => ({ ...good, tables: [{ ...good.tables[0], ...changes }] });

  it('is read when it is right', () => {
    const read = parseOsquerySchema(good);
    expect(read.tables[0]!.columns[0]).toMatchObject({ name: 'a', type: 'text', required: true });
    expect(read.incomplete.windows.has('later')).toBe(true);
  });

  it.each([
    [null, 'the file is no object'],
    [{ ...good, format: 2 }, 'format is not 1'],
    [{ ...good, tables: {} }, 'tables is no list'],
    [{ ...good, tables: [good.tables[0], good.tables[0]] }, 't is there twice'],
    [table({ platforms: ['beos'] }), 't.platforms: «beos» is no platform'],
    [table({ platforms: [] }), 't has no platform'],
    [table({ columns: [] }), 't has no column'],
    [table({ columns: ['a'] }), 't: «a» is no column'],
    [table({ columns: ['a text secret'] }), 't.a: unknown mark «secret»'],
    [table({ columns: [3] }), 't.columns[0] is no text'],
  ])('is refused with its place %#', (given, reason) => {
    expect(() => parseOsquerySchema(given)).toThrow(reason);
  });
});
