import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { wordsIn } from '../machine.ts';
import { brokenOff, type Executor, failed } from './executor.ts';

const interpreters = {
  sh: ['/bin/sh', []],
  bash: ['/bin/bash', []],
  powershell: [
    'powershell.exe',
    ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File'],
  ],
} as const;

/**
 * Runs a script that an administrator approved. That scripts are enabled here and that the text has
 * the hash was judged when the order came; see orders.ts.
 */
export const scriptExecutor: Executor<'script'> = {
  async perform(action, context) {
    const { dryRun, folder, orderId, signal } = context;
    if (dryRun) {
      return { state: 'done', output: `would run ${action.interpreter} ${action.sha256}` };
    }
    const ending = action.interpreter === 'powershell' ? 'ps1' : 'sh';
    const file = join(folder, `${orderId}.${ending}`);
    writeFileSync(file, action.text, { mode: 0o600, flag: 'w' });
    try {
      const [command, args] = interpreters[action.interpreter];
      const worked = await context.work(command, [...args, file], {
        timeoutMs: action.atMostSeconds * 1000,
        signal,
      });
      const broken = brokenOff(worked);
      if (broken) return broken;
      const { output, exitCode } = worked;
      return exitCode === 0
        ? { state: 'done', output, exitCode }
        : failed('SCRIPT_FAILED', output, { exitCode: exitCode ?? -1 });
    } finally {
      rmSync(file, { force: true });
    }
  },
  async recover(_action, { folder, orderId }) {
    for (const ending of ['sh', 'ps1'])
      rmSync(join(folder, `${orderId}.${ending}`), { force: true });
    const words = wordsIn(join(folder, `${orderId}.out`));
    return failed('INTERRUPTED', `${words}\nhow the script ended is not known`);
  },
};
