import { type Static, Type } from 'typebox';

const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Time = Type.String({ format: 'date-time' });

/** What became of one statement: applied, or the reason why not. */
export type StatementReport = Static<typeof StatementReport>;
export const StatementReport = Type.Object({
  at: Type.String({ description: 'Place in the document' }),
  vulnerability: Nullable(Type.String()),
  status: Nullable(Type.String()),
  /** As people call them: a name, else a purl or whatever identifies it. */
  products: Type.Array(Type.String()),
  outcome: Type.Union([Type.Literal('applied'), Type.Literal('not-applied')]),
  /** A code for what is ours (`no-such-finding`), or the words of the reader. */
  reason: Nullable(Type.String()),
  findings: Type.Integer({ description: 'Findings whose state it decides' }),
});

export type VexDocumentRow = Static<typeof VexDocumentRow>;
export const VexDocumentRow = Type.Object({
  id: Type.String({ format: 'uuid' }),
  format: Type.String(),
  documentId: Nullable(Type.String()),
  version: Nullable(Type.String()),
  author: Nullable(Type.String()),
  issuedAt: Nullable(Time),
  importedAt: Time,
  importedBy: Type.String(),
  withdrawnAt: Nullable(Time),
  statementCount: Type.Integer(),
  appliedCount: Type.Integer(),
  /** Of its first statements, as people call them; at most five. */
  products: Type.Array(Type.String()),
});

export type VexDocumentDetails = Static<typeof VexDocumentDetails>;
export const VexDocumentDetails = Type.Object({
  ...VexDocumentRow.properties,
  statements: Type.Array(StatementReport),
});
export const VexDocumentList = Type.Object({ items: Type.Array(VexDocumentRow), asOf: Time });
