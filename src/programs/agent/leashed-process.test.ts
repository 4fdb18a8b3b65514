import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eachLine, spawnLeashed, stopChild } from './leashed-process.ts';
import { endStaleOsqueryd } from './stale-process.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-leash-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const alive = (pid: number) =>
  existsSync(`/proc/${pid}/stat`) && !/ Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

async function eventually(holds: () => boolean): Promise<boolean> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (holds()) return true;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
}

const options = {
  deathSignal: 'SIGTERM',
  cwd: '/',
  env: { PATH: process.env['PATH'] ?? '' },
} as const;

/** A process that starts `sleep` on a leash and prints its id. */
async function parentOfLeashed(
  by: 'kernel' | 'watcher',
): Promise<{ parent: ChildProcess; pid: number }> {
  const module = JSON.stringify(join(import.meta.dirname, 'leashed-process.ts'));
  const program = `
    const { spawnLeashed } = await import(${module});
    const child = spawnLeashed('sleep', ['600'], ${JSON.stringify({ ...options, by })});
    child.on('spawn', () => setTimeout(() => console.log(child.pid), 300));
    setInterval(() => {}, 1000);`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const pid = await new Promise<number>((resolve) =>
    parent.stdout!.once('data', (text) => resolve(Number(text))),
  );
  return { parent, pid };
}

describe.each(['kernel', 'watcher'] as const)('a child leashed by the %s', (by) => {
  it('ends when its parent is killed', async () => {
    const { parent, pid } = await parentOfLeashed(by);
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    expect(await eventually(() => !alive(pid))).toBe(true);
  });

  it('lives on while its parent does, out of reach of the terminal', async () => {
    const { parent, pid } = await parentOfLeashed(by);
    const session = (id: number | undefined) =>
      readFileSync(`/proc/${id}/stat`, 'utf8').split(') ')[1]!.split(' ')[3];
    expect(session(pid)).not.toBe(session(parent.pid));
    expect(alive(pid)).toBe(true);
    process.kill(pid);
    parent.kill('SIGKILL');
  });
});

describe('stopChild', () => {
  it('asks, and kills what does not listen', async () => {
    const deaf = spawnLeashed(
      'sh',
      ['-c', 'trap "" TERM; echo ready; while :; do sleep 1; done'],
      options,
    );
    await new Promise<void>((resolve) => eachLine(deaf.stdout!, () => resolve()));
    await stopChild(deaf, 'SIGTERM', 200);
    expect(deaf.signalCode).toBe('SIGKILL');
  });

  it('returns at once for what could not be started', async () => {
    const none = spawnLeashed('/nowhere/at-all', [], { ...options, by: 'watcher' });
    none.on('error', () => undefined);
    await stopChild(none, 'SIGTERM', 60_000);
  });
});

describe('eachLine', () => {
  it('gives whole lines, the last one without an end too, and none that is blank', async () => {
    const child = spawnLeashed(
      'sh',
      ['-c', 'printf "one\\ntw"; sleep 0.1; printf "o\\n\\n\\nthree"'],
      options,
    );
    const lines: string[] = [];
    eachLine(child.stdout!, (line) => lines.push(line));
    await new Promise((resolve) => child.once('close', resolve));
    expect(lines).toEqual(['one', 'two', 'three']);
  });
});

describe('endStaleOsqueryd', () => {
  it('never touches a stranger that has the process id of before', async () => {
    const stranger = spawn('sleep', ['60']);
    const pidFile = join(folder, 'osqueryd.pid');
    writeFileSync(pidFile, `${stranger.pid}\n`);
    expect(await endStaleOsqueryd(pidFile, join(folder, 'osquery.flags'))).toBeUndefined();
    expect(stranger.exitCode).toBeNull();
    expect(existsSync(pidFile)).toBe(false);
    stranger.kill();
  });

  it.each(['', 'x', '-1', '0', '1', '999999999'])(
    'takes no harm from "%s" as the id',
    async (text) => {
      const pidFile = join(folder, 'osqueryd.pid');
      writeFileSync(pidFile, text);
      expect(await endStaleOsqueryd(pidFile, join(folder, 'osquery.flags'))).toBeUndefined();
    },
  );
});
