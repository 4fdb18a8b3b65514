import { type ChildProcess, spawn } from 'node:child_process';
import { setMaxListeners } from 'node:events';
import {
  accessSync,
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  readSync,
} from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';

/** The most of a tool's own words that a report holds, in characters. */
export const mostOutput = 20_000;
/** A question whose answer is longer than this has gone wrong. */
const mostAnswerBytes = 16 * 1024 * 1024;
/** A tool that floods its output does not fill the disk: only the newest is kept beyond this. */
const mostFileBytes = 8 * 1024 * 1024;
const graceMs = 10_000;

/** A process that may outlive the agent, so that it is recognised after. */
export interface WorkingProcess {
  readonly pid: number;
  /** When it began, as the system counts it: the id alone may long be a stranger's. */
  readonly since: string;
}

export interface AskOptions {
  readonly timeoutMs?: number;
  readonly input?: string;
  /** The user that it runs as, instead of the agent's. */
  readonly as?: { readonly uid: number; readonly gid: number };
}

export interface Answer {
  /** Null: it was ended, or it could not be started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Ending = 'exited' | 'cancelled' | 'timed-out' | 'not-started';

export interface Worked {
  readonly ending: Ending;
  readonly exitCode: number | null;
  /** Its last words, standard output and error as they came. */
  readonly output: string;
}

export interface WorkOptions {
  readonly timeoutMs: number;
  /** Ends the work. Absent: it must not be broken off and only the time-out does. */
  readonly signal?: AbortSignal;
  readonly lowPriority?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly outputFile: string;
  /** Called before this waits, to be written down. */
  readonly onStart: (process: WorkingProcess) => void;
}

/** Where actions happen: the machine itself, or in tests a root of its own. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Runs something that looks and is quick; ended after `timeoutMs` (a minute). Never throws. */
  ask(command: string, args: readonly string[], options?: AskOptions): Promise<Answer>;
  /**
   * Runs something that changes the machine, as leader of a process group of its own. Its output
   * goes to a file and not to us: it lives through an end of the agent, which a package manager in
   * the middle of its work must. Never throws.
   */
  work(command: string, args: readonly string[], options: WorkOptions): Promise<Worked>;
  /** Where the agent finds a file of that machine. */
  path(path: string): string;
  /** Differs after a restart. */
  bootId(): Promise<string>;
  /** The agent ends: what looks is ended, what works goes on without us. Neither answers any more. */
  leave(): void;
}

export interface MachineOptions {
  /** Put before each command, to run it elsewhere. */
  readonly prefix?: readonly string[];
  /** What `/` of that machine is to us. */
  readonly root?: string;
}

const searchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Nothing of the agent's own environment: no secret of ours, no setting that changes a tool. */
function cleanEnvironment(): Record<string, string> {
  if (process.platform === 'win32') {
    const kept = ['SystemRoot', 'SystemDrive', 'ProgramData', 'ProgramFiles', 'TEMP', 'TMP'];
    const system = Object.fromEntries(kept.map((name) => [name, process.env[name] ?? '']));
    const folder = system['SystemRoot'] ?? 'C:\\Windows';
    return {
      ...system,
      PATH: `${folder}\\System32;${folder};${folder}\\System32\\WindowsPowerShell\\v1.0`,
    };
  }
  const more = process.platform === 'darwin' ? ':/opt/homebrew/bin' : '';
  return {
    PATH: `${searchPath}${more}`,
    HOME: '/root',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
    TERM: 'dumb',
  };
}

/** This machine, or the one that `prefix` and `root` lead to. */
export function createMachine({ prefix = [], root = '/' }: MachineOptions = {}): Machine {
  const line = (command: string, args: readonly string[], before: readonly string[] = []) => {
    const [file = command, ...rest] = [...before, ...prefix, command, ...args];
    return [file, rest] as const;
  };
  const path = (inside: string) => (root === '/' ? inside : join(root, inside));
  const leaving = new AbortController();
  // Each process listens, and one order may ask a hundred things.
  setMaxListeners(0, leaving.signal);
  return {
    leave: () => leaving.abort(),
    platform: process.platform,
    path,
    async bootId() {
      if (process.platform === 'linux') {
        return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      }
      if (process.platform === 'darwin') {
        return (await this.ask('sysctl', ['-n', 'kern.boottime'])).stdout.trim();
      }
      // The clock may be set: a minute is as exact as this can be.
      return String(Math.round((Date.now() - uptime() * 1000) / 60_000));
    },
    ask(command, args, { as, ...options } = {}) {
      if (as === undefined || prefix.length === 0) {
        const [file, rest] = line(command, args);
        return askProcess(file, rest, { ...options, ...(as && { as }) }, leaving.signal);
      }
      // Only root enters another root; the change of user comes after.
      const change = [`--reuid=${as.uid}`, `--regid=${as.gid}`, '--clear-groups', '--'];
      const [file, rest] = line('setpriv', [...change, command, ...args]);
      return askProcess(file, rest, options, leaving.signal);
    },
    work(command, args, options) {
      const [file, rest] = line(command, args, options.lowPriority ? politeness() : []);
      return workProcess(file, rest, options, leaving.signal);
    },
  };
}

function politeness(): string[] {
  if (process.platform === 'win32') return [];
  const ionice = isThere('/usr/bin/ionice') ? ['/usr/bin/ionice', '-c', '2', '-n', '7'] : [];
  return isThere('/usr/bin/nice') ? ['/usr/bin/nice', '-n', '10', ...ionice] : ionice;
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function askProcess(
  file: string,
  args: readonly string[],
  { timeoutMs = 60_000, input, as }: AskOptions,
  leaving: AbortSignal,
): Promise<Answer> {
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: process.platform === 'win32' ? undefined : '/',
      env: cleanEnvironment(),
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      ...as,
    });
    const texts = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    let problem = '';
    const timer = setTimeout(() => {
      problem = `no answer after ${timeoutMs / 1000} s`;
      killGroup(child, 'SIGKILL');
    }, timeoutMs);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= mostAnswerBytes) texts[name].push(chunk);
        else if (problem === '') {
          problem = 'the answer is too long';
          killGroup(child, 'SIGKILL');
        }
      });
    }
    const onLeave = () => killGroup(child, 'SIGKILL');
    leaving.addEventListener('abort', onLeave, { once: true });
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    child.once('error', (error) => {
      problem ||= error.message;
      if (child.pid === undefined) finish(null);
    });
    child.once('close', (code) => finish(problem === '' ? code : null));
    const finish = (exitCode: number | null) => {
      clearTimeout(timer);
      leaving.removeEventListener('abort', onLeave);
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString('utf8');
      resolve({ exitCode, stdout: text(texts.stdout), stderr: problem || text(texts.stderr) });
    };
  });
}

function workProcess(
  file: string,
  args: readonly string[],
  options: WorkOptions,
  leaving: AbortSignal,
): Promise<Worked> {
  const { outputFile, signal, timeoutMs } = options;
  if (signal?.aborted) {
    return Promise.resolve({ ending: 'cancelled', exitCode: null, output: '' });
  }
  const output = openSync(outputFile, 'a+', 0o600);
  const start = fstatSync(output).size;
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: options.cwd ?? (process.platform === 'win32' ? undefined : '/'),
      env: { ...cleanEnvironment(), ...options.environment },
      stdio: ['ignore', output, output],
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    let ending: Ending = 'exited';
    const timers: NodeJS.Timeout[] = [];
    const end = (why: Ending) => {
      if (ending !== 'exited') return;
      ending = why;
      killGroup(child, 'SIGTERM');
      timers.push(setTimeout(() => killGroup(child, 'SIGKILL'), graceMs));
    };
    timers.push(setTimeout(() => end('timed-out'), timeoutMs));
    const watch = setInterval(() => {
      if (fstatSync(output).size > mostFileBytes) ftruncateSync(output, 0);
    }, 2_000);
    const onAbort = () => end('cancelled');
    signal?.addEventListener('abort', onAbort, { once: true });
    const onLeave = () => {
      clearInterval(watch);
      for (const timer of timers) clearTimeout(timer);
      child.removeAllListeners();
      child.unref();
    };
    leaving.addEventListener('abort', onLeave, { once: true });
    const finish = (how: Ending, exitCode: number | null, more = '') => {
      clearInterval(watch);
      for (const timer of timers) clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      leaving.removeEventListener('abort', onLeave);
      const text = `${lastWords(output, start)}${more}`;
      closeSync(output);
      resolve({ ending: how, exitCode, output: text });
    };
    child.once('error', (error) => {
      if (child.pid === undefined) finish('not-started', null, error.message);
    });
    child.once('exit', (code) => finish(ending, code));
    if (child.pid === undefined) return;
    try {
      options.onStart({ pid: child.pid, since: startOf(child.pid) ?? '' });
    } catch (error) {
      // It cannot be written down (a full disk): then it is not done.
      end('cancelled');
      child.removeAllListeners('exit');
      child.once('exit', () => finish('not-started', null, (error as Error).message));
    }
  });
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid !== undefined) killGroupOf(child.pid, signal);
}

function killGroupOf(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** What `file` holds from `start` on, its end if that is much. */
function lastWords(file: number, start: number): string {
  const size = fstatSync(file).size;
  // Four bytes are the longest character there is.
  const from = Math.max(size < start ? 0 : start, size - 4 * mostOutput);
  const bytes = Buffer.alloc(Math.max(0, size - from));
  readSync(file, bytes, 0, bytes.length, from);
  return tail(bytes.toString('utf8'));
}

/** The last words of an earlier process, by the file it wrote to. */
export function wordsIn(outputFile: string): string {
  try {
    const file = openSync(outputFile, 'r');
    try {
      return lastWords(file, 0);
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}

/** At most `most` characters of the end, as PostgreSQL and a reader can take them. */
export function tail(text: string, most = mostOutput): string {
  const clean = text.replaceAll('\u0000', '').toWellFormed();
  return clean.length > most ? clean.slice(-most).toWellFormed() : clean;
}

/** When a process began, in the system's own unit; undefined: it is not there, or not to be told. */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return undefined;
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // After the name, which may hold anything, in brackets: state is field 3, the start field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Whether that very process still runs. Where the system cannot tell, it does not. */
export function stillRuns({ pid, since }: WorkingProcess): boolean {
  return since !== '' && startOf(pid) === since;
}

/** Waits for a process of an earlier agent; ends it after `mostMs`. */
export async function waitForEarlier(earlier: WorkingProcess, mostMs: number): Promise<void> {
  const until = performance.now() + mostMs;
  let asked = false;
  while (stillRuns(earlier)) {
    const now = performance.now();
    if (now > until) {
      killGroupOf(earlier.pid, asked && now > until + graceMs ? 'SIGKILL' : 'SIGTERM');
      asked = true;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}
