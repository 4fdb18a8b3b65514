import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { DebianRoot } from '../../testing/debian-root.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { findOsqueryd } from '../agent/osqueryd.ts';
import {
  type AgentPackageKind,
  type AgentPackageOptions,
  makeAgentPackage,
} from '../cli/agent-package-command.ts';
import { agentPackageTexts } from '../cli/agent-package-texts.ts';
import { type Context, createContext } from '../cli/context.ts';
import { importsOf } from './agent-code.ts';
import { agentPackage } from './agent-files.ts';
import { tarOfFiles } from './archive.ts';
import { debOf } from './deb.ts';
import { systemdUnit } from './service-definitions.ts';

/** A real server, packages made with its API, and a Debian of its own in which they are installed. */
let folder: string;
let db: Awaited<ReturnType<typeof openTestDatabase>>;
let server: Awaited<ReturnType<typeof startTestServer>>;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-agent-package-'));
  db = await openTestDatabase();
  server = await startTestServer(db, { reportSeconds: 2 });
  await (await DebianRoot.open())[Symbol.asyncDispose]();
}, 600_000);

afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** As the command line does it; answers what it said. */
async function make(kind: AgentPackageKind, options: Partial<AgentPackageOptions> = {}) {
  let said = '';
  const context: Context = {
    ...createContext({ url: server.consoleUrl, token: server.localToken, lang: 'en' }),
    print: (text) => {
      said += text;
    },
    note: (text) => {
      said += `${text}\n`;
    },
  };
  const out = join(folder, `agent.${kind}`);
  const code = await makeAgentPackage(context, agentPackageTexts('en'), kind, {
    out,
    // As it was asked for, the server knows its port as 0.
    server: server.tlsAddress,
    expires: '30d',
    ...options,
  });
  return { code, said, out };
}

function run(command: string, ...args: string[]): string {
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${status}\n${stdout}${stderr}`);
  return stdout;
}

async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined>,
  log: () => string,
): Promise<T> {
  for (let round = 0; round < 400; round += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`never came true: ${what}\n${log()}`);
}

const secrets = async () =>
  (
    await server.api<{
      items: { name: string; expiresAt: string; revokedAt: string | null; useCount: number }[];
    }>('/enrolment-secrets')
  ).items;

it('a deb is installed in a Debian, its agent enrols and reports, and a purge leaves nothing', async () => {
  const { code, out, said } = await make('deb');
  expect(said).toContain('Made: ');
  expect(code).toBe(0);
  expect(statSync(out).mode & 0o777).toBe(0o600);
  expect(readdirSync(folder)).toEqual(['agent.deb']);

  // What the tools of Debian make of it.
  expect(run('dpkg-deb', '--info', out)).toMatch(/Package: yojin-agent\n Version: \d/);
  const contents = run('dpkg-deb', '--contents', out);
  expect(contents).toMatch(/^-rw------- root\/root .* \.\/etc\/yojin-agent\/enrolment-secret$/m);
  expect(contents).toMatch(/^-rw------- root\/root .* \.\/etc\/yojin-agent\/agent\.conf$/m);
  expect(contents).toMatch(/^drwx------ root\/root .* \.\/etc\/yojin-agent\/$/m);
  expect(contents.split('\n').filter((line) => /^-.{4}w|^-.{7}w/.test(line))).toEqual([]);

  await using debian = await DebianRoot.open();
  // Before: what a purge has to come back to.
  const listing = async () =>
    (await debian.sh('find / -xdev -not -path "/tmp/*" -not -path "/dev/*" | sort')).split('\n');
  const before = new Set(await listing());
  copyFileSync(out, debian.path('/tmp/agent.deb'));
  chmodSync(debian.path('/tmp/agent.deb'), 0o600);
  expect(await debian.sh('dpkg -i /tmp/agent.deb')).toContain('systemd does not run here');
  expect(await debian.sh('dpkg --verify yojin-agent')).toBe('');

  // The secret is in one file, and others cannot even see it.
  const secret = readFileSync(debian.path('/etc/yojin-agent/enrolment-secret'), 'utf8').trim();
  const holders = await debian.sh(
    `grep -rlF -e '${secret}' /etc /usr/lib/yojin-agent/app /usr/lib/systemd /usr/share/doc/yojin-agent /var/lib`,
  );
  expect(holders.trim()).toBe('/etc/yojin-agent/enrolment-secret');
  await expect(
    debian.sh('setpriv --reuid=65534 --clear-groups cat /etc/yojin-agent/enrolment-secret'),
  ).rejects.toThrow(/Permission denied/);

  const unit = readFileSync(debian.path('/usr/lib/systemd/system/yojin-agent.service'), 'utf8');
  const [, command = ''] = /^ExecStart=(.+)$/m.exec(unit) ?? [];
  const agent = debian.start(`exec ${command} >/tmp/agent.log 2>&1`);
  const log = () => readFileSync(debian.path('/tmp/agent.log'), 'utf8');
  const endpoint = await eventually(
    'an endpoint',
    async () => {
      const { items } = await server.api<{ items: { id: string }[] }>('/endpoints');
      return items[0];
    },
    log,
  );
  await eventually(
    'its packages',
    async () => {
      const path = `/endpoints/${endpoint.id}/software?q=yojin-agent`;
      const { items } = await server.api<{ items: { name: string }[] }>(path);
      return items.some(({ name }) => name === 'yojin-agent') || undefined;
    },
    log,
  );
  const { rows } = await db.query<{ privileged: boolean; managers: string[] }>(
    'select privileged, managers from agent_protocol.agent_view where endpoint_id = $1',
    [endpoint.id],
  );
  expect(rows).toMatchObject([{ privileged: true, managers: expect.arrayContaining(['apt']) }]);
  expect(await server.api<{ total: number }>('/endpoints')).toMatchObject({ total: 1 });
  const used = (await secrets()).find(({ useCount }) => useCount > 0);
  expect(used?.name).toMatch(/^agent package deb /);
  const days = (Date.parse(used?.expiresAt ?? '') - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(30);

  // Nobody sees the secret in the list of processes.
  const commands = await debian.sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
  expect(commands).toContain('osqueryd');
  expect(commands).not.toContain(secret);

  // Started by hand: the removal ends it, with its osqueryd.
  await debian.sh('dpkg -P yojin-agent');
  await agent.ended;
  const left = await debian.sh("cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
  expect(left).not.toMatch(/osqueryd|yojin-agent\/app/);
  const known = /^\/var\/(lib\/dpkg|log|cache)(\/|$)|^\/proc|^\/run/;
  const added = (await listing()).filter((path) => !before.has(path) && !known.test(path));
  expect(added).toEqual([]);
  await expect(debian.sh('dpkg-query -W yojin-agent')).rejects.toThrow(/no packages found/);
}, 120_000);

it('a tar installs and uninstalls with its scripts, and keeps a configuration that is there', async () => {
  const { code, out } = await make('tar', { server: 'yojin.example.org:8743' });
  expect(code).toBe(0);
  await using debian = await DebianRoot.open();
  copyFileSync(out, debian.path('/tmp/agent.tar.gz'));
  const said = await debian.sh(
    'cd /tmp && tar xzf agent.tar.gz && sh yojin-agent-*/install.sh && ls -ln /etc/yojin-agent',
  );
  expect(said).toContain('systemd does not run here');
  expect(said).toMatch(/^-rw------- 1 0 0 .* enrolment-secret$/m);
  const confPath = debian.path('/etc/yojin-agent/agent.conf');
  expect(readFileSync(confPath, 'utf8')).toContain('server = yojin.example.org:8743');
  await debian.sh("sed -i 's/^log_level.*/log_level = debug/' /etc/yojin-agent/agent.conf");
  expect(await debian.sh('sh /tmp/yojin-agent-*/install.sh')).toContain('was kept');
  expect(readFileSync(confPath, 'utf8')).toContain('log_level = debug');
  // What a person got wrong is told with its line, and not tried again and again.
  await debian.sh("echo 'sever = a:1' >>/etc/yojin-agent/agent.conf");
  await expect(debian.sh('/usr/lib/yojin-agent/bin/yojin-agent')).rejects.toMatchObject({
    code: 78,
    stderr: expect.stringMatching(/agent\.conf: line \d+: not one of/),
  });
  await debian.sh('sh /usr/lib/yojin-agent/uninstall.sh --purge');
  for (const path of ['/etc/yojin-agent', '/usr/lib/yojin-agent', '/var/lib/yojin-agent']) {
    expect(existsSync(debian.path(path)), path).toBe(false);
  }
}, 120_000);

it('an rpm is made where rpmbuild is, and elsewhere the remedy is named before a secret is made', async () => {
  const count = (await secrets()).length;
  vi.stubEnv('PATH', folder);
  const without = await make('rpm').finally(() => vi.unstubAllEnvs());
  expect(without.code).toBe(1);
  expect(without.said).toContain('apt install rpm');
  expect(await secrets()).toHaveLength(count);
  const builder = spawnSync('rpmbuild', ['--version']);
  const { code, out, said } = await make('rpm');
  if (builder.error) {
    expect(said).toContain('apt install rpm');
    return;
  }
  expect(code).toBe(0);
  const listed = run('rpm', '-qp', '--qf', '[%{FILEMODES:perms} %{FILENAMES}\\n]', out);
  expect(listed).toContain('-rw------- /etc/yojin-agent/enrolment-secret\n');
  expect(listed).toContain('drwx------ /etc/yojin-agent\n');
  expect(listed).toContain('drwxr-xr-x /usr/lib/yojin-agent/app/code/programs\n');
  expect(run('rpm', '-qp', '--requires', out)).not.toMatch(/node|python/);
}, 120_000);

it('what cannot be written leaves no secret behind', async () => {
  const count = (await secrets()).length;
  const { code, said } = await make('deb', { out: join(folder, 'missing', 'agent.deb') });
  expect(code).toBe(1);
  expect(said).toMatch(/agent\.deb cannot be written: ENOENT/);
  expect(await secrets()).toHaveLength(count);
  // Here it shows only at the end: the secret was made by then.
  await expect(make('deb', { out: folder })).resolves.toMatchObject({ code: 1 });
  const all = await secrets();
  expect(all).toHaveLength(count + 1);
  expect(all.filter(({ useCount, revokedAt }) => useCount === 0 && revokedAt)).toHaveLength(1);
  expect(readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  expect(await make('deb', { expires: '0d' })).toMatchObject({ code: 2 });
  expect(await make('deb', { server: 'nowhere' })).toMatchObject({ code: 2 });
}, 60_000);

it('the same input makes the same bytes; another secret makes others', async () => {
  const { found } = await findOsqueryd({
    binFolder: join(folder, 'bin'),
    searchPath: '',
    places: [],
  });
  // Packing the large programs twice would show nothing more.
  const small = (secret: string) => {
    const made = agentPackage({
      server: 'a:1',
      caCertificate: 'ca',
      secret,
      osqueryd: found!,
    });
    return debOf({
      ...made,
      files: made.files.filter(({ path }) => !/bin\/(node|osqueryd)$/.test(path)),
    });
  };
  expect(small('one').equals(small('one'))).toBe(true);
  expect(small('one').equals(small('two'))).toBe(false);
});

it('the archive is one that tar reads, with long paths, and what does not fit is refused', () => {
  const path = `/${'a'.repeat(90)}/${'b'.repeat(90)}`;
  const options = { root: '.', modifiedAt: new Date(1_767_225_600_000) };
  const tar = tarOfFiles([{ path, mode: 0o640, content: Buffer.from('x'.repeat(513)) }], options);
  const { stdout } = spawnSync('tar', ['tvf', '-'], { input: tar, encoding: 'utf8' });
  expect(stdout).toContain(`-rw-r----- root/root       513 2026-01-01 00:00 .${path}\n`);
  const long = { path: `/${'a'.repeat(101)}`, mode: 0o644, content: Buffer.alloc(0) };
  expect(() => tarOfFiles([long], options)).toThrow(RangeError);
});

it('sees what a module imports when it runs, and no types', () => {
  const source = `import './a.ts';
import { b,
  type B } from './b.ts';
import type { C } from './c.ts';
import d, * as e from "d";
export * from './f.ts';
export type { G } from './g.ts';
// import './not.ts'
await import('./h.ts');
`;
  expect(importsOf(source)).toEqual(['./a.ts', './b.ts', 'd', './f.ts', './h.ts']);
});

it('the unit is one that systemd understands', () => {
  const unit = join(folder, 'yojin-agent.service');
  // The program of the unit is not on this machine.
  const text = systemdUnit.replace(/^ExecStart=.*$/m, 'ExecStart=/bin/true');
  expect(text).not.toBe(systemdUnit);
  const { status, stderr } = spawnSync(
    'sh',
    ['-c', 'cat >"$0" && systemd-analyze verify "$0"', unit],
    { input: text, encoding: 'utf8' },
  );
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
