import { type Static, Type } from 'typebox';

const Time = Type.String({ format: 'date-time' });
const Nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const Count = Type.Integer({ minimum: 0 });

export const Remedy = Type.Object({ en: Type.String(), ja: Type.String() });

const Rejection = Type.Object({ at: Type.String(), reason: Type.String() });

const FeedState = Type.Union(
  [
    Type.Literal('never'),
    Type.Literal('fresh'),
    Type.Literal('too-old'),
    Type.Literal('failed'),
    Type.Literal('importing'),
  ],
  { description: 'failed: the last attempt; what was held before is still used' },
);

export type Feed = Static<typeof Feed>;
export const Feed = Type.Object({
  name: Type.String({ description: '`kev`, `epss`, …; `osv/<ecosystem>` for OSV' }),
  title: Remedy,
  state: FeedState,
  needed: Type.Boolean({ description: 'Something in the inventory is assessed with it' }),
  remedy: Nullable(Remedy),
  ageDays: Nullable(Type.Number()),
  maxAgeDays: Nullable(Type.Number()),
  tooOld: Type.Boolean(),
  missing: Type.Array(Type.String(), {
    description: 'Months (2026-03) that it lacks between those it has',
  }),
  attemptedAt: Nullable(Time),
  succeededAt: Nullable(Time),
  dataAsOf: Nullable(Time),
  origin: Nullable(Type.Union([Type.Literal('network'), Type.Literal('bundle')])),
  url: Nullable(Type.String({ description: 'Where it is fetched from' })),
  error: Nullable(Type.String()),
  recordCount: Nullable(Count),
  rejectedCount: Count,
  rejections: Type.Array(Rejection, { description: 'The first hundred' }),
  sha256: Nullable(Type.String()),
  licence: Type.String(),
  attribution: Type.String(),
});

/** What is being imported or fetched, or was last, by this server. */
export type FeedActivity = Static<typeof FeedActivity>;
export const FeedActivity = Type.Object({
  id: Type.String(),
  kind: Type.Union([Type.Literal('import'), Type.Literal('sync')]),
  startedAt: Time,
  finishedAt: Nullable(Time),
  /** `settling`: feeds are in, findings are being brought up to date. */
  phase: Type.Union([Type.Literal('feeds'), Type.Literal('settling'), Type.Literal('done')]),
  feeds: Type.Array(
    Type.Object({
      name: Type.String(),
      phase: Type.Union([
        Type.Literal('fetching'),
        Type.Literal('reading'),
        Type.Literal('imported'),
        Type.Literal('unchanged'),
        Type.Literal('older'),
        Type.Literal('failed'),
      ]),
      done: Count,
      total: Nullable(Count),
      recordCount: Count,
      rejectedCount: Count,
      rejections: Type.Array(Rejection),
      changedCount: Count,
      error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
    }),
  ),
  bundle: Nullable(
    Type.Object({
      checksums: Type.Union([Type.Literal('verified'), Type.Literal('none')]),
      signature: Type.Union([
        Type.Literal('verified'),
        Type.Literal('not-signed'),
        Type.Literal('signer-not-pinned'),
      ]),
      signer: Nullable(Type.String({ description: 'Fingerprint' })),
    }),
  ),
  settled: Nullable(Type.Object({ endpoints: Count, opened: Count, closed: Count })),
  error: Nullable(Type.Object({ code: Type.String(), message: Type.String() })),
});

export type FeedList = Static<typeof FeedList>;
export const FeedList = Type.Object({
  items: Type.Array(Feed),
  /** Does the product fetch feeds by itself? */
  syncEnabled: Type.Boolean(),
  activity: Nullable(FeedActivity),
  asOf: Time,
});

const NotAssessed = Type.Object({
  reason: Type.Union([
    Type.Literal('release-unknown'),
    Type.Literal('ecosystem-not-covered'),
    Type.Literal('feed-never-imported'),
    Type.Literal('feed-too-old'),
    Type.Literal('feed-incomplete'),
    Type.Literal('version-unreadable'),
  ]),
  count: Count,
  /** Of which ecosystems or feeds, where that is known. */
  ecosystems: Type.Array(Type.String()),
  remedy: Remedy,
});

/** GET /api/endpoints/:id/assessment: what of an endpoint was assessed, and what was not and why. */
export type EndpointAssessment = Static<typeof EndpointAssessment>;
export const EndpointAssessment = Type.Object({
  endpointId: Type.String(),
  /** Null: not assessed yet. */
  assessedAt: Nullable(Time),
  /** The OSV ecosystem of its operating system, `Debian:12`; null: none. */
  ecosystem: Nullable(Type.String()),
  softwareCount: Count,
  assessedCount: Count,
  ecosystems: Type.Array(Type.Object({ ecosystem: Type.String(), count: Count })),
  notAssessed: Type.Array(NotAssessed),
  support: Type.Object({
    state: Nullable(
      Type.Union([
        Type.Literal('supported'),
        Type.Literal('lts-only'),
        Type.Literal('extended-only'),
        Type.Literal('ended'),
        Type.Literal('release-unknown'),
        Type.Literal('no-data'),
      ]),
    ),
    remedy: Nullable(Remedy),
  }),
});

/** GET /api/vulnerabilities/coverage: how much has been assessed at all. */
export type Coverage = Static<typeof Coverage>;
export const Coverage = Type.Object({
  endpoints: Type.Object({
    total: Count,
    /** Something of it was matched against advisories that are not too old. */
    assessed: Count,
    /** Never assessed, or nothing of it could be. */
    notAssessed: Count,
  }),
  /** Software times endpoints. */
  software: Type.Object({ assessed: Count, notAssessed: Count }),
  reasons: Type.Array(NotAssessed),
  asOf: Time,
});
