// Makes a clone ready to run: packages, the console's bundle, with --test also what the tests need
// of the system. Run by npm before start, test, dev and bench; does nothing when nothing is to do.
// Plain JavaScript for Node 18: what runs the product, Node 24, is one of the packages.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const modules = join(root, 'node_modules');
/**
 * Debian packages that `npm test` needs: a browser, letters for what it shows, a message broker, and
 * what makes a Debian root.
 */
const testPackages = ['chromium', 'fonts-noto-cjk', 'nats-server', 'debootstrap'];
const startedAt = Date.now();

const texts = {
  en: {
    waiting: 'another set-up of this folder is running (process {pid}); waiting for it',
    installing: 'installing packages from {registry}',
    stillInstalling: 'still installing packages',
    installed: 'packages installed',
    bundling: 'bundling the console',
    bundled: 'console bundled',
    apt: 'installing {packages} with apt-get (the tests need them)',
    aptDone: '{packages} installed',
    noApt: 'the tests need {packages}; install them with: {command}',
    failed: 'could not install the packages: {reason}',
    bundleFailed: 'could not bundle the console; what Vite says:',
    aptFailed: 'apt-get could not install {packages}; what it says:',
    log: 'the whole output is in {path}',
    'reason.network':
      'the npm registry {registry} cannot be reached.\n  Check the connection or the proxy (npm config get proxy), or name a mirror: npm config set registry <address>',
    'reason.disk':
      'the disk is full.\n  Make room (about 1.5 GB is needed in {root}) and try again.',
    'reason.owner':
      'no permission to write {path}, which belongs to {owner}.\n  Run as that user, or take it over: sudo chown -R "$(id -un)" {path}',
    'reason.lock': 'package-lock.json does not match package.json.\n  Run: npm install',
    'reason.integrity':
      'a package differs from what package-lock.json says it is.\n  Empty the cache (npm cache clean --force) and try again; if it stays so, do not trust the registry {registry}.',
    'reason.missing':
      'the registry {registry} does not have a package that is needed.\n  Use another one: npm config set registry <address>',
    'reason.npm': 'npm is not on the PATH.\n  Install Node.js 18 or later with npm.',
    'reason.node':
      'Node.js 24, one of the packages, does not run on this machine ({detail}).\n  Run it with a Node.js 24 of your own: npm install --ignore-scripts, then node src/programs/cli/yojin.ts up',
    'reason.other': 'npm ended with code {code}. Its last words:\n{tail}',
    'reason.oldNode': 'this Node.js is {version}; 18 or later is needed to install',
  },
  ja: {
    waiting: 'このフォルダーでは別のセットアップ（プロセス {pid}）が実行中です。終わるまで待ちます',
    installing: '{registry} からパッケージをインストールしています',
    stillInstalling: 'パッケージをインストール中です',
    installed: 'パッケージのインストールが終わりました',
    bundling: 'コンソールをビルドしています',
    bundled: 'コンソールのビルドが終わりました',
    apt: 'テストに必要な {packages} を apt-get でインストールしています',
    aptDone: '{packages} をインストールしました',
    noApt: 'テストには {packages} が必要です。次のコマンドでインストールしてください: {command}',
    failed: 'パッケージをインストールできませんでした: {reason}',
    bundleFailed: 'コンソールをビルドできませんでした。Vite の出力:',
    aptFailed: 'apt-get で {packages} をインストールできませんでした。出力:',
    log: '出力の全文: {path}',
    'reason.network':
      'npm レジストリ {registry} に接続できません。\n  ネットワークかプロキシ（npm config get proxy）を確認するか、ミラーを指定してください: npm config set registry <アドレス>',
    'reason.disk':
      'ディスクの空きがありません。\n  {root} に約 1.5 GB の空きを作ってから、やり直してください。',
    'reason.owner':
      '{path}（所有者 {owner}）に書き込めません。\n  そのユーザーで実行するか、所有者を変更してください: sudo chown -R "$(id -un)" {path}',
    'reason.lock':
      'package-lock.json が package.json と一致しません。\n  次を実行してください: npm install',
    'reason.integrity':
      'package-lock.json の記録と異なるパッケージがあります。\n  キャッシュを消して（npm cache clean --force）やり直してください。直らない場合、レジストリ {registry} を信用しないでください。',
    'reason.missing':
      '必要なパッケージがレジストリ {registry} にありません。\n  別のレジストリを使ってください: npm config set registry <アドレス>',
    'reason.npm':
      'npm が PATH にありません。\n  Node.js 18 以降を npm とともにインストールしてください。',
    'reason.node':
      'パッケージに含まれる Node.js 24 がこのマシンで動きません（{detail}）。\n  お手元の Node.js 24 で実行してください: npm install --ignore-scripts のあと node src/programs/cli/yojin.ts up',
    'reason.other': 'npm がコード {code} で終了しました。最後の出力:\n{tail}',
    'reason.oldNode': 'この Node.js は {version} です。インストールには 18 以降が必要です',
  },
};

const locale =
  process.env.YOJIN_LANG || process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '';
const language = /^ja/i.test(locale) ? 'ja' : 'en';

function text(key, values = {}) {
  return texts[language][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

function say(key, values) {
  const seconds = ((Date.now() - startedAt) / 1000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${text(key, values)}\n`);
}

class SetupFailure extends Error {}

function fail(key, values) {
  throw new SetupFailure(text(key, values));
}

// ---- Packages ---------------------------------------------------------------------------------

/**
 * Whether node_modules holds exactly what the lock file says. npm writes node_modules/
 * .package-lock.json last, so an installation that was cut off is out of step.
 */
function packagesInStep() {
  let wanted;
  let installed;
  try {
    wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
    installed = JSON.parse(readFileSync(join(modules, '.package-lock.json'), 'utf8')).packages;
  } catch {
    return false;
  }
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    const found = installed[path];
    // Left out for another platform, or by --omit: nothing that runs without it would miss it.
    if (!found && (entry.optional || entry.devOptional || entry.peer)) continue;
    if (!found || found.version !== entry.version || found.integrity !== entry.integrity)
      return false;
  }
  return nodeProblem() === undefined;
}

/** Why the Node that runs the product does not run; undefined when it does. */
function nodeProblem() {
  const node = join(modules, 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(node)) return `${relative(root, node)}: not there`;
  const { status, stdout, error } = spawnSync(node, ['--version'], { encoding: 'utf8' });
  const wanted = JSON.parse(readFileSync(join(modules, 'node', 'package.json'), 'utf8')).version;
  if (status === 0 && stdout.trim() === `v${wanted}`) return undefined;
  return error ? error.message : `${stdout.trim() || `exit code ${status}`}, not v${wanted}`;
}

async function installPackages() {
  const env = { ...process.env };
  // npm must not run by the Node in node_modules, which it is about to remove.
  const pathName = Object.keys(env).find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  env[pathName] = (env[pathName] ?? '')
    .split(delimiter)
    .filter((folder) => !folder.startsWith(modules))
    .join(delimiter);
  // What `npm run` tells its scripts is not meant for another npm (a --silent, a --omit=dev …).
  for (const name of Object.keys(env)) {
    if (
      /^npm_(config_(omit|only|production|loglevel|ignore_scripts)|lifecycle|package)/i.test(name)
    ) {
      delete env[name];
    }
  }
  if (env.NODE_ENV === 'production') delete env.NODE_ENV; // Vite is a development dependency.
  const shell = process.platform === 'win32';
  const registry = spawnSync('npm', ['config', 'get', 'registry'], {
    cwd: root,
    env,
    shell,
    encoding: 'utf8',
  });
  if (registry.error) fail('failed', { reason: text('reason.npm') });
  const address = registry.stdout.trim().replace(/\/\/[^@/]*@/, '//');
  say('installing', { registry: address });

  for (const path of [root, modules].filter(existsSync)) {
    try {
      accessSync(path, constants.W_OK);
    } catch {
      fail('failed', { reason: text('reason.owner', { path, owner: ownerOf(path) }) });
    }
  }
  if (!lockMatchesManifest()) fail('failed', { reason: text('reason.lock') });
  // A cut-off installation may have left half of a package, which npm would take for a whole one.
  if (!existsSync(join(modules, '.package-lock.json')))
    rmSync(modules, { recursive: true, force: true });
  // Not `npm ci`: it refuses a lock file that lacks an optional package of another platform, which
  // one made against a registry that does not carry them all does. What is locked stays locked.
  const args = ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=warn'];
  const { code, output } = await run('npm', args, { cwd: root, env, shell }, () =>
    say('stillInstalling'),
  );
  if (code !== 0) {
    const reason = reasonOf(output, { code, registry: address });
    const path = keepLog('install', output);
    fail('failed', { reason: `${reason}\n  ${text('log', { path })}` });
  }
  const problem = nodeProblem();
  if (problem) fail('failed', { reason: text('reason.node', { detail: problem }) });
  say('installed');
}

/** Whether the lock file was made from this very package.json, as far as its own packages go. */
function lockMatchesManifest() {
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages[''];
  return ['dependencies', 'devDependencies', 'optionalDependencies'].every((kind) => {
    const [a, b] = [manifest, locked].map((each) =>
      Object.entries(each[kind] ?? {})
        .sort()
        .join(),
    );
    return a === b;
  });
}

/** The cause and the remedy, by what npm says. */
function reasonOf(output, { code, registry }) {
  const found = (pattern) => pattern.test(output);
  if (found(/ENOSPC|EDQUOT|no space left/i)) return text('reason.disk', { root });
  if (found(/EINTEGRITY/)) return text('reason.integrity', { registry });
  if (found(/code (EACCES|EPERM|EROFS)|EACCES: permission denied/)) {
    const [, named] = /(?:path|dest) (\/\S+)/.exec(output) ?? [];
    const path = [named, modules, root].find((each) => each && existsSync(each)) ?? root;
    return text('reason.owner', { path, owner: ownerOf(path) });
  }
  if (found(/code EUSAGE|can only install packages when|are in sync/)) return text('reason.lock');
  if (found(/E404|ETARGET/)) return text('reason.missing', { registry });
  if (
    found(
      /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|CERT_|self.signed/,
    )
  ) {
    return text('reason.network', { registry });
  }
  const tail = output
    .trim()
    .split('\n')
    .slice(-8)
    .map((line) => `  ${line}`)
    .join('\n');
  return text('reason.other', { code, tail });
}

function ownerOf(path) {
  const { uid } = statSync(path);
  const { stdout } = spawnSync('id', ['-un', String(uid)], { encoding: 'utf8' });
  return stdout?.trim() || `uid ${uid}`;
}

// ---- The console's bundle ---------------------------------------------------------------------

const consoleConfig = join(root, 'src', 'programs', 'console', 'vite.config.ts');
const consoleBundle = join(root, 'dist', 'console');
const consoleStamp = join(root, 'dist', 'console.stamp');

/** Hash over names and contents of everything the bundle is made from. */
function consoleSources() {
  const hash = createHash('sha256');
  const part = (path) =>
    hash
      .update(`${relative(root, path)}\0`)
      .update(readFileSync(path))
      .update('\0');
  const walk = (folder) => {
    const entries = readdirSync(folder, { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (
          entry.name !== 'node_modules' &&
          entry.name !== 'testdata' &&
          entry.name !== 'migrations'
        )
          walk(path);
      } else if (inBundle(path) && !/\.test\.tsx?$/.test(path)) part(path);
    }
  };
  walk(join(root, 'src'));
  for (const name of ['package-lock.json', 'tsconfig.web.json']) {
    if (existsSync(join(root, name))) part(join(root, name));
  }
  return hash.digest('hex');
}

/** What pages may import (see the rule browser-stays-in-browser), and the program console itself. */
function inBundle(path) {
  const inside = relative(join(root, 'src'), path).replaceAll('\\', '/');
  return /^programs\/console\/|^standards\/|(^|\/)web\/|(^|\/)api\.ts$|^platform\/(i18n|http)\//.test(
    inside,
  );
}

async function bundleConsole() {
  if (!existsSync(consoleConfig)) return;
  const sources = consoleSources();
  const stamp = existsSync(consoleStamp) ? readFileSync(consoleStamp, 'utf8').trim() : '';
  if (stamp === sources && existsSync(join(consoleBundle, 'index.html'))) return;
  say('bundling');
  rmSync(consoleStamp, { force: true });
  const node = join(modules, 'node', 'bin', 'node');
  const making = `${consoleBundle}.new`;
  const args = [
    join(modules, 'vite', 'bin', 'vite.js'),
    'build',
    '--config',
    consoleConfig,
    '--outDir',
    relative(dirname(consoleConfig), making), // As in the configuration: from its own folder.
    '--emptyOutDir',
    '--logLevel',
    'warn',
  ];
  const { code, output } = await run(existsSync(node) ? node : process.execPath, args, {
    cwd: root,
    env: process.env,
  });
  if (code !== 0)
    throw new SetupFailure(
      `${text('bundleFailed')}\n${output.trim().split('\n').slice(0, 30).join('\n')}`,
    );
  // A server that is running goes on with what it has open; the new bundle appears at once.
  rmSync(consoleBundle, { recursive: true, force: true });
  renameSync(making, consoleBundle);
  writeFileSync(consoleStamp, `${sources}\n`);
  say('bundled');
}

// ---- What the tests need of the system --------------------------------------------------------

async function installTestPackages() {
  if (process.platform !== 'linux' || spawnSync('dpkg-query', ['--version']).error) return;
  const missing = testPackages.filter((name) => {
    const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], {
      encoding: 'utf8',
    });
    return !stdout.includes('install ok installed');
  });
  if (missing.length === 0) return;
  const packages = missing.join(', ');
  const asRoot = process.getuid() === 0;
  const sudo = asRoot ? [] : ['sudo', '-n', 'env', 'DEBIAN_FRONTEND=noninteractive'];
  if (!asRoot && spawnSync('sudo', ['-n', 'true']).status !== 0) {
    fail('noApt', {
      packages,
      command: `sudo apt-get install --no-install-recommends ${missing.join(' ')}`,
    });
  }
  say('apt', { packages });
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args) => {
    const [command, ...rest] = [
      ...sudo,
      'apt-get',
      '-o',
      'DPkg::Lock::Timeout=300',
      '-o',
      'Acquire::Retries=3',
      ...args,
    ];
    return run(command, rest, { cwd: '/', env }, () => say('apt', { packages }));
  };
  const install = ['install', '-y', '--no-install-recommends', ...missing];
  // Once as it is; package lists that are old or missing are fetched, twice if need be.
  let result = await apt(install);
  for (let attempt = 1; result.code !== 0 && attempt <= 2; attempt += 1) {
    await apt(['update']);
    result = await apt(install);
  }
  if (result.code !== 0) {
    throw new SetupFailure(
      `${text('aptFailed', { packages })}\n${result.output.trim().split('\n').slice(-15).join('\n')}`,
    );
  }
  say('aptDone', { packages });
}

// ---- Running things ---------------------------------------------------------------------------

/** Runs a command, keeps its output, and calls `onWait` every ten seconds. */
function run(command, args, options, onWait = () => undefined) {
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setInterval(onWait, 10_000);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8');
      stream.on('data', (chunk) => {
        output += chunk;
      });
    }
    child.on('error', (error) => {
      clearInterval(timer);
      resolve({ code: 127, output: `${output}\n${error.message}` });
    });
    child.on('close', (code, signal) => {
      clearInterval(timer);
      if (signal === 'SIGINT' || signal === 'SIGTERM') process.exit(130);
      resolve({ code: code ?? 1, output });
    });
  });
}

function keepLog(name, output) {
  const path = join(tmpdir(), `yojin-${name}-${process.pid}.log`);
  writeFileSync(path, output, { mode: 0o600 });
  return path;
}

/** One set-up per folder: a second one (npm start beside npm test) waits until the first is done. */
async function whileAlone(work) {
  const name = createHash('sha256').update(root).digest('hex').slice(0, 16);
  const path = join(tmpdir(), `yojin-setup-${name}-${process.getuid?.() ?? 0}`);
  for (let told = false; ; ) {
    try {
      const file = openSync(path, 'wx', 0o600);
      writeFileSync(file, String(process.pid));
      closeSync(file);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') break; // No lock, no harm: it only keeps two from colliding.
    }
    const pid = Number(readFileSync(path, 'utf8').trim() || 0);
    const old = Date.now() - statSync(path).mtimeMs > 2_000;
    if (old && !alive(pid)) {
      rmSync(path, { force: true });
      continue;
    }
    if (!told && pid) say('waiting', { pid });
    told ||= pid > 0;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  const release = () => rmSync(path, { force: true });
  process.on('exit', release);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => process.exit(130));
  await work();
}

function alive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

// -----------------------------------------------------------------------------------------------

try {
  if (Number(process.versions.node.split('.')[0]) < 18) {
    fail('failed', { reason: text('reason.oldNode', { version: process.versions.node }) });
  }
  await whileAlone(async () => {
    if (!packagesInStep()) await installPackages();
    mkdirSync(join(root, 'dist'), { recursive: true });
    await bundleConsole();
    if (process.argv.includes('--test')) await installTestPackages();
  });
} catch (error) {
  // A folder that cannot be written, outside of what npm does.
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    const path = existsSync(error.path) ? error.path : dirname(error.path);
    process.stderr.write(`${text('reason.owner', { path, owner: ownerOf(path) })}\n`);
  } else if (error.code === 'ENOSPC') process.stderr.write(`${text('reason.disk', { root })}\n`);
  else process.stderr.write(`${error instanceof SetupFailure ? error.message : error.stack}\n`);
  process.exit(1);
}
