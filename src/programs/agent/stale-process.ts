import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * An osqueryd of ours that outlived a killed agent would keep the database of the new one locked.
 * Ends the process in `pidFile` if, and only if, it runs osquery with our own database: the id may
 * long be that of a stranger. Returns the id of what was ended. Linux only; elsewhere the orphan
 * watcher has done it and osqueryd itself refuses a database in use.
 */
export async function endStaleOsqueryd(
  pidFile: string,
  flagFile: string,
): Promise<number | undefined> {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(pidFile, 'utf8'), 10);
  } catch {
    return undefined;
  }
  if (!(pid > 1) || !runsOurOsquery(pid, flagFile)) {
    // osqueryd itself would take a stranger of that id for a running osqueryd and refuse to start.
    rmSync(pidFile, { force: true });
    return undefined;
  }
  send(pid, 'SIGTERM');
  for (let waitedMs = 0; runsOurOsquery(pid, flagFile); waitedMs += 100) {
    if (waitedMs === 5_000) send(pid, 'SIGKILL');
    if (waitedMs > 10_000) return undefined;
    await sleep(100);
  }
  rmSync(pidFile, { force: true });
  return pid;
}

function runsOurOsquery(pid: number, flagFile: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return (
      /osquery/.test(readlinkSync(`/proc/${pid}/exe`)) && args.includes(`--flagfile=${flagFile}`)
    );
  } catch {
    return false;
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended between the look and the signal.
  }
}
