import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LibraryQuestion } from './api.ts';
import type { LibraryEntry } from './library.ts';
import { fillParameters, LibraryFileError, parseLibraryFile } from './library-file.ts';
import { type OsquerySchema, schemaPlatforms, shippedSchema } from './osquery-schema.ts';
import { checkSql } from './sql-check.ts';

/** The questions that come with the product: the same three steps up from `src/…` and `dist/…`. */
export const shippedFolder = fileURLToPath(new URL('../../../content/questions/', import.meta.url));

/** The folder of one's own questions, if YOJIN_QUESTIONS_FOLDER says one. */
export const ownFolder = (): string | null => process.env['YOJIN_QUESTIONS_FOLDER'] || null;

export interface Library {
  /** In the order of their keys. */
  readonly entries: readonly LibraryEntry[];
  /** Of files that were left out, one line each, with file and place. */
  readonly problems: readonly string[];
}

let last: { readonly fingerprint: string; readonly library: Library } | undefined;

/**
 * The questions of the library, in the order of their keys. Files are read again when one of them
 * has changed; one that cannot be used is left out, and `readLibrary` says why.
 */
export async function loadLibrary(): Promise<readonly LibraryEntry[]> {
  return (await readLibrary()).entries;
}

/** As loadLibrary, with what is wrong in the files that were left out. */
export async function readLibrary(
  folders: readonly string[] = [shippedFolder, ...(ownFolder() ? [ownFolder()!] : [])],
): Promise<Library> {
  const files: { path: string; mark: string }[] = [];
  const problems: string[] = [];
  for (const folder of folders) {
    try {
      const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
      for (const name of names) {
        const path = join(folder, name);
        const { mtimeMs, size, ino } = await stat(path);
        files.push({ path, mark: `${path} ${mtimeMs} ${size} ${ino}` });
      }
    } catch (error) {
      problems.push(`${folder}: ${(error as Error).message}`);
    }
  }
  const fingerprint = [...problems, ...files.map(({ mark }) => mark)].join('\n');
  if (last?.fingerprint === fingerprint) return last.library;

  const entries = new Map<string, LibraryEntry>();
  for (const { path } of files) {
    try {
      const entry = parseLibraryFile(await readFile(path, 'utf8'), path);
      const wrong = statementProblem(entry);
      if (wrong !== null) throw new LibraryFileError(path, null, wrong);
      if (entries.has(entry.key)) {
        throw new LibraryFileError(path, null, `there is a question ${entry.key} already`);
      }
      entries.set(entry.key, entry);
    } catch (error) {
      problems.push(
        error instanceof LibraryFileError ? error.message : `${path}: ${String(error)}`,
      );
    }
  }
  const sorted = [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const library = { entries: sorted, problems };
  last = { fingerprint, library };
  return library;
}

/** Why a question of the library could not be sent, with the values of its examples; null: it can. */
function statementProblem(entry: LibraryEntry): string | null {
  const examples = Object.fromEntries(entry.parameters.map(({ name, example }) => [name, example]));
  const filled = fillParameters(entry, examples);
  if (!filled.ok) return filled.problems.map(({ text }) => text.en).join(' ');
  for (const platform of schemaPlatforms) {
    const statement = filled.sql[platform];
    if (statement === undefined) continue;
    const wrong = checkSql({ [platform]: statement }).problems.find(
      ({ level }) => level === 'error',
    );
    if (wrong) return `sql.${platform}: ${wrong.text.en}`;
  }
  return null;
}

/** What osquery can be asked, as shipped. */
export const osquerySchema = (): OsquerySchema => shippedSchema();

/** As GET /api/questions/library sends it. */
export function wireLibraryQuestion(entry: LibraryEntry): LibraryQuestion {
  return {
    ...entry,
    sql: { ...entry.sql } as Record<string, string>,
    platforms: schemaPlatforms.filter((platform) => entry.sql[platform] !== undefined),
    parameters: entry.parameters.map((parameter) => ({ ...parameter })),
  };
}
