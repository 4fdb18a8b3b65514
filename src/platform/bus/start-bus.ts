import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { Database } from '../db/queryable.ts';
import type { Logger } from '../log.ts';
import { type Bus, decode, encode, Listeners } from './bus.ts';

const channel = 'yojin_bus';
/** Notices within this time go out in one statement. */
const windowMs = 5;
const connectMs = 5_000;

export interface BusOptions {
  readonly db: Database;
  readonly log: Logger;
  /** `nats://user:password@host:4222`, `tls://…`, several with commas. Absent: over PostgreSQL. */
  readonly natsUrl?: string | undefined;
}

/** Over NATS when there is one, else over PostgreSQL's LISTEN/NOTIFY. Throws when it cannot connect. */
export function startBus({ db, log, natsUrl }: BusOptions): Promise<Bus> {
  return natsUrl === undefined || natsUrl === ''
    ? startPostgresBus(db, log)
    : startNatsBus(db, log, natsUrl);
}

async function startPostgresBus(db: Database, log: Logger): Promise<Bus> {
  const listeners = new Listeners(log);
  let waiting: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();

  async function send(): Promise<void> {
    timer = undefined;
    const batch = waiting;
    waiting = [];
    if (batch.length === 0) return;
    try {
      await db.query('select pg_notify($1, payload) from unnest($2::text[]) payload', [
        channel,
        batch,
      ]);
    } catch (error) {
      log.warn({ reason: (error as Error).message, lost: batch.length }, 'notices not sent');
    }
  }

  const stop = await db.listen(
    channel,
    (text) => {
      const notice = decode(text);
      if (notice) listeners.tell(...notice);
    },
    () => listeners.tellGap(),
  );
  return {
    kind: 'postgresql',
    connected: true,
    publish(topic, payload) {
      const text = encode(topic, payload);
      if (text === undefined) return log.error({ topic }, 'a notice is too large; not sent');
      waiting.push(text);
      timer ??= setTimeout(() => {
        sending = sending.then(send);
      }, windowMs);
    },
    subscribe: (topic, listener) => listeners.add(topic, listener),
    onGap: (listener) => listeners.addGap(listener),
    async close() {
      clearTimeout(timer);
      await sending.then(send);
      stop();
    },
  };
}

async function startNatsBus(db: Database, log: Logger, natsUrl: string): Promise<Bus> {
  const { rows } = await db.query<{ id: string }>('select id from platform.installation');
  const subject = `yojin.${rows[0]!.id}`;
  const listeners = new Listeners(log);
  const connection = await connect({
    ...natsOptions(natsUrl),
    name: 'yojin',
    timeout: connectMs,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 500,
  });
  connection.subscribe(subject, {
    callback: (error, message) => {
      const notice = error ? undefined : decode(message.string());
      if (notice) listeners.tell(...notice);
    },
  });
  await connection.flush();
  let connected = true;
  void watch(connection, {
    lost: () => {
      connected = false;
      log.warn('connection to NATS lost, opening it again');
    },
    back: () => {
      connected = true;
      log.info('connection to NATS is back');
      listeners.tellGap();
    },
  });
  return {
    kind: 'nats',
    get connected() {
      return connected;
    },
    publish(topic, payload) {
      const text = encode(topic, payload);
      if (text === undefined) return log.error({ topic }, 'a notice is too large; not sent');
      try {
        connection.publish(subject, text);
      } catch (error) {
        log.warn({ reason: (error as Error).message, lost: 1 }, 'notices not sent');
      }
    },
    subscribe: (topic, listener) => listeners.add(topic, listener),
    onGap: (listener) => listeners.addGap(listener),
    close: () => connection.drain().catch(() => undefined),
  };
}

async function watch(
  connection: NatsConnection,
  tell: { readonly lost: () => void; readonly back: () => void },
): Promise<void> {
  for await (const { type } of connection.status()) {
    if (type === 'disconnect') tell.lost();
    if (type === 'reconnect') tell.back();
  }
}

/** The client takes credentials beside the addresses, not within them. */
export function natsOptions(natsUrl: string): {
  readonly servers: string[];
  readonly user?: string;
  readonly pass?: string;
  readonly token?: string;
  readonly tls?: Record<string, never>;
} {
  const urls = natsUrl.split(',').map((text) => new URL(text.trim()));
  const { username, password } = urls[0]!;
  const given =
    username === ''
      ? {}
      : password === ''
        ? { token: decodeURIComponent(username) }
        : { user: decodeURIComponent(username), pass: decodeURIComponent(password) };
  return {
    servers: urls.map(({ host }) => host),
    ...given,
    ...(urls.some(({ protocol }) => protocol === 'tls:') && { tls: {} }),
  };
}
