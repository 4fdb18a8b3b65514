import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerOf } from '../../../platform/http/error-answers.ts';
import type { App } from '../../../platform/module.ts';
import { actionPaths } from '../agent-flags.ts';
import { BytesInFlight, NoRoomError, parseBody, readBytes } from '../json-body.ts';
import { type Limits, TokenBuckets } from '../limits.ts';
import type { Refusal, RefusalCounts } from '../refusals.ts';
import type { FoundSecret } from '../store.ts';
import type { OrderReport } from './action.ts';
import {
  readEnrolment,
  readPoll,
  readReport,
  readUploadHeaders,
  reportsOf,
  shownOrder,
} from './agent-messages.ts';
import { agentKeyHash, type CallingAgent } from './agent-store.ts';
import type {
  AgentEnrolled,
  AgentEnrolment,
  AgentPoll,
  AgentPolled,
  AgentReported,
} from './channel.ts';
import { uploadHeaders } from './channel.ts';
import type { PollBell } from './poll-bell.ts';
import type { ReportOutcome } from './report-store.ts';
import type { BegunUpload, receiveUpload, UploadHead } from './upload-store.ts';

export interface ChannelRoutesOptions {
  readonly clock: () => Date;
  readonly limits: Limits;
  readonly refusals: RefusalCounts;
  readonly logUnexpected: (error: unknown, route: string) => void;
  readonly findSecret: (secret: string) => Promise<FoundSecret | undefined>;
  readonly enrol: (
    enrolment: AgentEnrolment,
    secret: FoundSecret,
    address: string,
    at: Date,
  ) => Promise<AgentEnrolled>;
  /** By the SHA-256 of the key in hex. */
  readonly findAgent: (keyHash: string) => Promise<CallingAgent | undefined>;
  /** Notes that the agent was heard; undefined: it may not go on, its key is unknown now. */
  readonly heard: (
    agent: CallingAgent,
    poll: AgentPoll | undefined,
    address: string,
    at: Date,
  ) => Promise<CallingAgent | undefined>;
  readonly offer: (agent: CallingAgent, running: readonly string[]) => Promise<AgentPolled>;
  readonly bell: PollBell;
  /** How long a poll is held, in milliseconds. */
  readonly holdMs: number;
  /** One outcome per report; undefined: not stored now, to be sent again. */
  readonly store: (
    agent: CallingAgent,
    reports: readonly OrderReport[],
    at: Date,
  ) => Promise<readonly (ReportOutcome | undefined)[]>;
  /** An agent spoke of orders that are not its own. */
  readonly foreign: (agent: CallingAgent, orderIds: readonly string[], address: string) => void;
  readonly beginUpload: (head: UploadHead) => Promise<BegunUpload>;
  readonly receiveUpload: (
    head: UploadHead,
    begun: Extract<BegunUpload, { kind: 'wanted' }>,
    source: Readable,
  ) => ReturnType<typeof receiveUpload>;
}

interface Refused {
  readonly status: number;
  readonly code: string;
  readonly error: string;
}
const refused = (status: number, code: string, error: string): Refused => ({ status, code, error });
const unknownAgent = refused(401, 'AGENT_UNKNOWN', 'this agent is not known; enrol again');

const POLL_BYTES = 64 * 1024;
/** A hundred reports with 20,000 characters of output each. */
const REPORT_BYTES = 8 * 1024 * 1024;
/** Nesting of JSON: a report in a list, with what was before. */
const DEPTH = 6;

/** The action channel: our own agents enrol, wait for orders, report, and send files up. */
export function channelRoutes(app: App, options: ChannelRoutesOptions): void {
  const { clock, limits, refusals, bell } = options;
  const inFlight = new BytesInFlight(limits.bytesInFlight / 4);
  const strangers = new TokenBuckets(limits.strangers);
  const enrolments = new TokenBuckets(limits.addressEnrolments);
  const requests = new TokenBuckets(limits.nodeRequests);
  const bytes = new TokenBuckets(limits.nodeBytes);

  // Bodies are read by us, after the caller is known, whatever type they claim to have.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof NoRoomError)
      return send(reply, refused(503, 'BUSY', 'the server is busy'));
    const { problem, unexpected } = answerOf(error);
    if (unexpected) options.logUnexpected(error, request.routeOptions.url ?? '');
    return send(reply, refused(problem.status, problem.code, problem.title));
  });

  const route = (url: string, handler: (request: FastifyRequest) => Promise<object>) =>
    app.post(
      url,
      { config: { permission: 'endpoint' }, bodyLimit: Number.MAX_SAFE_INTEGER },
      async (request, reply) => {
        return send(reply as never, await handler(request as never));
      },
    );

  route(actionPaths.enrol, async (request) => {
    const at = clock();
    const address = request.ip;
    if (!strangers.take(address, at.getTime(), 0) || !enrolments.take(address, at.getTime())) {
      return tooMany(null, address);
    }
    const refuse = (refusal: Refusal, answer: Refused): Refused => {
      refusals.add(refusal, at, { address });
      strangers.take(address, at.getTime());
      return answer;
    };
    const body = await readJson(request, limits.enrolBytes);
    if (!body.ok) return refuse(body.refusal, answerTo(body.refusal));
    const enrolment = readEnrolment(body.body);
    if (!enrolment.ok) return refuse(enrolment.refusal, answerTo(enrolment.refusal));
    const secret = await options.findSecret(enrolment.value.secret);
    const reason = whyRefused(secret, at);
    if (secret === undefined || reason !== undefined) {
      // Which it was is for the operator to see, not for whoever tries.
      return refuse(
        { reason: reason ?? 'ENROLMENT_SECRET_UNKNOWN', detail: `agent at ${address}` },
        refused(403, 'ENROLMENT_REFUSED', 'enrolment refused'),
      );
    }
    return options.enrol(enrolment.value, secret, address, at);
  });

  route(actionPaths.poll, async (request) => {
    const admitted = await admit(request);
    if ('status' in admitted) return admitted;
    const body = await readJson(request, POLL_BYTES);
    if (!body.ok) return refuseBody(request, admitted, body.refusal, body.cost);
    bytes.take(admitted.id, clock().getTime(), body.cost);
    const poll = readPoll(body.body);
    if (!poll.ok) return refuseBody(request, admitted, poll.refusal, 0);
    const agent = await options.heard(admitted, poll.value, request.ip, clock());
    if (agent === undefined) return unknownAgent;
    return pollOrHold(request, agent, poll.value);
  });

  route(actionPaths.report, async (request) => {
    const agent = await admit(request);
    if ('status' in agent) return agent;
    const body = await readJson(request, REPORT_BYTES);
    if (!body.ok) return refuseBody(request, agent, body.refusal, body.cost);
    bytes.take(agent.id, clock().getTime(), body.cost);
    const given = reportsOf(body.body);
    if (!given.ok) return refuseBody(request, agent, given.refusal, 0);
    const at = clock();
    await options.heard(agent, undefined, request.ip, at);

    const answer: Mutable<AgentReported> = { acknowledged: [], refused: [] };
    const refuse = (index: number, refusal: Refusal): void => {
      refusals.add(refusal, at, { endpointId: agent.endpointId, address: request.ip });
      answer.refused.push({ index, ...refusal });
    };
    const read = given.value.map((value, index) => ({ index, value, reading: readReport(value) }));
    const good = read.flatMap(({ index, reading }) =>
      reading.ok ? [{ index, report: reading.value }] : [],
    );
    const outcomes = await options.store(
      agent,
      good.map(({ report }) => report),
      at,
    );
    for (const { index, value, reading } of read) {
      if (reading.ok) continue;
      const { reason, detail } = reading.refusal;
      refuse(index, { reason, detail: `report ${index} of order ${shownOrder(value)}: ${detail}` });
    }
    const foreign: string[] = [];
    for (const [place, { index, report }] of good.entries()) {
      const { orderId, sequence } = report;
      const outcome = outcomes[place];
      if (outcome?.kind === 'acknowledged') answer.acknowledged.push({ orderId, sequence });
      if (outcome?.kind === 'foreign') {
        foreign.push(orderId);
        refuse(index, { reason: 'FOREIGN_ORDER', detail: `${orderId} is no order of this agent` });
      }
      if (outcome?.kind === 'too-many') {
        refuse(index, { reason: 'TOO_MANY_REPORTS', detail: `of the order ${orderId}` });
      }
    }
    if (foreign.length > 0) options.foreign(agent, foreign, request.ip);
    return answer;
  });

  route(actionPaths.upload, async (request) => {
    const agent = await admit(request);
    if ('status' in agent) return agent;
    const headers = readUploadHeaders((name) => {
      const value = request.headers[uploadHeaders[name]];
      return typeof value === 'string' ? value : undefined;
    });
    if (!headers.ok) return refuseBody(request, agent, headers.refusal, 0);
    const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
    if (encoding !== 'identity') {
      return refuseBody(request, agent, { reason: 'BAD_ENCODING', detail: encoding }, 0);
    }
    const head: UploadHead = { ...headers.value, agentId: agent.id, at: clock() };
    const begun = await options.beginUpload(head);
    if (begun.kind === 'complete') return { uploadId: head.uploadId, bytes: begun.bytes };
    const declared = Number(request.headers['content-length'] ?? 0);
    const ended =
      begun.kind === 'refused'
        ? begun
        : declared > begun.mostBytes
          ? ({
              kind: 'refused',
              reason: 'UPLOAD_TOO_LARGE',
              detail: `${declared} bytes, at most ${begun.mostBytes}`,
            } as const)
          : await options.receiveUpload(head, begun, request.body as Readable);
    if (ended.kind === 'complete') return { uploadId: head.uploadId, bytes: ended.bytes };
    if (ended.kind === 'superseded') {
      return refused(409, 'UPLOAD_SUPERSEDED', 'the same upload was begun again');
    }
    const { reason, detail } = ended;
    refusals.add({ reason, detail }, clock(), {
      endpointId: agent.endpointId,
      address: request.ip,
    });
    if (reason === 'FOREIGN_ORDER') options.foreign(agent, [head.orderId], request.ip);
    const status = {
      FOREIGN_ORDER: 404,
      NOT_ASKED_FOR: 409,
      UPLOAD_TOO_LARGE: 413,
      HASH_WRONG: 422,
    };
    return refused(status[reason], reason, detail);
  });

  const holds = new Set<AbortController>();
  let closing = false;
  // A listener that closes waits for its answers.
  app.addHook('preClose', async () => {
    closing = true;
    for (const held of holds) held.abort();
  });

  /** What there is for the agent; when there is nothing, waits for it as long as the agent does. */
  async function pollOrHold(
    request: FastifyRequest,
    agent: CallingAgent,
    { running = [], wait = 0 }: AgentPoll,
  ): Promise<AgentPolled | Refused> {
    const holdMs = Math.min(options.holdMs, wait * 1000);
    if (holdMs === 0 || closing) return options.offer(agent, running);
    const leave = new AbortController();
    const { socket } = request.raw;
    const gone = () => leave.abort();
    socket.once('close', gone);
    holds.add(leave);
    try {
      // Listening before looking: what comes in between is not missed. Not all at the same moment:
      // agents that were all released by one campaign would come back together for ever.
      const rung = bell.wait(agent.id, holdMs * (0.85 + 0.15 * Math.random()), leave.signal);
      const offered = await options.offer(agent, running);
      if (offered.orders.length > 0 || offered.cancel.length > 0) {
        leave.abort();
        return offered;
      }
      // Nobody there to take anything, or somebody newer.
      if (!(await rung)) return { orders: [], cancel: [] };
      // Meanwhile it may have been revoked, or have got its endpoint.
      const hash = keyHashOf(request);
      const now = hash === undefined ? undefined : await options.findAgent(hash);
      if (now === undefined || now.endedAt !== null) return unknownAgent;
      return options.offer(now, running);
    } finally {
      leave.abort();
      socket.off('close', gone);
      holds.delete(leave);
    }
  }

  /** The agent that calls, before its body is read: a stranger's body is not worth reading. */
  async function admit(request: FastifyRequest): Promise<CallingAgent | Refused> {
    const nowMs = clock().getTime();
    const address = request.ip;
    const hash = keyHashOf(request);
    if (!strangers.take(address, nowMs, 0) && hash === undefined) return tooMany(null, address);
    const agent = hash === undefined ? undefined : await options.findAgent(hash);
    if (agent === undefined || agent.endedAt !== null) {
      if (!strangers.take(address, nowMs)) return tooMany(null, address);
      refusals.add({ reason: 'UNKNOWN_AGENT_KEY', detail: `from ${address}` }, clock(), {
        address,
      });
      return unknownAgent;
    }
    if (!requests.take(agent.id, nowMs) || !bytes.take(agent.id, nowMs, 0)) {
      return tooMany(agent.endpointId, address);
    }
    return agent;
  }

  function refuseBody(
    request: FastifyRequest,
    agent: CallingAgent,
    refusal: Refusal,
    cost: number,
  ): Refused {
    refusals.add(refusal, clock(), { endpointId: agent.endpointId, address: request.ip });
    bytes.take(agent.id, clock().getTime(), cost);
    return answerTo(refusal);
  }

  function tooMany(endpointId: string | null, address: string): Refused {
    refusals.add({ reason: 'TOO_MANY_REQUESTS', detail: `from ${address}` }, clock(), {
      endpointId,
      address,
    });
    return refused(429, 'TOO_MANY_REQUESTS', 'too many requests, come back later');
  }

  async function readJson(request: FastifyRequest, maxBytes: number) {
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes) {
      const detail = `${declared} bytes, at most ${maxBytes}`;
      return { ok: false, refusal: { reason: 'BODY_TOO_LARGE', detail }, cost: 0 } as const;
    }
    const source = request.body as Readable | undefined;
    if (source === undefined) return { ...parseBody(Buffer.alloc(0), DEPTH), cost: 0 };
    const read = await readBytes(source, request.headers['content-encoding'], maxBytes, inFlight);
    if (!read.ok) return { ...read, cost: maxBytes };
    return { ...parseBody(read.bytes, DEPTH), cost: read.bytes.length };
  }
}

type Mutable<Value> = { -readonly [Name in keyof Value]: Value[Name] };

function whyRefused(secret: FoundSecret | undefined, at: Date): Refusal['reason'] | undefined {
  if (secret === undefined) return 'ENROLMENT_SECRET_UNKNOWN';
  // An agent's own secret makes no further agents.
  if (secret.agentId !== null) return 'ENROLMENT_SECRET_PERSONAL';
  if (secret.revokedAt !== null) return 'ENROLMENT_SECRET_REVOKED';
  if (secret.expiresAt !== null && secret.expiresAt <= at) return 'ENROLMENT_SECRET_EXPIRED';
  return undefined;
}

function answerTo({ reason, detail }: Refusal): Refused {
  const status = reason === 'BODY_TOO_LARGE' ? 413 : reason === 'BAD_ENCODING' ? 415 : 400;
  return refused(status, reason, `${reason}: ${detail}`);
}

function send(reply: FastifyReply, answer: object): FastifyReply {
  const { status = 200, ...body } = answer as { readonly status?: number };
  // The rest of a body that is refused is not waited for.
  if (status === 413 || status === 409 || status === 404) reply.header('connection', 'close');
  if (status === 503) reply.header('retry-after', 5);
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
}

/** `Authorization: AgentKey <key>`, hashed; undefined when it is absent or of another scheme. */
function keyHashOf(request: FastifyRequest): string | undefined {
  const { authorization = '' } = request.headers;
  const key = /^AgentKey +(\S{1,512})$/i.exec(authorization)?.[1];
  return key === undefined ? undefined : agentKeyHash(key).toString('hex');
}
