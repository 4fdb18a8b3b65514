import type { Logger } from '../../platform/log.ts';
import type { Tell } from '../launcher/texts.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

interface Lasting<T> {
  readonly start: (signal: AbortSignal) => Promise<T>;
  readonly onReady: (running: T) => void;
  readonly stop: (running: T) => Promise<void>;
  readonly log: Logger;
  readonly tell: Tell;
}

/**
 * One Ctrl-C may arrive twice: the terminal sends it to every process of the group, and npm, being
 * one of them, passes its own on to us. What comes within this time is the same key press.
 */
const samePressMs = 400;

/**
 * Runs something until Ctrl-C, SIGTERM or SIGHUP, then stops it in order. A second Ctrl-C ends the
 * process at once; what it started is on a leash and ends with it. Asked to stop while starting, it
 * takes down what is up by then.
 */
export async function untilStopped<T>({
  start,
  onReady,
  stop,
  log,
  tell,
}: Lasting<T>): Promise<ExitCode> {
  const stopping = new AbortController();
  let askedAt = 0;
  let failed = false;
  const asked = Promise.withResolvers<void>();
  const ask = () => {
    const now = performance.now();
    if (stopping.signal.aborted) {
      if (now - askedAt < samePressMs) return;
      tell('stop.forced');
      process.exit(130);
    }
    askedAt = now;
    tell('stop.begun');
    stopping.abort(new DOMException('asked to stop', 'AbortError'));
    asked.resolve();
  };
  const onBug = (error: unknown) => {
    log.fatal({ err: error }, 'unexpected error, stopping');
    failed = true;
    asked.resolve();
  };
  // A terminal that was closed takes no more lines; that is no reason to die half way.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, ask);
  process.on('uncaughtException', onBug);
  process.on('unhandledRejection', onBug);
  try {
    const running = await start(stopping.signal);
    if (!stopping.signal.aborted) {
      onReady(running);
      await asked.promise;
    }
    await stop(running);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    for (const signal of signals) process.off(signal, ask);
    process.off('uncaughtException', onBug);
    process.off('unhandledRejection', onBug);
  }
  tell('stop.done');
  return failed ? exitCodes.failed : exitCodes.ok;
}
