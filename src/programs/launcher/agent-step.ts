import { join } from 'node:path';
import type { Logger } from '../../platform/log.ts';
import { type RunningAgent, startAgent } from '../agent/agent.ts';
import { findOsqueryd, type Osqueryd } from '../agent/osqueryd.ts';
import {
  isPrivileged,
  type UnprivilegedLimit,
  unprivilegedLimits,
} from '../agent/unprivileged-limits.ts';
import { LaunchFailure } from './failure.ts';
import type { Tell } from './texts.ts';

export interface AgentStepOptions {
  readonly osqueryd: Osqueryd;
  readonly folder: string;
  readonly tlsAddress: string;
  readonly caFile: string;
  readonly secretFile: string;
  readonly flags?: readonly string[];
}

/** @throws LaunchFailure osqueryd-unusable (the one asked for), osqueryd-missing */
export async function requireOsqueryd(
  asked: string | undefined,
  binaries: string,
): Promise<Osqueryd> {
  const search = await findOsqueryd({ asked, binFolder: binaries });
  if (search.found) return search.found;
  throw new LaunchFailure(asked ? 'osqueryd-unusable' : 'osqueryd-missing', {
    tried: search.tried.map((place) => `  ${place}`).join('\n'),
  });
}

/** Starts osqueryd, keeps it running, and says so; also what it cannot see without root. */
export async function runAgent(
  options: AgentStepOptions,
  log: Logger,
  tell: Tell,
): Promise<RunningAgent> {
  const { osqueryd: found } = options;
  let starts = 0;
  const said = new Set<string>();
  const agent = await startAgent({
    osqueryd: found,
    folder: options.folder,
    tlsAddress: options.tlsAddress,
    caFile: options.caFile,
    secretFile: options.secretFile,
    ...(options.flags && { flags: options.flags }),
    onEvent(event) {
      if (event.kind === 'message') {
        // A machine without systemd, say, says so with every query: once is enough.
        const known = said.has(event.text);
        if (said.size >= 500) said.clear();
        said.add(event.text);
        const level = { info: 'debug', warning: 'info', error: 'warn' } as const;
        log[known ? 'debug' : level[event.severity]]({ osquery: event.text });
      } else if (event.kind === 'stale-ended') {
        tell('step.agent-stale', { pid: event.pid });
      } else if (event.kind === 'started') {
        starts += 1;
        log.info({ pid: event.pid, path: found.path }, 'osqueryd started');
        if (starts > 1) tell('event.osqueryd-restarted', { pid: event.pid });
      } else {
        log.warn(event, 'osqueryd ended');
        const seconds = event.restartInMs / 1000;
        tell('event.osqueryd-ended', { reason: event.reason, seconds });
      }
    },
  });
  tell(`step.agent-${found.source}`, { version: found.version, path: found.path });
  if (!isPrivileged()) {
    tell('limits.intro');
    for (const limit of Object.keys(unprivilegedLimits) as UnprivilegedLimit[]) {
      tell(`limits.${limit}`);
    }
    tell('limits.remedy');
  }
  return agent;
}

export const secretFileOf = (agentFolder: string) => join(agentFolder, 'enrolment-secret');
