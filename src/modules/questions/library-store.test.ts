import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOsquery } from '../../testing/osquery.ts';
import type { LibraryEntry } from './library.ts';
import { fillParameters } from './library-file.ts';
import { readLibrary, shippedFolder, wireLibraryQuestion } from './library-store.ts';
import { checkSql } from './sql-check.ts';

let entries: readonly LibraryEntry[];
let problems: readonly string[];
beforeAll(async () => {
  ({ entries, problems } = await readLibrary([shippedFolder]));
});

function withExamples(entry: LibraryEntry) {
  const examples = Object.fromEntries(entry.parameters.map(({ name, example }) => [name, example]));
  const filled = fillParameters(entry, examples);
  if (!filled.ok) throw new Error(`${entry.key}: ${JSON.stringify(filled.problems)}`);
  return filled.sql;
}

describe('the library that comes with the product', () => {
  it('has no file that cannot be used', () => {
    expect(problems).toEqual([]);
    expect(entries.length).toBeGreaterThanOrEqual(80);
  });

  it('has questions of every category and for every platform', () => {
    expect([...new Set(entries.map(({ category }) => category))].sort()).toEqual([
      'accounts',
      'browser',
      'configuration',
      'files',
      'hardware',
      'network',
      'persistence',
      'processes',
      'protection',
      'software',
    ]);
    for (const platform of ['linux', 'darwin', 'windows'] as const) {
      const asked = entries.filter(({ sql }) => sql[platform] !== undefined);
      expect(asked.length, platform).toBeGreaterThanOrEqual(45);
    }
  });

  it('has each key and each title once, in Japanese and in English', () => {
    const unique = (texts: readonly string[]) => expect(new Set(texts).size).toBe(texts.length);
    unique(entries.map(({ key }) => key));
    unique(entries.map(({ title }) => title.ja));
    unique(entries.map(({ title }) => title.en));
    for (const { key, title, description, parameters } of entries) {
      for (const text of [title, description, ...parameters.map((each) => each.title)]) {
        expect(text.en, key).toMatch(/^[\x20-\x7e]+$/);
        if (text !== title || !/^[A-Z]/.test(text.ja)) {
          expect(text.ja, key).toMatch(/[\u3040-\u30ff\u4e00-\u9fff]|^SHA-256/);
        }
      }
    }
  });

  it('passes the check on every platform without an error and without a warning', () => {
    const found = entries.flatMap((entry) =>
      checkSql(withExamples(entry)).problems.map(
        ({ platform, code, text }) => `${entry.key} ${platform} ${code} ${text.en}`,
      ),
    );
    expect(found).toEqual([]);
  });

  it('does not call cheap what the check calls dear', () => {
    const order = ['low', 'medium', 'high'];
    const cheaper = entries
      .map((entry) => ({ ...entry, checked: checkSql(withExamples(entry)) }))
      .filter(({ cost, checked }) => order.indexOf(cost) < order.indexOf(checked.cost))
      .map(({ key, cost, checked }) => `${key}: ${cost}, but ${checked.cost}`);
    expect(cheaper).toEqual([]);
  });

  it('gives the same columns in the same order on every platform', () => {
    const differing = entries.filter((entry) => {
      const columns = Object.entries(withExamples(entry)).map(([platform, statement]) =>
        checkSql({ [platform]: statement }).columns.join(' '),
      );
      return new Set(columns).size > 1;
    });
    expect(differing.map(({ key }) => key)).toEqual([]);
  });

  it('is answered by a real osquery, statement by statement', () => {
    const asked = entries.filter(({ sql }) => sql.linux !== undefined);
    const answers = runOsquery(asked.map((entry) => withExamples(entry).linux!));
    expect(answers).toHaveLength(asked.length);
    const rowsOf = (key: string) => answers[asked.findIndex((entry) => entry.key === key)]!;
    expect(rowsOf('os-versions')).toHaveLength(1);
    expect(rowsOf('hardware-model')).toHaveLength(1);
    expect(rowsOf('who-is-administrator').map(({ username }) => username)).toContain('root');
    expect(rowsOf('file-at-path')).toEqual([
      expect.objectContaining({ path: '/etc/hosts', type: 'regular' }),
    ]);
    expect(rowsOf('hosts-file').map(({ address }) => address)).not.toContain('127.0.0.1');
    // Each answer has the columns that the check foretold.
    for (const [at, rows] of answers.entries()) {
      const { key } = asked[at]!;
      const [first] = rows;
      if (!first) continue;
      const { columns } = checkSql({ linux: withExamples(asked[at]!).linux! });
      expect(Object.keys(first).sort(), key).toEqual([...columns].sort());
    }
  }, 120_000);

  it('finds a file by its hash', () => {
    const content = `yojin ${process.pid}`;
    const file = join('/tmp', `yojin-library-${process.pid}.bin`);
    writeFileSync(file, content);
    try {
      const entry = entries.find(({ key }) => key === 'file-with-sha256')!;
      const sha256 = createHash('sha256').update(content).digest('hex').toUpperCase();
      const filled = fillParameters(entry, { sha256 });
      expect(filled.ok).toBe(true);
      const [rows] = runOsquery([filled.ok ? filled.sql.linux! : '']);
      expect(rows).toEqual([expect.objectContaining({ path: file, sha256: sha256.toLowerCase() })]);
    } finally {
      rmSync(file);
    }
  }, 60_000);
});

describe("one's own questions", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'yojin-questions-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const write = (name: string, sql: string) =>
    writeFileSync(
      join(folder, `${name}.yaml`),
      `key: ${name}\ntitle: {ja: 題, en: Title}\ndescription: {ja: 説明, en: Text}\ncategory: software\ncost: low\nsql: {all: ${JSON.stringify(sql)}}\n`,
    );

  it('are read with the others, again when they change, and a bad one stops nothing', async () => {
    write('our-time', 'select unix_time from time');
    write('broken', 'select wrong from time');
    write('os-versions', 'select 1');
    writeFileSync(join(folder, 'torn.yaml'), 'key: torn\ntitle: [');
    writeFileSync(join(folder, 'notes.txt'), 'not a question');
    const first = await readLibrary([shippedFolder, folder]);
    expect(first.entries).toHaveLength(entries.length + 1);
    expect(first.entries.map(({ key }) => key)).toContain('our-time');
    expect(first.problems).toEqual([
      `${join(folder, 'broken.yaml')}: sql.linux: There is no column wrong.`,
      `${join(folder, 'os-versions.yaml')}: there is a question os-versions already`,
      expect.stringMatching(/torn\.yaml:\d+: /),
    ]);
    expect(await readLibrary([shippedFolder, folder])).toBe(first);

    write('broken', 'select unix_time, local_timezone from time');
    const second = await readLibrary([shippedFolder, folder]);
    expect(second.entries.map(({ key }) => key)).toContain('broken');
    expect(second.problems).toHaveLength(2);
  });

  it('are missed loudly when their folder is not there', async () => {
    const library = await readLibrary([shippedFolder, join(folder, 'nowhere')]);
    expect(library.entries).toHaveLength(entries.length);
    expect(library.problems).toEqual([expect.stringContaining('ENOENT')]);
  });
});

it('goes over the wire with its platforms', () => {
  const entry = entries.find(({ key }) => key === 'suid-programs')!;
  expect(wireLibraryQuestion(entry)).toMatchObject({
    key: 'suid-programs',
    platforms: ['linux', 'darwin'],
    cost: 'medium',
    parameters: [],
    source: null,
  });
});
