import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { catalogueFaults } from '../../platform/i18n/translator.ts';
import { sideBySide } from '../../platform/web/translate.ts';
import { webModules as modules } from './modules.ts';

const files = readdirSync('src', { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
  .filter((path) => !/\.test\.tsx?$/.test(path));
const read = (paths: readonly string[]) => paths.map((path) => readFileSync(path, 'utf8'));
const pagePaths = files.filter(
  (path) => /\/web\/|^src\/programs\/console\//.test(path) && !/\/messages[^/]*\.ts$/.test(path),
);
const pages = read(pagePaths);
const webFolders = pagePaths.flatMap(
  (path) => /^(src\/.+)\/web\/manifest\.ts$/.exec(path)?.[1] ?? [],
);

/** Codes of problems that a user of the console can meet: the platform's and those of its pages. */
const serverCode = read(
  files.filter(
    (path) =>
      !path.includes('/web/') &&
      (path.startsWith('src/platform/') ||
        webFolders.some((folder) => path.startsWith(`${folder}/`))),
  ),
);
const codes = [
  ...new Set(
    serverCode.flatMap((text) =>
      [...text.matchAll(/\b(?:ProblemError|problem)\(\s*\d{3},\s*'([A-Z][A-Z0-9_]+)'/g)].map(
        ([, code]) => code!,
      ),
    ),
  ),
];

const base = (key: string) => key.replace(/_(one|other)$/, '');
const english = new Set(modules.flatMap((module) => Object.keys(module.messages.en).map(base)));

describe('the words of the console', () => {
  it.each(modules.map((module) => [module.name, module] as const))(
    '%s: nothing is missing in one language, nothing is unused',
    (_name, { messages }) => {
      const inPages = Object.fromEntries(
        Object.entries(messages.en).filter(([key]) => !key.startsWith('problem.')),
      );
      const inPagesJa = Object.fromEntries(
        Object.entries(messages.ja).filter(([key]) => !key.startsWith('problem.')),
      );
      // Between two sentences Japanese has nothing where English has a space.
      const faults = catalogueFaults({ en: inPages, ja: inPagesJa }, pages).filter(
        (fault) => !fault.endsWith('-separator: empty'),
      );
      expect(faults).toEqual([]);
    },
  );

  it('begins every key with the name of its module, and defines it once', () => {
    const seen = new Set<string>();
    const wrong: string[] = [];
    for (const { name, messages } of modules) {
      for (const key of Object.keys(messages.en)) {
        if (!key.startsWith(`${name}.`) && !key.startsWith('problem.'))
          wrong.push(`${name}: ${key}`);
        if (seen.has(key)) wrong.push(`${key}: twice`);
        seen.add(key);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('has words for every key that the pages use', () => {
    const names = modules.map(({ name }) => name).join('|');
    // Not the ids of tables, which look alike: <DataTable id="assets.software">.
    const quoted = new RegExp(
      `(?<!\\bid=)['"\`]((?:${names}|problem)\\.[A-Za-z0-9._-]+)['"\`]`,
      'g',
    );
    const begun = new RegExp(`\`((?:${names})\\.[A-Za-z0-9._-]*)\\$\\{`, 'g');
    const missing: string[] = [];
    pagePaths.forEach((path, place) => {
      const text = pages[place] ?? '';
      for (const [, key] of text.matchAll(quoted)) {
        if (!english.has(key!)) missing.push(`${path}: ${key}`);
      }
      for (const [, prefix] of text.matchAll(begun)) {
        if (![...english].some((key) => key.startsWith(prefix!)))
          missing.push(`${path}: ${prefix}…`);
      }
    });
    expect(missing).toEqual([]);
  });

  it('explains every problem that the server can answer, in both languages', () => {
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !english.has(`problem.${code}`)).sort()).toEqual([]);
    const japanese = new Set(modules.flatMap((module) => Object.keys(module.messages.ja)));
    expect([...english].filter((key) => key.startsWith('problem.') && !japanese.has(key))).toEqual(
      [],
    );
  });

  it('explains no problem that nobody raises', () => {
    const all = [...serverCode, ...pages].join('\n');
    const stale = [...english]
      .filter((key) => key.startsWith('problem.') && !key.startsWith('problem.HTTP_'))
      .map((key) => key.slice('problem.'.length).replace(/\.detail$/, ''))
      .filter((code) => !new RegExp(`\\b${code}\\b`).test(all));
    expect(stale).toEqual([]);
  });

  it('turns pairs into catalogues, with the plural forms of each language', () => {
    expect(
      sideBySide({ 'a.b': ['あ', 'b'], 'a.n': ['{{count}}件', '{{count}} row', '{{count}} rows'] }),
    ).toEqual({
      ja: { 'a.b': 'あ', 'a.n_other': '{{count}}件' },
      en: { 'a.b': 'b', 'a.n_one': '{{count}} row', 'a.n_other': '{{count}} rows' },
    });
  });
});
