import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eachLine, spawnLeashed, stopChild } from './leashed-process.ts';
import { osqueryFlags, parseOsqueryLine } from './osquery-flags.ts';
import type { Osqueryd } from './osqueryd.ts';
import { endStaleOsqueryd } from './stale-process.ts';

/** What happens to the osqueryd under our care; whoever started the agent tells people. */
export type AgentEvent =
  | { readonly kind: 'started'; readonly pid: number }
  | { readonly kind: 'stale-ended'; readonly pid: number }
  | {
      readonly kind: 'ended';
      readonly reason: string;
      readonly restartInMs: number;
      /** The last lines it wrote, oldest first. */
      readonly lastLines: readonly string[];
    }
  | {
      readonly kind: 'message';
      readonly severity: 'info' | 'warning' | 'error';
      readonly text: string;
    };

export interface AgentOptions {
  readonly osqueryd: Osqueryd;
  /** Keeps osquery's database (and with it the identity of this endpoint) and flags. */
  readonly folder: string;
  /** `host:port` of the server's TLS listener. */
  readonly tlsAddress: string;
  readonly caFile: string;
  readonly secretFile: string;
  readonly onEvent: (event: AgentEvent) => void;
  /** More osquery flags, each `--name=value`. */
  readonly flags?: readonly string[];
  /** Waits before a restart, in milliseconds; the last one repeats. For tests. */
  readonly backOffMs?: readonly number[];
}

export interface RunningAgent {
  /** Process id of osqueryd; undefined between two of them. */
  readonly pid: number | undefined;
  /** Restarts so far. */
  readonly restarts: number;
  stop(): Promise<void>;
}

const usualBackOffMs = [500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000];
/** Having run this long, the next end counts as a first one. */
const settledMs = 120_000;

/** Starts osqueryd and keeps it running until `stop`. */
export async function startAgent(options: AgentOptions): Promise<RunningAgent> {
  const { folder, osqueryd, onEvent } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const flagFile = join(folder, 'osquery.flags');
  const pidFile = join(folder, 'osqueryd.pid');
  writeFileSync(
    flagFile,
    osqueryFlags({
      tlsAddress: options.tlsAddress,
      caFile: options.caFile,
      secretFile: options.secretFile,
      databaseFolder: join(folder, 'osquery.db'),
      pidFile,
      ...(options.flags && { more: options.flags }),
    }),
  );
  chmodSync(flagFile, 0o600);
  const stale = await endStaleOsqueryd(pidFile, flagFile);
  if (stale !== undefined) onEvent({ kind: 'stale-ended', pid: stale });

  const backOffMs = options.backOffMs ?? usualBackOffMs;
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let failures = 0;
  let restarts = 0;

  const run = () => {
    const startedAt = Date.now();
    const lastLines: string[] = [];
    const running = spawnLeashed(osqueryd.path, [`--flagfile=${flagFile}`], {
      deathSignal: 'SIGTERM',
      cwd: folder,
      env: environmentOf(process.env),
    });
    child = running;
    const onLine = (line: string) => {
      lastLines.push(line);
      if (lastLines.length > 20) lastLines.shift();
      const parsed = parseOsqueryLine(line);
      if (parsed) onEvent({ kind: 'message', ...parsed });
    };
    eachLine(running.stdout!, onLine);
    eachLine(running.stderr!, onLine);
    if (running.pid !== undefined) onEvent({ kind: 'started', pid: running.pid });

    const onEnd = (reason: string) => {
      if (child !== running) return;
      child = undefined;
      if (stopping) return;
      if (Date.now() - startedAt > settledMs) failures = 0;
      const restartInMs = backOffMs[Math.min(failures, backOffMs.length - 1)]!;
      failures += 1;
      onEvent({ kind: 'ended', reason, restartInMs, lastLines });
      timer = setTimeout(() => {
        void (async () => {
          // The worker of a killed watcher needs a moment to notice; it holds the database.
          await endStaleOsqueryd(pidFile, flagFile);
          if (stopping) return;
          restarts += 1;
          run();
        })();
      }, restartInMs);
    };
    running.once('error', (error) => onEnd(error.message));
    running.once('exit', (code, signal) => onEnd(signal ?? `exit code ${code}`));
  };
  run();

  return {
    get pid() {
      return child?.pid;
    },
    get restarts() {
      return restarts;
    },
    async stop() {
      stopping = true;
      clearTimeout(timer);
      if (child) await stopChild(child, 'SIGTERM', 10_000);
    },
  };
}

/** What osqueryd needs of our environment: no secret of ours (DATABASE_URL, tokens) goes along. */
function environmentOf(ours: NodeJS.ProcessEnv): Record<string, string> {
  const kept = ['PATH', 'HOME', 'TMPDIR', 'SystemRoot', 'SYSTEMROOT', 'ProgramData', 'TEMP', 'TMP'];
  return Object.fromEntries(
    kept.flatMap((name) => (ours[name] === undefined ? [] : [[name, ours[name]]])),
  );
}
