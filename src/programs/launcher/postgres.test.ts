import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { checkDatabase, withoutPassword } from './external-database.ts';
import { closedFolderAbove } from './home.ts';
import {
  createDatabase,
  initialisePostgres,
  nativePostgresFolder,
  type PostgresOptions,
  serviceUser,
  startPostgres,
} from './postgres.ts';
import { endStalePostgres, reachableNative, supervisePostgres } from './postgres-supervisor.ts';

const runAs = serviceUser();
let folder: string;
let options: PostgresOptions;
const settings = { fsync: 'off', shared_buffers: '16MB', max_connections: '20' };

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-pg-'));
  chmodSync(folder, 0o755);
  options = {
    dataFolder: join(folder, 'data'),
    runFolder: join(folder, 'run'),
    settings,
    ...(runAs && { runAs }),
  };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function ask<T>(connectionString: string, sql: string): Promise<T> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return Object.values((await client.query(sql)).rows[0] ?? {})[0] as T;
  } finally {
    await client.end();
  }
}

const alive = (pid: number) => existsSync(`/proc/${pid}/stat`) && !zombie(pid);
const zombie = (pid: number) => / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 400; attempt += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never came true: ${what}`);
}

/** One after the other: they work on one cluster, as a machine does over its life. */
describe.sequential('a cluster', () => {
  it('is made again from nothing when initdb was cut off', async () => {
    const making = `${options.dataFolder}.initialising`;
    mkdirSync(making);
    writeFileSync(join(making, 'PG_VERSION'), '18\n');
    writeFileSync(join(folder, 'postgres.password'), 'left behind');
    initialisePostgres(options);
    expect(existsSync(making)).toBe(false);
    const postgres = await startPostgres(options);
    expect(await createDatabase(postgres, 'yojin')).toMatchObject({ made: true });
    expect(await createDatabase(postgres, 'yojin')).toMatchObject({ made: false });
    await postgres.stop();
  });

  it('lets nobody in without the password, and has no port', async () => {
    const postgres = await startPostgres(options);
    const address = postgres.connectionString('yojin');
    expect(await ask(address, 'show listen_addresses')).toBe('');
    const without = address.replace(/:[^:@]+@/, ':wrong@');
    await expect(ask(without, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    await postgres.stop();
  });

  it('comes back after kill -9 with what was committed, again and again', async () => {
    const events: string[] = [];
    const postgres = await supervisePostgres(options, ({ kind }) => events.push(kind));
    const address = postgres.connectionString('yojin');
    await ask(address, 'create table kept (n int)');
    for (let round = 1; round <= 2; round += 1) {
      const { pid } = postgres;
      await ask(address, `insert into kept values (${round})`);
      process.kill(pid!, 'SIGKILL');
      await eventually(
        'another postmaster',
        () => postgres.pid !== undefined && postgres.pid !== pid,
      );
      expect(await ask<string>(address, 'select count(*)::int from kept')).toBe(round);
    }
    expect(events).toEqual(expect.arrayContaining(['ended', 'restarted']));
    await postgres.stop();
    expect(postgres.pid).toBeUndefined();
  });

  it('does not stay half up when it alone is told to end while somebody is connected', async () => {
    const postgres = await supervisePostgres(options, () => undefined);
    const address = postgres.connectionString('postgres');
    const client = new pg.Client({ connectionString: address });
    client.on('error', () => undefined);
    await client.connect();
    const { pid } = postgres;
    process.kill(pid!, 'SIGTERM');
    await eventually(
      'another postmaster',
      () => postgres.pid !== undefined && postgres.pid !== pid,
    );
    expect(await ask<number>(address, 'select 1')).toBe(1);
    await client.end().catch(() => undefined);
    await postgres.stop();
  });

  it('is asked to end, and waited for, when a killed Yojin left it running', async () => {
    const program = `
      const { startPostgres } = await import(${JSON.stringify(join(import.meta.dirname, 'postgres.ts'))});
      const postgres = await startPostgres(${JSON.stringify(options)});
      console.log(postgres.process.pid);
      setInterval(() => {}, 1000);`;
    const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (text) => resolve(Number(text))),
    );
    expect(alive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await endStalePostgres(options.dataFolder);
    expect(alive(pid)).toBe(false);
    const postgres = await startPostgres(options);
    await postgres.stop();
  });

  it('is not taken for running when a stranger has the process id of before', async () => {
    const stranger = spawn('sleep', ['60'], runAs);
    writeFileSync(join(options.dataFolder, 'postmaster.pid'), `${stranger.pid}\n`);
    expect(await endStalePostgres(options.dataFolder)).toBe('nothing');
    const postgres = await startPostgres(options);
    await postgres.stop();
    expect(stranger.exitCode).toBeNull();
    stranger.kill();
  });

  it('refuses to start twice', async () => {
    const postgres = await startPostgres(options);
    await expect(startPostgres(options)).rejects.toMatchObject({ code: 'postgres-in-use' });
    await postgres.stop();
  });

  it('is left alone, with the remedy told, when it is damaged or of another version', async () => {
    const file = (...names: string[]) => join(options.dataFolder, ...names);
    const broken = async (path: string, text: string | undefined, code: string) => {
      const kept = join(folder, 'kept');
      copyFileSync(path, kept);
      const mode = 0o600;
      if (text === undefined) rmSync(path);
      else writeFileSync(path, text, { mode });
      const before = readdirSync(options.dataFolder).sort();
      await expect(supervisePostgres(options, () => undefined)).rejects.toMatchObject({ code });
      const appeared = readdirSync(options.dataFolder).filter((name) => !before.includes(name));
      expect(appeared.filter((name) => name !== 'postmaster.opts')).toEqual([]);
      copyFileSync(kept, path);
    };
    await broken(file('PG_VERSION'), undefined, 'postgres-folder-broken');
    await broken(file('PG_VERSION'), '17\n', 'postgres-wrong-version');
    await broken(file('global', 'pg_control'), 'x'.repeat(8192), 'postgres-corrupt');
    await broken(file('postgresql.conf'), 'nonsense here\n', 'postgres-corrupt');
    await broken(join(folder, 'postgres.password'), undefined, 'postgres-folder-broken');
    const postgres = await startPostgres(options);
    expect(await ask(postgres.connectionString('yojin'), 'select count(*)::int from kept')).toBe(2);
    await postgres.stop();
  });

  it('works where the path is too long for a socket', async () => {
    const runFolder = join(folder, 'x'.repeat(100));
    const postgres = await startPostgres({ ...options, runFolder });
    expect(await ask(postgres.connectionString('yojin'), 'select 1')).toBe(1);
    await postgres.stop();
  });
});

describe('the binaries', () => {
  const asRoot = process.getuid?.() === 0 && runAs;

  it('are copied to where the other user can run them, when root keeps them to itself', () => {
    if (!asRoot) {
      // Without root there is no other user: everything runs as ourselves.
      expect(serviceUser()).toBeUndefined();
      return;
    }
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    spawnSync('cp', ['-a', join(nativePostgresFolder(), '..'), closed]);
    const [package_] = readdirSync(closed);
    const native = join(closed, package_!, 'native');
    const binaries = join(folder, 'bin');
    mkdirSync(binaries, { mode: 0o755 });
    expect(reachableNative(native, asRoot, binaries)).toMatchObject({ copied: true });
    const { folder: copy, copied } = reachableNative(native, asRoot, binaries);
    expect(copied).toBe(false);
    const { stdout } = spawnSync(join(copy, 'bin', 'postgres'), ['--version'], {
      ...asRoot,
      cwd: '/',
    });
    expect(String(stdout)).toMatch(/^postgres \(PostgreSQL\) 18\./);
    expect(closedFolderAbove(asRoot, native)).toBe(closed);
    expect(() => reachableNative(native, asRoot, join(closed, 'bin'))).toThrow(
      expect.objectContaining({ code: 'home-not-reachable' }),
    );
  });
});

describe('an external database', () => {
  it('is accepted with its version', async () => {
    const { version } = await checkDatabase(inject('templateConnectionString'));
    expect(version).toMatch(/^18\./);
  });

  it.each`
    address                              | code
    ${'mysql://u:p@127.0.0.1/x'}         | ${'database-url-wrong'}
    ${'postgresql://u:p@127.0.0.1:1/x'}  | ${'database-unreachable'}
    ${'postgresql://u:p@name.invalid/x'} | ${'database-unreachable'}
  `('$address: $code', async ({ address, code }) => {
    await expect(checkDatabase(address)).rejects.toMatchObject({ code });
  });

  it('is refused without the right password, database or permission', async () => {
    const right = inject('templateConnectionString');
    const code = 'database-refused';
    await expect(checkDatabase(right.replace(/:[^:@]+@/, ':wrong@'))).rejects.toMatchObject({
      code,
    });
    await expect(checkDatabase(right.replace('/template_yojin', '/nope'))).rejects.toMatchObject({
      code,
    });
  });

  it('is shown without its password', () => {
    expect(withoutPassword('postgresql://u:s3cret@h:5432/d')).toBe('postgresql://u:…@h:5432/d');
    expect(withoutPassword('postgresql://h/d?user=u&password=s3cret')).not.toContain('s3cret');
  });
});
