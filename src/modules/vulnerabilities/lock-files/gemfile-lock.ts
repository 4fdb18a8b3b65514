import { Refusal } from '../../../standards/cyclonedx/reader.ts';
import { LockFileBuilder, type LockFileContent } from './locked-package.ts';

/**
 * Gemfile.lock. Groups stand in the Gemfile only, so development is not told.
 * Source: Bundler, `Bundler::LockfileParser`.
 */
export function readGemfileLock(text: string): LockFileContent {
  const found = new LockFileBuilder('RubyGems');
  let section = '';
  let remote = '';
  let sections = 0;
  text.split(/\r?\n/).forEach((raw, at) => {
    const line = at + 1;
    if (/^(<{7}|={7}|>{7})/.test(raw))
      throw new Refusal('a merge conflict stands here', `${line}:1`);
    if (/^[A-Z][A-Z ]+$/.test(raw)) {
      section = raw;
      sections += 1;
      return;
    }
    const source = /^ {2}remote: (.+)$/.exec(raw)?.[1];
    if (source !== undefined) remote = source;
    const spec = /^ {4}([^\s(]+) \(([^)]+)\)$/.exec(raw);
    if (!spec) return;
    const [, name, full] = spec;
    // `1.15.4-x86_64-linux`: what follows the hyphen is the platform.
    const version = full!.split('-', 1)[0]!;
    if (section === 'GEM') found.add(name!, version, null, line);
    else if (section === 'GIT') found.skip(name!, version, 'not-from-registry', remote, line);
  });
  if (sections === 0)
    throw new Refusal('not a Gemfile.lock: no section (GEM, DEPENDENCIES)', '1:1');
  return found.content();
}
