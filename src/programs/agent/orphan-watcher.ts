/**
 * Holds a pipe to the process that started it; when the pipe breaks before "done" came through it,
 * that process was killed, and the child named on the command line gets the signal, ten seconds
 * later SIGKILL. Used where the kernel does not do this (see leashed-process.ts).
 */
const pid = Number(process.argv[2]);
const signal = process.argv[3] as NodeJS.Signals;
let told = '';

for (const ignored of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(ignored, () => undefined);
process.stdin.on('data', (text) => {
  told += text;
});
process.stdin.on('error', release);
process.stdin.on('end', release);

function release(): void {
  if (told.includes('done')) process.exit(0);
  if (!send(signal)) process.exit(0);
  let waitedMs = 0;
  setInterval(() => {
    waitedMs += 200;
    if (!send(0)) process.exit(0);
    if (waitedMs >= 10_000) {
      send('SIGKILL');
      process.exit(0);
    }
  }, 200);
}

function send(what: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, what);
  } catch {
    return false;
  }
}
