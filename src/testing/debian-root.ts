import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const cacheFolder = '/var/tmp/yojin-test-roots';
const weekMs = 7 * 86_400_000;
/** Part of the name of a cached root: another recipe is another root. */
const recipe = 2;

export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: string;
}

/**
 * A Debian of its own: a minimal root of the archive without its security updates, made once a week
 * by debootstrap and kept, with a layer above it that is thrown away, in namespaces of its own for
 * mounts and processes. Real apt and dpkg run in it. Needs root.
 */
export class DebianRoot {
  /** Put before a command, runs it inside. */
  readonly prefix: readonly string[];
  /** What `/` inside is to us. */
  readonly root: string;
  /** Of the machine's own list of sources. */
  readonly security: AptSource;
  readonly #holder: ChildProcess;
  readonly #folder: string;

  constructor(holder: ChildProcess, pid: number, folder: string, security: AptSource) {
    this.#holder = holder;
    this.#folder = folder;
    this.root = `/proc/${pid}/root`;
    this.prefix = ['nsenter', '--target', String(pid), '--mount', '--pid', '--root', '--wd', '--'];
    this.security = security;
  }

  static async open(): Promise<DebianRoot> {
    const sources = machineSources();
    const codename = /^VERSION_CODENAME=(\S+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1];
    const main = sources.find(({ suite }) => suite === codename);
    const security = sources.find(({ suite }) => suite === `${codename}-security`);
    if (!main || !security) throw new Error('/etc/apt names no archive with security updates');
    const base = cachedBase(main);
    const folder = mkdtempSync(join(tmpdir(), 'yojin-root-'));
    const holder = spawn(
      'setpriv',
      // Whatever becomes of the test, nothing of it stays.
      [...leash, 'unshare', '--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', hold],
      {
        env: { PATH: process.env['PATH'], BASE: base, WORK: folder },
        stdio: ['ignore', 'pipe', 'pipe'],
      },
    );
    let errors = '';
    holder.stderr.on('data', (chunk) => {
      errors += chunk;
    });
    await new Promise<void>((resolve, reject) => {
      holder.stdout.once('data', () => resolve());
      holder.once('exit', (code) => reject(new Error(`no root (${code}): ${errors}`)));
    });
    const children = readFileSync(`/proc/${holder.pid}/task/${holder.pid}/children`, 'utf8');
    const debian = new DebianRoot(holder, Number(children.trim()), folder, security);
    // What tests do inside must never reach the machine they run on.
    if (statSync(`${debian.root}/`).dev === statSync('/').dev) {
      throw new Error('the root is that of this machine');
    }
    return debian;
  }

  /** Runs a line of shell inside, and answers what it says; throws when it fails. */
  async sh(line: string): Promise<string> {
    const [file = '', ...args] = [...this.prefix, 'sh', '-ec', line];
    const { stdout } = await promisify(execFile)(file, args, { env: insideEnvironment });
    return stdout;
  }

  /** Starts a line of shell inside and does not wait for it. */
  start(line: string): ChildProcess & { readonly ended: Promise<unknown> } {
    const [file = '', ...args] = [...this.prefix, 'sh', '-ec', line];
    const child = spawn(file, args, { env: insideEnvironment, stdio: 'ignore' });
    // Listening from the beginning: it may end before anybody asks.
    const ended = new Promise((resolve) => child.once('exit', resolve));
    return Object.assign(child, { ended });
  }

  path(inside: string): string {
    return join(this.root, inside);
  }

  /** Everything that runs inside ends with it. */
  async [Symbol.asyncDispose](): Promise<void> {
    const ended = new Promise((resolve) => this.#holder.once('exit', resolve));
    this.#holder.kill('SIGKILL');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const leash = ['--pdeathsig', 'KILL', '--'];

const insideEnvironment = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
};

/** It says that it is ready only from within: until then its root is that of this machine. */
const hold = `
mount -t tmpfs -o mode=755 tmpfs "$WORK"
mkdir "$WORK/upper" "$WORK/work" "$WORK/root"
mount -t overlay -o "lowerdir=$BASE,upperdir=$WORK/upper,workdir=$WORK/work" overlay "$WORK/root"
mount -t proc proc "$WORK/root/proc"
mount --rbind /dev "$WORK/root/dev"
cp /etc/resolv.conf "$WORK/root/etc/resolv.conf"
cd "$WORK/root"
exec chroot . sh -c 'echo ready; exec sleep infinity'
`;

/** Made by one at a time, whole or not at all; those of other weeks are cleared away. */
function cachedBase(main: AptSource): string {
  if (process.getuid?.() !== 0) throw new Error('a Debian root can only be made by root');
  mkdirSync(cacheFolder, { recursive: true, mode: 0o755 });
  const week = Math.floor(Date.now() / weekMs);
  const hash = createHash('sha256')
    .update(JSON.stringify([recipe, week, main, process.arch]))
    .digest('hex')
    .slice(0, 16);
  const base = join(cacheFolder, hash);
  const acquire = spawnSync('apt-config', ['dump', 'Acquire'], { encoding: 'utf8' }).stdout;
  const make = `
test -d "$BASE" && exit 0
rm -rf "$BASE.new"
debootstrap --variant=minbase "$SUITE" "$BASE.new" "$URI" >"$BASE.log" 2>&1
rm -rf "$BASE.new"/var/cache/apt/archives/*.deb "$BASE.new"/var/lib/apt/lists/*_*
printf '#!/bin/sh\\nexit 101\\n' >"$BASE.new/usr/sbin/policy-rc.d"
chmod 755 "$BASE.new/usr/sbin/policy-rc.d"
echo force-unsafe-io >"$BASE.new/etc/dpkg/dpkg.cfg.d/quick"
printf '%s' "$ACQUIRE" >"$BASE.new/etc/apt/apt.conf.d/10of-the-machine"
: >"$BASE.new/etc/apt/sources.list"
mv "$BASE.new" "$BASE"
`;
  const { status, stderr } = spawnSync('flock', [`${base}.lock`, 'sh', '-ec', make], {
    env: { ...insideEnvironment, BASE: base, SUITE: main.suite, URI: main.uri, ACQUIRE: acquire },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`debootstrap failed, see ${base}.log: ${stderr}`);
  for (const name of readdirSync(cacheFolder)) {
    if (!name.startsWith(hash)) rmSync(join(cacheFolder, name), { recursive: true, force: true });
  }
  return base;
}

/** What /etc/apt names, in both forms that it is written in. */
function machineSources(): AptSource[] {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return '';
    }
  };
  const folder = '/etc/apt/sources.list.d';
  const names = readdirSync(folder);
  const paragraphs = names
    .filter((name) => name.endsWith('.sources'))
    .flatMap((name) => read(join(folder, name)).split(/\n\s*\n/));
  const lines = ['/etc/apt/sources.list', ...names.map((name) => join(folder, name))]
    .filter((path) => path.endsWith('.list'))
    .flatMap((path) => read(path).split('\n'));
  const field = (text: string, name: string) =>
    new RegExp(`^${name}:[ \\t]*(.+)$`, 'm').exec(text)?.[1]?.split(/\s+/) ?? [];
  return [
    ...paragraphs.flatMap((text) =>
      field(text, 'URIs').flatMap((uri) =>
        field(text, 'Suites').map((suite) => ({
          uri,
          suite,
          components: field(text, 'Components').join(' '),
        })),
      ),
    ),
    ...lines.flatMap((line) => {
      const [, uri, suite, components] =
        /^deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s+(.+)$/.exec(line) ?? [];
      return uri && suite && components ? [{ uri, suite, components }] : [];
    }),
  ];
}

/** A small package with one version of itself; answers the path of the `.deb`. */
export function buildDeb(
  folder: string,
  options: {
    readonly name: string;
    readonly version: string;
    readonly depends?: string;
    /** Run when it is configured. */
    readonly postinst?: string;
    /** Random bytes in a file below /opt, so that no packing makes them fewer. */
    readonly randomBytes?: number;
    readonly conffile?: string;
  },
): string {
  const { name, version, depends, postinst, randomBytes, conffile } = options;
  const tree = mkdtempSync(join(folder, 'tree-'));
  mkdirSync(join(tree, 'DEBIAN'));
  mkdirSync(join(tree, `usr/share/${name}`), { recursive: true });
  writeFileSync(join(tree, `usr/share/${name}/version`), `${version}\n`);
  const control = [
    `Package: ${name}`,
    `Version: ${version}`,
    'Architecture: all',
    'Maintainer: Test <test@example.org>',
    `Installed-Size: ${Math.ceil((randomBytes ?? 1024) / 1024)}`,
    ...(depends ? [`Depends: ${depends}`] : []),
    'Description: for tests',
  ];
  writeFileSync(join(tree, 'DEBIAN/control'), `${control.join('\n')}\n`);
  if (postinst !== undefined) {
    writeFileSync(join(tree, 'DEBIAN/postinst'), `#!/bin/sh\nset -e\n${postinst}\n`, {
      mode: 0o755,
    });
  }
  if (conffile !== undefined) {
    mkdirSync(join(tree, 'etc'));
    writeFileSync(join(tree, `etc/${name}.conf`), conffile);
    writeFileSync(join(tree, 'DEBIAN/conffiles'), `/etc/${name}.conf\n`);
  }
  if (randomBytes !== undefined) {
    mkdirSync(join(tree, `opt/${name}`), { recursive: true });
    const bytes = Buffer.alloc(randomBytes);
    // Pseudo-random and the same each time; xorshift is enough to be incompressible.
    let seed = 2_463_534_242;
    for (let at = 0; at + 4 <= randomBytes; at += 4) {
      seed ^= seed << 13;
      seed ^= seed >>> 17;
      seed ^= seed << 5;
      bytes.writeInt32LE(seed | 0, at);
    }
    writeFileSync(join(tree, `opt/${name}/bytes`), bytes);
  }
  const deb = join(folder, `${name}_${version}_all.deb`);
  const built = spawnSync('dpkg-deb', ['--root-owner-group', '-Znone', '-b', tree, deb], {
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(`${built.stdout}${built.stderr}`);
  rmSync(tree, { recursive: true });
  return deb;
}

/** The `Packages` and `Release` of a flat archive of these, as texts. */
export function indexOf(folder: string): { Packages: string; Release: string } {
  const hash = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
  const paragraphs = readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      const bytes = readFileSync(path);
      const { stdout } = spawnSync('dpkg-deb', ['-f', path], { encoding: 'utf8' });
      return `${stdout.trim()}\nFilename: ./${name}\nSize: ${bytes.length}\nSHA256: ${hash(bytes)}\n`;
    });
  const Packages = `${paragraphs.join('\n')}`;
  const Release = `Origin: test\nDate: ${new Date().toUTCString()}\nSHA256:\n ${hash(Packages)} ${Buffer.byteLength(Packages)} Packages\n`;
  return { Packages, Release };
}
