#!/usr/bin/env node
/**
 * The command `yojin`. Only what is needed to get onto Node 24 stands here; an older Node must be
 * able to read this file (compiled), so it imports nothing else at the top.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const oldestMajor = 24;

function ownNode(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}

function runAgainWith(node: string): void {
  // The channel is for life and death only: when this process is killed, the other one hears of it.
  const child = spawn(node, process.argv.slice(1), {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...process.env, YOJIN_NODE_TRIED: node },
  });
  // A Ctrl-C reaches both; the other one decides when it is over.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
  child.on('error', () => tellTooOld());
  child.on('exit', (code, signal) => process.exit(signal ? 130 : (code ?? 1)));
}

function tellTooOld(): void {
  process.stderr.write(
    /^ja/i.test(process.env['LC_ALL'] || process.env['LANG'] || '')
      ? `Yojin には Node.js ${oldestMajor} 以降が必要です（これは ${process.versions.node}）。npm パッケージ「node」も動きませんでした。\nNode.js ${oldestMajor} をインストールするか、npm install node@${oldestMajor} を実行してください。\n`
      : `Yojin needs Node.js ${oldestMajor} or later (this is ${process.versions.node}), and the npm package "node" does not run either.\nInstall Node.js ${oldestMajor}, or run: npm install node@${oldestMajor}\n`,
  );
  process.exit(1);
}

if (Number(process.versions.node.split('.')[0]) >= oldestMajor) {
  if (process.channel && process.env['YOJIN_NODE_TRIED']) {
    process.on('disconnect', () => process.kill(process.pid, 'SIGTERM'));
    process.channel.unref();
  }
  const { main } = await import('./program.ts');
  process.exitCode = await main(process.argv.slice(2));
} else {
  const node = ownNode();
  if (node === undefined || process.env['YOJIN_NODE_TRIED'] === node) tellTooOld();
  else runAgainWith(node);
}
