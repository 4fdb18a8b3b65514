import { Refusal } from '../../../standards/cyclonedx/reader.ts';
import { LockFileBuilder, type LockFileContent } from './locked-package.ts';
import { isNotRegistry } from './npm-lock.ts';
import { entriesOf, linesByName, objectOf, parseYamlObjects, textOf } from './structured-text.ts';

/**
 * yarn.lock: version 1, a format of its own, and that of Yarn 2 and later, which is YAML.
 * Source: https://classic.yarnpkg.com/lang/en/docs/yarn-lock/, @yarnpkg/lockfile, @yarnpkg/parsers
 */
export function readYarnLock(text: string): LockFileContent {
  return /^__metadata:/m.test(text) ? readBerry(text) : readClassic(text);
}

interface Block {
  readonly patterns: readonly string[];
  readonly line: number;
  version?: string;
  resolved?: string;
}

function readClassic(text: string): LockFileContent {
  const blocks: Block[] = [];
  text.split(/\r?\n/).forEach((line, at) => {
    if (line.trim() === '' || line.startsWith('#')) return;
    const place = `${at + 1}:1`;
    if (/^(<{7}|={7}|>{7})/.test(line)) throw new Refusal('a merge conflict stands here', place);
    if (!line.startsWith(' ')) {
      if (!line.endsWith(':'))
        throw new Refusal('not a yarn.lock: "name@range:" is expected', place);
      const patterns = line
        .slice(0, -1)
        .split(/,\s*/)
        .map((pattern) => pattern.trim().replace(/^"|"$/g, ''));
      blocks.push({ patterns, line: at + 1 });
      return;
    }
    const field = /^ {2}"?(version|resolved)"?:? +"?([^"]*)"?\s*$/.exec(line);
    const block = blocks.at(-1);
    if (block === undefined) throw new Refusal('not a yarn.lock: no package stands above', place);
    if (field?.[1] === 'version') block.version = field[2]!;
    if (field?.[1] === 'resolved') block.resolved = field[2]!;
  });
  const found = new LockFileBuilder('npm');
  for (const { patterns, line, version, resolved } of blocks) {
    for (const pattern of patterns) {
      const { name, range } = splitPattern(pattern);
      const aliased = range.startsWith('npm:') ? splitPattern(range.slice(4)) : undefined;
      const source = [resolved, range].find((each) => each !== undefined && isNotRegistry(each));
      if (source !== undefined)
        found.skip(name, version ?? null, 'not-from-registry', source, line);
      else if (version === undefined) found.skip(name, null, 'not-pinned', range, line);
      else found.add(aliased?.name ?? name, version, null, line);
    }
  }
  return found.content();
}

/** `@babel/core@^7.0.0` → name and range; a name alone has no range. */
function splitPattern(pattern: string): { name: string; range: string } {
  const at = pattern.indexOf('@', 1);
  return at < 0
    ? { name: pattern, range: '' }
    : { name: pattern.slice(0, at), range: pattern.slice(at + 1) };
}

function readBerry(text: string): LockFileContent {
  const found = new LockFileBuilder('npm');
  const lines = linesByName(text, /^"?([^\s"#][^"]{0,2000}?)"?:\s*$/);
  for (const root of parseYamlObjects(text)) {
    for (const [key, value] of entriesOf(root)) {
      const entry = objectOf(value);
      if (key === '__metadata' || entry === undefined) continue;
      const line = lines.get(key) ?? null;
      const version = textOf(entry['version']);
      const resolution = textOf(entry['resolution']) ?? key;
      const { name, range } = splitPattern(resolution);
      // The project and its workspaces.
      if (range.startsWith('workspace:') || entry['linkType'] === 'soft') continue;
      const fromRegistry = range.startsWith('npm:') || range.startsWith('patch:');
      if (!fromRegistry) found.skip(name, version ?? null, 'not-from-registry', range, line);
      else if (version === undefined) found.skip(name, null, 'not-pinned', range, line);
      else found.add(name, version, null, line);
    }
  }
  return found.content();
}
