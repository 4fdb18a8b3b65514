import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { userReaches } from '../launcher/home.ts';
import { serviceUser } from '../launcher/postgres.ts';

/** The real thing: `yojin up` as a user types it, with its PostgreSQL, osqueryd and certificates. */
const entry = join(import.meta.dirname, 'yojin.ts');

interface User {
  readonly uid: number;
  readonly gid: number;
}

interface Yojin {
  readonly process: ChildProcess;
  output(): string;
  /** Resolves with the first match of the output; throws when the process ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  readonly ended: Promise<number | null>;
}

function yojin(
  args: readonly string[],
  home: string,
  user?: User,
  environment: Readonly<Record<string, string>> = {},
): Yojin {
  const child = spawn(process.execPath, [entry, ...args, '--home', home], {
    cwd: '/',
    env: { PATH: process.env['PATH'], HOME: home, LANG: 'C', ...environment },
    ...user,
  });
  let text = '';
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return {
    process: child,
    output: () => text,
    says: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text);
          if (!match) return;
          listeners.delete(look);
          resolve(match);
        };
        listeners.add(look);
        void ended.then((code) =>
          reject(new Error(`ended (${code}) without ${pattern}:\n${text}`)),
        );
        look();
      }),
    ended,
  };
}

/** Runs a command with this on its standard input. */
async function typed(
  line: string,
  args: readonly string[],
  home: string,
): Promise<{ code: number | null; output: string }> {
  const asked = yojin(args, home);
  asked.process.stdin!.end(`${line}\n`);
  return { code: await asked.ended, output: asked.output() };
}

/** The command line of every live process that names this folder. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return command.includes(folder) ? [`${pid} ${command}`] : [];
    } catch {
      return [];
    }
  });
}

async function eventually<T>(what: string, attempt: () => T | Promise<T>): Promise<NonNullable<T>> {
  let last: unknown;
  for (let round = 0; round < 500; round += 1) {
    try {
      const result = await attempt();
      if (result) return result;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
  throw new Error(`never came true: ${what}`, { cause: last });
}

const kill = (pid: number) => process.kill(pid, 'SIGKILL');
const postmasterOf = (home: string) =>
  Number(readFileSync(join(home, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n')[0]);
const osquerydOf = (home: string) =>
  Number(readFileSync(join(home, 'agent', 'osqueryd.pid'), 'utf8').trim());

const root = process.getuid?.() === 0;
const other = serviceUser();
/** Root tests both; an ordinary user cannot become another one. */
const users: readonly (readonly [string, User | undefined])[] =
  root && other && [import.meta.dirname, process.execPath].every((path) => userReaches(other, path))
    ? [
        ['root', undefined],
        ['an ordinary user', other],
      ]
    : [[root ? 'root' : 'an ordinary user', undefined]];

const freePorts = ['--port', '0', '--tls-port', '0'];

describe.each(users)('yojin up, started by %s', (name, user) => {
  let folder: string;
  let home: string;
  const start = (args: readonly string[] = []) => yojin(['up', ...freePorts, ...args], home, user);
  /** What the command line does, without the time that a process takes to start. */
  const count = async () => {
    const { consoleUrl } = JSON.parse(readFileSync(join(home, 'run', 'server.json'), 'utf8'));
    const credential = readFileSync(join(home, 'run', 'local-credential'), 'utf8').trim();
    const headers = { authorization: `Bearer ${credential}` };
    const answer = await fetch(`${consoleUrl}/api/endpoints`, { headers });
    return ((await answer.json()) as { total?: number }).total ?? 0;
  };
  const ask = async (...args: string[]) => {
    const asked = yojin([...args, '--json'], home, user);
    const code = await asked.ended;
    if (code !== 0) throw new Error(`exit code ${code}: ${asked.output()}`);
    return JSON.parse(asked.output());
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'yojin-up-'));
    chmodSync(folder, 0o755);
    home = join(folder, 'home');
    mkdirSync(home);
    if (user) chownSync(home, user.uid, user.gid);
  });
  afterAll(() => {
    for (const line of processesOf(folder)) kill(Number.parseInt(line, 10));
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts, shows this machine, survives every kill -9, and stops in order', async () => {
    // A first start: address and one-time link, certificates, a new cluster.
    const first = start();
    const [, url] = await first.says(/Yojin is running: (http:\/\/127\.0\.0\.1:\d+)/);
    await first.says(/one-time link\): http:\/\/\S+/);
    expect(first.output()).toContain('with a new cluster');
    expect(first.output().includes('osquery does not run as root')).toBe(name !== 'root');
    const session = await (await fetch(`${url}/api/session`)).json();
    expect(session).toMatchObject({ user: null, needsSetup: true });

    // This machine is listed, by a real osqueryd over TLS.
    await eventually('this machine is listed', async () => (await count()) > 0);
    const { items } = await ask('endpoints');
    expect(items).toHaveLength(1);

    // A second one on the same data is told who runs.
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.output()).toContain(`process ${first.process.pid}, ${url}`);

    // PostgreSQL and osqueryd are killed, and come back.
    const [postmaster, osqueryd] = [postmasterOf(home), osquerydOf(home)];
    kill(postmaster);
    kill(osqueryd);
    await first.says(/PostgreSQL runs again/);
    await first.says(/osqueryd runs again/);
    expect(postmasterOf(home)).not.toBe(postmaster);
    await eventually('the server answers again', async () => (await count()) === 1);
    await eventually('osqueryd writes its id', () => osquerydOf(home) !== osqueryd);

    // Everything is killed at once: nothing stays behind.
    first.process.kill('SIGKILL');
    await eventually('no orphans', () => processesOf(home).length === 0);

    // The next start has the data of before, and the same identity of this machine.
    const third = start();
    await third.says(/Yojin is running/);
    expect(third.output()).toContain('with the data of before');
    expect(third.output()).toContain('own CA, server certificate valid until');
    expect((await ask('endpoints')).items[0].id).toBe(items[0].id);
    expect((await ask('audit', 'verify')).ok).toBe(true);

    // npm passes a Ctrl-C on that the terminal has delivered already: still one.
    third.process.kill('SIGINT');
    await third.says(/Stopping/);
    third.process.kill('SIGINT');
    expect(await third.ended).toBe(0);
    expect(third.output()).toContain('Stopped');
    expect(third.output()).not.toContain('Ended at once');
    expect(processesOf(home)).toEqual([]);
    expect(existsSync(join(home, 'postgres', 'data', 'postmaster.pid'))).toBe(false);
    expect(readdirSync(join(home, 'run')).sort()).toEqual(['lock']);
  }, 90_000);

  it('says what is wrong with a taken port, and with a folder that it cannot write', async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.1', resolve));
    const { port } = holder.address() as { port: number };
    const taken = yojin(
      ['up', '--port', String(port), '--tls-port', '0', '--no-agent'],
      home,
      user,
    );
    expect(await taken.ended).toBe(1);
    expect(taken.output()).toMatch(
      new RegExp(`port ${port} on 127.0.0.1 is taken.*\\n.*--port \\d+`),
    );
    holder.close();

    const blocked = join(folder, 'blocked');
    writeFileSync(blocked, '');
    const refused = yojin(['up', ...freePorts, '--no-agent'], join(blocked, 'home'), user);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain(`${join(blocked, 'home')} cannot be written`);
    expect(refused.output()).toContain('Choose another folder with --home');
    expect(refused.output()).not.toMatch(/^\s+at /m);
  });

  it('takes down what is up when it is asked to stop while starting', async () => {
    const starting = start(['--no-agent']);
    await starting.says(/Home folder/);
    starting.process.kill('SIGTERM');
    expect(await starting.ended).toBe(0);
    expect(processesOf(home)).toEqual([]);
    expect(starting.output()).not.toContain('Yojin is running');
  });
});

describe('with a PostgreSQL of the operator', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'yojin-server-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('yojin server runs on DATABASE_URL; endpoints and people reach it from elsewhere', async () => {
    await using db = await openTestDatabase();
    const environment = { DATABASE_URL: db.connectionString };
    const server = yojin(['server', ...freePorts], home, undefined, environment);
    const [, url] = await server.says(/Yojin is running: (\S+)/);
    expect(server.output()).toMatch(/Database: PostgreSQL 18\.\d+ at postgresql:\/\/yojin:…@/);
    expect((await fetch(`${url}/api/session`)).status).toBe(200);
    expect(processesOf(home).filter((line) => /postgres |osqueryd/.test(line))).toEqual([]);

    // Another machine (in another home): the secret is carried there, `yojin agent` reports it.
    const carried = join(home, 'carried');
    const here = async (...args: string[]) => {
      const asked = yojin([...args, '--json'], home);
      expect(await asked.ended, asked.output()).toBe(0);
      return JSON.parse(asked.output());
    };
    await here('enrol-secrets', 'create', 'laptops', '--write', carried);
    const { tlsAddress } = JSON.parse(readFileSync(join(home, 'run', 'server.json'), 'utf8'));
    const files = [
      '--ca',
      join(carried, 'ca.pem'),
      '--secret-file',
      join(carried, 'enrolment-secret'),
    ];
    const there = mkdtempSync(join(tmpdir(), 'yojin-there-'));
    const agent = yojin(['agent', '--server', tlsAddress, ...files], there);
    await agent.says(/osquery 5\.\d+\.\d+ reports to 127\.0\.0\.1:\d+/);
    await eventually('it is listed', async () => (await here('endpoints')).total === 1);
    agent.process.kill('SIGINT');
    expect(await agent.ended).toBe(0);
    expect(processesOf(there)).toEqual([]);
    rmSync(there, { recursive: true });

    // A token is made by signing in, works from elsewhere over TLS, and ends with its revocation.
    const password = 'correct horse battery staple';
    const create = ['create', 'hanako', '--role', 'operator', '--password-stdin'];
    expect(await typed(password, ['users', ...create], home)).toMatchObject({ code: 0 });
    const made = await typed(
      password,
      ['tokens', 'create', 'ci', '--login', 'hanako', '--password-stdin'],
      home,
    );
    expect(made).toMatchObject({ code: 0 });
    const token = made.output.trim().split('\n').at(-1)!;
    const remote = async (...more: string[]) => {
      const address = ['--url', `https://${tlsAddress}`, ...more];
      const asked = yojin(['scopes', ...address], there, undefined, { YOJIN_TOKEN: token });
      return { code: await asked.ended, output: asked.output() };
    };
    expect(await remote('--ca', join(carried, 'ca.pem'))).toMatchObject({ code: 0 });
    expect(await remote()).toMatchObject({
      code: 5,
      output: expect.stringContaining('not trusted'),
    });
    const { items } = await here('tokens');
    await here('tokens', 'revoke', items[0].id);
    await eventually('the token is refused', async () => {
      return (await remote('--ca', join(carried, 'ca.pem'))).code === 4;
    });
    server.process.kill('SIGTERM');
    expect(await server.ended).toBe(0);

    // The audit log can be verified without the server, and a change to it is seen.
    const verify = () => yojin(['audit', 'verify', '--database'], home, undefined, environment);
    const intact = verify();
    expect(await intact.ended, intact.output()).toBe(0);
    await db.transaction(async (tx) => {
      await tx.query(`alter table platform.audit_log disable trigger user`);
      await tx.query(`update platform.audit_log set actor_name = 'somebody else' where seq = 2`);
    });
    const broken = verify();
    expect(await broken.ended, broken.output()).toBe(6);
    expect(broken.output()).toContain('THE AUDIT LOG WAS CHANGED at record 2');
  }, 120_000);

  it('says what is wrong with one that is not there', async () => {
    const environment = { DATABASE_URL: 'postgresql://u:s3cret@127.0.0.1:1/x' };
    const refused = yojin(['up', ...freePorts], home, undefined, environment);
    expect(await refused.ended).toBe(1);
    expect(refused.output()).toContain('no PostgreSQL answers at postgresql://u:…@127.0.0.1:1/x');
    expect(refused.output()).not.toContain('s3cret');
  });
});

it('a Node that is too old gets the one that npm brought', () => {
  // An older Node is not at hand everywhere: the test plays one by changing what it says of itself.
  const preload = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:process.env.YOJIN_NODE_TRIED?'24.0.0':'20.0.0'})`;
  const { stdout, status } = spawnSync(process.execPath, [entry, 'version', '--json'], {
    env: { PATH: process.env['PATH'], NODE_OPTIONS: `--import="${preload}"` },
  });
  expect(status).toBe(0);
  expect(JSON.parse(String(stdout)).node).toBe('24.0.0');
});
