import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Value } from 'typebox/value';
import {
  AgentEnrolled,
  type AgentPoll,
  AgentReported,
  type AgentSelf,
  AgentUploaded,
  actionPaths,
  mostReports,
  uploadHeaders,
} from '../../modules/agent-protocol/api.ts';
import { BackOff, Channel, type Reply } from './channel.ts';
import { createExecutors, type Executors } from './executors/executors.ts';
import { AgentState } from './identity.ts';
import { Journal } from './journal.ts';
import { createMachine, type Machine } from './machine.ts';
import { ServerClock } from './server-clock.ts';
import { type WorkEvent, Worker } from './worker.ts';

export type ActionChannelEvent =
  | WorkEvent
  | { readonly kind: 'enrolled'; readonly agentId: string }
  | { readonly kind: 'enrolment-refused'; readonly code: string; readonly retryInMs: number }
  /** The server is older than the action channel. */
  | { readonly kind: 'no-channel' }
  | { readonly kind: 'channel-lost'; readonly reason: string; readonly retryInMs: number }
  | { readonly kind: 'channel-back' }
  | { readonly kind: 'clock-wrong'; readonly aheadSeconds: number }
  | { readonly kind: 'report-refused'; readonly reason: string; readonly detail: string };

export interface ActionChannelOptions {
  /** Private; keeps the agent's keys and its journal. */
  readonly folder: string;
  /** `host:port` of the server's TLS listener. */
  readonly address: string;
  readonly caFile: string;
  /** An enrolment secret of a scope. */
  readonly secretFile: string;
  /** Asked for at the start and again when the agent enrols anew. */
  readonly self: () => AgentSelf;
  readonly onEvent: (event: ActionChannelEvent) => void;
  /** The agent has a new secret for osqueryd. */
  readonly onOsquerySecret: () => void;
  readonly machine?: Machine;
  readonly executors?: Executors;
  readonly backOff?: () => BackOff;
}

export interface RunningActionChannel {
  readonly state: AgentState;
  /** Resolves once the agent has enrolled, now or in an earlier life. */
  readonly enrolled: Promise<void>;
  stop(): Promise<void>;
}

/** Seconds that a poll may be held; the server may well answer before. */
const waitSeconds = 14;
const answerMs = 30_000;
const uploadMs = 30 * 60_000;
/** Without anything new, polls are at least this far apart, whatever the server does. */
const leastGapMs = 1_000;

/** Enrols, waits for orders, has them done, and reports, until `stop`. */
export function startActionChannel(options: ActionChannelOptions): RunningActionChannel {
  const { address, onEvent } = options;
  const ca = readFileSync(options.caFile, 'utf8');
  const state = new AgentState(options.folder, ca);
  const channel = new Channel({ address, ca });
  const clock = new ServerClock();
  const journal = new Journal(state.journalFolder);
  const stopping = new AbortController();
  const { signal } = stopping;
  const newBackOff = options.backOff ?? (() => new BackOff());
  const instance = randomUUID();
  const enrolled = Promise.withResolvers<void>();
  let reportWanted = Promise.withResolvers<void>();
  let clockTold = false;
  if (state.identity) enrolled.resolve();

  const worker = new Worker({
    journal,
    machine: options.machine ?? createMachine(),
    executors: options.executors ?? createExecutors(),
    folder: state.workFolder,
    serverTime: () => clock.now(),
    holder: () => {
      const { identity } = state;
      return (
        identity && { ...identity, scripts: options.self().scripts, endpoint: identity.endpoint }
      );
    },
    onEndpoint: (endpoint) => {
      state.noteEndpoint(endpoint);
      // The server ties the two by osqueryd's enrolment: an order says that it has come.
      state.noteOsqueryEnrolled();
    },
    upload,
    onReport: () => reportWanted.resolve(),
    onEvent,
  });

  const hear = ({ date }: Reply) => {
    clock.hear(date);
    const aheadSeconds = clock.wrongBySeconds();
    if (aheadSeconds !== undefined && !clockTold) onEvent({ kind: 'clock-wrong', aheadSeconds });
    clockTold = aheadSeconds !== undefined;
  };
  const pause = (ms: number) => sleep(ms, undefined, { signal }).catch(() => undefined);

  async function enrol(backOff: BackOff): Promise<void> {
    const secret = readFileSync(options.secretFile, 'utf8').trim();
    const reply = await channel.post(
      actionPaths.enrol,
      { secret, self: options.self() },
      { timeoutMs: answerMs, signal },
    );
    hear(reply);
    if (reply.status === 200 && Value.Check(AgentEnrolled, reply.body)) {
      state.enrolled(reply.body);
      onEvent({ kind: 'enrolled', agentId: reply.body.agentId });
      options.onOsquerySecret();
      enrolled.resolve();
      reportWanted.resolve();
      return;
    }
    const code = codeOf(reply);
    const retryInMs = backOff.failed(reply.retryAfterSeconds);
    if (reply.status === 404) onEvent({ kind: 'no-channel' });
    else onEvent({ kind: 'enrolment-refused', code, retryInMs });
    await pause(retryInMs);
  }

  async function poll(): Promise<void> {
    const backOff = newBackOff();
    let selfTold = '';
    let lost = false;
    while (!signal.aborted) {
      try {
        const { identity } = state;
        if (!identity) {
          selfTold = '';
          await enrol(backOff);
          continue;
        }
        const self = options.self();
        const asked: AgentPoll = {
          instance,
          running: worker.open().slice(0, 200),
          // Not known what time it is there: the answer tells, so it should come at once.
          wait: clock.now() === undefined ? 0 : waitSeconds,
          ...(selfTold === JSON.stringify(self) ? {} : { self }),
        };
        const begun = performance.now();
        const reply = await channel.post(actionPaths.poll, asked, {
          key: identity.agentKey,
          timeoutMs: waitSeconds * 1000 + answerMs,
          signal,
        });
        hear(reply);
        if (reply.status === 401) {
          // Unknown at once after each enrolment would be a storm of enrolments.
          await pause(backOff.failures === 0 ? leastGapMs : backOff.failed());
          backOff.failed();
          state.forget();
          continue;
        }
        if (reply.status !== 200) {
          throw new Answered(codeOf(reply), reply.retryAfterSeconds);
        }
        if (lost) onEvent({ kind: 'channel-back' });
        lost = false;
        backOff.succeeded();
        selfTold = JSON.stringify(self);
        const before = worker.open().length;
        const { orders, cancel } = listsOf(reply.body);
        worker.cancel(cancel);
        if (orders.length > 0) worker.take(orders);
        else worker.kick();
        const quick = performance.now() - begun < leastGapMs && asked.wait !== 0;
        if (quick && worker.open().length === before) {
          await pause(leastGapMs * (0.5 + Math.random()));
        }
      } catch (error) {
        if (signal.aborted) return;
        const retryInMs = backOff.failed((error as Answered).retryAfterSeconds);
        if (!lost || backOff.failures % 20 === 0) {
          onEvent({ kind: 'channel-lost', reason: reasonOf(error), retryInMs });
        }
        lost = true;
        await pause(retryInMs);
      }
    }
  }

  async function report(): Promise<void> {
    const backOff = newBackOff();
    let most = mostReports;
    while (!signal.aborted) {
      const { identity } = state;
      const reports = identity ? journal.unsent(most) : [];
      if (!identity || reports.length === 0) {
        await Promise.race([reportWanted.promise, pause(60_000)]);
        reportWanted = Promise.withResolvers<void>();
        continue;
      }
      try {
        const reply = await channel.post(
          actionPaths.report,
          { reports },
          { key: identity.agentKey, timeoutMs: answerMs, signal },
        );
        hear(reply);
        if (reply.status === 413 && most > 1) {
          most = Math.ceil(most / 4);
          continue;
        }
        if (reply.status !== 200 || !Value.Check(AgentReported, reply.body)) {
          throw new Answered(codeOf(reply), reply.retryAfterSeconds);
        }
        most = mostReports;
        const { acknowledged, refused } = reply.body;
        for (const { orderId, sequence } of acknowledged) journal.acknowledge(orderId, sequence);
        for (const { index, reason, detail } of refused) {
          const one = reports[index];
          if (!one) continue;
          onEvent({ kind: 'report-refused', reason, detail });
          journal.acknowledge(one.orderId, one.sequence);
        }
        if (acknowledged.length + refused.length === 0) throw new Answered('NOTHING_TAKEN');
        backOff.succeeded();
      } catch (error) {
        if (signal.aborted) return;
        await pause(backOff.failed((error as Answered).retryAfterSeconds));
      }
    }
  }

  /** Tries again while the server is away; throws when it will not have the file. */
  async function upload(
    orderId: string,
    file: string,
    name: string,
    cancelled: AbortSignal,
  ): Promise<string> {
    const uploadId = randomUUID();
    const backOff = newBackOff();
    const either = AbortSignal.any([signal, cancelled]);
    for (;;) {
      either.throwIfAborted();
      let reply: Reply | undefined;
      try {
        reply = await channel.postFile(
          actionPaths.upload,
          file,
          (sha256) => ({
            [uploadHeaders.order]: orderId,
            [uploadHeaders.upload]: uploadId,
            [uploadHeaders.sha256]: sha256,
            [uploadHeaders.name]: encodeURIComponent(name),
          }),
          { key: state.identity?.agentKey ?? '', timeoutMs: uploadMs, signal: either },
        );
      } catch (error) {
        either.throwIfAborted();
        if (['ENOENT', 'EIO'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
      if (reply?.status === 200 && Value.Check(AgentUploaded, reply.body)) {
        return reply.body.uploadId;
      }
      if (reply && [400, 404, 409, 413, 415, 422].includes(reply.status)) {
        throw new Error(codeOf(reply));
      }
      await sleep(backOff.failed(reply?.retryAfterSeconds), undefined, { signal: either });
    }
  }

  worker.start();
  const loops = Promise.all([poll(), report()]);
  return {
    state,
    enrolled: enrolled.promise,
    async stop() {
      await worker.stop();
      stopping.abort();
      reportWanted.resolve();
      await loops;
      channel.close();
    },
  };
}

/** An answer that is not a success. */
class Answered extends Error {
  readonly retryAfterSeconds: number | undefined;

  constructor(code: string, retryAfterSeconds?: number) {
    super(code);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

function codeOf({ status, body }: Reply): string {
  const { code } = (body ?? {}) as { code?: unknown };
  return typeof code === 'string' ? code.slice(0, 100) : `HTTP_${status}`;
}

/** Orders are judged one by one elsewhere: one that is not even an order spoils no other. */
function listsOf(body: unknown): { orders: unknown[]; cancel: string[] } {
  const { orders, cancel } = (body ?? {}) as { orders?: unknown; cancel?: unknown };
  return {
    orders: Array.isArray(orders) ? orders : [],
    cancel: Array.isArray(cancel)
      ? cancel.filter((id): id is string => typeof id === 'string')
      : [],
  };
}

const reasonOf = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  return code && !message.includes(code) ? `${message} (${code})` : message;
};
