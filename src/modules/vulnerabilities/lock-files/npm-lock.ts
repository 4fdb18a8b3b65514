import { Refusal } from '../../../standards/cyclonedx/reader.ts';
import { LockFileBuilder, type LockFileContent } from './locked-package.ts';
import {
  entriesOf,
  jsonObjectKey,
  linesByName,
  objectOf,
  parseJsonObject,
  textOf,
} from './structured-text.ts';

/**
 * package-lock.json and npm-shrinkwrap.json, lockfileVersion 1, 2 and 3.
 * Source: https://docs.npmjs.com/cli/configuring-npm/package-lock-json
 */
export function readNpmLock(text: string): LockFileContent {
  const root = parseJsonObject(text);
  const found = new LockFileBuilder('npm');
  const lines = linesByName(text, jsonObjectKey);
  const version = root['lockfileVersion'];
  if (root['packages'] !== undefined) {
    if (objectOf(root['packages']) === undefined)
      throw new Refusal('an object is expected', '$.packages');
    for (const [path, value] of entriesOf(root['packages'])) {
      readInstalled(found, path, objectOf(value) ?? {}, lines.get(path) ?? null);
    }
  } else if (objectOf(root['dependencies']) !== undefined) readTree(found, root, lines);
  else if (typeof version !== 'number') {
    throw new Refusal('not a package-lock.json: neither "packages" nor "dependencies"', '$');
  }
  return found.content();
}

type Json = Readonly<Record<string, unknown>>;

/** Versions 2 and 3: one entry per folder of node_modules. */
function readInstalled(found: LockFileBuilder, path: string, entry: Json, line: number | null) {
  const at = path.lastIndexOf('node_modules/');
  // The project itself, its workspaces, and links to them.
  if (at < 0 || entry['link'] === true) return;
  const name = textOf(entry['name']) ?? path.slice(at + 'node_modules/'.length);
  const version = textOf(entry['version']);
  const resolved = textOf(entry['resolved']);
  const elsewhere = resolved !== undefined && isNotRegistry(resolved);
  if (elsewhere) found.skip(name, version ?? null, 'not-from-registry', resolved, line);
  else if (version === undefined) found.skip(name, null, 'not-pinned', null, line);
  else found.add(name, version, entry['dev'] === true, line);
}

/** Version 1: a tree of dependencies. */
function readTree(found: LockFileBuilder, root: Json, lines: ReadonlyMap<string, number>): void {
  const open: Json[] = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    for (const [name, value] of entriesOf(node['dependencies'])) {
      const entry = objectOf(value) ?? {};
      open.push(entry);
      const line = lines.get(name) ?? null;
      const version = textOf(entry['version']);
      if (version === undefined) found.skip(name, null, 'not-pinned', null, line);
      else if (version.startsWith('npm:')) {
        const real = version.slice(4);
        const split = real.indexOf('@', 1);
        if (split > 0) found.add(real.slice(0, split), real.slice(split + 1), isDev(entry), line);
        else found.skip(name, null, 'not-pinned', version, line);
      } else if (/[:/]/.test(version)) found.skip(name, null, 'not-from-registry', version, line);
      else found.add(name, version, isDev(entry), line);
    }
  }
}

const isDev = (entry: Json) => entry['dev'] === true;

/** Git, local files and archives of a repository; any other https address may be a registry. */
export function isNotRegistry(source: string): boolean {
  return (
    /^(git\+|git:|git@|github:|gitlab:|bitbucket:|file:|link:|portal:|workspace:|\.)/.test(
      source,
    ) ||
    /^https?:\/\/(codeload\.github\.com|github\.com|gitlab\.com|bitbucket\.org)\//.test(source) ||
    /^https?:\/\/.*\.git(#|$)/.test(source)
  );
}
