import { type Static, Type } from 'typebox';

/**
 * What an agent may be told to do, and nothing else: typed, signed by the server, bound to one
 * agent and endpoint, with an expiry. There is no free shell; a script runs only where an
 * administrator enabled scripts, with its hash.
 */
const oneOf = <T extends string>(...values: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value))));

export const PackageManager = oneOf(
  'apt',
  'dnf',
  'yum',
  'zypper',
  'apk',
  'winget',
  'windows-update',
  'softwareupdate',
  'brew',
);
export type PackageManager = Static<typeof PackageManager>;

/** A name as package managers have them: never begins with a dash, has no blank. */
const PackageName = Type.String({ pattern: '^[A-Za-z0-9@][A-Za-z0-9@._+:~/-]{0,199}$' });
const Version = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9.+:~_-]{0,199}$' });
const ServiceName = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9@._:-]{0,199}$' });
const Packages = Type.Array(
  Type.Object(
    {
      name: PackageName,
      /** At least this version must be there afterwards. Absent: the newest there is. */
      atLeast: Type.Optional(Version),
    },
    { additionalProperties: false },
  ),
  { minItems: 1, maxItems: 500 },
);
const only = { additionalProperties: false } as const;

export const Action = Type.Union([
  Type.Object(
    {
      type: oneOf('package-upgrade', 'package-install', 'package-remove'),
      manager: PackageManager,
      packages: Packages,
    },
    only,
  ),
  Type.Object(
    {
      type: Type.Literal('service'),
      name: ServiceName,
      operation: oneOf('start', 'stop', 'restart', 'enable', 'disable'),
    },
    only,
  ),
  /** One `key = value` line of a configuration file; written atomically, the old file kept. */
  Type.Object(
    {
      type: Type.Literal('set-value'),
      path: Type.String({ pattern: '^/(?!.*\\.\\.)[^\\u0000]{1,500}$' }),
      key: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\n\\r\\u0000]+$' }),
      value: Type.String({ maxLength: 2000, pattern: '^[^\\n\\r\\u0000]*$' }),
      separator: oneOf('=', ' = ', ' ', ': '),
    },
    only,
  ),
  Type.Object(
    {
      type: Type.Literal('remove-extension'),
      host: oneOf('chrome', 'edge', 'firefox', 'vscode'),
      identifier: Type.String({ pattern: '^[A-Za-z0-9@._{}-]{1,200}$' }),
    },
    only,
  ),
  Type.Object(
    {
      type: Type.Literal('restart'),
      /** Shown to who is signed in. */
      notice: Type.String({ maxLength: 500 }),
      /** From the action's arrival; users may put it off until then. */
      atMostSeconds: Type.Integer({ minimum: 60, maximum: 14 * 86_400 }),
      deferrals: Type.Integer({ minimum: 0, maximum: 20 }),
    },
    only,
  ),
  /** Files or the agent's own logs for an incident, bounded. */
  Type.Object(
    {
      type: Type.Literal('collect'),
      paths: Type.Array(Type.String({ pattern: '^/[^\\u0000]{1,500}$' }), {
        minItems: 1,
        maxItems: 50,
      }),
      mostBytes: Type.Integer({ minimum: 1, maximum: 256 * 1024 * 1024 }),
    },
    only,
  ),
  /** The parts of the inventory named are asked for again at once. */
  Type.Object(
    {
      type: Type.Literal('report-now'),
      parts: Type.Array(Type.String({ pattern: '^[a-z0-9-]{1,60}$' }), { maxItems: 60 }),
    },
    only,
  ),
  Type.Object(
    {
      type: Type.Literal('script'),
      interpreter: oneOf('sh', 'bash', 'powershell'),
      sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
      text: Type.String({ minLength: 1, maxLength: 200_000 }),
      atMostSeconds: Type.Integer({ minimum: 1, maximum: 3600 }),
    },
    only,
  ),
]);
export type Action = Static<typeof Action>;

/** What is signed: this object as the very JSON text that goes over the wire. */
export const Order = Type.Object(
  {
    version: Type.Literal(1),
    id: Type.String({ format: 'uuid' }),
    agentId: Type.String({ format: 'uuid' }),
    endpointId: Type.String({ format: 'uuid' }),
    issuedAt: Type.String({ format: 'date-time' }),
    /** Not begun after this. */
    expiresAt: Type.String({ format: 'date-time' }),
    /** Says what would happen; changes nothing. */
    dryRun: Type.Boolean(),
    action: Action,
  },
  only,
);
export type Order = Static<typeof Order>;

/** Ed25519 over `yojin-order-v1\n` and the text, in base64. */
export const SignedOrder = Type.Object(
  {
    text: Type.String({ maxLength: 1024 * 1024 }),
    signature: Type.String({ pattern: '^[A-Za-z0-9+/]{86}==$' }),
    keyId: Type.String({ pattern: '^[0-9a-f]{16}$' }),
  },
  only,
);
export type SignedOrder = Static<typeof SignedOrder>;

/** How it stands with an order, as the agent says. */
export const OrderState = oneOf(
  'received',
  'running',
  'done',
  /** The tool said that it did it, and nothing changed. */
  'no-effect',
  'failed',
  /** Not begun: forged, expired, replayed, for another agent, not allowed here. */
  'refused',
  'reboot-pending',
);
export type OrderState = Static<typeof OrderState>;

export const OrderReport = Type.Object(
  {
    orderId: Type.String({ format: 'uuid' }),
    state: OrderState,
    /** Rises with each report of the order; an older one changes nothing. */
    sequence: Type.Integer({ minimum: 0 }),
    at: Type.String({ format: 'date-time' }),
    /** Stable cause of a failure or refusal: APT_LOCKED, DISK_FULL, HELD, INTERRUPTED, EXPIRED, … */
    reason: Type.Optional(Type.String({ maxLength: 60, pattern: '^[A-Z0-9_]+$' })),
    /** The tool's own last words, at most 20,000 characters. */
    output: Type.Optional(Type.String({ maxLength: 20_000 })),
    exitCode: Type.Optional(Type.Integer()),
    /** What was there before and is now: package or file to version or hash; null: absent. */
    before: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))),
    after: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Null()]))),
    rebootNeeded: Type.Optional(Type.Boolean()),
    /** Of a file that was sent up beforehand (`collect`). */
    uploadId: Type.Optional(Type.String({ format: 'uuid' })),
  },
  only,
);
export type OrderReport = Static<typeof OrderReport>;

/** What an agent says of itself at enrolment and at each start. */
export const AgentSelf = Type.Object(
  {
    version: Type.String({ maxLength: 60 }),
    platform: oneOf('linux', 'darwin', 'windows'),
    managers: Type.Array(PackageManager, { maxItems: 10 }),
    /** IANA name, e.g. `Asia/Tokyo`. */
    timeZone: Type.String({ maxLength: 60 }),
    privileged: Type.Boolean(),
    scripts: Type.Boolean(),
  },
  only,
);
export type AgentSelf = Static<typeof AgentSelf>;
