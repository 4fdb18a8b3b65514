import { type Static, Type } from 'typebox';
import { listOf, listQuery } from '../../platform/http/list.ts';

/** The wire contract of assets: endpoints, inventory, software, scopes. */
const Time = Type.String({ format: 'date-time' });
const Uuid = Type.String({ format: 'uuid' });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);

export const PlatformName = Type.Union([
  Type.Literal('linux'),
  Type.Literal('darwin'),
  Type.Literal('windows'),
]);
export const Criticality = Type.Union([
  Type.Literal('low'),
  Type.Literal('normal'),
  Type.Literal('high'),
  Type.Literal('critical'),
]);
export const Relation = Type.Union([
  Type.Literal('headquarters'),
  Type.Literal('domestic'),
  Type.Literal('overseas'),
  Type.Literal('group'),
  Type.Literal('supplier'),
]);

/**
 * How far a fact can be trusted by its age. `fresh`: confirmed within twice its interval and some
 * slack; `stale`: older; `never`: not yet answered; `failed`: the last attempt failed (the value
 * before it, if any, is kept with its age); `not-applicable`: does not exist on this platform.
 */
export const Freshness = Type.Union([
  Type.Literal('fresh'),
  Type.Literal('stale'),
  Type.Literal('never'),
  Type.Literal('failed'),
  Type.Literal('not-applicable'),
]);
export type Freshness = Static<typeof Freshness>;

/**
 * `online`: heard of within the last two minutes; `recent`: within 24 hours; `silent`: longer;
 * `never`: enrolled, not heard of since.
 */
export const Presence = Type.Union([
  Type.Literal('online'),
  Type.Literal('recent'),
  Type.Literal('silent'),
  Type.Literal('never'),
]);
export type Presence = Static<typeof Presence>;

/** GET /api/scopes */
export type Scope = Static<typeof Scope>;
export const Scope = Type.Object({
  id: Uuid,
  parentId: orNull(Uuid),
  name: Type.String(),
  kind: Type.Union([Type.Literal('company'), Type.Literal('site')]),
  relation: Relation,
  isDefault: Type.Boolean(),
  endpointCount: Type.Integer({ description: 'In this very scope' }),
  endpointCountWithDescendants: Type.Integer(),
  createdAt: Time,
});
export const ScopeList = listOf(Scope);

/** POST /api/scopes; PATCH /api/scopes/:id (all fields optional); DELETE /api/scopes/:id (empty ones) */
export type ScopeCreate = Static<typeof ScopeCreate>;
export const ScopeCreate = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 200 }),
  parentId: orNull(Uuid),
  kind: Type.Union([Type.Literal('company'), Type.Literal('site')]),
  relation: Relation,
});
export const ScopeChange = Type.Partial(ScopeCreate);

/** One row of GET /api/endpoints */
export type EndpointSummary = Static<typeof EndpointSummary>;
export const EndpointSummary = Type.Object({
  id: Uuid,
  hostname: Type.String(),
  platform: PlatformName,
  osName: orNull(Type.String()),
  osVersion: orNull(Type.String()),
  osBuild: orNull(Type.String()),
  arch: orNull(Type.String()),
  scopeId: Uuid,
  scopeName: Type.String(),
  owner: orNull(Type.String()),
  criticality: Criticality,
  tags: Type.Array(Type.String()),
  primaryAddress: orNull(Type.String()),
  lastUser: orNull(Type.String()),
  agentVersion: orNull(Type.String()),
  softwareCount: orNull(Type.Integer({ description: 'null: never collected' })),
  /** Shares its hardware UUID with another live endpoint: a cloned machine. */
  sharedHardwareUuid: Type.Boolean(),
  presence: Presence,
  firstSeenAt: Time,
  lastSeenAt: orNull(Time),
});
export const EndpointList = listOf(EndpointSummary);
/** A selector (docs/reference): `os:windows software:openssl<3.0.13 -tag:lab`. */
const Where = Type.Optional(
  Type.String({
    maxLength: 4000,
    description: 'A selector; besides the other parameters, all of which must hold',
  }),
);
export const EndpointQueryString = Type.Object({
  ...listQuery,
  where: Where,
  q: Type.Optional(
    Type.String({
      maxLength: 200,
      description: 'In host name, address, owner, tag, last user, operating system',
    }),
  ),
  platform: Type.Optional(PlatformName),
  presence: Type.Optional(Presence),
  scopeId: Type.Optional(Uuid),
  withDescendants: Type.Optional(
    Type.Boolean({ description: 'With scopeId: also the scopes below it' }),
  ),
  criticality: Type.Optional(Criticality),
  tag: Type.Optional(Type.String({ maxLength: 100 })),
  osName: Type.Optional(Type.String({ maxLength: 200, description: 'Exactly this name' })),
  osVersion: Type.Optional(Type.String({ maxLength: 200, description: 'Exactly this version' })),
  enrolledWithinHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 87_600 })),
  softwareId: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: 2_147_483_647,
      description: 'Endpoints that have this software',
    }),
  ),
  sharedHardwareUuid: Type.Optional(Type.Boolean()),
});

/** One part of an inventory and how far it can be trusted. */
export type PartState = Static<typeof PartState>;
export const PartState = Type.Object({
  part: Type.String({ description: 'os, hardware, users, software-deb, …' }),
  freshness: Freshness,
  intervalSeconds: Type.Integer(),
  /** When the endpoint last confirmed it, changed or not. */
  observedAt: orNull(Time),
  changedAt: orNull(Time),
  rowCount: orNull(Type.Integer()),
  /** Rows of the last answer that made no sense and were left out. */
  rejectedCount: Type.Optional(Type.Integer()),
  failure: orNull(Type.String()),
});

/** GET /api/endpoints/:id */
export type Endpoint = Static<typeof Endpoint>;
export const Endpoint = Type.Object({
  ...EndpointSummary.properties,
  hostIdentifier: Type.String(),
  hardwareUuid: orNull(Type.String()),
  notes: Type.String(),
  computerName: orNull(Type.String()),
  osCodename: orNull(Type.String()),
  kernelVersion: orNull(
    Type.String({ description: 'The kernel that runs, not the newest installed' }),
  ),
  cpuBrand: orNull(Type.String()),
  cpuLogicalCores: orNull(Type.Integer()),
  memoryBytes: orNull(Type.Integer()),
  hardwareVendor: orNull(Type.String()),
  hardwareModel: orNull(Type.String()),
  hardwareSerial: orNull(Type.String()),
  bootedAt: orNull(Time),
  parts: Type.Array(PartState),
});

/** PATCH /api/endpoints/:id; DELETE /api/endpoints/:id forgets it until it enrols again. */
export type EndpointChange = Static<typeof EndpointChange>;
export const EndpointChange = Type.Partial(
  Type.Object({
    scopeId: Uuid,
    owner: orNull(Type.String({ maxLength: 200 })),
    criticality: Criticality,
    tags: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 50 }),
    notes: Type.String({ maxLength: 10_000 }),
  }),
);

/**
 * POST /api/endpoints/changes: the same change to many at once (at most 1,000), in one audit
 * record; addTags and removeTags instead of tags.
 */
export type EndpointsChange = Static<typeof EndpointsChange>;
export const EndpointsChange = Type.Object({
  endpointIds: Type.Array(Uuid, { minItems: 1, maxItems: 1000 }),
  change: Type.Partial(
    Type.Object({
      scopeId: Uuid,
      owner: orNull(Type.String({ maxLength: 200 })),
      criticality: Criticality,
      addTags: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 20 }),
      removeTags: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 20 }),
    }),
  ),
});

/** `changed`: endpoints that differ now; the others already were as asked. */
export type EndpointsChanged = Static<typeof EndpointsChanged>;
export const EndpointsChanged = Type.Object({ changed: Type.Integer() });

/**
 * GET /api/endpoints/:id/parts/:part: the rows of one part (all parts but software), as stored:
 * columns in the order of `columns`, values as strings.
 */
export type PartRows = Static<typeof PartRows>;
export const PartRows = Type.Object({
  state: PartState,
  columns: Type.Array(Type.String()),
  rows: Type.Array(Type.Record(Type.String(), Type.String())),
});

/** One distinct piece of software of the catalogue. */
export type Software = Static<typeof Software>;
export const Software = Type.Object({
  id: Type.Integer(),
  source: Type.String({
    description:
      'deb, rpm, homebrew, windows-program, macos-app, python, npm, chrome-extension, firefox-addon, vscode-extension',
  }),
  name: Type.String(),
  version: Type.String(),
  arch: Type.String(),
  /** The source package it was built from (deb, rpm), where advisories are written against. */
  sourceName: orNull(Type.String()),
  sourceVersion: orNull(Type.String()),
  vendor: orNull(Type.String()),
  identifier: Type.Optional(
    orNull(Type.String({ description: 'Extension id, bundle id, product code' })),
  ),
  host: Type.Optional(
    orNull(
      Type.String({
        description:
          'What an extension extends (chrome, edge, firefox, vscode); "distribution": a Python ' +
          'package that lies where deb or rpm packages put theirs',
      }),
    ),
  ),
  endpointCount: Type.Integer({ description: 'Endpoints that have it now, within your scopes' }),
  firstSeenAt: Time,
});
/** GET /api/software and GET /api/endpoints/:id/software */
export const SoftwareList = listOf(Software);
export const SoftwareQueryString = Type.Object({
  ...listQuery,
  where: Type.Optional(
    Type.String({
      maxLength: 4000,
      description: 'A selector: only software that is on one of the endpoints that it selects',
    }),
  ),
  q: Type.Optional(Type.String({ maxLength: 200, description: 'In name, vendor and version' })),
  source: Type.Optional(Type.String({ maxLength: 40 })),
  name: Type.Optional(Type.String({ maxLength: 300, description: 'Exactly this name' })),
});
/** GET /api/software/:id; who has it: GET /api/endpoints?softwareId= */

/** GET /api/endpoints/:id/history: what was added or removed when, newest first. */
export type InventoryChange = Static<typeof InventoryChange>;
export const InventoryChange = Type.Object({
  id: Type.Integer(),
  endpointId: Uuid,
  hostname: Type.String(),
  part: Type.String(),
  at: Time,
  /** The first collection of a part: everything is new, nothing is listed. */
  initial: Type.Boolean(),
  addedCount: Type.Integer(),
  removedCount: Type.Integer(),
  /** At most 200 each; one line of text per row: "openssl 3.0.11-1~deb12u2 (amd64)". */
  added: Type.Array(Type.String()),
  removed: Type.Array(Type.String()),
});
export const InventoryChangeList = listOf(InventoryChange);
export const HistoryQueryString = Type.Object({
  ...listQuery,
  part: Type.Optional(Type.String({ maxLength: 60 })),
  withinHours: Type.Optional(Type.Integer({ minimum: 1, maximum: 87_600 })),
});
/** GET /api/changes: the same over all endpoints that the caller may see. */

/** GET /api/assets/overview: the numbers of the first page; each opens its list. */
export type AssetsOverview = Static<typeof AssetsOverview>;
export const AssetsOverview = Type.Object({
  asOf: Time,
  endpoints: Type.Integer(),
  byPresence: Type.Record(Type.String(), Type.Integer()),
  byPlatform: Type.Record(Type.String(), Type.Integer()),
  byOs: Type.Array(
    Type.Object({ osName: Type.String(), osVersion: Type.String(), count: Type.Integer() }),
  ),
  byScope: Type.Array(
    Type.Object({ scopeId: Uuid, scopeName: Type.String(), count: Type.Integer() }),
  ),
  /** Endpoints × parts, by freshness: how much of the picture is known at all. */
  byFreshness: Type.Record(Type.String(), Type.Integer()),
  distinctSoftware: Type.Integer(),
  sharedHardwareUuid: Type.Integer(),
  enrolledLast24h: Type.Integer(),
  changesLast24h: Type.Integer(),
});
