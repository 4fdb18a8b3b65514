import { LockFileBuilder, type LockFileContent } from './locked-package.ts';
import { linesMatching, listOf, objectOf, parseTomlObject, textOf } from './structured-text.ts';

/**
 * Cargo.lock. A package without a source is the workspace's own; the file does not say which
 * dependencies are for tests only.
 * Source: cargo's documentation and `cargo::core::resolver::encode`.
 */
export function readCargoLock(text: string): LockFileContent {
  const found = new LockFileBuilder('crates.io');
  const lines = linesMatching(text, /^\[\[package\]\]/);
  listOf(parseTomlObject(text)['package']).forEach((value, at) => {
    const entry = objectOf(value) ?? {};
    const name = textOf(entry['name']);
    const version = textOf(entry['version']);
    const source = textOf(entry['source']);
    const line = lines[at] ?? null;
    if (name === undefined || source === undefined) return;
    if (!/^(registry|sparse)\+/.test(source)) {
      found.skip(name, version ?? null, 'not-from-registry', source, line);
    } else if (version === undefined) found.skip(name, null, 'not-pinned', null, line);
    else found.add(name, version, null, line);
  });
  return found.content();
}
