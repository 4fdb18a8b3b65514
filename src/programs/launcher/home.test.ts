import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { homePath, openHome } from './home.ts';
import { lockInstance, readServerNote, writeServerNote } from './instance-lock.ts';
import { requireFreePort } from './ports.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-home-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('homePath', () => {
  it.each`
    because                              | asked        | environment                                    | uid     | path
    ${'--home wins'}                     | ${'/srv/a'}  | ${{ YOJIN_HOME: '/srv/b', HOME: '/home/u' }}   | ${1000} | ${'/srv/a'}
    ${'YOJIN_HOME comes next'}           | ${undefined} | ${{ YOJIN_HOME: '/srv/b', HOME: '/home/u' }}   | ${0}    | ${'/srv/b'}
    ${"root's own home is closed"}       | ${undefined} | ${{ HOME: '/root' }}                           | ${0}    | ${'/var/lib/yojin'}
    ${'everybody else has a home'}       | ${undefined} | ${{ HOME: '/home/u' }}                         | ${1000} | ${'/home/u/.local/share/yojin'}
    ${'XDG_DATA_HOME is honoured'}       | ${undefined} | ${{ HOME: '/home/u', XDG_DATA_HOME: '/data' }} | ${1000} | ${'/data/yojin'}
    ${'a relative XDG_DATA_HOME is not'} | ${undefined} | ${{ HOME: '/home/u', XDG_DATA_HOME: 'data' }}  | ${1000} | ${'/home/u/.local/share/yojin'}
  `('$because: $path', ({ asked, environment, uid, path }) => {
    expect(homePath({ asked, environment, uid })).toBe(path);
  });
});

describe('openHome', () => {
  it('makes folders that only the owner may enter, and narrows those that were open', () => {
    const path = join(folder, 'a', 'b');
    openHome(path, false);
    chmodSync(join(path, 'tls'), 0o777);
    const home = openHome(path, false);
    for (const each of [home.path, home.run, home.tls, home.postgres, home.agent]) {
      expect(statSync(each).mode & 0o777).toBe(0o700);
    }
  });

  it('lets the user of PostgreSQL pass, and not look around, when root owns it', () => {
    const home = openHome(join(folder, 'root'), true);
    expect(statSync(home.path).mode & 0o777).toBe(0o711);
    expect(statSync(home.postgres).mode & 0o777).toBe(0o711);
    expect(statSync(home.tls).mode & 0o777).toBe(0o700);
  });

  it('refuses a path with a file in its way', () => {
    writeFileSync(join(folder, 'file'), '');
    const code = 'home-not-writable';
    expect(() => openHome(join(folder, 'file'), false)).toThrow(expect.objectContaining({ code }));
    expect(() => openHome(join(folder, 'file', 'x'), false)).toThrow(
      expect.objectContaining({ code }),
    );
  });
});

describe('lockInstance', () => {
  it('lets one in, tells the second who runs, and lets the next in after the first', () => {
    const lock = lockInstance(folder);
    const startedAt = new Date().toISOString();
    const consoleUrl = 'http://127.0.0.1:8700';
    writeServerNote(folder, { pid: 4711, startedAt, version: '1', consoleUrl });
    expect(() => lockInstance(folder)).toThrow(
      expect.objectContaining({
        code: 'already-running',
        values: expect.objectContaining({ pid: 4711, address: consoleUrl }),
      }),
    );
    lock.release();
    lockInstance(folder).release();
  });

  it('reads a damaged note as none', () => {
    expect(readServerNote(folder)).toBeUndefined();
    for (const text of ['', '{', '[]', 'null', '{"pid":"x"}']) {
      writeFileSync(join(folder, 'server.json'), text);
      expect(readServerNote(folder)).toBeUndefined();
    }
  });
});

describe('requireFreePort', () => {
  it('names the taken port, the option, and one that is free', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const refusal = await requireFreePort('127.0.0.1', port, '--tls-port').catch((error) => error);
    expect(refusal).toMatchObject({ code: 'port-taken', values: { port, option: '--tls-port' } });
    await requireFreePort('127.0.0.1', refusal.values.suggestion, '--port');
    holder.close();
  });

  it('tells an address that is not of this machine', async () => {
    await expect(requireFreePort('192.0.2.1', 8743, '--tls-port')).rejects.toMatchObject({
      code: 'address-unknown',
    });
  });
});
