import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Measurement, short } from './measurement.ts';

/** `yojin up` as `npm start` runs it after installation: from the command to this machine's packages. */
export async function benchStartUp(folder: string): Promise<readonly Measurement[]> {
  const home = join(folder, 'start-up');
  const first = await startOnce(home);
  const second = await startOnce(home);
  return [
    {
      what: '`npm start` after installation: console ready',
      value: `${short(first.readyMs / 1000)} s (data reused: ${short(second.readyMs / 1000)} s)`,
      target: '< 8 s',
      note: 'new PostgreSQL cluster, certificates, migrations, osqueryd started',
    },
    {
      what: 'this machine with all its packages in the list',
      value: `${short(first.listedMs / 1000)} s`,
      target: '< 30 s',
      note: `${first.packages} pieces of software`,
    },
  ];
}

async function startOnce(home: string) {
  const start = performance.now();
  const child = spawn(
    process.execPath,
    [
      join(import.meta.dirname, '../cli/yojin.ts'),
      'up',
      '--home',
      home,
      '--port',
      '18700',
      '--tls-port',
      '18743',
      '--lang',
      'en',
    ],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  try {
    const since = () => performance.now() - start;
    while (!output.includes('Yojin is running')) {
      if (child.exitCode !== null) throw new Error(`yojin up ended:\n${output}`);
      await sleep(20);
    }
    const readyMs = since();
    const authorization = `Bearer ${readFileSync(join(home, 'run/local-credential'), 'utf8').trim()}`;
    for (;;) {
      const response = await fetch('http://127.0.0.1:18700/api/endpoints', {
        headers: { authorization },
      });
      const { items } = (await response.json()) as { items: { softwareCount: number | null }[] };
      const packages = items[0]?.softwareCount;
      if (typeof packages === 'number' && packages > 0)
        return { readyMs, listedMs: since(), packages };
      if (since() > 120_000) throw new Error('this machine did not appear within two minutes');
      await sleep(100);
    }
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
  }
}
