import { Refusal } from '../../../standards/cyclonedx/reader.ts';
import { LockFileBuilder, type LockFileContent } from './locked-package.ts';
import { listOf, objectOf, parseJsonObject, textOf } from './structured-text.ts';

/**
 * gradle.lockfile and buildscript-gradle.lockfile: `group:artifact:version=configurations`.
 * Source: Gradle User Manual, "Locking Versions".
 */
export function readGradleLock(text: string): LockFileContent {
  const found = new LockFileBuilder('Maven');
  text.split(/\r?\n/).forEach((raw, at) => {
    const entry = raw.trim();
    if (entry === '' || entry.startsWith('#') || entry.startsWith('empty=')) return;
    const match = /^([^:=\s]+:[^:=\s]+):([^:=\s]+)(?:=(.*))?$/.exec(entry);
    if (!match)
      throw new Refusal('"group:artifact:version=configurations" is expected', `${at + 1}:1`);
    const configurations = (match[3] ?? '').split(',').filter((name) => name !== '');
    const dev =
      configurations.length === 0 ? null : configurations.every((name) => /^test|Test/.test(name));
    found.add(match[1]!, match[2]!, dev, at + 1);
  });
  return found.content();
}

/** lockfile.json of the Maven plugin io.github.chains-project:maven-lockfile. */
export function readMavenLock(text: string): LockFileContent {
  const root = parseJsonObject(text);
  if (!Array.isArray(root['dependencies'])) {
    throw new Refusal('not a lockfile.json of maven-lockfile: no list "dependencies"', '$');
  }
  const found = new LockFileBuilder('Maven');
  const open = [...listOf(root['dependencies'])];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    const entry = objectOf(value) ?? {};
    open.push(...listOf(entry['children']));
    const group = textOf(entry['groupId']);
    const artifact = textOf(entry['artifactId']);
    const version = textOf(entry['selectedVersion']) ?? textOf(entry['version']);
    // Left out of the build in favour of another version, which has its own entry.
    if (group === undefined || artifact === undefined || entry['included'] === false) continue;
    const name = `${group}:${artifact}`;
    if (version === undefined) found.skip(name, null, 'not-pinned', null, null);
    else found.add(name, version, entry['scope'] === 'test', null);
  }
  return found.content();
}
