import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** How a child that must not outlive us is started. */
export interface LeashedOptions {
  /** Sent to the child when we are gone without having stopped it. */
  readonly deathSignal: 'SIGINT' | 'SIGTERM' | 'SIGQUIT' | 'SIGKILL';
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly runAs?: { readonly uid: number; readonly gid: number } | undefined;
  /** `watcher` is what other systems get; Linux has the kernel do it. For tests. */
  readonly by?: 'kernel' | 'watcher';
}

const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

/**
 * Starts a child on a leash: it ends when this process ends in whatever way, `kill -9` included.
 *
 * Linux: the kernel sends the signal (PR_SET_PDEATHSIG by util-linux's setpriv, which then becomes
 * the child, so the process id is the child's). The user changes before, because a change of user
 * clears the request; the thread that spawns must live on, which Node's main thread does.
 * Elsewhere: a small process holds a pipe to us and sends the signal when the pipe breaks.
 *
 * The child leads a session of its own: a Ctrl-C in the terminal reaches us alone, and we stop
 * everything in order. stdout and stderr are pipes.
 */
export function spawnLeashed(
  command: string,
  args: readonly string[],
  options: LeashedOptions,
): ChildProcess {
  const byKernel = options.by !== 'watcher' && process.platform === 'linux' && setpriv;
  const signal = options.deathSignal.slice('SIG'.length);
  const [file, ...rest] = byKernel
    ? [byKernel, '--pdeathsig', signal, '--', command, ...args]
    : [command, ...args];
  const child = spawn(file, rest, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    ...options.runAs,
  });
  if (!byKernel && child.pid !== undefined) watch(child, child.pid, options.deathSignal);
  return child;
}

function watch(child: ChildProcess, pid: number, signal: string): void {
  const own = import.meta.url;
  const program = fileURLToPath(new URL(`./orphan-watcher${own.slice(own.lastIndexOf('.'))}`, own));
  const watcher = spawn(process.execPath, [program, String(pid), signal], {
    cwd: '/',
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  (watcher.stdin as unknown as { unref(): void }).unref();
  // "done" before the end of the pipe: the process id may be somebody else's by now.
  child.once('exit', () => watcher.stdin.end('done'));
}

/** Resolves when the child has ended, at once when it has already. */
export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
    return Promise.resolve();
  }
  return new Promise((resolve) => child.once('exit', () => resolve()));
}

/** Asks with `signal`, and kills what has not ended after `graceMs`. */
export async function stopChild(
  child: ChildProcess,
  signal: NodeJS.Signals,
  graceMs: number,
): Promise<void> {
  const end = ended(child);
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  await end;
  clearTimeout(timer);
}

/** Calls `onLine` for every line of a stream, the last unfinished one included. */
export function eachLine(stream: NodeJS.ReadableStream, onLine: (line: string) => void): void {
  let rest = '';
  stream.setEncoding('utf8');
  stream.on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    // Something that writes without line ends must not fill the memory.
    rest = lines.pop()!.slice(-16_384);
    for (const line of lines) if (line.trim() !== '') onLine(line);
  });
  stream.on('end', () => {
    if (rest.trim() !== '') onLine(rest);
  });
  stream.on('error', () => undefined);
}
