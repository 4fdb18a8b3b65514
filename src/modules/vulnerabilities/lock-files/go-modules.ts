import { Refusal } from '../../../standards/cyclonedx/reader.ts';
import { compareVersions } from '../../../standards/versions/ecosystem.ts';
import { LockFileBuilder, type LockFileContent } from './locked-package.ts';

/**
 * go.mod and go.sum.
 * Source: Go Modules Reference, https://go.dev/ref/mod
 *
 * Since Go 1.17 a go.mod lists everything that a build needs. The `go` line is a minimum and not the
 * toolchain that builds, so the standard library is assessed only where a `toolchain` line names one.
 */
export function readGoMod(text: string): LockFileContent {
  const found = new LockFileBuilder('Go');
  const required: { name: string; version: string; line: number }[] = [];
  const replaced = new Map<string, { name: string; version: string | null }>();
  const excluded = new Set<string>();
  let go: string | undefined;
  let goLine: number | null = null;
  let toolchain: string | undefined;
  let block: string | undefined;
  let isModule = false;
  text.split(/\r?\n/).forEach((raw, at) => {
    const line = at + 1;
    const words = wordsOf(raw);
    if (words.length === 0) return;
    if (block !== undefined && words[0] === ')') {
      block = undefined;
      return;
    }
    if (words.at(-1) === '(' && block === undefined) {
      block = words[0];
      return;
    }
    const verb = block ?? words.shift()!;
    if (verb === 'module') isModule = true;
    else if (verb === 'go') [go, goLine] = [words[0], line];
    else if (verb === 'toolchain') {
      toolchain = /^go(\d+\.\d+\S*)/.exec(words[0] ?? '')?.[1];
      goLine = line;
    } else if (verb === 'require') {
      const [name, version] = words;
      if (name === undefined || version === undefined) {
        throw new Refusal('"require <module> <version>" is expected', `${line}:1`);
      }
      required.push({ name, version, line });
    } else if (verb === 'exclude') excluded.add(words.slice(0, 2).join('@'));
    else if (verb === 'replace') {
      const arrow = words.indexOf('=>');
      const target = words[arrow + 1];
      if (arrow < 1 || target === undefined) {
        throw new Refusal('"replace <module> => <module or path>" is expected', `${line}:1`);
      }
      replaced.set(words.slice(0, arrow).join('@'), {
        name: target,
        version: words[arrow + 2] ?? null,
      });
    }
  });
  if (!isModule) throw new Refusal('not a go.mod: no "module" line', '1:1');
  for (const { name, version, line } of required) {
    if (excluded.has(`${name}@${version}`)) continue;
    const instead = replaced.get(`${name}@${version}`) ?? replaced.get(name);
    if (instead === undefined) found.add(name, bare(version), null, line);
    else if (instead.version === null) {
      found.skip(name, bare(version), 'not-from-registry', `=> ${instead.name}`, line);
    } else found.add(instead.name, bare(instead.version), null, line);
  }
  if (toolchain !== undefined) found.add('stdlib', toolchain, null, goLine);
  else found.skip('stdlib', null, 'incomplete', go === undefined ? null : `go ${go}`, goLine);
  if (!listsEverything(go)) {
    const detail = `go ${go ?? '?'}: indirect dependencies stand in go.sum only`;
    found.skip('(indirect)', null, 'incomplete', detail, goLine);
  }
  return found.content();
}

/** Does the go.mod of this text list indirect dependencies as well? */
export function goModIsComplete(text: string): boolean {
  return listsEverything(/^go[ \t]+(\S+)/m.exec(text)?.[1]);
}

function listsEverything(go: string | undefined): boolean {
  const [, major, minor] = /^(\d+)\.(\d+)/.exec(go ?? '') ?? [];
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 17);
}

/** Every version that was ever looked at has a line; the build takes the highest (MVS). */
export function readGoSum(text: string): LockFileContent {
  const highest = new Map<string, { version: string; line: number }>();
  text.split(/\r?\n/).forEach((raw, at) => {
    if (raw.trim() === '') return;
    const [name, version, hash] = raw.trim().split(/\s+/);
    if (name === undefined || version === undefined || !/^h1:/.test(hash ?? '')) {
      throw new Refusal('"<module> <version> h1:<hash>" is expected', `${at + 1}:1`);
    }
    // Only its go.mod was read: no code of it is built.
    if (version.endsWith('/go.mod')) return;
    const before = highest.get(name);
    if (before === undefined || compareVersions('go', version, before.version) === 1) {
      highest.set(name, { version, line: at + 1 });
    }
  });
  const found = new LockFileBuilder('Go');
  for (const [name, { version, line }] of highest) found.add(name, bare(version), null, line);
  found.skip('stdlib', null, 'incomplete', null, null);
  return found.content();
}

const bare = (version: string) => version.replace(/^v/, '');

function wordsOf(line: string): string[] {
  return line
    .replace(/\/\/.*$/, '')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map((word) => word.replace(/^["`]|["`]$/g, ''));
}
