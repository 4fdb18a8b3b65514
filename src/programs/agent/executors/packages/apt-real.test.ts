import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Action, Order, OrderReport } from '../../../../modules/agent-protocol/api.ts';
import { buildDeb, DebianRoot, indexOf } from '../../../../testing/debian-root.ts';
import { Journal } from '../../journal.ts';
import { createMachine } from '../../machine.ts';
import { Worker } from '../../worker.ts';
import { createExecutors } from '../executors.ts';

/** Real apt and dpkg in a Debian of their own, an archive on this machine, and Debian's own. */
const agentId = randomUUID();
const endpointId = randomUUID();
let archive: string;
let server: Server;
/** What the archive does with a request for a file: nothing, cuts it in the middle, never ends. */
let trouble: 'cut' | 'stall' | undefined;
let debian: DebianRoot;
let folder: string;
let stops: (() => Promise<void>)[] = [];

beforeAll(async () => {
  archive = mkdtempSync(join(tmpdir(), 'yojin-archive-'));
  const deb = (options: Parameters<typeof buildDeb>[1]) => buildDeb(archive, options);
  for (const version of ['1.0', '2.0']) {
    deb({ name: 'probe', version, conffile: `packaged = ${version}\n` });
    deb({ name: 'other', version });
    deb({ name: 'large', version, randomBytes: version === '1.0' ? 1000 : 3_000_000 });
    // Configures only when the test says so.
    deb({
      name: 'slow',
      version,
      postinst:
        version === '1.0' ? 'true' : 'touch /run/begun; until test -e /run/go; do sleep 0.1; done',
    });
    deb({
      name: 'broken',
      version,
      postinst: version === '1.0' ? 'true' : 'echo I cannot; exit 3',
    });
  }
  deb({ name: 'needs-probe', version: '1.0', depends: 'probe' });
  const index: Record<string, string> = { ...indexOf(archive) };
  server = createServer((request, response) => {
    const name = decodeURIComponent((request.url ?? '').split('/').at(-1) ?? '');
    if (index[name] !== undefined) response.end(index[name]);
    else if (!name.endsWith('.deb') || !existsSync(join(archive, name))) {
      response.writeHead(404).end();
    } else if (trouble) {
      const bytes = readFileSync(join(archive, name));
      response.writeHead(200, { 'content-length': bytes.length });
      response.write(bytes.subarray(0, bytes.length / 2), () => {
        if (trouble === 'cut') response.destroy();
      });
    } else createReadStream(join(archive, name)).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // The first time in a week the root is made.
  await (await DebianRoot.open())[Symbol.asyncDispose]();
}, 600_000);

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(archive, { recursive: true, force: true });
});

beforeEach(async () => {
  trouble = undefined;
  stops = [];
  folder = mkdtempSync(join(tmpdir(), 'yojin-agent-'));
  debian = await DebianRoot.open();
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    debian.path('/etc/apt/sources.list.d/local.list'),
    `deb [trusted=yes] http://127.0.0.1:${port} ./\n`,
  );
});

afterEach(async () => {
  for (const stop of stops) await stop();
  await debian[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

/** The old versions, as packages of before the archive had newer ones. */
async function installed(...names: string[]): Promise<void> {
  const files = names.map((name) => {
    const file = `${name}_1.0_all.deb`;
    writeFileSync(debian.path(`/tmp/${file}`), readFileSync(join(archive, file)));
    return `/tmp/${file}`;
  });
  await debian.sh(`dpkg -i ${files.join(' ')}`);
}

const versionOf = async (name: string) =>
  (
    await debian.sh(
      `dpkg-query -W -f '\${Version} \${db:Status-Status}' ${name} 2>/dev/null || true`,
    )
  ).trim();

function orderOf(action: Action, dryRun = false): Order {
  return {
    version: 1,
    id: randomUUID(),
    agentId,
    endpointId,
    issuedAt: new Date().toISOString(),
    expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    dryRun,
    action,
  };
}

const upgrade = (...names: (string | [string, string])[]): Action => ({
  type: 'package-upgrade',
  manager: 'apt',
  packages: names.map((name) =>
    typeof name === 'string' ? { name } : { name: name[0], atLeast: name[1] },
  ),
});

/** The agent's own worker on the root, with a journal on this disk. */
function agent(lockSeconds = 20) {
  const journal = new Journal(join(folder, 'journal'));
  let changed: () => void = () => undefined;
  const worker = new Worker({
    journal,
    machine: createMachine({ prefix: debian.prefix, root: debian.root }),
    executors: createExecutors({ apt: { lockSeconds } }),
    folder: join(folder, 'work'),
    serverTime: () => new Date(),
    holder: () => ({ agentId, verifyKey: '', keyId: '', scripts: false, endpoint: undefined }),
    onEndpoint: () => undefined,
    upload: () => Promise.reject(new Error('no server')),
    onReport: () => changed(),
    onEvent: () => undefined,
  });
  stops.push(() => worker.stop(0));
  const lastOf = (id: string): OrderReport | undefined => journal.get(id)?.unsent.at(-1);
  /** The report with which the order ended, or waits for a restart. */
  const outcome = (id: string) =>
    new Promise<OrderReport>((resolve) => {
      changed = () => {
        const phase = journal.get(id)?.phase;
        if (phase === 'ended' || phase === 'waiting') resolve(lastOf(id)!);
      };
      changed();
    });
  return {
    journal,
    worker,
    outcome,
    async does(action: Action, dryRun = false): Promise<OrderReport> {
      const order = orderOf(action, dryRun);
      journal.receive(order);
      worker.start();
      worker.kick();
      return outcome(order.id);
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 50));
}

// Loaded machines take their time; nothing here is about speed.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

describe('apt, really', () => {
  it('upgrades an outdated package from the security archive of Debian', async () => {
    const { uri, suite, components } = debian.security;
    writeFileSync(
      debian.path('/etc/apt/sources.list.d/local.list'),
      `deb ${uri} ${suite} ${components}\n`,
    );
    await debian.sh('apt-get -q update');
    const offered = [
      ...(await debian.sh('apt-get -s upgrade')).matchAll(/^Inst (\S+) \[(\S+)\] \((\S+) /gm),
    ]
      .filter(([, name = '']) => !/^(lib)?apt/.test(name))
      .sort(([a], [b]) => a.length - b.length);
    const [, name = '', old = '', newer = ''] = offered[0] ?? [];
    expect(newer).not.toBe('');

    const { does } = agent();
    const rehearsal = await does(upgrade([name, newer]), true);
    expect(rehearsal).toMatchObject({
      state: 'done',
      before: { [name]: old },
      after: { [name]: newer },
    });
    expect(await versionOf(name)).toBe(`${old} installed`);

    const report = await does(upgrade([name, newer]));
    expect(report).toMatchObject({
      state: 'done',
      before: { [name]: old },
      after: { [name]: newer },
    });
    expect(report.exitCode ?? 0).toBe(0);
    expect(await versionOf(name)).toBe(`${newer} installed`);

    // What is there already needs nothing; what is not offered cannot be had.
    expect(await does(upgrade([name, newer]))).toMatchObject({ state: 'done', reason: 'ALREADY' });
    expect(await does(upgrade([name, '999:1']))).toMatchObject({
      state: 'failed',
      reason: 'NOT_AVAILABLE',
      after: { [name]: newer },
    });
  });

  it('keeps changed configuration, leaves what is held, and says so', async () => {
    await installed('probe', 'other');
    writeFileSync(debian.path('/etc/probe.conf'), 'ours = yes\n');
    await debian.sh('apt-mark hold other');
    const { does } = agent();
    const report = await does(upgrade('other', 'probe'));
    expect(report).toMatchObject({
      state: 'failed',
      reason: 'HELD',
      before: { other: '1.0', probe: '1.0' },
      after: { other: '1.0', probe: '2.0' },
    });
    expect(report.output).toContain('other: held at 1.0');
    expect(readFileSync(debian.path('/etc/probe.conf'), 'utf8')).toBe('ours = yes\n');
    expect(await does(upgrade('probe'))).toMatchObject({ state: 'done', reason: 'ALREADY' });
    expect(await does(upgrade('absent'))).toMatchObject({
      state: 'no-effect',
      reason: 'NOT_INSTALLED',
      after: { absent: null },
    });
  });

  it('brings a dpkg that was killed while it configured in order, then goes on', async () => {
    await installed('probe', 'slow');
    await debian.sh('apt-get -q update');
    const killed = debian.start('apt-get -y install slow');
    await until(() => existsSync(debian.path('/run/begun')));
    await debian.sh('kill -9 $(pidof dpkg); kill -9 $(pidof apt-get); sleep 0.2; touch /run/go');
    await killed.ended;
    expect(await versionOf('slow')).toBe('2.0 half-configured');

    const { does } = agent();
    expect(await does(upgrade('probe'))).toMatchObject({ state: 'done', after: { probe: '2.0' } });
    expect(await debian.sh('dpkg --audit')).toBe('');
    expect(await versionOf('slow')).toBe('2.0 installed');
  });

  it('does not call done what does not configure, and keeps the words of the package', async () => {
    await installed('broken');
    const { does } = agent();
    const report = await does(upgrade('broken'));
    expect(report).toMatchObject({ state: 'failed', reason: 'DPKG_BROKEN' });
    expect(report.output).toContain('I cannot');
  });

  it('waits for a lock only so long', async () => {
    await installed('probe', 'slow');
    await debian.sh('apt-get -q update');
    const other = debian.start('apt-get -y install slow');
    await until(() => existsSync(debian.path('/run/begun')));
    const { does } = agent(1);
    expect(await does(upgrade('probe'))).toMatchObject({
      state: 'failed',
      reason: 'APT_LOCKED',
      after: { probe: '1.0' },
    });
    await debian.sh('touch /run/go');
    await other.ended;
    expect(await does(upgrade('probe'))).toMatchObject({ state: 'done', after: { probe: '2.0' } });
  });

  it('sees a full disk before it fetches, and in the middle of unpacking', async () => {
    await installed('large');
    await debian.sh('mount -t tmpfs -o size=1m tmpfs /var/cache/apt/archives');
    await debian.sh('mkdir /var/cache/apt/archives/partial');
    const { does } = agent();
    const report = await does(upgrade('large'));
    expect(report).toMatchObject({ state: 'failed', reason: 'DISK_FULL', after: { large: '1.0' } });
    expect(report.output).toContain('/var/cache/apt/archives');

    await debian.sh('umount /var/cache/apt/archives; mount -t tmpfs -o size=1m tmpfs /opt');
    expect(await does(upgrade('large'))).toMatchObject({
      state: 'failed',
      reason: 'DISK_FULL',
      after: { large: '1.0' },
    });
    await debian.sh('umount /opt');
    expect(await does(upgrade('large'))).toMatchObject({ state: 'done', after: { large: '2.0' } });
  });

  it('changes nothing when the network is cut in the middle, and succeeds afterwards', async () => {
    await installed('large');
    const { does } = agent();
    trouble = 'cut';
    expect(await does(upgrade('large'))).toMatchObject({
      state: 'failed',
      reason: 'NETWORK',
      after: { large: '1.0' },
    });
    expect(await versionOf('large')).toBe('1.0 installed');
    trouble = undefined;
    expect(await does(upgrade('large'))).toMatchObject({ state: 'done', after: { large: '2.0' } });
  });

  it('stops fetching when the order is called off', async () => {
    await installed('large');
    const { journal, worker, outcome } = agent();
    trouble = 'stall';
    const order = orderOf(upgrade('large'));
    journal.receive(order);
    worker.start();
    await until(() => existsSync(debian.path('/var/cache/apt/archives/partial/large_2.0_all.deb')));
    worker.cancel([order.id]);
    expect(await outcome(order.id)).toMatchObject({ state: 'failed', reason: 'CANCELLED' });
    expect(await versionOf('large')).toBe('1.0 installed');
  });

  it('installs and removes, but nothing that nobody asked for', async () => {
    await installed('probe', 'needs-probe');
    const { does } = agent();
    const packages = (...names: string[]) => names.map((name) => ({ name }));
    const remove = (...names: string[]): Action => ({
      type: 'package-remove',
      manager: 'apt',
      packages: packages(...names),
    });
    const report = await does(remove('probe'));
    expect(report).toMatchObject({ state: 'failed', reason: 'WOULD_REMOVE' });
    expect(report.output).toContain('needs-probe');
    expect(await versionOf('probe')).toBe('1.0 installed');
    expect(await does(remove('needs-probe', 'probe'))).toMatchObject({
      state: 'done',
      before: { probe: '1.0', 'needs-probe': '1.0' },
      after: { probe: null, 'needs-probe': null },
    });
    expect(
      await does({
        type: 'package-install',
        manager: 'apt',
        packages: packages('other', 'nothing'),
      }),
    ).toMatchObject({
      state: 'failed',
      reason: 'NOT_FOUND',
      after: { other: '2.0', nothing: null },
    });
  });
});

describe('an agent that is killed in the middle', () => {
  /** A process of its own on the same journal, and the order it has begun. */
  async function begin(action: Action, begun: () => boolean) {
    const order = orderOf(action);
    new Journal(join(folder, 'journal')).receive(order);
    const program = join(import.meta.dirname, '../../testdata/work-on.ts');
    const child: ChildProcess = spawn(
      process.execPath,
      [program, folder, agentId, debian.root, ...debian.prefix],
      { stdio: ['ignore', 'ignore', 'inherit'] },
    );
    stops.push(async () => void child.kill('SIGKILL'));
    await until(begun);
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
    return order;
  }

  const states = (journal: Journal, id: string) =>
    journal.get(id)?.unsent.map(({ sequence, state }) => `${sequence} ${state}`);

  it('finds apt still at work, waits for it, and tells the truth', async () => {
    await installed('slow');
    const order = await begin(upgrade('slow'), () => existsSync(debian.path('/run/begun')));
    const { journal, worker, outcome } = agent();
    expect(journal.get(order.id)?.phase).toBe('running');
    worker.start();
    expect(worker.open()).toEqual([order.id]);
    await debian.sh('pidof apt-get; touch /run/go');
    expect(await outcome(order.id)).toMatchObject({
      state: 'done',
      before: { slow: '1.0' },
      after: { slow: '2.0' },
    });
    expect(states(journal, order.id)).toEqual(['0 received', '1 running', '2 done']);
    expect(await versionOf('slow')).toBe('2.0 installed');
  });

  it('repairs what a machine that went down with it left behind', async () => {
    await installed('slow');
    const order = await begin(upgrade('slow'), () => existsSync(debian.path('/run/begun')));
    await debian.sh('kill -9 $(pidof apt-get) $(pidof dpkg); touch /run/go');
    const { worker, outcome } = agent();
    worker.start();
    expect(await outcome(order.id)).toMatchObject({ state: 'done', after: { slow: '2.0' } });
    expect(await debian.sh('dpkg --audit')).toBe('');
    expect(await versionOf('slow')).toBe('2.0 installed');
  });

  it('says interrupted when nothing had changed, and does not do it again', async () => {
    await installed('large');
    trouble = 'stall';
    const partial = '/var/cache/apt/archives/partial/large_2.0_all.deb';
    const order = await begin(upgrade('large'), () => existsSync(debian.path(partial)));
    await debian.sh('kill -9 $(pidof apt-get)');
    trouble = undefined;
    const { journal, worker, outcome } = agent();
    worker.start();
    expect(await outcome(order.id)).toMatchObject({
      state: 'failed',
      reason: 'INTERRUPTED',
      before: { large: '1.0' },
      after: { large: '1.0' },
    });
    await worker.stop();
    const next = agent();
    next.worker.start();
    await next.worker.stop();
    expect(states(journal, order.id)).toEqual(['0 received', '1 running', '2 failed']);
    expect(await versionOf('large')).toBe('1.0 installed');
  });
});
