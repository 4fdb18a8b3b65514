import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../../platform/log.ts';
import { type ActionChannelEvent, startActionChannel } from '../agent/action-channel.ts';
import { type AgentEvent, type RunningAgent, startAgent } from '../agent/agent.ts';
import { findOsqueryd, type Osqueryd } from '../agent/osqueryd.ts';
import { describeSelf } from '../agent/self.ts';
import {
  isPrivileged,
  type UnprivilegedLimit,
  unprivilegedLimits,
} from '../agent/unprivileged-limits.ts';
import { LaunchFailure } from './failure.ts';
import { productVersion } from './product.ts';
import type { Tell } from './texts.ts';

export interface AgentStepOptions {
  readonly osqueryd: Osqueryd;
  readonly folder: string;
  readonly tlsAddress: string;
  readonly caFile: string;
  readonly secretFile: string;
  readonly flags?: readonly string[];
  /** Scripts that an administrator approved may run here. */
  readonly allowScripts?: boolean;
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

/**
 * Starts the agent of this machine: the action channel, and an osqueryd that enrols with the secret
 * that the agent got there, so that the server knows that they are one machine. Keeps both running,
 * and says so; also what osqueryd cannot see without root.
 */
export async function runAgent(
  options: AgentStepOptions,
  log: Logger,
  tell: Tell,
): Promise<{ stop(): Promise<void> }> {
  const { osqueryd: found } = options;
  let stopping = false;
  let osqueryd: RunningAgent | undefined;
  // One change after another: a new secret may come while osqueryd is starting with the old one.
  let changes: Promise<unknown> = Promise.resolve();
  const inTurn = (change: () => Promise<void>) => {
    changes = changes.then(change).catch((error: unknown) => log.error({ err: error }, 'agent'));
    return changes;
  };
  const channel = startActionChannel({
    folder: join(options.folder, 'actions'),
    address: options.tlsAddress,
    caFile: options.caFile,
    secretFile: options.secretFile,
    self: () => describeSelf({ version: productVersion, scripts: options.allowScripts ?? false }),
    onEvent: (event) => tellOfChannel(event, log, tell),
    onOsquerySecret: () => {
      if (osqueryd) void inTurn(startOsqueryd);
    },
  });
  const { state } = channel;
  const onEvent = osqueryTeller(found, log, tell);
  let enrolTimer: NodeJS.Timeout | undefined;

  async function startOsqueryd(): Promise<void> {
    await osqueryd?.stop();
    clearTimeout(enrolTimer);
    if (stopping) return;
    const personal = existsSync(state.osquerySecretFile);
    // An osqueryd that enrolled before the agent did would go on with the key it has.
    const anew = personal && !state.osqueryHasEnrolled;
    let refused = false;
    osqueryd = await startAgent({
      osqueryd: found,
      folder: options.folder,
      tlsAddress: options.tlsAddress,
      caFile: options.caFile,
      secretFile: personal ? state.osquerySecretFile : options.secretFile,
      flags: [...(anew ? ['--enroll_always=true'] : []), ...(options.flags ?? [])],
      onEvent(event) {
        if (event.kind === 'message' && /enroll/i.test(event.text)) refused = true;
        if (event.kind === 'ended') refused = true;
        onEvent(event);
      },
    });
    if (!anew) return;
    enrolTimer = setTimeout(() => {
      if (!refused) state.noteOsqueryEnrolled();
    }, settledMs);
    enrolTimer.unref();
  }

  // A server that is there answers in a moment. Without one osqueryd starts all the same.
  const waited = new AbortController();
  await Promise.race([
    channel.enrolled,
    sleep(enrolMs, undefined, { signal: waited.signal }).catch(() => undefined),
  ]);
  waited.abort();
  await startOsqueryd();
  tell(`step.agent-${found.source}`, { version: found.version, path: found.path });
  if (!isPrivileged()) {
    tell('limits.intro');
    for (const limit of Object.keys(unprivilegedLimits) as UnprivilegedLimit[]) {
      tell(`limits.${limit}`);
    }
    tell('limits.remedy');
  }
  return {
    async stop() {
      stopping = true;
      clearTimeout(enrolTimer);
      await Promise.all([channel.stop(), inTurn(async () => osqueryd?.stop())]);
    },
  };
}

/** How long to wait for the agent's enrolment before osqueryd starts without it. */
const enrolMs = 5_000;
/** An osqueryd that has not complained for so long has enrolled. */
const settledMs = 120_000;

function osqueryTeller(found: Osqueryd, log: Logger, tell: Tell): (event: AgentEvent) => void {
  let starts = 0;
  const said = new Set<string>();
  return (event) => {
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
  };
}

function tellOfChannel(event: ActionChannelEvent, log: Logger, tell: Tell): void {
  switch (event.kind) {
    case 'order-begun':
      log.info(event, 'order');
      tell('event.order-begun', { action: event.action, id: event.id });
      return;
    case 'order-recovering':
      log.info(event, 'order');
      tell('event.order-recovering', { action: event.action, id: event.id });
      return;
    case 'order-ended':
      log.info(event, 'order');
      tell('event.order-ended', {
        action: event.action,
        id: event.id,
        state: event.reason ? `${event.state}, ${event.reason}` : event.state,
      });
      return;
    case 'order-refused':
      log.warn(event, 'order refused');
      tell('event.order-refused', { id: event.id ?? '?', reason: event.reason });
      return;
    case 'clock-wrong':
      log.warn(event, 'clock');
      tell('event.clock-wrong', { seconds: event.aheadSeconds });
      return;
    case 'enrolment-refused':
    case 'channel-lost':
    case 'report-refused':
      log.warn(event, 'action channel');
      return;
    default:
      log.info(event, 'action channel');
  }
}

export const secretFileOf = (agentFolder: string) => join(agentFolder, 'enrolment-secret');
