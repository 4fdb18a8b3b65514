import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Snapshot } from '../simulate/counts.ts';

const yojin = join(import.meta.dirname, '../cli/yojin.ts');

/** `yojin up` as a process of its own, and its API. */
export async function startYojin(
  home: string,
  { agent, port, tlsPort }: { agent: boolean; port: number; tlsPort: number },
) {
  const options = ['--home', home, '--port', String(port), '--tls-port', String(tlsPort)];
  const child = spawn(
    process.execPath,
    [yojin, 'up', ...options, '--lang', 'en', ...(agent ? [] : ['--no-agent'])],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  while (!output.includes('Yojin is running')) {
    if (child.exitCode !== null) throw new Error(`yojin up ended:\n${output}`);
    await sleep(50);
  }
  const token = readFileSync(join(home, 'run/local-credential'), 'utf8').trim();
  return {
    home,
    async api<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<T> {
      const response = await fetch(`http://127.0.0.1:${port}/api${path}`, {
        method,
        headers: {
          authorization: `Bearer ${token}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    /** Of the server's own process, without PostgreSQL. */
    usage: () => usageOf(child.pid!),
    stop: () => ended(child, 'SIGTERM'),
  };
}

export type RunningYojin = Awaited<ReturnType<typeof startYojin>>;

/** Resident memory now and at most, and the processor time used so far, of a process (Linux). */
export function usageOf(pid: number) {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kilobytes = (name: string) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0);
  // After the name in parentheses, which may hold spaces: state is field 3, utime 14, stime 15.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
  const ticksPerSecond = 100;
  return {
    rssBytes: kilobytes('VmRSS') * 1024,
    mostRssBytes: kilobytes('VmHWM') * 1024,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / ticksPerSecond,
  };
}

/** `yojin simulate --json` as a process of its own; `now()` is its last line. */
export function startSimulator(home: string, endpoints: number, more: readonly string[] = []) {
  const child = spawn(
    process.execPath,
    [yojin, 'simulate', '--json', '--home', home, '--endpoints', String(endpoints), ...more],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let last: Snapshot | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => {
    last = JSON.parse(line) as Snapshot;
  });
  return {
    now: () => last,
    /** Waits until what it says is so; the process ending, or `seconds` passing, is an error. */
    async until(
      what: string,
      seconds: number,
      fits: (now: Snapshot) => boolean,
    ): Promise<Snapshot> {
      const endsAtMs = performance.now() + seconds * 1000;
      for (;;) {
        if (last && fits(last)) return last;
        if (child.exitCode !== null) throw new Error(`yojin simulate ended before: ${what}`);
        if (performance.now() > endsAtMs) {
          throw new Error(`not within ${seconds} s: ${what}; ${JSON.stringify(last)}`);
        }
        await sleep(200);
      }
    },
    async stop(): Promise<Snapshot | undefined> {
      await ended(child, 'SIGINT');
      return last;
    },
  };
}

async function ended(child: ChildProcess, signal: 'SIGTERM' | 'SIGINT'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await exit;
}
