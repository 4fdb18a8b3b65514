import { Refusal } from '../../../standards/cyclonedx/reader.ts';
import { LockFileBuilder, type LockFileContent } from './locked-package.ts';
import {
  entriesOf,
  jsonObjectKey,
  linesByName,
  linesMatching,
  listOf,
  objectOf,
  parseJsonObject,
  parseTomlObject,
  textOf,
} from './structured-text.ts';

type Json = Readonly<Record<string, unknown>>;
const packageTable = /^\[\[package\]\]/;

/** poetry.lock: groups since 2.0, a category before 1.5, nothing in between. */
export function readPoetryLock(text: string): LockFileContent {
  const found = new LockFileBuilder('PyPI');
  const lines = linesMatching(text, packageTable);
  listOf(parseTomlObject(text)['package']).forEach((value, at) => {
    const entry = objectOf(value) ?? {};
    const name = textOf(entry['name']);
    const version = textOf(entry['version']);
    const line = lines[at] ?? null;
    if (name === undefined) return;
    const source = objectOf(entry['source']);
    const kind = textOf(source?.['type']);
    if (kind !== undefined && ['git', 'directory', 'file', 'url'].includes(kind)) {
      const detail = textOf(source?.['url']) ?? kind;
      found.skip(name, version ?? null, 'not-from-registry', detail, line);
    } else if (version === undefined) found.skip(name, null, 'not-pinned', null, line);
    else found.add(name, version, poetryDev(entry), line);
  });
  return found.content();
}

function poetryDev(entry: Json): boolean | null {
  const category = textOf(entry['category']);
  if (category !== undefined) return category === 'dev';
  const groups = listOf(entry['groups']);
  return groups.length === 0 ? null : !groups.includes('main');
}

/**
 * uv.lock. What the projects of the workspace need without their development groups is followed;
 * the rest is for development.
 */
export function readUvLock(text: string): LockFileContent {
  const found = new LockFileBuilder('PyPI');
  const lines = linesMatching(text, packageTable);
  const packages = listOf(parseTomlObject(text)['package']).map((value) => objectOf(value) ?? {});
  const byName = new Map<string, Json[]>();
  for (const entry of packages) {
    const name = textOf(entry['name']) ?? '';
    byName.set(name, [...(byName.get(name) ?? []), entry]);
  }
  const open = packages.filter(isOwn);
  const needed = new Set<Json>(open);
  for (let entry = open.pop(); entry !== undefined; entry = open.pop()) {
    const optional = entriesOf(entry['optional-dependencies']).flatMap(([, list]) => listOf(list));
    for (const dependency of [...listOf(entry['dependencies']), ...optional]) {
      const name = textOf(objectOf(dependency)?.['name']) ?? '';
      for (const next of byName.get(name) ?? []) {
        if (needed.has(next)) continue;
        needed.add(next);
        open.push(next);
      }
    }
  }
  const hasProject = packages.some(isOwn);
  packages.forEach((entry, at) => {
    const name = textOf(entry['name']);
    const version = textOf(entry['version']);
    const line = lines[at] ?? null;
    if (name === undefined || isOwn(entry)) return;
    const source = objectOf(entry['source']) ?? {};
    if (source['registry'] === undefined) {
      const detail = Object.entries(source)
        .map(([kind, where]) => `${kind} ${where}`)
        .join(', ');
      found.skip(name, version ?? null, 'not-from-registry', detail || null, line);
    } else if (version === undefined) found.skip(name, null, 'not-pinned', null, line);
    else found.add(name, version, hasProject ? !needed.has(entry) : null, line);
  });
  return found.content();
}

function isOwn(entry: Json): boolean {
  const source = objectOf(entry['source']) ?? {};
  return ['virtual', 'editable', 'directory'].some((kind) => source[kind] !== undefined);
}

/**
 * pdm.lock, lock_version 4. Groups other than `default` may be extras or for development: the file
 * does not say which.
 * Source: https://pdm-project.org/latest/usage/lockfile/
 */
export function readPdmLock(text: string): LockFileContent {
  const found = new LockFileBuilder('PyPI');
  const root = parseTomlObject(text);
  const lines = linesMatching(text, packageTable);
  if (root['package'] === undefined && objectOf(root['metadata']) === undefined) {
    throw new Refusal('not a pdm.lock: neither packages nor metadata', '$');
  }
  listOf(root['package']).forEach((value, at) => {
    const entry = objectOf(value) ?? {};
    const name = textOf(entry['name']);
    const version = textOf(entry['version']);
    const line = lines[at] ?? null;
    if (name === undefined) return;
    const source = ['git', 'hg', 'svn', 'bzr', 'url', 'path']
      .map((kind) => textOf(entry[kind]))
      .find((where) => where !== undefined);
    if (source !== undefined) found.skip(name, version ?? null, 'not-from-registry', source, line);
    else if (version === undefined) found.skip(name, null, 'not-pinned', null, line);
    else found.add(name, version, listOf(entry['groups']).includes('default') ? false : null, line);
  });
  return found.content();
}

/**
 * pylock.toml and pylock.<name>.toml.
 * Source: https://packaging.python.org/en/latest/specifications/pylock-toml/ (PEP 751)
 */
export function readPylock(text: string): LockFileContent {
  const found = new LockFileBuilder('PyPI');
  const root = parseTomlObject(text);
  const lines = linesMatching(text, /^\s*\[\[\s*packages\s*\]\]/);
  const lockVersion = textOf(root['lock-version']);
  if (lockVersion === undefined) throw new Refusal('not a pylock.toml: no lock-version', '$');
  if (!/^1(?:\.|$)/.test(lockVersion)) {
    throw new Refusal(`lock-version ${lockVersion.slice(0, 20)} is not known`, '$.lock-version');
  }
  const defaults = new Set(listOf(root['default-groups']));
  listOf(root['packages']).forEach((value, at) => {
    const entry = objectOf(value) ?? {};
    const name = textOf(entry['name']);
    const version = textOf(entry['version']);
    const line = lines[at] ?? null;
    if (name === undefined) return;
    const kind = ['vcs', 'directory', 'archive'].find((each) => objectOf(entry[each]));
    if (kind !== undefined) {
      const source = objectOf(entry[kind]);
      const where = textOf(source?.['url']) ?? textOf(source?.['path']) ?? kind;
      found.skip(name, version ?? null, 'not-from-registry', where, line);
    } else if (version === undefined) found.skip(name, null, 'not-pinned', null, line);
    else found.add(name, version, pylockDev(textOf(entry['marker']), defaults), line);
  });
  return found.content();
}

/** A marker that is met in certain dependency groups alone; those not installed by default are for development. */
function pylockDev(marker: string | undefined, defaults: ReadonlySet<unknown>): boolean | null {
  if (marker === undefined || !/\b(?:dependency_groups|extras)\b/.test(marker)) return false;
  const groups = marker
    .split(/\s+or\s+/)
    .map(
      (part) =>
        /^\s*\(?\s*(["'])([^"']{1,200})\1\s+in\s+dependency_groups\s*\)?\s*$/.exec(part)?.[2],
    );
  if (groups.some((group) => group === undefined)) return null;
  return !groups.some((group) => defaults.has(group));
}

/** Pipfile.lock: `default` is for the product, every other category for development. */
export function readPipfileLock(text: string): LockFileContent {
  const root = parseJsonObject(text);
  if (root['default'] === undefined && root['develop'] === undefined) {
    throw new Refusal('not a Pipfile.lock: neither "default" nor "develop"', '$');
  }
  const found = new LockFileBuilder('PyPI');
  const lines = linesByName(text, jsonObjectKey);
  for (const [category, packages] of Object.entries(root)) {
    if (category === '_meta') continue;
    for (const [name, value] of entriesOf(packages)) {
      const entry = objectOf(value) ?? {};
      const line = lines.get(name) ?? null;
      const version = /^={2,3}\s*([^\s*]+)$/.exec(textOf(entry['version']) ?? '')?.[1];
      const source = textOf(entry['git']) ?? textOf(entry['path']) ?? textOf(entry['file']);
      if (source !== undefined) found.skip(name, null, 'not-from-registry', source, line);
      else if (version === undefined) {
        found.skip(name, null, 'not-pinned', textOf(entry['version']) ?? null, line);
      } else found.add(name, version, category !== 'default', line);
    }
  }
  return found.content();
}

/**
 * requirements.txt: only `name==version` says what gets installed. Constraints and other files are
 * named, not opened: the reader has no disk.
 * Source: pip's "Requirements File Format", PEP 508.
 */
export function readRequirements(text: string): LockFileContent {
  const found = new LockFileBuilder('PyPI');
  const lines = text.split(/\r?\n/);
  for (let at = 0; at < lines.length; at += 1) {
    const line = at + 1;
    let logical = lines[at]!;
    while (/\\\s*$/.test(logical) && at + 1 < lines.length) {
      at += 1;
      logical = `${logical.replace(/\\\s*$/, ' ')}${lines[at]}`;
    }
    readRequirement(found, logical.replace(/(^|\s)#.*$/, '').trim(), line);
  }
  return found.content();
}

function readRequirement(found: LockFileBuilder, text: string, line: number): void {
  if (text === '') return;
  const included = /^(?:-r|--requirement)(?:\s+|=)(\S+)$/.exec(text)?.[1];
  if (included !== undefined) {
    found.include(included, line);
    return;
  }
  const editable = /^(?:-e|--editable)(?:\s+|=)(\S+)/.exec(text)?.[1];
  if (editable !== undefined) {
    found.skip(eggName(editable) ?? editable, null, 'not-from-registry', editable, line);
    return;
  }
  // Options of pip: indexes, constraints, binaries. None of them names a package to install.
  if (text.startsWith('-')) return;
  const requirement = text.replace(/\s+--(hash|global-option|config-settings)[=\s]\S+/g, '').trim();
  const [, name, rest] =
    /^([A-Za-z0-9](?:[A-Za-z0-9._-]{0,200}[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)$/.exec(
      requirement,
    ) ?? [];
  if (name === undefined || /^[A-Za-z+]+:\/\//.test(requirement) || /^[./]/.test(rest ?? '')) {
    found.skip(eggName(requirement) ?? requirement, null, 'not-from-registry', requirement, line);
    return;
  }
  const condition = rest!.split(';', 1)[0]!.trim();
  if (condition.startsWith('@')) {
    found.skip(name, null, 'not-from-registry', condition.slice(1).trim(), line);
    return;
  }
  const version = /^\(?\s*={2,3}\s*([^\s,;*)]+)\s*\)?$/.exec(condition)?.[1];
  if (version === undefined) found.skip(name, null, 'not-pinned', condition || null, line);
  else found.add(name, version, null, line);
}

const eggName = (url: string) => /[#&]egg=([A-Za-z0-9._-]+)/.exec(url)?.[1];
