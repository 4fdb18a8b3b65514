import { Refusal } from '../../../standards/cyclonedx/reader.ts';
import { LockFileBuilder, type LockFileContent } from './locked-package.ts';
import { linesByName, listOf, objectOf, parseJsonObject, textOf } from './structured-text.ts';

/** composer.lock. Source: https://getcomposer.org/doc, composer-lock schema. */
export function readComposerLock(text: string): LockFileContent {
  const root = parseJsonObject(text);
  if (!Array.isArray(root['packages'])) throw new Refusal('a list is expected', '$.packages');
  const found = new LockFileBuilder('Packagist');
  const lines = linesByName(text, /^\s*"name":\s*"([^"]{1,300})"/);
  for (const [list, dev] of [
    ['packages', false],
    ['packages-dev', true],
  ] as const) {
    for (const value of listOf(root[list])) {
      const entry = objectOf(value) ?? {};
      const name = textOf(entry['name']);
      const version = textOf(entry['version']);
      if (name === undefined) continue;
      const line = lines.get(name) ?? null;
      const path = objectOf(entry['dist'])?.['type'] === 'path';
      if (path) {
        const where = textOf(objectOf(entry['dist'])?.['url']) ?? null;
        found.skip(name, version ?? null, 'not-from-registry', where, line);
      } else if (version === undefined) found.skip(name, null, 'not-pinned', null, line);
      else if (/^dev-|-dev$/.test(version)) found.skip(name, version, 'not-pinned', version, line);
      else found.add(name, version.replace(/^v(?=\d)/, ''), dev, line);
    }
  }
  return found.content();
}
