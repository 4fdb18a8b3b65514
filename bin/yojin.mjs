#!/usr/bin/env node
// The command `yojin`, in the installed package (compiled, in dist) and in a checkout (as it is, in
// src, by the Node 24 that npm installed). An older Node must be able to read this file.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const source = path('src/programs/cli/yojin.ts');
const node = path('node_modules/node/bin/node');

if (!existsSync(source)) {
  await import('../dist/programs/cli/yojin.js');
} else if (!existsSync(node)) {
  process.stderr.write('Nothing is installed here yet; run: npm start\n');
  process.exit(1);
} else {
  const child = spawn(node, [source, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A Ctrl-C reaches both; the other one decides when it is over.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
}
