import { type Static, Type } from 'typebox';
import { AgentSelf, SignedOrder } from './action.ts';

/**
 * The action channel on the wire, between an agent and the endpoints' TLS listener. Every answer
 * but a success is `{ error, code }`; 401 with `AGENT_UNKNOWN` means: enrol anew.
 */
const Uuid = Type.String({ format: 'uuid' });

/** What is signed is this line and the order's text. */
export const orderDomain = 'yojin-order-v1\n';

/** POST /agent/enrol */
export type AgentEnrolment = Static<typeof AgentEnrolment>;
export const AgentEnrolment = Type.Object({
  /** An enrolment secret of a scope, never the personal one of an agent. */
  secret: Type.String({ maxLength: 512 }),
  self: AgentSelf,
  /** Ed25519, SPKI in PEM, if the agent has a key of its own. */
  publicKey: Type.Optional(Type.String({ maxLength: 2000 })),
});
export type AgentEnrolled = Static<typeof AgentEnrolled>;
export const AgentEnrolled = Type.Object({
  agentId: Uuid,
  /** For `Authorization: AgentKey <key>`. */
  agentKey: Type.String(),
  /** What this agent's osqueryd enrols with, and nothing else does; as often as it needs. */
  osquerySecret: Type.String(),
  /** Whose orders to obey: Ed25519, SPKI in PEM. */
  verifyKey: Type.String(),
  keyId: Type.String(),
});

/** POST /agent/poll */
export type AgentPoll = Static<typeof AgentPoll>;
export const AgentPoll = Type.Object({
  /** At each start, and when something of it changed. */
  self: Type.Optional(AgentSelf),
  /** Random for each start of the agent's process: two that alternate are a cloned machine. */
  instance: Type.Optional(Uuid),
  /** Orders that the agent has received and not ended. They are not handed out again. */
  running: Type.Optional(Type.Array(Uuid, { maxItems: 200 })),
  /** Seconds that it is willing to wait; at most 14 are used. */
  wait: Type.Optional(Type.Number({ minimum: 0, maximum: 3600 })),
});
export type AgentPolled = Static<typeof AgentPolled>;
export const AgentPolled = Type.Object({
  orders: Type.Array(SignedOrder),
  /** Not to be begun, and stopped where that is safe. Said again each minute until they ended. */
  cancel: Type.Array(Uuid),
});

/** POST /agent/report. Each report is judged by itself, so they are not checked all at once. */
export const mostReports = 100;
export type AgentReported = Static<typeof AgentReported>;
export const AgentReported = Type.Object({
  /** Stored, or known already: not to be sent again. What stands in neither list is. */
  acknowledged: Type.Array(Type.Object({ orderId: Uuid, sequence: Type.Integer() })),
  /** Never taken: not to be sent again either. */
  refused: Type.Array(
    Type.Object({
      /** Place in the list that was sent. */
      index: Type.Integer(),
      reason: Type.String(),
      detail: Type.String(),
    }),
  ),
});

/**
 * POST /agent/upload: the bytes of one file as `application/octet-stream`, not compressed by the
 * transport. Sent again under the same id it is taken once.
 */
export const uploadHeaders = {
  order: 'x-yojin-order',
  /** UUID that the agent chose; `uploadId` of its report. */
  upload: 'x-yojin-upload',
  /** Of the whole content, hex. */
  sha256: 'x-yojin-sha256',
  /** File name, in percent encoding; at most 255 characters once decoded. */
  name: 'x-yojin-name',
} as const;
export type AgentUploaded = Static<typeof AgentUploaded>;
export const AgentUploaded = Type.Object({ uploadId: Uuid, bytes: Type.Integer() });
