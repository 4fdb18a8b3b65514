import { Refusal } from '../../../standards/cyclonedx/reader.ts';
import { LockFileBuilder, type LockFileContent } from './locked-package.ts';
import {
  entriesOf,
  linesByName,
  listOf,
  objectOf,
  parseJsonObject,
  textOf,
} from './structured-text.ts';

/**
 * bun.lock, the text form (`lockfileVersion` 0 to 2): JSON with trailing commas and comments.
 * Source: the type BunLockFile of https://bun.com/reference/bun/BunLockFile
 */
export function readBunLock(text: string): LockFileContent {
  const root = parseJsonObject(withoutExtras(text));
  const packages = objectOf(root['packages']);
  if (
    typeof root['lockfileVersion'] !== 'number' ||
    (root['packages'] !== undefined && !packages)
  ) {
    throw new Refusal('not a bun.lock: no lockfileVersion, or packages that are no object', '$');
  }
  const found = new LockFileBuilder('npm');
  const lines = linesByName(text, /^\s*"((?:[^"\\]|\\.){1,500})"\s*:\s*\[/);
  const needed = neededByProduct(root);
  for (const [key, value] of entriesOf(packages)) {
    const line = lines.get(key) ?? null;
    const ident = textOf(listOf(value)[0]);
    const at = ident?.indexOf('@', 1) ?? -1;
    if (ident === undefined || at < 1) {
      found.skip(key, null, 'incomplete', ident ?? null, line);
      continue;
    }
    const name = ident.slice(0, at);
    const version = ident.slice(at + 1);
    // The project itself, its workspaces, and links to them.
    if (/^(?:workspace|root|link):/.test(version)) continue;
    // Only packages of a registry carry its address and a checksum: four values, of which two texts.
    if (typeof listOf(value)[1] !== 'string' || /[:/]/.test(version)) {
      found.skip(name, null, 'not-from-registry', version, line);
    } else found.add(name, version, !needed.has(key), line);
  }
  return found.content();
}

/** What the workspaces need without their development dependencies is followed. */
function neededByProduct(root: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const packages = objectOf(root['packages']) ?? {};
  const needed = new Set<string>();
  const open: { readonly path: string; readonly entry: unknown }[] = [];
  const need = (path: string, entry: unknown) => {
    for (const kind of ['dependencies', 'optionalDependencies', 'peerDependencies']) {
      for (const [name] of entriesOf(objectOf(entry)?.[kind])) {
        const key = foundFrom(path, name, packages);
        if (key === undefined || needed.has(key)) continue;
        needed.add(key);
        const info = listOf(packages[key]).find((each) => objectOf(each) !== undefined);
        open.push({ path: key, entry: info });
      }
    }
  };
  for (const [path, workspace] of entriesOf(root['workspaces'])) {
    need(path === '' ? '' : (textOf(objectOf(workspace)?.['name']) ?? ''), workspace);
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) need(next.path, next.entry);
  return needed;
}

/** As modules are looked up: nearest first, `a/@scope/b/name`, `a/name`, `name`. */
function foundFrom(
  path: string,
  name: string,
  packages: Readonly<Record<string, unknown>>,
): string | undefined {
  // A path is that of folders; a scope and its name are two of them, of which one is never alone.
  for (
    let above = path;
    above !== '';
    above = above.slice(0, Math.max(0, above.lastIndexOf('/')))
  ) {
    const key = `${above}/${name}`;
    if (Object.hasOwn(packages, key)) return key;
  }
  return Object.hasOwn(packages, name) ? name : undefined;
}

/** Comments and trailing commas become blanks, so that places in the text stay what they are. */
function withoutExtras(text: string): string {
  const pieces: string[] = [];
  let comma = -1;
  const token = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|\s+|[^"/\s]|\//g;
  for (const [piece] of text.matchAll(token)) {
    if (/^\/[/*]/.test(piece)) {
      pieces.push(piece.replace(/[^\n]/g, ' '));
      continue;
    }
    if ((piece === '}' || piece === ']') && comma >= 0) pieces[comma] = ' ';
    if (piece.trim() !== '') comma = piece === ',' ? pieces.length : -1;
    pieces.push(piece);
  }
  return pieces.join('');
}
