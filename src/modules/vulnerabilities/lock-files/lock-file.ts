import { attempt } from '../../../standards/cyclonedx/reader.ts';
import { readBunLock } from './bun-lock.ts';
import { readCargoLock } from './cargo-lock.ts';
import { readComposerLock } from './composer-lock.ts';
import { readGemfileLock } from './gemfile-lock.ts';
import { readGoMod, readGoSum } from './go-modules.ts';
import { readGradleLock, readMavenLock } from './jvm-locks.ts';
import type { LockFileContent, LockFileParse } from './locked-package.ts';
import { readNpmLock } from './npm-lock.ts';
import { readNugetLock } from './nuget-lock.ts';
import { readPnpmLock } from './pnpm-lock.ts';
import {
  readPdmLock,
  readPipfileLock,
  readPoetryLock,
  readPylock,
  readRequirements,
  readUvLock,
} from './python-locks.ts';
import { readYarnLock } from './yarn-lock.ts';

const readers = {
  'package-lock.json': readNpmLock,
  'npm-shrinkwrap.json': readNpmLock,
  'pnpm-lock.yaml': readPnpmLock,
  'yarn.lock': readYarnLock,
  'bun.lock': readBunLock,
  'Cargo.lock': readCargoLock,
  'go.mod': readGoMod,
  'go.sum': readGoSum,
  'poetry.lock': readPoetryLock,
  'uv.lock': readUvLock,
  'pdm.lock': readPdmLock,
  'pylock.toml': readPylock,
  'Pipfile.lock': readPipfileLock,
  'requirements.txt': readRequirements,
  'Gemfile.lock': readGemfileLock,
  'gems.locked': readGemfileLock,
  'composer.lock': readComposerLock,
  'gradle.lockfile': readGradleLock,
  'buildscript-gradle.lockfile': readGradleLock,
  'lockfile.json': readMavenLock,
  'packages.lock.json': readNugetLock,
} as const satisfies Record<string, (text: string) => LockFileContent>;

export type LockFileKind = keyof typeof readers;
export const lockFileKinds = Object.keys(readers) as readonly LockFileKind[];

/** By its name, as the tools look for it; requirements files have many. */
export function lockFileKindOf(fileName: string): LockFileKind | null {
  if (Object.hasOwn(readers, fileName)) return fileName as LockFileKind;
  if (/^requirements[\w.-]*\.txt$|^[\w.-]*[-_.]requirements\.txt$/i.test(fileName)) {
    return 'requirements.txt';
  }
  if (/^pylock\.[^.]+\.toml$/.test(fileName)) return 'pylock.toml';
  if (/^[\w.-]*\.lockfile$/.test(fileName)) return 'gradle.lockfile';
  return null;
}

/** Lock files of others that we cannot read yet: what they lock is not assessed. */
export const unsupportedLockFiles: ReadonlySet<string> = new Set([
  'bun.lockb',
  'conan.lock',
  'deno.lock',
  'mix.lock',
  'Package.resolved',
  'Podfile.lock',
  'pubspec.lock',
  'renv.lock',
  'stack.yaml.lock',
]);

/** Never throws for what stands in the text. */
export function parseLockFile(kind: LockFileKind, text: string): LockFileParse {
  const bare = text.startsWith('\uFEFF') ? text.slice(1) : text;
  return attempt(() => readers[kind](bare));
}
