import { lstat, open, readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import {
  type LockFileKind,
  lockFileKindOf,
  unsupportedLockFiles,
} from '../../modules/vulnerabilities/lock-files/lock-file.ts';

/** A file of the input, and how it is to be read; `name` is relative to where the scan began. */
export interface InputFile {
  readonly path: string;
  readonly name: string;
  readonly kind: LockFileKind | 'sbom';
}

export interface Input {
  readonly root: string;
  readonly files: readonly InputFile[];
  /** Known lock files that we cannot read, and manifests without any lock file. */
  readonly unsupported: readonly {
    readonly name: string;
    readonly what: 'unsupported' | 'no-lock';
  }[];
  /** The walk ended early: there may be more. */
  readonly truncated: boolean;
}

export type InputResult = Input | { readonly error: 'not-found' | 'not-readable' | 'no-kind' };

const ignoredFolders = new Set([
  'node_modules',
  'bower_components',
  'vendor',
  'target',
  'dist',
  'build',
  'venv',
  'site-packages',
  '__pycache__',
  'testdata',
]);
const limits = { files: 500, entries: 200_000, depth: 20 };

/** Which lock files speak for a manifest beside or below them. */
const manifests: Readonly<Record<string, readonly string[]>> = {
  'package.json': [
    'package-lock.json',
    'npm-shrinkwrap.json',
    'pnpm-lock.yaml',
    'yarn.lock',
    'bun.lock',
    'bun.lockb',
  ],
  'Cargo.toml': ['Cargo.lock'],
  'pyproject.toml': [
    'poetry.lock',
    'uv.lock',
    'pdm.lock',
    'pylock.toml',
    'Pipfile.lock',
    'requirements.txt',
  ],
  Pipfile: ['Pipfile.lock'],
  Gemfile: ['Gemfile.lock', 'gems.locked'],
  'composer.json': ['composer.lock'],
  'pom.xml': ['lockfile.json'],
  'build.gradle': ['gradle.lockfile'],
  'build.gradle.kts': ['gradle.lockfile'],
};

/** What to scan at a path: one file, or what a directory holds. Links are not followed. */
export async function findInput(target: string): Promise<InputResult> {
  let stats: Awaited<ReturnType<typeof lstat>>;
  let path: string;
  try {
    path = await realpath(target);
    stats = await lstat(path);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { error: missing ? 'not-found' : 'not-readable' };
  }
  if (stats.isDirectory()) return walk(path);
  if (!stats.isFile()) return { error: 'not-readable' };
  const name = basename(path);
  const kind = lockFileKindOf(basename(target)) ?? lockFileKindOf(name);
  if (kind === null && unsupportedLockFiles.has(name)) return { error: 'no-kind' };
  const file: InputFile = { path, name: basename(target), kind: kind ?? 'sbom' };
  return { root: dirname(path), files: [file], unsupported: [], truncated: false };
}

async function walk(root: string): Promise<Input> {
  const files: InputFile[] = [];
  const unsupported: Input['unsupported'][number][] = [];
  const found: { folder: string; name: string }[] = [];
  const locks = new Map<string, Set<string>>();
  const folders: { folder: string; depth: number }[] = [{ folder: root, depth: 0 }];
  let entries = 0;
  let truncated = false;
  // Breadth first: when there is too much, what lies near the top has been seen.
  for (let at = 0; at < folders.length; at += 1) {
    const { folder, depth } = folders[at]!;
    const list = await readdir(folder, { withFileTypes: true }).catch(() => {
      truncated = true;
      return [];
    });
    list.sort((a, b) => (a.name < b.name ? -1 : 1));
    entries += list.length;
    if (entries > limits.entries) truncated = true;
    for (const entry of list) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (ignoredFolders.has(entry.name) || entry.name.startsWith('.')) continue;
        if (depth >= limits.depth || truncated) truncated = true;
        else folders.push({ folder: path, depth: depth + 1 });
      } else if (entry.isFile()) {
        const kind = lockFileKindOf(entry.name) ?? (isSbomName(entry.name) ? 'sbom' : null);
        if (kind !== null && (kind !== 'requirements.txt' || !entry.name.endsWith('.in'))) {
          if (files.length >= limits.files) truncated = true;
          else files.push({ path, name: nameIn(root, path), kind });
        } else if (unsupportedLockFiles.has(entry.name)) {
          unsupported.push({ name: nameIn(root, path), what: 'unsupported' });
        }
        if (kind !== null || unsupportedLockFiles.has(entry.name)) {
          locks.set(folder, (locks.get(folder) ?? new Set()).add(entry.name));
        }
        if (Object.hasOwn(manifests, entry.name)) found.push({ folder, name: entry.name });
      }
    }
  }
  for (const { folder, name } of found) {
    if (isLocked(folder, name, root, locks)) continue;
    if (await hasDependencies(join(folder, name), name)) {
      unsupported.push({ name: nameIn(root, join(folder, name)), what: 'no-lock' });
    }
  }
  return { root, files: withoutTwins(files), unsupported, truncated };
}

/** A lock file of the same folder or one above (a workspace) speaks for a manifest. */
function isLocked(
  folder: string,
  manifest: string,
  root: string,
  locks: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  for (let at = folder; ; at = dirname(at)) {
    const names = locks.get(at);
    if (names && manifests[manifest]!.some((name) => names.has(name))) return true;
    if (at === root || at === dirname(at)) return false;
  }
}

/** A manifest without dependencies needs no lock file. */
async function hasDependencies(path: string, name: string): Promise<boolean> {
  const text = await readStart(path);
  if (name === 'package.json') {
    return /"(?:d|devD|optionalD|peerD)ependencies"\s*:\s*\{\s*"/.test(text);
  }
  if (name === 'composer.json') return /"require(?:-dev)?"\s*:\s*\{\s*"/.test(text);
  if (name === 'Cargo.toml') return /^\[[\w.'"()=-]*dependencies/m.test(text);
  if (name === 'pyproject.toml') {
    return /^(?:dependencies\s*=\s*\[\s*["'#]|\[tool\.poetry\.(?:group\.\w+\.)?dependencies\])/m.test(
      text,
    );
  }
  if (name === 'pom.xml') return /<dependency[\s>/]/.test(text);
  return true;
}

async function readStart(path: string): Promise<string> {
  try {
    await using file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1_048_576), 0, 1_048_576, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch {
    return '';
  }
}

/** npm writes the same lock file under two names, and prefers the shrinkwrap. */
function withoutTwins(files: readonly InputFile[]): readonly InputFile[] {
  const shrinkwraps = new Set(
    files.filter(({ kind }) => kind === 'npm-shrinkwrap.json').map(({ path }) => dirname(path)),
  );
  return files.filter(
    ({ kind, path }) => kind !== 'package-lock.json' || !shrinkwraps.has(dirname(path)),
  );
}

const isSbomName = (name: string) =>
  /(?:^|\.)(?:cdx|bom)\.(?:json|xml)$|^s?bom\.(?:json|xml)$|\.spdx(?:\.json)?$/i.test(name);

function nameIn(root: string, path: string): string {
  return relative(root, path).split(sep).join('/');
}

/**
 * A file that another one refers to, when it lies inside the scanned folder: a requirements file
 * must not make the scanner read, and print, what lies elsewhere on the machine.
 */
export async function includedFile(
  input: Input,
  from: InputFile,
  path: string,
): Promise<InputFile | null> {
  try {
    const real = await realpath(resolve(dirname(from.path), path));
    if (!real.startsWith(`${input.root}${sep}`) || !(await lstat(real)).isFile()) return null;
    return { path: real, name: nameIn(input.root, real), kind: 'requirements.txt' };
  } catch {
    return null;
  }
}
