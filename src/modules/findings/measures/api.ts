import { type Static, Type } from 'typebox';

/** The wire contract of deadlines kept and missed, and of how fast findings go. */
const Time = Type.String({ format: 'date-time' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Uuid = Type.String({ format: 'uuid' });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const severityRows = ['critical', 'high', 'medium', 'low', 'none', 'unknown'] as const;
const SeverityRow = Type.Unsafe<(typeof severityRows)[number]>(
  Type.Union(severityRows.map((name) => Type.Literal(name))),
);

const SlaCell = Type.Object({
  open: Type.Integer(),
  dueThisWeek: Type.Integer(),
  overdue: Type.Integer(),
  oldestOverdueDays: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Negative: so many days past its day; null: nothing is overdue',
  }),
  excepted: Type.Integer(),
  exploitedOverdue: Type.Integer(),
});
export type SlaCell = Static<typeof SlaCell>;

/** GET /api/findings/sla: every scope with all below it. Findings of class `normal`. */
export type SlaBoard = Static<typeof SlaBoard>;
export const SlaBoard = Type.Object({
  asOf: Time,
  total: SlaCell,
  items: Type.Array(
    Type.Object({
      scopeId: Uuid,
      parentId: orNull(Uuid),
      name: Type.String(),
      depth: Type.Integer(),
      profile: Type.String(),
      endpoints: Type.Integer(),
      notAssessed: Type.Integer({
        description: 'Endpoints never assessed: what they carry is unknown, not zero',
      }),
      total: SlaCell,
      bySeverity: Type.Array(Type.Object({ severity: SeverityRow, ...SlaCell.properties }), {
        description: 'Severities of which there is any',
      }),
    }),
  ),
  overdue: Type.Array(
    Type.Object({
      weakness: Type.String(),
      title: Type.String(),
      titleJa: orNull(Type.String()),
      severity: SeverityRow,
      exploited: Type.Boolean(),
      findings: Type.Integer(),
      assets: Type.Integer(),
      daysLeft: Type.Integer({ description: 'Of the oldest; negative: overdue' }),
    }),
    { description: 'What is overdue, by weakness: the exploited and then the oldest first' },
  ),
});

/** A number with how much it rests on. */
const measureOf = (description: string) =>
  Type.Object(
    {
      value: Type.Union([Type.Number(), Type.Null()], { description: 'Null: nothing to measure' }),
      n: Type.Integer({ description: 'So many findings (or weaknesses) are in it' }),
      enough: Type.Boolean({ description: 'Whether n is enough to conclude anything' }),
    },
    { description },
  );
export const Measure = measureOf('');
export type Measure = Static<typeof Measure>;

const Coverage = Type.Object({
  endpoints: Type.Integer(),
  assessed: Type.Integer(),
  share: Type.Union([Type.Number(), Type.Null()], { description: '0..1; null: no endpoints' }),
});

const MeasureSet = Type.Object({
  meanSeconds: measureOf('Mean time to remediate: first seen until no longer observed'),
  medianSeconds: measureOf('Median of the same'),
  slaKept: measureOf('Share of those that came due that were closed in time, 0..1'),
  patchRate: measureOf('Of those with a known fix: closed / (closed + still open), 0..1'),
});
export type MeasureSet = Static<typeof MeasureSet>;

/** GET /api/findings/measures: the last weeks, of what lies within reach. */
export type Measures = Static<typeof Measures>;
export const Measures = Type.Object({
  /** When the newest day in it was measured; null: no day was measured yet. */
  asOf: orNull(Time),
  from: Day,
  until: Type.String({ description: 'The last day' }),
  measuredDays: Type.Integer(),
  days: Type.Integer(),
  /** At the last measured day; null: none. */
  coverage: orNull(Coverage),
  all: MeasureSet,
  bySeverity: Type.Array(Type.Object({ severity: SeverityRow, ...MeasureSet.properties })),
  byScope: Type.Array(
    Type.Object({
      scopeId: Uuid,
      name: Type.String(),
      depth: Type.Integer(),
      coverage: orNull(Coverage),
      ...MeasureSet.properties,
    }),
  ),
  identifySeconds: Type.Object({
    mean: measureOf('From the publication of a weakness to its first finding'),
    median: measureOf('Median of the same'),
  }),
  weeks: Type.Array(
    Type.Object({
      from: Day,
      measuredDays: Type.Integer({ description: 'Of seven; 0: the numbers are null' }),
      opened: orNull(Type.Integer()),
      closed: orNull(Type.Integer({ description: 'Verified: no longer observed' })),
      medianSeconds: orNull(Type.Number()),
      slaKept: orNull(Type.Number()),
      /** At the last day of the week on which anybody looked. */
      active: orNull(Type.Integer()),
      overdue: orNull(Type.Integer()),
      coverage: orNull(Type.Number({ description: 'Assessed / all endpoints' })),
    }),
  ),
});

export const ScopeQuery = Type.Object({ scopeId: Type.Optional(Uuid) });
export const MeasuresQuery = Type.Object({
  scopeId: Type.Optional(Uuid),
  weeks: Type.Optional(Type.Integer({ minimum: 1, maximum: 104, default: 12 })),
});
