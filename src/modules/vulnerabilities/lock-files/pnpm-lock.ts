import { Refusal } from '../../../standards/cyclonedx/reader.ts';
import { LockFileBuilder, type LockFileContent } from './locked-package.ts';
import { isNotRegistry } from './npm-lock.ts';
import { entriesOf, linesByName, objectOf, parseYamlObjects, textOf } from './structured-text.ts';

type Json = Readonly<Record<string, unknown>>;

/**
 * pnpm-lock.yaml, lockfileVersion 5.x, 6.x and 9.x.
 * Source: https://github.com/pnpm/spec/tree/master/lockfile
 */
export function readPnpmLock(text: string): LockFileContent {
  const documents = parseYamlObjects(text);
  if (!documents.some((root) => root['lockfileVersion'] !== undefined)) {
    throw new Refusal('not a pnpm-lock.yaml: no lockfileVersion', '$');
  }
  const found = new LockFileBuilder('npm');
  const lines = linesByName(text, /^ {2}['"]?([^\s'"][^'"]{0,500}?)['"]?:\s*$/);
  for (const root of documents) {
    const major = Number.parseInt(String(root['lockfileVersion']), 10);
    const needed = major >= 9 ? neededByProduct(root) : undefined;
    for (const [key, value] of entriesOf(root['packages'])) {
      const entry = objectOf(value) ?? {};
      const line = lines.get(key) ?? null;
      const named = nameAndVersion(key, major);
      const resolution = objectOf(entry['resolution']) ?? {};
      const elsewhere =
        textOf(resolution['repo']) ??
        textOf(resolution['directory']) ??
        [textOf(resolution['tarball'])].find((url) => url !== undefined && isNotRegistry(url));
      const name = textOf(entry['name']) ?? named?.name ?? key;
      const version = textOf(entry['version']) ?? named?.version;
      if (elsewhere !== undefined || version === undefined || /[:/]/.test(version)) {
        const reason = elsewhere ?? version ?? key;
        found.skip(name, null, 'not-from-registry', reason, line);
        continue;
      }
      const flag = typeof entry['dev'] === 'boolean' ? entry['dev'] : null;
      found.add(name, version, needed === undefined ? flag : !needed.has(key), line);
    }
  }
  return found.content();
}

/** `lodash@4.17.21`, `/@babel/core@7.0.0(peer@1)`, and before version 6 `/@babel/core/7.0.0_peer`. */
function nameAndVersion(key: string, major: number): { name: string; version: string } | undefined {
  const bare = withoutPeers(key.startsWith('/') ? key.slice(1) : key);
  if (major >= 6) {
    const at = bare.indexOf('@', 1);
    return at < 0 ? undefined : { name: bare.slice(0, at), version: bare.slice(at + 1) };
  }
  if (!key.startsWith('/')) return undefined;
  const match = /^((?:@[^/]+\/)?[^/]+)\/([^/_]+)/.exec(bare);
  return match ? { name: match[1]!, version: match[2]! } : undefined;
}

const withoutPeers = (key: string) => key.split('(', 1)[0]!;

/** Version 9 has no flag for development: what the importers need otherwise is followed. */
function neededByProduct(root: Json): ReadonlySet<string> | undefined {
  const snapshots = objectOf(root['snapshots']);
  if (snapshots === undefined) return undefined;
  const needed = new Set<string>();
  const seen = new Set<string>();
  const open: string[] = [];
  const need = (name: string, version: string | undefined) => {
    if (version === undefined) return;
    const key = [`${name}@${version}`, version].find((each) => Object.hasOwn(snapshots, each));
    if (key === undefined || seen.has(key)) return;
    seen.add(key);
    needed.add(withoutPeers(key));
    open.push(key);
  };
  for (const [, importer] of entriesOf(root['importers'])) {
    for (const kind of ['dependencies', 'optionalDependencies']) {
      for (const [name, value] of entriesOf(objectOf(importer)?.[kind])) {
        need(name, textOf(objectOf(value)?.['version']));
      }
    }
  }
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    for (const kind of ['dependencies', 'optionalDependencies']) {
      for (const [name, version] of entriesOf(objectOf(snapshots[key])?.[kind])) {
        need(name, textOf(version));
      }
    }
  }
  return needed;
}
