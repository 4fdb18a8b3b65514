import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..', '..', '..');
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-package-'));
  chmodSync(folder, 0o755); // Started by root, PostgreSQL runs as another user.
});
afterAll(() => {
  for (const pid of processesOf(folder)) process.kill(Number(pid), 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, npm_config_audit: 'false', npm_config_fund: 'false' },
  });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}\n${stderr}`);
  return stdout;
}

const processesOf = (text: string) =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text);
    } catch {
      return false;
    }
  });

it('npm pack makes a package that runs from an empty folder, and ends without a trace', async () => {
  // A copy, so that the checkout's dist stays as it is for whoever uses it meanwhile.
  const copy = join(folder, 'checkout');
  mkdirSync(copy);
  for (const name of readdirSync(root)) {
    if (['node_modules', '.git', 'docs', 'changes'].includes(name) || name.endsWith('.tgz'))
      continue;
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--silent', '--pack-destination', folder], copy),
  ) as [{ filename: string; files: { path: string }[] }];
  const paths = packed.files.map(({ path }) => path);
  expect(paths).toContain('dist/programs/cli/yojin.js');
  expect(paths).toContain('dist/programs/agent/orphan-watcher.js');
  expect(paths).toContain('dist/programs/agent-package/agent-main.js');
  expect(paths).toContain('content/osquery/schema.json');
  expect(paths).toContain('dist/console/index.html');
  expect(paths.some((path) => /^dist\/.*\/migrations\/\d+_\w+\.sql$/.test(path))).toBe(true);
  expect(paths.filter((path) => /\.tsx?$|\.test\.|testdata|^src\//.test(path))).toEqual([]);

  const empty = join(folder, 'empty');
  mkdirSync(empty);
  writeFileSync(join(empty, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', '--prefer-offline', '--silent', join(folder, packed.filename)], empty);
  expect(existsSync(join(empty, 'node_modules', 'typescript'))).toBe(false);

  // npx, as a user types it: the signal goes to the whole group, as the terminal sends it.
  const home = join(folder, 'home');
  const args = ['yojin', 'up', '--no-agent', '--port', '0', '--tls-port', '0', '--home', home];
  const child = spawn('npx', args, {
    cwd: empty,
    detached: true,
    env: { ...process.env, LANG: 'C', HOME: folder },
  });
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text) => {
        output += text;
        const [, found] = /Yojin is running: (\S+)/.exec(output) ?? [];
        if (found) resolve(found);
      });
    }
    child.on('close', (code) => reject(new Error(`ended (${code}):\n${output}`)));
  });
  const page = await (await fetch(`${url}/`, { headers: { accept: 'text/html' } })).text();
  expect(page).toMatch(/<script type="module"[^>]* src="\/assets\//);
  expect(await (await fetch(`${url}/api/session`)).json()).toMatchObject({ needsSetup: true });

  const ended = new Promise((resolve) => child.on('close', resolve));
  process.kill(-child.pid!, 'SIGINT');
  await ended;
  expect(output).toContain('Stopped');
  expect(processesOf(home)).toEqual([]);
}, 180_000);
