import { type Static, Type } from 'typebox';
import { listOf, listQuery } from '../../platform/http/list.ts';

/** The wire contract of findings: one weakness on one asset, and how it is got rid of. */
const Time = Type.String({ format: 'date-time' });
const Day = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$' });
const Uuid = Type.String({ format: 'uuid' });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const oneOf = <T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));

export const FindingStateName = oneOf(
  'open',
  'planned',
  'in-progress',
  'awaiting-proof',
  'excepted',
  'under-investigation',
  'fixed-claimed',
  'not-affected',
  'closed',
);
export const FindingClassName = oneOf('normal', 'unimportant', 'unsupported', 'not-running-kernel');
export const SeverityName = oneOf('none', 'low', 'medium', 'high', 'critical');
export const WeaknessKindName = oneOf('vulnerability', 'end-of-life');

/** The same sentence in both languages: why a finding stands where it stands. */
export const Sentence = Type.Object({ en: Type.String(), ja: Type.String() });
export type Sentence = Static<typeof Sentence>;

/** The facts of a weakness. Null: not known. */
export type WeaknessFactsOnWire = Static<typeof WeaknessFactsOnWire>;
const WeaknessFactsOnWire = Type.Object({
  key: Type.String(),
  kind: WeaknessKindName,
  title: Type.String(),
  titleJa: orNull(Type.String()),
  severity: orNull(SeverityName),
  cvssScore: orNull(Type.Number()),
  exploited: Type.Boolean({ description: 'Listed in CISA KEV' }),
  kevListedOn: orNull(Day),
  ransomware: orNull(Type.Boolean()),
  epss: orNull(Type.Number({ description: 'Probability 0..1 over 30 days' })),
});

/** One row of GET /api/findings */
export type Finding = Static<typeof Finding>;
export const Finding = Type.Object({
  id: Type.Integer(),
  weakness: WeaknessFactsOnWire,
  assetId: Uuid,
  assetKind: oneOf('endpoint', 'application'),
  assetName: Type.String(),
  scopeId: Uuid,
  criticality: oneOf('low', 'normal', 'high', 'critical'),
  state: FindingStateName,
  class: FindingClassName,
  /** The asset has not confirmed its inventory for long: neither open nor closed can be said. */
  stale: Type.Boolean(),
  dueOn: orNull(Day),
  daysLeft: orNull(Type.Integer({ description: 'Negative: overdue by so many days' })),
  dueOutcome: Type.String(),
  reachable: orNull(Type.Boolean()),
  fix: orNull(
    Type.Object({
      id: Type.Integer(),
      ecosystem: Type.String(),
      name: Type.String(),
      version: Type.String(),
    }),
  ),
  fixes: Type.Array(
    Type.Object({
      id: Type.Integer(),
      ecosystem: Type.String(),
      name: Type.String(),
      version: Type.Union([Type.String(), Type.Null()], { description: 'Null: no fix is known' }),
    }),
    { description: 'Every package to upgrade to be rid of it, `fix` being the first' },
  ),
  owner: orNull(Type.String()),
  firstSeenAt: Time,
  lastConfirmedAt: orNull(Time),
  closedAt: orNull(Time),
  closedBecause: orNull(Type.String()),
  reopenedCount: Type.Integer(),
  why: Sentence,
});
export const FindingList = Type.Object({
  ...listOf(Finding).properties,
  /** Counting stops at 10,000: then `total` is 10,000 and there are more. */
  totalIsAtLeast: Type.Boolean(),
});

/**
 * `kev:yes os:windows`: terms on findings are about the listed findings themselves, others about their
 * endpoints; with one of those, findings of applications are left out.
 */
const Where = Type.Optional(
  Type.String({
    maxLength: 4000,
    description: 'A selector: only findings that it speaks of, on the endpoints that it selects',
  }),
);

export type FindingQueryString = Static<typeof FindingQueryString>;
export const FindingQueryString = Type.Object({
  ...listQuery,
  /** Default: every state in which the ember still glows. */
  state: Type.Optional(Type.Union([FindingStateName, oneOf('active', 'any')])),
  class: Type.Optional(Type.Union([FindingClassName, oneOf('any')])),
  kind: Type.Optional(WeaknessKindName),
  severity: Type.Optional(Type.Union([SeverityName, oneOf('unknown')])),
  exploited: Type.Optional(Type.Boolean()),
  fixable: Type.Optional(Type.Boolean()),
  due: Type.Optional(oneOf('overdue', 'this-week', 'later', 'none')),
  scopeId: Type.Optional(Uuid),
  assetId: Type.Optional(Uuid),
  weakness: Type.Optional(Type.String({ maxLength: 200, description: 'Any of its ids' })),
  fixId: Type.Optional(Type.Integer()),
  exceptionId: Type.Optional(Type.Integer({ description: 'Excepted by this one' })),
  where: Where,
});

/** GET /api/findings/:id: the row, its evidence, its decision and its history. */
export type FindingDetails = Static<typeof FindingDetails>;
export const FindingDetails = Type.Object({
  ...Finding.properties,
  stateReason: orNull(Type.String()),
  stateSource: orNull(Type.String()),
  exceptedUntil: orNull(Day),
  exceptionId: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Of GET /api/exceptions/:id; null: none',
  }),
  cvssVector: orNull(Type.String()),
  ids: Type.Array(Type.String()),
  references: Type.Array(Type.String()),
  evidence: Type.Array(
    Type.Object({
      softwareId: orNull(Type.Integer()),
      component: Type.String(),
      version: Type.String(),
      ecosystem: Type.String(),
      advisoryId: Type.String(),
      source: Type.String(),
      matched: Type.String(),
      fixedVersion: orNull(Type.String()),
    }),
  ),
  decision: Type.Object({
    profile: Type.String(),
    outcome: Type.String(),
    clockStartedOn: Day,
    days: orNull(Type.Integer()),
    path: Type.Array(
      Type.Object({ input: Type.String(), value: Type.String(), unknown: Type.Boolean() }),
    ),
  }),
  history: Type.Array(
    Type.Object({
      at: Time,
      event: Type.String(),
      details: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
});

/**
 * POST /api/findings/changes: the same change to many at once (at most 1,000). Exceptions are asked
 * for with POST /api/exceptions.
 */
export type FindingsChange = Static<typeof FindingsChange>;
export const FindingsChange = Type.Object({
  findingIds: Type.Array(Type.Integer(), { minItems: 1, maxItems: 1000 }),
  change: Type.Partial(
    Type.Object({
      state: Type.Union([oneOf('open', 'planned', 'in-progress', 'awaiting-proof')]),
      owner: orNull(Type.String({ maxLength: 200 })),
      reason: Type.String({ minLength: 1, maxLength: 2000 }),
    }),
  ),
});
export type FindingsChanged = Static<typeof FindingsChanged>;
export const FindingsChanged = Type.Object({
  changed: Type.Integer(),
  refused: Type.Array(
    Type.Object({ id: Type.Integer(), code: Type.String(), reason: Type.String() }),
  ),
});

/** GET /api/findings/fixes: grouped the way people fix, most risk removed first. */
export type Fix = Static<typeof Fix>;
export const Fix = Type.Object({
  id: Type.Integer(),
  ecosystem: Type.String(),
  name: Type.String(),
  /** The highest fixed version that its findings name, as text; several when they differ. */
  versions: Type.Array(Type.String()),
  assets: Type.Integer(),
  findings: Type.Integer(),
  weaknesses: Type.Integer(),
  exploited: Type.Integer(),
  withOthers: Type.Integer({
    description: 'Weaknesses of these that go only when other packages are upgraded as well',
  }),
  severest: orNull(SeverityName),
  earliestDueOn: orNull(Day),
  rank: Type.Integer(),
  sentence: Sentence,
});
export const FixList = listOf(Fix);
export const FixQueryString = Type.Object({
  ...listQuery,
  scopeId: Type.Optional(Uuid),
  assetId: Type.Optional(Uuid),
  where: Where,
});

/** GET /api/findings/overview */
export type FindingsOverview = Static<typeof FindingsOverview>;
export const FindingsOverview = Type.Object({
  asOf: Time,
  /** Null: nothing has been assessed yet, so zero would be a lie. */
  active: orNull(Type.Integer()),
  overdue: orNull(Type.Integer()),
  dueThisWeek: orNull(Type.Integer()),
  exploited: orNull(Type.Integer()),
  openedLast7d: Type.Integer(),
  closedLast7d: Type.Integer(),
  assessedEndpoints: Type.Integer(),
  endpoints: Type.Integer(),
  bySeverity: Type.Record(Type.String(), Type.Integer()),
  /** Active findings by class; of these only `normal` is in the numbers above. */
  byClass: Type.Record(Type.String(), Type.Integer()),
});

/** GET /api/weaknesses/:key (any of its ids) */
export type WeaknessDetails = Static<typeof WeaknessDetails>;
export const WeaknessDetails = Type.Object({
  ...WeaknessFactsOnWire.properties,
  ids: Type.Array(Type.String()),
  cvssVector: orNull(Type.String()),
  kevDueOn: orNull(Day),
  automatable: orNull(Type.Boolean()),
  technicalImpact: orNull(oneOf('partial', 'total')),
  publishedAt: orNull(Time),
  modifiedAt: orNull(Time),
  references: Type.Array(Type.String()),
  activeFindings: Type.Integer(),
  closedFindings: Type.Integer(),
});

export const DueProfileName = oneOf('bod-26-04', 'kev-dates', 'severity-days');

/** One row of GET /api/due-profiles */
export type ScopeDueProfile = Static<typeof ScopeDueProfile>;
export const ScopeDueProfile = Type.Object({
  scopeId: Uuid,
  parentId: orNull(Uuid),
  name: Type.String(),
  depth: Type.Integer({ description: '0: nothing above it is within your reach' }),
  own: Type.Union([DueProfileName, Type.Null()], { description: 'Null: inherited from above' }),
  effective: DueProfileName,
});
/** The whole tree at once, parents before what lies below them. */
export const DueProfileList = listOf(ScopeDueProfile);

/** PUT /api/due-profiles/:scopeId; null: inherit from above (at the top: bod-26-04). */
export type DueProfileChange = Static<typeof DueProfileChange>;
export const DueProfileChange = Type.Object({ profile: orNull(DueProfileName) });
export type DueProfileChanged = Static<typeof DueProfileChanged>;
export const DueProfileChanged = Type.Object({
  scopeId: Uuid,
  own: orNull(DueProfileName),
  effective: DueProfileName,
  moved: Type.Integer({ description: 'Findings whose due date or place in the queue changed' }),
});
