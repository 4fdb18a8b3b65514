import { type Static, Type } from 'typebox';
import { listOf, listQuery } from '../../platform/http/list.ts';

/** The wire contract of live questions. */
const Time = Type.String({ format: 'date-time' });
const Uuid = Type.String({ format: 'uuid' });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const oneOf = <T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));
const Bilingual = Type.Object({ ja: Type.String(), en: Type.String() });

export const PlatformName = oneOf('linux', 'darwin', 'windows');

/** One statement for all platforms, or one for each. An absent platform is "not applicable". */
export type QuestionSql = Static<typeof QuestionSql>;
export const QuestionSql = Type.Union([
  Type.String({ minLength: 1, maxLength: 20_000 }),
  Type.Object(
    {
      linux: Type.Optional(Type.String({ minLength: 1, maxLength: 20_000 })),
      darwin: Type.Optional(Type.String({ minLength: 1, maxLength: 20_000 })),
      windows: Type.Optional(Type.String({ minLength: 1, maxLength: 20_000 })),
    },
    { additionalProperties: false },
  ),
]);

/**
 * What became of the question at one endpoint. Each targeted endpoint is in exactly one:
 * `queued` it has not come for it (offline, or between two reads); `delivered` handed out, no
 * answer yet; `answered`; `not-applicable` there is no statement for its platform, or it says that
 * there is no such table; `failed` with osquery's own message; `denylisted`; `refused` the answer
 * was larger than allowed; `timed-out` delivered, but no answer in the time allowed;
 * `expired` it did not come before the question ended; `cancelled`; `gone` forgotten meanwhile.
 */
export type OutcomeName = Static<typeof OutcomeName>;
export const OutcomeName = oneOf(
  'queued',
  'delivered',
  'answered',
  'not-applicable',
  'failed',
  'denylisted',
  'refused',
  'timed-out',
  'expired',
  'cancelled',
  'gone',
);

/** `open` until every endpoint is in a final outcome, or until `expiresAt`, or until cancelled. */
export type QuestionState = Static<typeof QuestionState>;
export const QuestionState = oneOf('open', 'finished', 'expired', 'cancelled');

export type Progress = Static<typeof Progress>;
export const Progress = Type.Object({
  targeted: Type.Integer(),
  /** Sums to `targeted`. */
  byOutcome: Type.Record(Type.String(), Type.Integer()),
  /** Of the queued ones: endpoints that have been silent for two minutes or more. */
  queuedOffline: Type.Integer(),
  rows: Type.Integer({ description: 'Rows of all answers together' }),
  distinctRows: Type.Integer(),
  /** Milliseconds from asking to so many of the answers that came. */
  firstAnswerMs: orNull(Type.Integer()),
  lastAnswerMs: orNull(Type.Integer()),
});

/**
 * One row of GET /api/questions, and GET /api/questions/:id. POST /api/questions/:id/cancel ends it,
 * POST /api/questions/:id/again asks once more (201: the new one); both without a body.
 * GET /api/questions/:id/export: `{ question, rows, endpoints }` as one JSON file.
 */
export type Question = Static<typeof Question>;
export const Question = Type.Object({
  id: Type.Integer(),
  title: Type.String(),
  sql: Type.Record(Type.String(), Type.String()),
  /** Key of the library's question it was made from. */
  libraryKey: orNull(Type.String()),
  parameters: Type.Record(Type.String(), Type.String()),
  selector: Type.String(),
  /** Only these (within the selector); null: all that it selects. */
  endpointIds: orNull(Type.Array(Uuid)),
  askedBy: Type.String(),
  askedAt: Time,
  expiresAt: Time,
  endedAt: orNull(Time),
  state: QuestionState,
  /** Run of this schedule. */
  scheduleId: orNull(Type.Integer()),
  maxRowsPerEndpoint: Type.Integer(),
  /** Columns in the order of the statement, as far as any answer showed them. */
  columns: Type.Array(Type.String()),
  /** Set when a total limit stopped the storing of rows; endpoints are still counted. */
  truncated: Type.Boolean(),
  progress: Progress,
});

export type QuestionQueryString = Static<typeof QuestionQueryString>;
export const QuestionQueryString = Type.Object({
  ...listQuery,
  q: Type.Optional(Type.String({ maxLength: 200 })),
  state: Type.Optional(QuestionState),
  scheduleId: Type.Optional(Type.Integer()),
});
export const QuestionList = listOf(Question);

/** POST /api/questions/preview (nothing is sent), and POST /api/questions (asks; 201). */
export type Ask = Static<typeof Ask>;
export const Ask = Type.Object(
  {
    /** Either a statement … */
    sql: Type.Optional(QuestionSql),
    /** … or a question of the library with its parameters. */
    libraryKey: Type.Optional(Type.String({ maxLength: 100 })),
    parameters: Type.Optional(Type.Record(Type.String(), Type.String({ maxLength: 1000 }))),
    title: Type.Optional(Type.String({ maxLength: 200 })),
    selector: Type.Optional(Type.String({ maxLength: 4000, description: 'Empty: everything' })),
    /** Ask these endpoints only (within the selector). */
    endpointIds: Type.Optional(Type.Array(Uuid, { maxItems: 1000 })),
    /** Seconds until it ends, whoever has not answered. */
    expiresInSeconds: Type.Optional(
      Type.Integer({ minimum: 10, maximum: 30 * 86_400, default: 3600 }),
    ),
    /** An endpoint that took it must answer in this time, or counts as timed out. */
    answerWithinSeconds: Type.Optional(Type.Integer({ minimum: 5, maximum: 3600, default: 120 })),
    maxRowsPerEndpoint: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 100_000, default: 1000 }),
    ),
    /** Warnings of the preview (cost, tables that are unknown on a platform) are accepted. */
    acceptWarnings: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);

export type SqlProblem = Static<typeof SqlProblem>;
export const SqlProblem = Type.Object({
  platform: PlatformName,
  /** `error`: not sent. `warning`: sent when accepted. */
  level: oneOf('error', 'warning'),
  code: Type.String({ description: 'NO_SUCH_TABLE, NO_SUCH_COLUMN, SYNTAX, NOT_A_SELECT, …' }),
  text: Bilingual,
  /** Offset in the statement in UTF-16 code units; null: not known. */
  from: orNull(Type.Integer()),
  to: orNull(Type.Integer()),
  nearest: Type.Array(Type.String()),
});

export type Preview = Static<typeof Preview>;
export const Preview = Type.Object({
  sql: Type.Record(Type.String(), Type.String()),
  problems: Type.Array(SqlProblem),
  columns: Type.Array(Type.String()),
  cost: oneOf('low', 'medium', 'high'),
  costBecause: Type.Array(Bilingual),
  targeted: Type.Integer(),
  online: Type.Integer(),
  notApplicable: Type.Integer(),
  byPlatform: Type.Array(
    Type.Object({ platform: Type.String(), targeted: Type.Integer(), applicable: Type.Boolean() }),
  ),
  byScope: Type.Array(
    Type.Object({ scopeId: Uuid, scopeName: Type.String(), targeted: Type.Integer() }),
  ),
});

/** GET /api/questions/:id/rows: identical rows as one, most frequent first. */
export type AnswerRow = Static<typeof AnswerRow>;
export const AnswerRow = Type.Object({
  id: Type.Integer(),
  values: Type.Record(Type.String(), Type.String()),
  endpointCount: Type.Integer(),
});
export type AnswerRowQueryString = Static<typeof AnswerRowQueryString>;
export const AnswerRowQueryString = Type.Object({
  ...listQuery,
  q: Type.Optional(Type.String({ maxLength: 200, description: 'In any value' })),
});
export const AnswerRowList = listOf(AnswerRow);

/** GET /api/questions/:id/endpoints: every targeted endpoint with what became of the question. */
export type TargetRow = Static<typeof TargetRow>;
export const TargetRow = Type.Object({
  /** All zeros: forgotten, and never noted who it was. */
  endpointId: Uuid,
  hostname: Type.String(),
  platform: Type.String(),
  scopeName: Type.String(),
  outcome: OutcomeName,
  message: orNull(Type.String()),
  rowCount: orNull(Type.Integer()),
  deliveredAt: orNull(Time),
  answeredAt: orNull(Time),
  /** As the endpoint measured it. */
  wallMs: orNull(Type.Integer()),
  lastSeenAt: orNull(Time),
});
export type TargetQueryString = Static<typeof TargetQueryString>;
export const TargetQueryString = Type.Object({
  ...listQuery,
  outcome: Type.Optional(OutcomeName),
  rowId: Type.Optional(Type.Integer({ description: 'Endpoints that answered this row' })),
  q: Type.Optional(Type.String({ maxLength: 200 })),
});
export const TargetList = listOf(TargetRow);

/**
 * GET /api/questions/:id/answers?after=&wait=: single answers in the order in which they were
 * stored, for streaming. Waits up to `wait` seconds for the next one.
 */
export type AnswerStreamPage = Static<typeof AnswerStreamPage>;
export const AnswerStreamPage = Type.Object({
  answers: Type.Array(
    Type.Object({
      sequence: Type.Integer(),
      endpointId: Uuid,
      hostname: Type.String(),
      outcome: OutcomeName,
      message: orNull(Type.String()),
      answeredAt: Time,
      rows: Type.Array(Type.Record(Type.String(), Type.String())),
    }),
  ),
  /** For the next request's `after`. */
  next: Type.Integer(),
  state: QuestionState,
  progress: Progress,
});

/** GET /api/questions/:id/comparison?with=<earlier id>: rows that came, went, or changed in number. */
export type ComparisonRow = Static<typeof ComparisonRow>;
export const ComparisonRow = Type.Object({
  values: Type.Record(Type.String(), Type.String()),
  before: Type.Integer(),
  after: Type.Integer(),
});
export const Comparison = listOf(ComparisonRow);

/** GET /api/questions/library */
export type LibraryQuestion = Static<typeof LibraryQuestion>;
export const LibraryQuestion = Type.Object({
  key: Type.String(),
  title: Bilingual,
  description: Bilingual,
  category: Type.String(),
  sql: Type.Record(Type.String(), Type.String()),
  platforms: Type.Array(PlatformName),
  cost: oneOf('low', 'medium', 'high'),
  parameters: Type.Array(
    Type.Object({
      name: Type.String(),
      title: Bilingual,
      /** JavaScript regular expression that the whole value must fit. */
      pattern: Type.String(),
      example: Type.String(),
      default: orNull(Type.String()),
    }),
  ),
  source: orNull(Type.String()),
});
export const LibraryList = Type.Object({ items: Type.Array(LibraryQuestion) });

/** GET /api/questions/schema?platform=: tables and columns, for completion. */
export type OsqueryTable = Static<typeof OsqueryTable>;
export const OsqueryTable = Type.Object({
  name: Type.String(),
  platforms: Type.Array(PlatformName),
  description: orNull(Type.String()),
  columns: Type.Array(
    Type.Object({ name: Type.String(), type: Type.String(), required: Type.Boolean() }),
  ),
});
export const OsquerySchema = Type.Object({
  version: Type.String(),
  tables: Type.Array(OsqueryTable),
});

/** GET/POST /api/questions/schedules, PATCH/DELETE /api/questions/schedules/:id */
export type Schedule = Static<typeof Schedule>;
export const Schedule = Type.Object({
  id: Type.Integer(),
  title: Type.String(),
  sql: Type.Record(Type.String(), Type.String()),
  libraryKey: orNull(Type.String()),
  parameters: Type.Record(Type.String(), Type.String()),
  selector: Type.String(),
  everyMinutes: Type.Integer(),
  keepRuns: Type.Integer(),
  enabled: Type.Boolean(),
  createdBy: Type.String(),
  createdAt: Time,
  nextRunAt: orNull(Time),
  lastQuestionId: orNull(Type.Integer()),
  lastFailure: orNull(Type.String()),
});
export const ScheduleList = listOf(Schedule);
export type NewSchedule = Static<typeof NewSchedule>;
export const NewSchedule = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 200 }),
    ask: Ask,
    everyMinutes: Type.Integer({ minimum: 5, maximum: 525_600 }),
    keepRuns: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, default: 30 })),
  },
  { additionalProperties: false },
);
export type ScheduleChange = Static<typeof ScheduleChange>;
export const ScheduleChange = Type.Object(
  {
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    everyMinutes: Type.Optional(Type.Integer({ minimum: 5, maximum: 525_600 })),
    keepRuns: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    enabled: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
