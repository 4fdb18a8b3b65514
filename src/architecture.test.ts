import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** House rules that an import graph cannot see. Each failure names the file and the reason. */
const all = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => join(entry.parentPath, entry.name));

/** Of this code base; other dotted names after "from" are aliases and web sites. */
const schemas = new Set([
  'platform',
  ...readdirSync('src/modules').map((folder) => folder.replaceAll('-', '_')),
]);

it('a module writes only to its own schema, and reads others only through their views', () => {
  const trespasses: string[] = [];
  const code = all.filter((path) => /^src\/(modules|platform)\/.+\.(ts|sql)$/.test(path));
  for (const path of code.filter((path) => !path.endsWith('.test.ts'))) {
    const [, layer, folder] = path.split('/');
    const own = layer === 'platform' ? 'platform' : folder!.replaceAll('-', '_');
    const text = readFileSync(path, 'utf8');
    const statements =
      /\b(insert into|update|delete from|truncate|from|join|references)\s+([a-z_]+)\.([a-z_]+)/g;
    for (const [, verb, schema, table] of text.matchAll(statements)) {
      const reads = verb === 'from' || verb === 'join';
      if (
        !schemas.has(schema!) ||
        schema === own ||
        verb === 'references' ||
        (reads && table!.endsWith('_view'))
      )
        continue;
      trespasses.push(`${path}: ${verb} ${schema}.${table}`);
    }
  }
  expect(trespasses).toEqual([]);
});

it('migrations have one order: no two share a minute', () => {
  const minutes = all
    .filter((path) => path.includes('/migrations/'))
    .map((path) => path.split('/').at(-1)!.slice(0, 12));
  expect(minutes.filter((minute, at) => minutes.indexOf(minute) !== at)).toEqual([]);
});

it('files are kebab-case and none is a drawer for whatever is left over', () => {
  const drawers = /(^|\/)(index|utils?|helpers?|common|misc|shared)(\.|\/)/;
  const usual =
    /^[a-z0-9/.-]+\.(tsx?|css|svg)$|\/migrations\/\d{12}_[a-z0-9_]+\.sql$|\/testdata\/|\/README\.md$|^src\/programs\/console\/index\.html$/;
  const isPage = (path: string) => path === 'src/programs/console/index.html';
  expect(all.filter((path) => (drawers.test(path) && !isPage(path)) || !usual.test(path))).toEqual(
    [],
  );
});

it('every module and every standard has a page that explains it', () => {
  const folders = new Set(
    all
      .map((path) => /^(src\/(?:modules|standards)\/[^/]+)\//.exec(path)?.[1])
      .filter((folder) => folder !== undefined),
  );
  const missing = [...folders].filter((folder) => !all.includes(`${folder}/README.md`));
  expect(missing).toEqual([]);
});
