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

/** packages.lock.json of NuGet, one list per target framework. */
export function readNugetLock(text: string): LockFileContent {
  const root = parseJsonObject(text);
  if (objectOf(root['dependencies']) === undefined) {
    throw new Refusal('not a packages.lock.json: no "dependencies"', '$');
  }
  const found = new LockFileBuilder('NuGet');
  const lines = linesByName(text, jsonObjectKey);
  for (const [, framework] of entriesOf(root['dependencies'])) {
    for (const [name, value] of entriesOf(framework)) {
      const entry = objectOf(value) ?? {};
      if (entry['type'] === 'Project') continue;
      const version = textOf(entry['resolved']);
      const line = lines.get(name) ?? null;
      if (version === undefined) {
        found.skip(name, null, 'not-pinned', textOf(entry['requested']) ?? null, line);
      } else found.add(name, version, null, line);
    }
  }
  return found.content();
}
