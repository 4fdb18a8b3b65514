import { type Static, Type } from 'typebox';
import { listOf } from '../../platform/http/list.ts';

/** The wire contract of enrolment secrets and of the state of the agents, for console and CLI. */
export * from './actions/action.ts';
export * from './actions/channel.ts';
export { actionPaths, agentFlagFile, agentPaths } from './agent-flags.ts';

const Time = Type.String({ format: 'date-time' });
const Uuid = Type.String({ format: 'uuid' });

/** GET /api/enrolment-secrets; POST; DELETE /api/enrolment-secrets/:id revokes. */
export type EnrolmentSecret = Static<typeof EnrolmentSecret>;
export const EnrolmentSecret = Type.Object({
  id: Uuid,
  name: Type.String(),
  scopeId: Uuid,
  scopeName: Type.String(),
  createdAt: Time,
  createdBy: Type.String(),
  expiresAt: Type.Union([Time, Type.Null()]),
  revokedAt: Type.Union([Time, Type.Null()]),
  lastUsedAt: Type.Union([Time, Type.Null()]),
  useCount: Type.Integer(),
});
export const EnrolmentSecretList = listOf(EnrolmentSecret);

export type EnrolmentSecretCreate = Static<typeof EnrolmentSecretCreate>;
export const EnrolmentSecretCreate = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 100 }),
  scopeId: Uuid,
  expiresInDays: Type.Union([Type.Integer({ minimum: 1, maximum: 3650 }), Type.Null()]),
});
/** The only time the secret is shown; with what a stock osqueryd needs to enrol. */
export type EnrolmentSecretCreated = Static<typeof EnrolmentSecretCreated>;
export const EnrolmentSecretCreated = Type.Object({
  enrolmentSecret: EnrolmentSecret,
  secret: Type.String(),
  /** Host and port of the endpoints' TLS listener as the server knows it. */
  tlsAddress: Type.String(),
  /** The CA certificate to pin, PEM. */
  caCertificate: Type.String(),
  /** SHA-256 of the CA certificate, hex with colons. */
  caFingerprint: Type.String(),
  /** Contents of an osquery flag file for a stock osqueryd. */
  flagFile: Type.String(),
});

/** GET /api/agents/rejections: what endpoints sent that was refused, counted. */
export type Rejection = Static<typeof Rejection>;
export const Rejection = Type.Object({
  endpointId: Type.Union([Uuid, Type.Null()]),
  hostname: Type.Union([Type.String(), Type.Null()]),
  /** Stable code: BODY_TOO_LARGE, NOT_JSON, TOO_DEEP, WRONG_TYPE, TOO_MANY_ROWS, UNKNOWN_QUERY, … */
  reason: Type.String(),
  count: Type.Integer(),
  firstAt: Time,
  lastAt: Time,
  lastAddress: Type.Union([Type.String(), Type.Null()]),
  /** What was wrong, with its place, the last time; at most 500 characters. */
  lastDetail: Type.String(),
});
export const RejectionList = listOf(Rejection);

/** POST /api/endpoints/:id/refresh: asks for every part again at the next contact. */
export type RefreshResult = Static<typeof RefreshResult>;
export const RefreshResult = Type.Object({ parts: Type.Integer() });

/** GET /api/agents/enrolment: what `yojin agent` and the console show to enrol by hand. */
export type EnrolmentGuide = Static<typeof EnrolmentGuide>;
export const EnrolmentGuide = Type.Object({
  tlsAddress: Type.String(),
  caCertificate: Type.String(),
  caFingerprint: Type.String(),
});

/** GET /api/agents: our own agents, which take orders; DELETE /api/agents/:id revokes one. */
export type Agent = Static<typeof Agent>;
export const Agent = Type.Object({
  id: Uuid,
  /** Null: none of the agent's osqueryd has enrolled yet, or its endpoint was forgotten. */
  endpointId: Type.Union([Uuid, Type.Null()]),
  hostname: Type.Union([Type.String(), Type.Null()]),
  scopeId: Uuid,
  scopeName: Type.String(),
  platform: Type.String(),
  version: Type.String(),
  managers: Type.Array(Type.String()),
  /** IANA name; null: the agent named none that we know. */
  timeZone: Type.Union([Type.String(), Type.Null()]),
  privileged: Type.Boolean(),
  scripts: Type.Boolean(),
  enrolledAt: Time,
  lastSeenAt: Time,
  lastAddress: Type.Union([Type.String(), Type.Null()]),
  /** Lately another agent spoke for the same endpoint: probably a cloned machine. */
  shared: Type.Boolean(),
  openOrders: Type.Integer(),
});
export const AgentList = listOf(Agent);
