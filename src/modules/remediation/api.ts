import { type Static, Type } from 'typebox';
import { listOf, listQuery } from '../../platform/http/list.ts';
import { Action, OrderState } from '../agent-protocol/api.ts';

/** The wire contract of campaigns: work that is done in rings, and proved by observation. */
const Time = Type.String({ format: 'date-time' });
const Uuid = Type.String({ format: 'uuid' });
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const oneOf = <T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));
const Bilingual = Type.Object({ ja: Type.String(), en: Type.String() });
const only = { additionalProperties: false } as const;

/**
 * `draft` not started; `awaiting-approval` a second person must agree; `running`; `paused` by a
 * person; `halted` by itself, with the reason; `finished` every endpoint has an end; `cancelled`.
 */
export const CampaignState = oneOf(
  'draft',
  'awaiting-approval',
  'running',
  'paused',
  'halted',
  'finished',
  'cancelled',
);
export type CampaignState = Static<typeof CampaignState>;

/**
 * How it stands at one endpoint. `waiting` its ring or window has not come; `queued` an order is
 * there for it; `delivered`, `running`; then what the agent says. `offline`: not come for its
 * order. `no-agent`: stock osqueryd only, the work is exported. `excluded`: cannot be done there,
 * with the reason. `expired`: the deadline passed before it came.
 */
export const TargetState = oneOf(
  'waiting',
  'queued',
  'delivered',
  'running',
  'done',
  'no-effect',
  'failed',
  'refused',
  'reboot-pending',
  'offline',
  'no-agent',
  'excluded',
  'expired',
  'cancelled',
);
export type TargetState = Static<typeof TargetState>;

/**
 * What observation says, whatever the agent says. `still-there` after a done order is listed first.
 * `unknown`: not observed since.
 */
export const ProofState = oneOf('not-due', 'waiting', 'proved', 'still-there', 'unknown');
export type ProofState = Static<typeof ProofState>;

export const Ring = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 60 }),
    /** Of all targets, cumulative; 100 in the last ring. */
    percent: Type.Number({ exclusiveMinimum: 0, maximum: 100 }),
    /** At least so many endpoints; for a first ring of one. */
    atLeast: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
    /** Endpoints of this selector go first, in this ring. */
    selector: Type.Optional(Type.String({ maxLength: 4000 })),
    /** Minutes after its last endpoint ended before the next ring begins. */
    soakMinutes: Type.Integer({ minimum: 0, maximum: 43_200 }),
  },
  only,
);
export type Ring = Static<typeof Ring>;

/** In the endpoint's own time zone. `to` before `from`: past midnight. */
export const MaintenanceWindow = Type.Object(
  {
    /** 0 Sunday … 6 Saturday, of the day it begins. */
    days: Type.Array(Type.Integer({ minimum: 0, maximum: 6 }), { minItems: 1, maxItems: 7 }),
    from: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
    to: Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' }),
  },
  only,
);
export type MaintenanceWindow = Static<typeof MaintenanceWindow>;

/** What to do: a fix group of findings, or an action of one's own on a selector. */
export const Work = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('fix'),
      /** Of GET /api/findings/fixes. */
      fixId: Type.Integer(),
    },
    only,
  ),
  Type.Object(
    {
      kind: Type.Literal('findings'),
      /** Everything that a package manager can mend on these endpoints: any of these severities. */
      severities: Type.Optional(Type.Array(Type.String(), { maxItems: 5 })),
      exploitedOnly: Type.Optional(Type.Boolean()),
    },
    only,
  ),
  Type.Object({ kind: Type.Literal('action'), action: Action }, only),
]);
export type Work = Static<typeof Work>;

/** POST /api/campaigns/preview and POST /api/campaigns */
export type NewCampaign = Static<typeof NewCampaign>;
export const NewCampaign = Type.Object(
  {
    title: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
    work: Work,
    /** Empty: every endpoint that the work concerns. */
    selector: Type.Optional(Type.String({ maxLength: 4000 })),
    endpointIds: Type.Optional(Type.Array(Uuid, { maxItems: 10_000 })),
    /** Default: one endpoint, 5 %, 25 %, all; 60 minutes of soaking. */
    rings: Type.Optional(Type.Array(Ring, { minItems: 1, maxItems: 10 })),
    window: Type.Optional(orNull(MaintenanceWindow)),
    /** The work is done by then, window or not; orders expire then. Default: 14 days. */
    deadlineAt: Type.Optional(Time),
    haltAtFailurePercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100, default: 10 })),
    /** Of endpoints that were given an order and have been silent for 15 minutes since. */
    haltAtSilentPercent: Type.Optional(Type.Number({ minimum: 0, maximum: 100, default: 10 })),
    restart: Type.Optional(oneOf('never', 'when-needed')),
    restartNotice: Type.Optional(Type.String({ maxLength: 500 })),
    deferrals: Type.Optional(Type.Integer({ minimum: 0, maximum: 20, default: 3 })),
    dryRunFirst: Type.Optional(Type.Boolean()),
    /** Start at once when no approval is needed. */
    start: Type.Optional(Type.Boolean()),
  },
  only,
);

export type CampaignPreview = Static<typeof CampaignPreview>;
export const CampaignPreview = Type.Object({
  targeted: Type.Integer(),
  byState: Type.Record(Type.String(), Type.Integer(), {
    description: 'waiting (can be done), no-agent, excluded',
  }),
  findingsToClose: Type.Integer(),
  exploitedToClose: Type.Integer(),
  rebootLikely: Type.Integer(),
  needsApproval: Type.Boolean(),
  approvalBecause: Type.Array(Bilingual),
  rings: Type.Array(Type.Object({ name: Type.String(), endpoints: Type.Integer() })),
  /** The same action on several endpoints is one row. */
  actions: Type.Array(
    Type.Object({
      manager: orNull(Type.String()),
      summary: Bilingual,
      packages: Type.Array(
        Type.Object({
          name: Type.String(),
          from: Type.Array(Type.String()),
          atLeast: orNull(Type.String()),
        }),
      ),
      endpoints: Type.Integer(),
    }),
  ),
  excluded: Type.Array(Type.Object({ reason: Bilingual, endpoints: Type.Integer() })),
});

export type Campaign = Static<typeof Campaign>;
export const Campaign = Type.Object({
  id: Type.Integer(),
  title: Type.String(),
  state: CampaignState,
  stateBecause: orNull(Bilingual),
  work: Work,
  selector: Type.String(),
  rings: Type.Array(
    Type.Object({
      ...Ring.properties,
      endpoints: Type.Integer(),
      startedAt: orNull(Time),
      endedAt: orNull(Time),
    }),
  ),
  currentRing: orNull(Type.Integer()),
  window: orNull(MaintenanceWindow),
  deadlineAt: Time,
  createdBy: Type.String(),
  createdAt: Time,
  approvedBy: orNull(Type.String()),
  startedAt: orNull(Time),
  endedAt: orNull(Time),
  targeted: Type.Integer(),
  byState: Type.Record(Type.String(), Type.Integer()),
  byProof: Type.Record(Type.String(), Type.Integer()),
  findingsToClose: Type.Integer(),
  findingsClosed: Type.Integer(),
  rule: orNull(Type.String({ description: 'Key of the patch rule that made it' })),
});
export type CampaignQueryString = Static<typeof CampaignQueryString>;
export const CampaignQueryString = Type.Object({
  ...listQuery,
  state: Type.Optional(CampaignState),
  q: Type.Optional(Type.String({ maxLength: 200 })),
});
export const CampaignList = listOf(Campaign);

/** GET /api/campaigns/:id/targets: "done but still there" first. */
export type CampaignTarget = Static<typeof CampaignTarget>;
export const CampaignTarget = Type.Object({
  endpointId: Uuid,
  hostname: Type.String(),
  platform: Type.String(),
  scopeName: Type.String(),
  ring: Type.Integer(),
  state: TargetState,
  proof: ProofState,
  reason: orNull(Type.String({ description: 'Stable cause: APT_LOCKED, HELD, …' })),
  message: orNull(Type.String({ description: "The tool's own words" })),
  attempts: Type.Integer(),
  before: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])),
  after: Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()])),
  rebootNeeded: Type.Boolean(),
  orderedAt: orNull(Time),
  endedAt: orNull(Time),
  findingsToClose: Type.Integer(),
  findingsClosed: Type.Integer(),
});
export type TargetQueryString = Static<typeof TargetQueryString>;
export const TargetQueryString = Type.Object({
  ...listQuery,
  state: Type.Optional(TargetState),
  proof: Type.Optional(ProofState),
  ring: Type.Optional(Type.Integer()),
  q: Type.Optional(Type.String({ maxLength: 200 })),
});
export const CampaignTargetList = listOf(CampaignTarget);

/**
 * POST /api/campaigns/:id/{approve,start,pause,resume,cancel,retry}; `retry` gives those that
 * failed or had no effect a new order.
 * GET /api/campaigns/:id/work?format=ansible|csv|wsus|intune|sccm: what others must do.
 */
export type WorkFormat = Static<typeof WorkFormat>;
export const WorkFormat = oneOf(
  'ansible-inventory',
  'ansible-playbook',
  'csv',
  'wsus',
  'intune',
  'sccm',
);

/** GET /api/endpoints/:id/orders: what was done on one endpoint, newest first. */
export type EndpointOrder = Static<typeof EndpointOrder>;
export const EndpointOrder = Type.Object({
  id: Uuid,
  campaignId: orNull(Type.Integer()),
  campaignTitle: orNull(Type.String()),
  action: Action,
  dryRun: Type.Boolean(),
  state: Type.Union([OrderState, oneOf('issued', 'expired', 'cancelled')]),
  reason: orNull(Type.String()),
  output: orNull(Type.String()),
  requestedBy: Type.String(),
  issuedAt: Time,
  endedAt: orNull(Time),
});
export const EndpointOrderList = listOf(EndpointOrder);

/** GET /api/patch-rules; content/patch-rules/*.yaml, which an administrator switches on. */
export type PatchRule = Static<typeof PatchRule>;
export const PatchRule = Type.Object({
  key: Type.String(),
  title: Bilingual,
  description: Bilingual,
  enabled: Type.Boolean(),
  scopeId: orNull(Uuid),
  lastRunAt: orNull(Time),
  lastCampaignId: orNull(Type.Integer()),
});
/** POST /api/patch-rules/:key/simulate { days }: what it would have done with the past. */
export type RuleSimulation = Static<typeof RuleSimulation>;
export const RuleSimulation = Type.Object({
  from: Time,
  to: Time,
  campaigns: Type.Integer(),
  findings: Type.Integer(),
  /** Of those, closed in fact before the rule would have been due; and mean days it would have won. */
  closedSooner: Type.Integer(),
  meanDaysWon: orNull(Type.Number()),
  days: Type.Array(Type.Object({ day: Type.String(), findings: Type.Integer() })),
});

/** GET and PUT /api/campaign-settings: a second person agrees to campaigns of more endpoints. */
export type CampaignSettings = Static<typeof CampaignSettings>;
export const CampaignSettings = Type.Object(
  { approvalAbove: Type.Integer({ minimum: 0, maximum: 1_000_000 }) },
  only,
);

/** PUT /api/patch-rules/:key */
export type PatchRuleChange = Static<typeof PatchRuleChange>;
export const PatchRuleChange = Type.Object(
  {
    enabled: Type.Boolean(),
    /** Null: all scopes. */
    scopeId: orNull(Uuid),
  },
  only,
);
export const PatchRuleList = listOf(PatchRule);
