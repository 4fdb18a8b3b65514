import { type Static, Type } from 'typebox';
import { listOf, listQuery } from '../../../platform/http/list.ts';
import { FindingClassName, Sentence, SeverityName, WeaknessKindName } from '../api.ts';

/** The wire contract of exceptions: what is knowingly left as it is, until when, and who said so. */
const Time = Type.String({ format: 'date-time' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Uuid = Type.String({ format: 'uuid' });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const oneOf = <T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));

export const exceptionStates = [
  'requested',
  'approved',
  'refused',
  'withdrawn',
  'expired',
] as const;
export const ExceptionStateName = oneOf(...exceptionStates);

/**
 * Which findings, and where. At least one of weakness, package, kind, class and severityAtMost;
 * all that are given must hold together.
 */
export type ExceptionCovers = Static<typeof ExceptionCovers>;
export const ExceptionCovers = Type.Object({
  scopeId: Type.Optional(
    Type.Union([Uuid, Type.Null()], { description: 'With all below it; null: everywhere' }),
  ),
  selector: Type.Optional(
    Type.String({
      maxLength: 4000,
      description: 'Only on endpoints that it selects, and on no application',
    }),
  ),
  weakness: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Any id' })),
  package: Type.Optional(
    Type.Object({
      ecosystem: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      name: Type.String({ minLength: 1, maxLength: 300 }),
    }),
  ),
  kind: Type.Optional(WeaknessKindName),
  class: Type.Optional(FindingClassName),
  severityAtMost: Type.Optional(SeverityName),
  coversExploited: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Also what is listed in KEV: administrators only',
    }),
  ),
  alsoNew: Type.Optional(
    Type.Boolean({
      default: false,
      description: 'Also endpoints that come to match after the approval',
    }),
  ),
});

/** POST /api/exceptions */
export type ExceptionRequest = Static<typeof ExceptionRequest>;
export const ExceptionRequest = Type.Object({
  covers: ExceptionCovers,
  reason: Type.String({ minLength: 1, maxLength: 2000 }),
  compensatingControl: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
  until: Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'The last day of it' }),
});

/** POST /api/exceptions/preview: what it would cover now. */
export type ExceptionPreview = Static<typeof ExceptionPreview>;
export const ExceptionPreview = Type.Object({
  asOf: Time,
  sentence: Sentence,
  endpoints: Type.Integer({ description: 'That scope and selector select' }),
  applications: Type.Integer(),
  findings: Type.Integer({ description: 'That would be excepted' }),
  affectedAssets: Type.Integer(),
  bySeverity: Type.Record(Type.String(), Type.Integer()),
  exploited: Type.Integer({ description: 'Listed in KEV, covered or not' }),
  exploitedWeaknesses: Type.Array(Type.String(), { description: 'The first ten of them' }),
  exploitedCovered: Type.Boolean(),
  examples: Type.Array(
    Type.Object({ findingId: Type.Integer(), weakness: Type.String(), assetName: Type.String() }),
  ),
});

export type Exception = Static<typeof Exception>;
export const Exception = Type.Object({
  id: Type.Integer(),
  state: ExceptionStateName,
  sentence: Sentence,
  covers: ExceptionCovers,
  scopeName: orNull(Type.String()),
  reason: Type.String(),
  compensatingControl: orNull(Type.String()),
  until: Day,
  daysLeft: Type.Integer({ description: 'Until the end of its last day; negative: over' }),
  requestedAt: Time,
  requestedBy: Type.String(),
  decidedAt: orNull(Time),
  decidedBy: orNull(Type.String()),
  decisionNote: orNull(Type.String()),
  endedAt: orNull(Time),
  endedBy: orNull(Type.String()),
  endedReason: orNull(Type.String()),
  /** Null: not approved, so nothing is covered. */
  counts: orNull(
    Type.Object({
      coveredFindings: Type.Integer({ description: 'On what it covered at approval' }),
      coveredAssets: Type.Integer(),
      exploited: Type.Integer(),
      newFindings: Type.Integer({ description: 'On what came to match since' }),
      newAssets: Type.Integer(),
      asOf: Time,
    }),
  ),
  /** Why the selector cannot be read at present: what is covered stays as it was. */
  selectorProblem: orNull(Type.String()),
  mayDecide: Type.Boolean({ description: 'The caller may approve or refuse it' }),
  mayWithdraw: Type.Boolean(),
});
export const ExceptionList = listOf(Exception);
export const ExceptionQueryString = Type.Object({
  ...listQuery,
  state: Type.Optional(Type.Union([ExceptionStateName, oneOf('current', 'any')])),
  scopeId: Type.Optional(Uuid),
});

/** POST /api/exceptions/:id/approve, /refuse, /withdraw */
export const ExceptionDecision = Type.Object({
  note: Type.Optional(Type.String({ minLength: 1, maxLength: 2000 })),
});
