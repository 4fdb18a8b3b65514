// Makes dist/, what the npm package consists of: JavaScript compiled from the sources (Node does
// not strip types below node_modules), the migrations, and the console's bundle. Run by npm pack.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const source = join(root, 'src');
const target = join(root, 'dist');
const node = join(root, 'node_modules', 'node', 'bin', 'node');

function run(title, args) {
  const { status } = spawnSync(existsSync(node) ? node : process.execPath, args, {
    cwd: root,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status === 0) return;
  process.stderr.write(`build-package: ${title} failed (exit code ${status})\n`);
  process.exit(1);
}

// The bundle is kept by setup.mjs, with its stamp; everything else is made anew.
run('set-up', [join(root, 'scripts', 'setup.mjs')]);
const making = join(root, 'dist.new');
rmSync(making, { recursive: true, force: true });
run('compilation', [
  join(root, 'node_modules', 'typescript7', 'bin', 'tsc'),
  '--project',
  'tsconfig.build.json',
  '--outDir',
  making,
]);

/** Files that the sources read at run time, each beside the file that reads it. */
const carried = /(^|\/)migrations\/[^/]+\.sql$/;
for (const entry of readdirSync(source, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  const inside = relative(source, path).replaceAll('\\', '/');
  if (!entry.isFile() || !carried.test(inside)) continue;
  mkdirSync(dirname(join(making, inside)), { recursive: true });
  cpSync(path, join(making, inside));
}

for (const kept of ['console', 'console.stamp']) {
  if (existsSync(join(target, kept)))
    cpSync(join(target, kept), join(making, kept), { recursive: true });
}
const entry = join(making, 'programs', 'cli', 'yojin.js');
if (!readFileSync(entry, 'utf8').startsWith('#!')) {
  process.stderr.write(`build-package: ${entry} does not start with #!\n`);
  process.exit(1);
}
rmSync(target, { recursive: true, force: true });
renameSync(making, target);
