import { type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import type { AuditLog } from '../audit/public.ts';
import { actorOf } from '../auth/auth.ts';
import type { Database, Queryable } from '../db/queryable.ts';
import { listQuery } from '../http/list.ts';
import { reaches } from '../http/principal.ts';
import { Problem, ProblemError } from '../http/problem.ts';
import { principalOf, requireAllScopes } from '../http/request-principal.ts';
import { sendList } from '../http/send-list.ts';
import { parseSort } from '../http/sort.ts';
import type { LiveFeed } from '../live/live-feed.ts';
import type { App } from '../module.ts';
import {
  Channel,
  ChannelChange,
  ChannelCreate,
  ChannelList,
  type ChannelTarget,
  ChannelTest,
  makesTickets,
  targetSchemas,
} from './api.ts';
import {
  addressOf,
  type ChannelValues,
  countChannels,
  deleteChannel,
  findChannel,
  hostOf,
  insertChannel,
  listChannels,
  lockChannel,
  readSecrets,
  replaceSecrets,
  type Secrets,
  splitTarget,
  updateChannel,
} from './channel-store.ts';
import { sendTest } from './channels/send.ts';
import { type Deliveries, type DeliveryOptions, longestSendMs } from './delivery.ts';
import { secretForms, shownProblem } from './delivery-error.ts';
import {
  dueAgain,
  forgetTickets,
  recordSuccess,
  retryGivenUp,
  withdrawAll,
} from './delivery-store.ts';
import type { NoticeKind } from './public.ts';
import { dueTime, isTimeZone } from './schedule.ts';
import { type MessageNotice, messageOf, testText } from './wording.ts';

const ById = Type.Object({ id: Type.String({ format: 'uuid' }) });
const sortColumns = {
  name: 'lower(c.name)',
  type: 'c.type',
  lastSuccessAt: 'c.last_success_at',
  createdAt: 'c.created_at',
};
/** Each may hang for half a minute beside the others. */
const channelsAtMost = 100;

export interface ChannelRoutesOptions
  extends Pick<DeliveryOptions, 'consoleAddress' | 'sendWithinMs'> {
  readonly db: Database;
  readonly audit: AuditLog;
  readonly live: LiveFeed;
  readonly clock: () => Date;
  readonly kinds: () => readonly NoticeKind[];
  readonly deliveries: Pick<Deliveries, 'wake'>;
}

type Asking = Parameters<typeof principalOf>[0] & Parameters<typeof actorOf>[0];

/** Where notices go: for administrators, each within the own scopes. */
export function channelRoutes(app: App, options: ChannelRoutesOptions): void {
  const { db, audit, live, clock, kinds, deliveries } = options;
  const notFound = () => new ProblemError(404, 'CHANNEL_NOT_FOUND', 'No such notification channel');
  const nameTaken = () =>
    new ProblemError(409, 'CHANNEL_NAME_TAKEN', 'There is a channel with this name already', {
      errors: [{ at: '/body/name', message: 'is taken' }],
    });
  const changed = () => {
    live.publish({ topic: 'notices' });
    deliveries.wake();
  };

  async function channelOf(request: Asking, id: string, from: Queryable = db): Promise<Channel> {
    const channel = await findChannel(from, id, principalOf(request).scopes);
    if (!channel) throw notFound();
    return channel;
  }

  app.get(
    '/notification-channels',
    {
      config: { permission: 'notices:administer' },
      schema: {
        summary: 'Notification channels that lie within your scopes',
        tags: ['notices'],
        querystring: Type.Object({ ...listQuery }),
        response: { 200: ChannelList, 400: Problem },
      },
    },
    async (request, reply) => {
      const reach = principalOf(request).scopes;
      const order = parseSort(request.query.sort, sortColumns, {
        fallback: 'name',
        tiebreak: 'c.id',
      });
      return sendList(request, reply, {
        db,
        now: clock(),
        fileName: 'notification-channels',
        columns: [
          { header: 'name', cell: (channel: Channel) => channel.name },
          { header: 'type', cell: (channel) => channel.target.type },
          { header: 'address', cell: (channel) => channel.address },
          { header: 'state', cell: (channel) => channel.state },
          { header: 'last_success_at', cell: (channel) => channel.lastSuccessAt },
          { header: 'last_error', cell: (channel) => channel.lastError?.detail },
          { header: 'waiting', cell: (channel) => channel.waiting },
          { header: 'given_up', cell: (channel) => channel.givenUp },
        ],
        page: (tx, window) => listChannels(tx, reach, order, window),
      });
    },
  );

  app.post(
    '/notification-channels',
    {
      config: { permission: 'notices:administer' },
      preValidation: async ({ body }) => checkTarget(body),
      schema: {
        summary: 'Make a notification channel',
        tags: ['notices'],
        body: ChannelCreate,
        response: { 201: Channel, 400: Problem, 403: Problem, 409: Problem },
      },
    },
    async (request, reply) => {
      const values = request.body;
      const { open, secrets } = splitTarget(values.target);
      checkValues(values, secrets);
      checkKinds(values.kinds, kinds());
      mayGrant(request, values.scopeIds);
      if (values.allowPrivate) requireAllScopes(request);
      checkSecrets(values.target, secrets);
      const channel = { ...values, target: open, address: addressOf(open, secrets) };
      const id = await db.transaction(async (tx) => {
        if ((await countChannels(tx)) >= channelsAtMost) {
          throw new ProblemError(409, 'TOO_MANY_CHANNELS', 'There are too many channels', {
            detail: `At most ${channelsAtMost}; delete one that is not needed.`,
          });
        }
        const made = await insertChannel(tx, channel, clock());
        if (made === undefined) throw nameTaken();
        await replaceSecrets(tx, made, secrets);
        await record(tx, request, 'created', made, channel);
        return made;
      });
      changed();
      return reply.code(201).send(await channelOf(request, id));
    },
  );

  app.patch(
    '/notification-channels/:id',
    {
      config: { permission: 'notices:administer' },
      preValidation: async ({ body }) => checkTarget(body),
      schema: {
        summary: 'Change a notification channel; secrets that are left out stay',
        tags: ['notices'],
        params: ById,
        body: ChannelChange,
        response: { 200: Channel, 400: Problem, 403: Problem, 404: Problem, 409: Problem },
      },
    },
    async (request) => {
      const { id } = request.params;
      await db.transaction((tx) => change(tx, request, id, request.body));
      changed();
      return channelOf(request, id);
    },
  );

  async function change(
    tx: Queryable,
    request: Asking,
    id: string,
    body: ChannelChange,
  ): Promise<void> {
    await lockChannel(tx, id);
    const before = await channelOf(request, id, tx);
    const kept = await readSecrets(tx, id);
    const given = body.target && splitTarget(body.target);
    const target = given?.open ?? before.target;
    // A secret that nobody can read must not be sent to a host of somebody's choice instead.
    const moved =
      given !== undefined &&
      (target.type !== before.target.type ||
        hostOf(target, { ...kept, ...given.secrets }) !== hostOf(before.target, kept));
    const secrets = { ...(moved ? {} : kept), ...given?.secrets };
    const values: ChannelValues = {
      ...pick(before),
      ...body,
      target,
      address: addressOf(target, secrets),
    };
    checkValues(values, secrets);
    if (body.kinds) checkKinds(body.kinds, kinds());
    checkSecrets(target, secrets);
    mayGrant(request, values.scopeIds);
    // Also when it was allowed before: who may not allow it may not choose another address either.
    if (values.allowPrivate && (given !== undefined || body.allowPrivate === true)) {
      requireAllScopes(request);
    }
    const now = clock();
    if (!(await updateChannel(tx, id, values, now))) throw nameTaken();
    if (given) await replaceSecrets(tx, id, secrets);
    if (given && !sameTicketPlace(before.target, target)) await forgetTickets(tx, id);
    if (!values.enabled) await withdrawAll(tx, id, now);
    else if (body.schedule) await dueAgain(tx, id, (each) => dueTime(values.schedule, each, now));
    await record(tx, request, 'changed', id, values, Object.keys(body));
  }

  app.delete(
    '/notification-channels/:id',
    {
      config: { permission: 'notices:administer' },
      schema: {
        summary: 'Delete a notification channel with what waits for it',
        tags: ['notices'],
        params: ById,
        response: { 204: Type.Null(), 404: Problem },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      await db.transaction(async (tx) => {
        const channel = await channelOf(request, id, tx);
        await deleteChannel(tx, id);
        await record(tx, request, 'deleted', id, channel);
      });
      live.publish({ topic: 'notices' });
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/notification-channels/:id/test',
    {
      config: { permission: 'notices:administer' },
      schema: {
        summary: 'Send a test notice now; a ticket system gets a ticket',
        tags: ['notices'],
        params: ById,
        response: { 200: ChannelTest, 404: Problem },
      },
    },
    async (request) => {
      const { id } = request.params;
      const channel = await channelOf(request, id);
      await db.transaction((tx) => record(tx, request, 'tested', id, channel));
      const result = await test(channel);
      if (result.delivered) {
        await recordSuccess(db, id, null, clock());
        changed();
      }
      return result;
    },
  );

  async function test(channel: Channel): Promise<ChannelTest> {
    const secrets = await readSecrets(db, channel.id);
    const now = clock();
    const startedMs = performance.now();
    const notice: MessageNotice = {
      id: 0,
      key: `test-${now.getTime()}`,
      kind: 'test',
      severity: 'information',
      text: testText(),
      scopeId: null,
      toldAt: now,
      url: `${options.consoleAddress()}/notifications`,
    };
    const message = messageOf(`test-${now.getTime()}`, [notice], channel.language);
    let error: ChannelTest['error'] = null;
    try {
      await sendTest(notice, message, {
        target: channel.target,
        secrets,
        allowPrivate: channel.allowPrivate,
        signal: AbortSignal.timeout(options.sendWithinMs ?? longestSendMs),
        now,
      });
    } catch (thrown) {
      error = shownProblem(thrown, secretForms(channel.target, secrets));
    }
    const durationMs = Math.round(performance.now() - startedMs);
    return { delivered: error === null, error, durationMs };
  }

  app.post(
    '/notification-channels/:id/retry',
    {
      config: { permission: 'notices:administer' },
      schema: {
        summary: 'Try what was given up again, and what waits at once',
        tags: ['notices'],
        params: ById,
        response: { 200: Type.Object({ count: Type.Integer() }), 404: Problem },
      },
    },
    async (request) => {
      const { id } = request.params;
      const count = await db.transaction(async (tx) => {
        await lockChannel(tx, id);
        const channel = await channelOf(request, id, tx);
        const again = await retryGivenUp(tx, id, clock());
        await record(tx, request, 'retried', id, channel);
        return again;
      });
      changed();
      return { count };
    },
  );

  function record(
    tx: Queryable,
    request: Asking,
    what: string,
    id: string,
    channel: Pick<ChannelValues, 'name' | 'target' | 'address' | 'scopeIds' | 'enabled'>,
    fields?: readonly string[],
  ): Promise<void> {
    const { name, target, address, scopeIds, enabled } = channel;
    return audit.record(tx, {
      actor: actorOf(request),
      action: `notification_channel.${what}`,
      target: { kind: 'notification-channel', id, name },
      details: { type: target.type, address, scopeIds, enabled, ...(fields && { fields }) },
    });
  }
}

/** Nobody hears, or lets others hear, of scopes that are not the own. */
function mayGrant(request: Asking, scopeIds: readonly string[] | null): void {
  const { scopes } = principalOf(request);
  const within = scopeIds === null ? scopes === 'all' : scopeIds.every((id) => reaches(scopes, id));
  if (within) return;
  throw new ProblemError(403, 'SCOPE_ABOVE_OWN', 'This reaches beyond your own scopes', {
    errors: [{ at: '/body/scopeIds', message: 'must lie within your own scopes' }],
  });
}

/**
 * The alternatives of a target are told apart by its type. Checked by itself, so that the places
 * are those of the type that was meant, not of all eight.
 */
function checkTarget(body: unknown): void {
  const target = (body as { readonly target?: unknown } | null | undefined)?.target;
  const type = (target as { readonly type?: unknown } | null | undefined)?.type;
  if (typeof type !== 'string' || !Object.hasOwn(targetSchemas, type)) return;
  const schema: TSchema = targetSchemas[type as keyof typeof targetSchemas];
  const errors: { at: string; message: string }[] = [];
  for (const error of Value.Errors(schema, target)) {
    const at = `/body/target${error.instancePath}`;
    if (error.keyword === 'required') {
      const { requiredProperties } = error.params as { requiredProperties: string[] };
      for (const name of requiredProperties)
        errors.push({ at: `${at}/${name}`, message: 'is required' });
    } else if (!errors.some((known) => known.at === at)) {
      errors.push({ at, message: error.message });
    }
  }
  if (errors.length > 0) throw invalid(errors.slice(0, 50));
}

function checkKinds(wanted: readonly string[] | null, kinds: readonly NoticeKind[]): void {
  const unknown = (wanted ?? []).filter((kind) => !kinds.some((known) => known.kind === kind));
  if (unknown.length === 0) return;
  throw invalid([{ at: '/body/kinds', message: `there is no kind ${unknown.join(', ')}` }]);
}

function checkValues(values: ChannelCreate, secrets: Secrets): void {
  const { schedule, target } = values;
  const errors: { at: string; message: string }[] = [];
  if (!isTimeZone(schedule.timeZone)) {
    errors.push({ at: '/body/schedule/timeZone', message: 'is no time zone, e.g. Asia/Tokyo' });
  }
  if (schedule.quiet && schedule.quiet.from === schedule.quiet.to) {
    errors.push({ at: '/body/schedule/quiet/to', message: 'must differ from the beginning' });
  }
  if (makesTickets(target.type) && schedule.mode !== 'at-once') {
    errors.push({ at: '/body/schedule/mode', message: 'must be at-once: tickets are no digests' });
  }
  const url = ('url' in target ? target.url : undefined) ?? secrets['url'];
  if (url !== undefined) errors.push(...addressErrors(url, values.allowPrivate));
  if (target.type === 'mail' && target.security === 'none') {
    if (!values.allowPrivate) {
      const message = 'must be tls or starttls unless private addresses are allowed';
      errors.push({ at: '/body/target/security', message });
    }
    if (target.user) {
      const message = 'must be empty: a password is not sent without encryption';
      errors.push({ at: '/body/target/user', message });
    }
  }
  if (errors.length > 0) throw invalid(errors);
}

function addressErrors(url: string, allowPrivate: boolean): { at: string; message: string }[] {
  const at = '/body/target/url';
  if (!URL.canParse(url)) return [{ at, message: 'is no address' }];
  const { protocol, username, password } = new URL(url);
  if (username !== '' || password !== '') {
    return [{ at, message: 'must not hold a user or a password' }];
  }
  if (protocol === 'https:' || (protocol === 'http:' && allowPrivate)) return [];
  return [{ at, message: 'must begin with https:// unless private addresses are allowed' }];
}

/** Without what proves who we are nothing could ever be delivered. */
function checkSecrets(target: ChannelTarget, secrets: Secrets): void {
  const needed: Readonly<Record<ChannelTarget['type'], readonly string[]>> = {
    mail: target.type === 'mail' && target.user ? ['password'] : [],
    slack: ['url'],
    teams: ['url'],
    webhook: ['url'],
    jira: ['token'],
    servicenow: ['token'],
    github: ['token'],
    backlog: ['token'],
  };
  const missing = needed[target.type].filter((name) => secrets[name] === undefined);
  if (missing.length === 0) return;
  throw new ProblemError(400, 'SECRET_NEEDED', 'A secret is missing', {
    detail: 'When a channel is to lead to another host, its secrets are to be given again.',
    errors: missing.map((name) => ({ at: `/body/target/${name}`, message: 'is required' })),
  });
}

function invalid(errors: readonly { at: string; message: string }[]): ProblemError {
  return new ProblemError(400, 'REQUEST_INVALID', 'The request is not valid', {
    detail: errors
      .map(({ at, message }) => `${at} ${message}`)
      .join('; ')
      .slice(0, 500),
    errors: [...errors],
  });
}

function sameTicketPlace(one: ChannelTarget, other: ChannelTarget): boolean {
  const place = (target: ChannelTarget) =>
    JSON.stringify([
      target.type,
      'url' in target ? target.url : null,
      'project' in target ? target.project : null,
      'repository' in target ? target.repository : null,
    ]);
  return place(one) === place(other);
}

function pick(channel: Channel): Omit<ChannelCreate, 'target'> {
  const { name, enabled, language, kinds, leastSeverity, scopeIds, allowPrivate, schedule } =
    channel;
  return { name, enabled, language, kinds, leastSeverity, scopeIds, allowPrivate, schedule };
}
