import { existsSync } from 'node:fs';
import type { Action } from '../../../modules/agent-protocol/api.ts';
import type { Machine } from '../machine.ts';
import { brokenOff, type Executor, failed, type Outcome } from './executor.ts';

type ServiceAction = Extract<Action, { type: 'service' }>;
type Operation = ServiceAction['operation'];
export type ServiceManager = 'systemd' | 'sysv' | 'launchd' | 'windows';

const serviceMs = 5 * 60_000;

/** The command for an operation. launchd and Windows by their documentation; not run in our tests. */
export function serviceCommand(
  manager: ServiceManager,
  { name, operation }: ServiceAction,
): readonly [string, readonly string[]] {
  switch (manager) {
    case 'systemd':
      return ['systemctl', ['--no-ask-password', operation, '--', name]];
    case 'sysv':
      return operation === 'enable' || operation === 'disable'
        ? ['update-rc.d', [name, operation]]
        : ['service', [name, operation]];
    case 'launchd': {
      const label = `system/${name}`;
      if (operation === 'restart') return ['launchctl', ['kickstart', '-k', label]];
      if (operation === 'start') return ['launchctl', ['kickstart', label]];
      if (operation === 'stop') return ['launchctl', ['kill', 'SIGTERM', label]];
      return ['launchctl', [operation, label]];
    }
    case 'windows':
      if (operation === 'enable') return ['sc.exe', ['config', name, 'start=', 'auto']];
      if (operation === 'disable') return ['sc.exe', ['config', name, 'start=', 'disabled']];
      if (operation === 'restart') {
        // The name is of letters, digits and . _ : @ - only: it cannot end the quotes.
        const command = `Restart-Service -Force -Name '${name}'`;
        return ['powershell.exe', ['-NoProfile', '-NonInteractive', '-Command', command]];
      }
      return ['sc.exe', [operation, name]];
  }
}

export const serviceExecutor: Executor<'service'> = {
  async perform(action, context) {
    const { machine } = context;
    const manager = managerOf(machine);
    const before = await stateOf(machine, manager, action.name);
    if (before === undefined) return failed('NOT_FOUND', `no service ${action.name} here`);
    context.remember({ before });
    const [command, args] = serviceCommand(manager, action);
    if (context.dryRun) {
      return { state: 'done', output: [command, ...args].join(' '), before, after: before };
    }
    const worked = await context.work(command, args, {
      timeoutMs: serviceMs,
      signal: context.signal,
    });
    const broken = brokenOff(worked);
    const after = (await stateOf(machine, manager, action.name)) ?? {};
    const more = { before, after };
    if (broken) return { ...broken, ...more };
    const { output, exitCode } = worked;
    if (exitCode !== 0) {
      return failed(reasonOf(output), output, { ...more, exitCode: exitCode ?? -1 });
    }
    return judged(action, { output, exitCode }, more);
  },
  async recover(action, { machine, remembered }) {
    const after = (await stateOf(machine, managerOf(machine), action.name)) ?? {};
    const more = { before: remembered.before ?? {}, after };
    // Whether it was restarted, nobody can tell by looking.
    return action.operation !== 'restart' && isSo(action.operation, after)
      ? { state: 'done', ...more }
      : failed('INTERRUPTED', 'the agent ended in the middle of it', more);
  },
};

function judged(
  action: ServiceAction,
  said: { output: string; exitCode: number },
  more: { before: Record<string, string>; after: Record<string, string> },
): Outcome {
  if (isSo(action.operation, more.after)) return { state: 'done', ...said, ...more };
  return { state: 'no-effect', reason: 'NO_EFFECT', ...said, ...more };
}

function isSo(operation: Operation, { running, enabled }: Record<string, string>): boolean {
  switch (operation) {
    case 'start':
    case 'restart':
      return running === 'active';
    case 'stop':
      return running !== 'active';
    case 'enable':
      return enabled !== 'disabled';
    case 'disable':
      return enabled !== 'enabled';
  }
}

function reasonOf(output: string): string {
  if (/not (be )?found|not loaded|does not exist|unrecognized service|1060/i.test(output)) {
    return 'NOT_FOUND';
  }
  return /access (is )?denied|interactive authentication|permission/i.test(output)
    ? 'NOT_PRIVILEGED'
    : 'TOOL_FAILED';
}

function managerOf(machine: Machine): ServiceManager {
  if (machine.platform === 'win32') return 'windows';
  if (machine.platform === 'darwin') return 'launchd';
  return existsSync(machine.path('/run/systemd/system')) ? 'systemd' : 'sysv';
}

/** `running`: active, inactive, …; `enabled`: enabled, disabled, or what the manager says. */
async function stateOf(
  machine: Machine,
  manager: ServiceManager,
  name: string,
): Promise<Record<string, string> | undefined> {
  if (manager === 'systemd') {
    const properties = 'LoadState,ActiveState,UnitFileState';
    const { stdout } = await machine.ask('systemctl', ['show', '-p', properties, '--', name]);
    return parseSystemd(stdout);
  }
  if (manager === 'sysv') {
    if (!existsSync(machine.path(`/etc/init.d/${name}`))) return undefined;
    // Scripts of init.d end with 0 when it runs, 3 when it does not (LSB).
    const { exitCode } = await machine.ask('service', [name, 'status']);
    const links = await machine.ask('find', [
      '/etc',
      '-path',
      '/etc/rc[2-5].d/S[0-9][0-9]*',
      '-name',
      `S[0-9][0-9]${name}`,
    ]);
    const enabled = links.stdout.trim() !== '';
    return {
      running: exitCode === 0 ? 'active' : 'inactive',
      enabled: enabled ? 'enabled' : 'disabled',
    };
  }
  if (manager === 'launchd') {
    const { exitCode, stdout } = await machine.ask('launchctl', ['print', `system/${name}`]);
    const disabled = await machine.ask('launchctl', ['print-disabled', 'system']);
    if (exitCode !== 0 && !disabled.stdout.includes(`"${name}"`)) return undefined;
    const off = new RegExp(`"${name.replaceAll('.', '\\.')}" => (true|disabled)`);
    return {
      running: /^\s*state = running$/m.test(stdout) ? 'active' : 'inactive',
      enabled: off.test(disabled.stdout) ? 'disabled' : 'enabled',
    };
  }
  const query = await machine.ask('sc.exe', ['query', name]);
  if (query.exitCode !== 0) return undefined;
  const config = await machine.ask('sc.exe', ['qc', name]);
  return {
    running: /STATE\s*:\s*4\b/.test(query.stdout) ? 'active' : 'inactive',
    enabled: /START_TYPE\s*:\s*4\b/.test(config.stdout) ? 'disabled' : 'enabled',
  };
}

export function parseSystemd(stdout: string): Record<string, string> | undefined {
  const value = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(stdout)?.[1] ?? '';
  if (['', 'not-found'].includes(value('LoadState'))) return undefined;
  return { running: value('ActiveState'), enabled: value('UnitFileState') || 'static' };
}
