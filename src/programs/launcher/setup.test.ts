import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { userReaches } from './home.ts';
import { serviceUser } from './postgres.ts';

/** scripts/setup.mjs with the real npm: what it says when it cannot do its work. */
const root = join(import.meta.dirname, '..', '..', '..');
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-setup-'));
  chmodSync(folder, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A clone whose package.json and lock file are these. */
function clone(name: string, manifest: object, locked: object): string {
  const path = join(folder, name);
  mkdirSync(join(path, 'scripts'), { recursive: true });
  cpSync(join(root, 'scripts', 'setup.mjs'), join(path, 'scripts', 'setup.mjs'));
  writeFileSync(join(path, 'package.json'), JSON.stringify({ name: 'clone', ...manifest }));
  const lock = { name: 'clone', lockfileVersion: 3, requires: true, packages: locked };
  writeFileSync(join(path, 'package-lock.json'), JSON.stringify(lock));
  return path;
}

function setUp(path: string, language: string, user?: { uid: number; gid: number }) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/setup.mjs'], {
    cwd: path,
    encoding: 'utf8',
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      LANG: language,
      npm_config_registry: 'http://127.0.0.1:1/',
      npm_config_fetch_retries: '0',
      npm_config_cache: join(folder, 'cache'),
    },
    ...user,
  });
  return { status, stdout, stderr };
}

const dependencies = { 'not-cached-anywhere': '1.2.3' };
const entry = { version: '1.2.3', integrity: `sha512-${'A'.repeat(86)}==` };
const locked = { '': { name: 'clone', dependencies }, 'node_modules/not-cached-anywhere': entry };

describe('setup.mjs', () => {
  it('names the registry that it cannot reach, and what to do', () => {
    const path = clone('offline', { dependencies }, locked);
    const { status, stdout, stderr } = setUp(path, 'C');
    expect(stdout).toContain('installing packages from http://127.0.0.1:1/');
    expect(stderr).toContain('the npm registry http://127.0.0.1:1/ cannot be reached');
    expect(stderr).toContain('npm config set registry');
    expect(status).toBe(1);
  });

  it('says so in Japanese where Japanese is spoken', () => {
    const { stdout, stderr } = setUp(join(folder, 'offline'), 'ja_JP.UTF-8');
    expect(stdout).toContain('パッケージをインストールしています');
    expect(stderr).toContain('npm レジストリ http://127.0.0.1:1/ に接続できません');
  });

  it('does not install by a lock file of another package.json', () => {
    const path = clone('mismatch', { dependencies: { ...dependencies, other: '1.0.0' } }, locked);
    const { status, stderr } = setUp(path, 'C');
    expect(stderr).toContain('package-lock.json does not match package.json');
    expect(status).toBe(1);
  });

  it('names the owner of a folder that it may not write, when it is not root', () => {
    const other = serviceUser();
    const path = clone('foreign', { dependencies }, locked);
    if (!other || !userReaches(other, process.execPath)) {
      // Not root: there is no folder of another user to be had. Our own is writable.
      expect(setUp(path, 'C').stderr).not.toContain('no permission');
      return;
    }
    const { status, stderr } = setUp(path, 'C', other);
    expect(stderr).toContain(`no permission to write ${path}, which belongs to root`);
    expect(stderr).toContain('sudo chown -R');
    expect(status).toBe(1);
  });

  it('does nothing, and says nothing, when everything is there', () => {
    const path = join(folder, 'complete');
    mkdirSync(join(path, 'scripts'), { recursive: true });
    for (const name of ['package.json', 'package-lock.json', 'scripts/setup.mjs']) {
      cpSync(join(root, name), join(path, name));
    }
    symlinkSync(join(root, 'node_modules'), join(path, 'node_modules'));
    expect(setUp(path, 'C')).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});
