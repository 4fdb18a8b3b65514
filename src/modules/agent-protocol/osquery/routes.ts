import { createHash, randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerOf, sendEndpointError } from '../../../platform/http/error-answers.ts';
import type { App } from '../../../platform/module.ts';
import { agentPaths } from '../agent-flags.ts';
import { type Newcomer, parseEnrolment } from '../enrolment.ts';
import {
  BytesInFlight,
  type JsonObject,
  member,
  NoRoomError,
  parseBody,
  readBytes,
} from '../json-body.ts';
import { type Limits, TokenBuckets } from '../limits.ts';
import type { Node, NodeDirectory } from '../nodes/directory.ts';
import type { Refusal, RefusalCounts } from '../refusals.ts';
import type { FoundSecret } from '../store.ts';
import type { Intake, Outcome } from './intake.ts';

export interface OsqueryRoutesOptions {
  readonly clock: () => Date;
  readonly limits: Limits;
  readonly directory: NodeDirectory;
  readonly intake: Intake;
  readonly refusals: RefusalCounts;
  readonly logUnexpected: (error: unknown, route: string) => void;
  readonly findSecret: (secret: string) => Promise<FoundSecret | undefined>;
  readonly enrol: (
    newcomer: Newcomer,
    secret: FoundSecret,
    keyHash: Buffer,
    address: string,
    at: Date,
  ) => Promise<void>;
  /** The configuration of a node, as JSON text. */
  readonly configOf: (node: Node) => string;
  /**
   * Holds a read open that found nothing to do, until there is something, at most `maxMs`. 0: never.
   * osqueryd gives up after 16 s.
   */
  readonly hold: {
    readonly maxMs: number;
    readonly bell: (node: Node, timeoutMs: number, signal: AbortSignal) => Promise<void>;
  };
  /** The node was heard of. */
  readonly contact: (node: Node, at: Date, read: boolean) => void;
}

/** What is sent instead of a result. Always a body that osqueryd takes for a failure. */
type Refused = { readonly status: number; readonly body: { error?: string; node_invalid?: true } };

const refused = (status: number, error: string): Refused => ({ status, body: { error } });
const unknownKey: Refused = { status: 401, body: { node_invalid: true } };

interface Admitted {
  readonly node: Node;
  readonly keyHash: string;
  readonly body: JsonObject;
}

/**
 * The TLS remote API of osquery. osqueryd ignores the HTTP status and judges by the body: an empty
 * one, or an object without `error`, means success, and after a "successful" post of logs it
 * deletes them. So whatever fails answers `{"error": …}` or `{"node_invalid": true}`.
 */
export function osqueryRoutes(app: App, options: OsqueryRoutesOptions): void {
  const { clock, limits, directory, intake, refusals } = options;
  const inFlight = new BytesInFlight(limits.bytesInFlight);
  const strangers = new TokenBuckets(limits.strangers);
  const enrolments = new TokenBuckets(limits.addressEnrolments);
  const hostEnrolments = new TokenBuckets(limits.hostEnrolments);
  const nodeRequests = new TokenBuckets(limits.nodeRequests);
  const nodeBytes = new TokenBuckets(limits.nodeBytes);

  // Bodies are read by us, after the caller is known, whatever type they claim to have.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  app.setErrorHandler((error, request, reply) => {
    const { problem, unexpected } = answerOf(error);
    if (error instanceof NoRoomError) return sendRefused(reply, refused(503, 'the server is busy'));
    // A host that goes away in the middle of its request is no failure of ours.
    if (unexpected && !request.raw.socket.destroyed)
      options.logUnexpected(error, request.routeOptions.url ?? '');
    return sendEndpointError(reply, problem);
  });

  const route = (
    url: string,
    handler: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>,
  ) =>
    app.post(
      url,
      { config: { permission: 'endpoint' }, bodyLimit: Number.MAX_SAFE_INTEGER },
      (request, reply) => handler(request as never, reply as never),
    );

  route(agentPaths.enrol, async (request, reply) => {
    const at = clock();
    const address = request.ip;
    const refuse = (refusal: Refusal, status = 400): FastifyReply => {
      refusals.add(refusal, at, { address });
      strangers.take(address, at.getTime());
      return sendRefused(reply, refused(status, `enrolment refused: ${refusal.reason}`));
    };
    if (!strangers.take(address, at.getTime(), 0) || !enrolments.take(address, at.getTime())) {
      return refuse({ reason: 'TOO_MANY_REQUESTS', detail: `enrolments from ${address}` }, 429);
    }
    const parsed = await readJson(request, limits.enrolBytes);
    if (!parsed.ok) return refuse(parsed.refusal, statusOf(parsed.refusal));
    const enrolment = parseEnrolment(parsed.body);
    if (!enrolment.ok) return refuse(enrolment.refusal);
    const { newcomer } = enrolment;
    const { identity, hostKey, instanceId } = newcomer;

    const secret = await options.findSecret(newcomer.secret);
    const wrong =
      secret === undefined
        ? 'ENROLMENT_SECRET_UNKNOWN'
        : secret.revokedAt !== null
          ? 'ENROLMENT_SECRET_REVOKED'
          : secret.expiresAt !== null && secret.expiresAt <= at
            ? 'ENROLMENT_SECRET_EXPIRED'
            : undefined;
    if (secret === undefined || wrong !== undefined) {
      refusals.add(
        {
          reason: wrong ?? 'ENROLMENT_SECRET_UNKNOWN',
          detail: `${identity.hostname} at ${address}`,
        },
        at,
        { address },
      );
      strangers.take(address, at.getTime());
      // Which of the three it was is for the operator to see, not for whoever tries.
      return sendRefused(reply, {
        status: 403,
        body: { node_invalid: true, error: 'enrolment refused' },
      });
    }
    const host = `${identity.platform} ${identity.hardwareUuid ?? hostKey ?? instanceId}`;
    if (!hostEnrolments.take(host, at.getTime())) {
      refusals.add({ reason: 'TOO_MANY_ENROLMENTS', detail: `${identity.hostname}: ${host}` }, at, {
        address,
      });
      return sendRefused(
        reply,
        refused(429, 'this host enrols too often; it may do so again in five minutes'),
      );
    }
    const nodeKey = randomBytes(32).toString('base64url');
    await options.enrol(newcomer, secret, hashOfKey(nodeKey), address, at);
    return sendJson(reply, { node_key: nodeKey, node_invalid: false });
  });

  route(agentPaths.config, async (request, reply) => {
    const admitted = await admit(request, limits.requestBytes);
    if ('status' in admitted) return sendRefused(reply, admitted);
    options.contact(admitted.node, clock(), false);
    return reply.type('application/json; charset=utf-8').send(options.configOf(admitted.node));
  });

  route(agentPaths.log, async (request, reply) => {
    const admitted = await admit(request, limits.logBytes);
    if ('status' in admitted) return sendRefused(reply, admitted);
    const at = clock();
    const outcome = await intake.log(admitted.node, admitted.body, at);
    return answer(request, reply, admitted.node, at, outcome, () => ({}));
  });

  route(agentPaths.distributedRead, async (request, reply) => {
    const admitted = await admit(request, limits.requestBytes);
    if ('status' in admitted) return sendRefused(reply, admitted);
    const { node, outcome } = await readOrHold(request, admitted);
    return answer(request, reply, node, clock(), outcome, (queries) => ({ queries }));
  });

  route(agentPaths.distributedWrite, async (request, reply) => {
    const admitted = await admit(request, limits.writeBytes);
    if ('status' in admitted) return sendRefused(reply, admitted);
    const at = clock();
    const outcome = await intake.write(admitted.node, admitted.body, at);
    return answer(request, reply, admitted.node, at, outcome, () => ({}));
  });

  const holds = new Map<string, AbortController>();
  let closing = false;
  // A listener that closes waits for its answers.
  app.addHook('preClose', async () => {
    closing = true;
    for (const held of holds.values()) held.abort();
  });

  /** What there is to do; when there is nothing, waits for it as long as the client does. */
  async function readOrHold(
    request: FastifyRequest,
    { node, keyHash }: Admitted,
  ): Promise<{ node: Node; outcome: Outcome<Record<string, string>> }> {
    const { maxMs, bell } = options.hold;
    if (maxMs === 0 || closing || node.standing !== 'current' || node.contested) {
      return { node, outcome: await intake.read(node, clock()) };
    }
    const leave = new AbortController();
    const { socket } = request.raw;
    const gone = () => leave.abort();
    socket.once('close', gone);
    // One read per node: the host that asks again has given up the one before.
    holds.get(node.id)?.abort();
    holds.set(node.id, leave);
    try {
      // Listening before looking: what comes in between is not missed. Not all at the same moment:
      // hosts that were all released by one question would come back together for ever.
      const rung = bell(node, maxMs * (0.85 + 0.15 * Math.random()), leave.signal);
      const outcome = await intake.read(node, clock());
      if (outcome.kind !== 'done' || Object.keys(outcome.result).length > 0) {
        return { node, outcome };
      }
      options.contact(node, clock(), true);
      await rung;
      // Nobody there to take anything, or somebody newer: what is handed out now would be lost.
      if (leave.signal.aborted) return { node, outcome };
      // Meanwhile the key may have been superseded.
      const nowNode = await directory.find(keyHash, clock().getTime());
      if (nowNode === undefined) return { node, outcome: { kind: 'gone' } };
      return { node: nowNode, outcome: await intake.read(nowNode, clock()) };
    } finally {
      // Also after a failure: the bell is not waited for any more.
      leave.abort();
      socket.off('close', gone);
      if (holds.get(node.id) === leave) holds.delete(node.id);
    }
  }

  function answer<Result>(
    request: FastifyRequest,
    reply: FastifyReply,
    node: Node,
    at: Date,
    outcome: Outcome<Result>,
    success: (result: Result) => object,
  ): FastifyReply {
    if (outcome.kind === 'gone') return sendRefused(reply, unknownKey);
    if (outcome.kind === 'later') return sendRefused(reply, refused(503, outcome.because));
    if (outcome.kind === 'refused') {
      const { refusal } = outcome;
      refusals.add(refusal, at, { endpointId: node.endpointId, address: request.ip });
      return sendRefused(reply, refused(statusOf(refusal), `${refusal.reason}: ${refusal.detail}`));
    }
    options.contact(node, at, request.routeOptions.url === agentPaths.distributedRead);
    return sendJson(reply, success(outcome.result));
  }

  /** The node that calls, and its body; or what to answer instead. */
  async function admit(request: FastifyRequest, maxBytes: number): Promise<Admitted | Refused> {
    const header = nodeKeyOf(request);
    let node: Node | undefined;
    let key = header;
    if (header !== undefined) {
      // Known before the body is read: a stranger's body is not worth reading.
      const found = await nodeOf(header, request.ip);
      if ('status' in found) return found;
      node = found;
      const exceeded = exceedsLimits(node, request.ip);
      if (exceeded) return exceeded;
    } else if (!strangers.take(request.ip, clock().getTime(), 0)) {
      return tooMany(null, request.ip);
    }
    const parsed = await readJson(request, maxBytes);
    if (!parsed.ok) {
      const { refusal } = parsed;
      refusals.add(refusal, clock(), { endpointId: node?.endpointId ?? null, address: request.ip });
      if (node) nodeBytes.take(node.id, clock().getTime(), parsed.cost);
      else strangers.take(request.ip, clock().getTime(), 1 + parsed.cost / 65_536);
      return refused(statusOf(refusal), `${refusal.reason}: ${refusal.detail}`);
    }
    const given = member(parsed.body, 'node_key');
    if (node === undefined) {
      // Agents before 5.2x name their key in the body only.
      if (typeof given !== 'string') {
        strangers.take(request.ip, clock().getTime());
        const refusal: Refusal = { reason: 'WRONG_TYPE', detail: 'no node_key' };
        refusals.add(refusal, clock(), { address: request.ip });
        return refused(400, 'WRONG_TYPE: no node_key');
      }
      const found = await nodeOf(given, request.ip);
      if ('status' in found) return found;
      node = found;
      key = given;
      const exceeded = exceedsLimits(node, request.ip);
      if (exceeded) return exceeded;
    } else if (given !== undefined && given !== header) {
      const refusal: Refusal = {
        reason: 'NODE_KEY_MISMATCH',
        detail: 'header and body name two keys',
      };
      refusals.add(refusal, clock(), { endpointId: node.endpointId, address: request.ip });
      return refused(400, `${refusal.reason}: ${refusal.detail}`);
    }
    nodeBytes.take(node.id, clock().getTime(), parsed.bytes);
    if (parsed.damaged) {
      const refusal: Refusal = {
        reason: 'INVALID_UTF8',
        detail: `${request.routeOptions.url}: bytes that are not UTF-8 were replaced`,
      };
      refusals.add(refusal, clock(), { endpointId: node.endpointId, address: request.ip });
    }
    return { node, keyHash: hashOfKey(key!).toString('hex'), body: parsed.body };
  }

  async function nodeOf(key: string, address: string): Promise<Node | Refused> {
    const nowMs = clock().getTime();
    const node = await directory.find(hashOfKey(key).toString('hex'), nowMs);
    if (node) return node;
    if (!strangers.take(address, nowMs)) return tooMany(null, address);
    refusals.add({ reason: 'UNKNOWN_NODE_KEY', detail: `from ${address}` }, clock(), { address });
    return unknownKey;
  }

  function exceedsLimits(node: Node, address: string): Refused | undefined {
    const nowMs = clock().getTime();
    const allowed = nodeRequests.take(node.id, nowMs) && nodeBytes.take(node.id, nowMs, 0);
    return allowed ? undefined : tooMany(node.endpointId, address);
  }

  function tooMany(endpointId: string | null, address: string): Refused {
    refusals.add({ reason: 'TOO_MANY_REQUESTS', detail: `from ${address}` }, clock(), {
      endpointId,
      address,
    });
    return refused(429, 'too many requests, come back later');
  }

  async function readJson(request: FastifyRequest, maxBytes: number) {
    const encoding = request.headers['content-encoding'];
    const declared = Number(request.headers['content-length'] ?? 0);
    if (declared > maxBytes) {
      const detail = `${declared} bytes, at most ${maxBytes}`;
      return { ok: false, refusal: { reason: 'BODY_TOO_LARGE', detail }, cost: 0 } as const;
    }
    const source = request.body as Readable | undefined;
    if (source === undefined) return { ...parseBody(Buffer.alloc(0), limits.jsonDepth), cost: 0 };
    const read = await readBytes(source, encoding, maxBytes, inFlight);
    if (!read.ok) return { ...read, cost: maxBytes };
    return { ...parseBody(read.bytes, limits.jsonDepth), cost: read.bytes.length };
  }
}

function sendJson(reply: FastifyReply, body: object): FastifyReply {
  return reply.type('application/json; charset=utf-8').send(JSON.stringify(body));
}

function sendRefused(reply: FastifyReply, { status, body }: Refused): FastifyReply {
  // The rest of a body that is too large is not waited for.
  if (status === 413) reply.header('connection', 'close');
  return reply.code(status).type('application/json; charset=utf-8').send(JSON.stringify(body));
}

function statusOf({ reason }: Refusal): number {
  if (reason === 'BODY_TOO_LARGE') return 413;
  if (reason === 'BAD_ENCODING') return 415;
  return 400;
}

/** `Authorization: NodeKey <key>`; undefined when the header is absent or of another scheme. */
function nodeKeyOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  return authorization === undefined
    ? undefined
    : /^NodeKey +(\S{1,512})$/i.exec(authorization)?.[1];
}

function hashOfKey(key: string): Buffer {
  return createHash('sha256').update(key, 'utf8').digest();
}
