import { type Static, Type } from 'typebox';
import { listOf, listQuery } from '../http/list.ts';

/** GET /api/audit: newest first; filter by actor, action prefix, target and time. */
export const AuditQuery = Type.Object({
  ...listQuery,
  q: Type.Optional(Type.String({ maxLength: 200 })),
  action: Type.Optional(Type.String({ maxLength: 100 })),
  actorId: Type.Optional(Type.String({ maxLength: 100 })),
  targetId: Type.Optional(Type.String({ maxLength: 100 })),
  from: Type.Optional(Type.String({ format: 'date-time' })),
  to: Type.Optional(Type.String({ format: 'date-time' })),
});

export type AuditRecord = Static<typeof AuditRecord>;
export const AuditRecord = Type.Object({
  seq: Type.Integer(),
  at: Type.String({ format: 'date-time' }),
  actor: Type.Object({
    kind: Type.String(),
    id: Type.Union([Type.String(), Type.Null()]),
    name: Type.String(),
    address: Type.Union([Type.String(), Type.Null()]),
  }),
  action: Type.String(),
  target: Type.Union([
    Type.Null(),
    Type.Object({
      kind: Type.String(),
      id: Type.String(),
      name: Type.Union([Type.String(), Type.Null()]),
    }),
  ]),
  details: Type.Record(Type.String(), Type.Unknown()),
  hash: Type.String({ description: 'SHA-256 over this record and the hash before it, in hex' }),
});
export const AuditList = listOf(AuditRecord);

/** GET /api/audit/verification: recomputes the whole chain. */
export type AuditVerification = Static<typeof AuditVerification>;
export const AuditVerification = Type.Object({
  ok: Type.Boolean(),
  records: Type.Integer(),
  firstBrokenSeq: Type.Union([Type.Integer(), Type.Null()]),
  reason: Type.Union([Type.String(), Type.Null()]),
  headHash: Type.Union([Type.String(), Type.Null()]),
});
