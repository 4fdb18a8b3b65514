import { type Static, Type } from 'typebox';
import { listOf, listQuery } from '../http/list.ts';

/** The wire contract of notices: what was told, to whom it goes, and what became of it. */
const orNull = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const oneOf = <T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));

const Time = Type.String({ format: 'date-time' });
const Uuid = Type.String({ format: 'uuid' });
const Line = (maxLength: number) =>
  Type.String({ minLength: 1, maxLength, pattern: '^[^\\u0000-\\u001f\\u007f]*$' });
/** Without user and password; https, or http where private addresses are allowed. */
const WebAddress = Type.String({ minLength: 8, maxLength: 2_000, pattern: '^https?://[^\\s]+$' });
const SecretText = Type.String({ minLength: 1, maxLength: 4_000 });
const MailAddress = Type.String({
  maxLength: 254,
  pattern: '^[^\\s@<>,;"\\\\]+@[^\\s@<>,;"\\\\]+$',
});

export type NoticeSeverity = Static<typeof NoticeSeverity>;
export const NoticeSeverity = oneOf('information', 'warning', 'urgent');
export const noticeSeverities = ['information', 'warning', 'urgent'] as const;

/** What to do when a notice with the key of an open ticket is told again on a later day. */
const TicketAgain = oneOf('comment', 'leave');
const again = { again: Type.Optional(TicketAgain) };

/** Where a channel leads. Members that are written and never answered are in `secretNames`. */
export const targetSchemas = {
  mail: Type.Object({
    type: Type.Literal('mail'),
    host: Line(253),
    port: Type.Integer({ minimum: 1, maximum: 65_535 }),
    security: oneOf('tls', 'starttls', 'none'),
    user: Type.Optional(orNull(Line(320))),
    from: MailAddress,
    to: Type.Array(MailAddress, { minItems: 1, maxItems: 50 }),
    password: Type.Optional(SecretText),
  }),
  slack: Type.Object({ type: Type.Literal('slack'), url: Type.Optional(WebAddress) }),
  teams: Type.Object({ type: Type.Literal('teams'), url: Type.Optional(WebAddress) }),
  webhook: Type.Object({
    type: Type.Literal('webhook'),
    url: Type.Optional(WebAddress),
    signingKey: Type.Optional(Type.String({ minLength: 16, maxLength: 500 })),
  }),
  jira: Type.Object({
    type: Type.Literal('jira'),
    url: WebAddress,
    user: Type.Optional(orNull(Line(320))),
    project: Line(100),
    issueType: Line(100),
    ...again,
    token: Type.Optional(SecretText),
  }),
  servicenow: Type.Object({
    type: Type.Literal('servicenow'),
    url: WebAddress,
    user: Type.Optional(orNull(Line(320))),
    assignmentGroup: Type.Optional(orNull(Line(200))),
    ...again,
    token: Type.Optional(SecretText),
  }),
  github: Type.Object({
    type: Type.Literal('github'),
    url: WebAddress,
    repository: Type.String({ maxLength: 200, pattern: '^[\\w.-]+/[\\w.-]+$' }),
    labels: Type.Optional(Type.Array(Line(50), { maxItems: 10 })),
    ...again,
    token: Type.Optional(SecretText),
  }),
  backlog: Type.Object({
    type: Type.Literal('backlog'),
    url: WebAddress,
    project: Type.String({ maxLength: 50, pattern: '^[A-Za-z0-9_]+$' }),
    issueType: Type.Optional(orNull(Line(100))),
    ...again,
    token: Type.Optional(SecretText),
  }),
};

export type ChannelTarget = Static<typeof ChannelTarget>;
export const ChannelTarget = Type.Union([
  targetSchemas.mail,
  targetSchemas.slack,
  targetSchemas.teams,
  targetSchemas.webhook,
  targetSchemas.jira,
  targetSchemas.servicenow,
  targetSchemas.github,
  targetSchemas.backlog,
]);

export type ChannelType = ChannelTarget['type'];
export const channelTypes = [
  'mail',
  'slack',
  'teams',
  'webhook',
  'jira',
  'servicenow',
  'github',
  'backlog',
] as const satisfies readonly ChannelType[];

/** Members of a target that only ever come in; those of a ticket system are its `token`. */
export const secretNames: Readonly<Record<ChannelType, readonly string[]>> = {
  mail: ['password'],
  slack: ['url'],
  teams: ['url'],
  webhook: ['url', 'signingKey'],
  jira: ['token'],
  servicenow: ['token'],
  github: ['token'],
  backlog: ['token'],
};

/** A ticket is a matter of its own: it is never part of a digest. */
export function makesTickets(type: ChannelType): boolean {
  return type === 'jira' || type === 'servicenow' || type === 'github' || type === 'backlog';
}

/** `08:30`, in the time zone of the schedule. */
const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$' });

export type Schedule = Static<typeof Schedule>;
export const Schedule = Type.Object({
  mode: oneOf('at-once', 'hourly', 'daily'),
  timeZone: Type.String({ maxLength: 60, description: 'IANA name, e.g. Asia/Tokyo' }),
  dailyAt: TimeOfDay,
  quiet: orNull(
    Type.Object(
      { from: TimeOfDay, to: TimeOfDay },
      { description: 'Nothing is sent from the one to the other; over midnight is allowed' },
    ),
  ),
  urgentAtOnce: Type.Boolean({
    description: 'Urgent notices wait neither for the digest nor for the end of quiet hours',
  }),
});

const writable = {
  name: Line(100),
  enabled: Type.Boolean(),
  language: oneOf('ja', 'en'),
  kinds: orNull(
    Type.Array(Type.String({ pattern: '^[a-z-]{1,60}$' }), { minItems: 1, maxItems: 100 }),
  ),
  leastSeverity: NoticeSeverity,
  scopeIds: orNull(Type.Array(Uuid, { minItems: 1, maxItems: 1_000 })),
  allowPrivate: Type.Boolean({
    description:
      'Loopback and private addresses, and there also without encryption; only an ' +
      'administrator of all scopes may allow it',
  }),
  schedule: Schedule,
  target: ChannelTarget,
};

/** POST /api/notification-channels */
export type ChannelCreate = Static<typeof ChannelCreate>;
export const ChannelCreate = Type.Object(writable);

/**
 * PATCH /api/notification-channels/:id. A target replaces the one before; secrets that it leaves
 * out stay as they are, unless it leads to another host.
 */
export type ChannelChange = Static<typeof ChannelChange>;
export const ChannelChange = Type.Partial(ChannelCreate);

/** Why something could not be delivered. The console has words for the code. */
export type DeliveryProblem = Static<typeof DeliveryProblem>;
export const DeliveryProblem = Type.Object({
  code: oneOf(
    'address-refused',
    'answered',
    'certificate',
    'mail-refused',
    'name-unknown',
    'no-connection',
    'not-understood',
    'redirect',
    'secret-missing',
    'sign-in-refused',
    'some-recipients-refused',
    'timeout',
    'unexpected',
  ),
  detail: Type.String({ description: 'What the other side said, shortened, without secrets' }),
});

export type Channel = Static<typeof Channel>;
export const Channel = Type.Object({
  id: Uuid,
  ...writable,
  address: Type.String({ description: 'Where it leads, without what is secret' }),
  secrets: Type.Array(Type.String(), { description: 'Names of the secrets that are set' }),
  state: oneOf('off', 'unknown', 'working', 'failing'),
  lastSuccessAt: orNull(Time),
  failingSince: orNull(Time),
  lastError: orNull(DeliveryProblem),
  nextAttemptAt: orNull(Time),
  waiting: Type.Integer(),
  givenUp: Type.Integer({ description: 'Notices that could not be delivered within a day' }),
  createdAt: Time,
  changedAt: Time,
});
export const ChannelList = listOf(Channel);

/** POST /api/notification-channels/:id/test */
export type ChannelTest = Static<typeof ChannelTest>;
export const ChannelTest = Type.Object({
  delivered: Type.Boolean(),
  error: orNull(DeliveryProblem),
  durationMs: Type.Integer(),
});

export type NoticeKindRow = Static<typeof NoticeKindRow>;
export const NoticeKindRow = Type.Object({
  kind: Type.String(),
  title: Type.Object({ ja: Type.String(), en: Type.String() }),
});
export const NoticeKindList = listOf(NoticeKindRow);

export type DeliveryState = Static<typeof DeliveryState>;
export const DeliveryState = oneOf('waiting', 'delivered', 'given-up', 'withdrawn');

/** GET /api/notices: newest first */
export type NoticeQuery = Static<typeof NoticeQuery>;
export const NoticeQuery = Type.Object({
  ...listQuery,
  q: Type.Optional(Type.String({ maxLength: 200 })),
  kind: Type.Optional(Type.String({ maxLength: 60 })),
  severity: Type.Optional(NoticeSeverity),
  channelId: Type.Optional(Uuid),
  delivery: Type.Optional(DeliveryState),
});

export type NoticeRow = Static<typeof NoticeRow>;
export const NoticeRow = Type.Object({
  id: Type.Integer(),
  kind: Type.String(),
  severity: NoticeSeverity,
  text: Type.Object({ ja: Type.String(), en: Type.String() }),
  path: Type.String(),
  scopeId: orNull(Uuid),
  key: Type.String(),
  toldAt: Time,
  deliveries: Type.Union(
    [
      Type.Null(),
      Type.Array(
        Type.Object({
          channelId: Uuid,
          channelName: Type.String(),
          state: DeliveryState,
          dueAt: Time,
          attempts: Type.Integer(),
          lastError: orNull(DeliveryProblem),
          finishedAt: orNull(Time),
          ticketId: orNull(Type.String()),
          ticketUrl: orNull(Type.String()),
        }),
      ),
    ],
    { description: 'Null for who does not administer channels' },
  ),
});
export const NoticeList = listOf(NoticeRow);
