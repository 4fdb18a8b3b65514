import type { AgentSelf } from '../../modules/agent-protocol/api.ts';
import { managersHere } from './executors/packages/package-tools.ts';
import { isPrivileged } from './unprivileged-limits.ts';

/** What this agent says of itself and its machine. */
export function describeSelf(options: {
  readonly version: string;
  /** Enabled by whoever runs the agent. */
  readonly scripts: boolean;
}): AgentSelf {
  const { platform } = process;
  return {
    version: options.version,
    platform: platform === 'darwin' ? 'darwin' : platform === 'win32' ? 'windows' : 'linux',
    managers: managersHere(),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone ?? 'UTC',
    privileged: isPrivileged(),
    scripts: options.scripts,
  };
}
