import type { Database } from '../db/queryable.ts';
import type { Logger } from '../log.ts';
import type { LiveFeed, LiveNews } from './live-feed.ts';

const channel = 'yojin_live';
/** News of one topic within this time are one message. */
const windowMs = 250;
/** How soon news that could not be told are tried again. */
const againMs = 1_000;
/** More than these are not named: the page asks for its whole window again anyway. */
const namedAtMost = 100;
/** PostgreSQL takes less than 8,000 bytes in a notice. */
const payloadBytes = 7_900;

/** Told to pages when news may have been missed: ask for everything again. */
export const resync: LiveNews = { topic: 'resync' };

export interface RunningLiveFeed extends LiveFeed {
  readonly subscriberCount: number;
  close(): Promise<void>;
}

/** The feed over LISTEN/NOTIFY, so that the pages of every server process hear the same. */
export async function startLiveFeed(db: Database, log: Logger): Promise<RunningLiveFeed> {
  const subscribers = new Set<(news: LiveNews) => void>();
  const tell = (news: LiveNews) => {
    for (const subscriber of subscribers) subscriber(news);
  };
  // A topic with null: too many to name.
  let waiting = new Map<string, Set<string> | null>();
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  let closed = false;

  function add({ topic, ids }: LiveNews): void {
    const known = waiting.get(topic);
    const all = ids === undefined || known === null ? null : new Set([...(known ?? []), ...ids]);
    waiting.set(topic, all !== null && all.size <= namedAtMost ? all : null);
  }

  function sendIn(milliseconds: number): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      sending = sending.then(send);
    }, milliseconds);
  }

  async function send(): Promise<void> {
    const batch = waiting;
    waiting = new Map();
    if (batch.size === 0) return;
    try {
      await db.query(`select pg_notify($1, payload) from unnest($2::text[]) as payload`, [
        channel,
        [...batch].map(([topic, ids]) => payloadOf(topic, ids)),
      ]);
    } catch (error) {
      log.warn({ reason: (error as Error).message, topics: batch.size }, 'news could not be told');
      if (closed) return;
      for (const topic of batch.keys()) add({ topic });
      sendIn(againMs);
    }
  }

  const stop = await db.listen(
    channel,
    (payload) => {
      const news = newsOf(payload);
      if (news) tell(news);
      else log.warn({ payload: payload.slice(0, 200) }, 'a notice on our channel that is not ours');
    },
    () => tell(resync),
  );
  return {
    publish(news) {
      if (closed) return;
      add(news);
      sendIn(windowMs);
    },
    subscribe(listener) {
      subscribers.add(listener);
      return () => subscribers.delete(listener);
    },
    get subscriberCount() {
      return subscribers.size;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await sending.then(send);
      stop();
    },
  };
}

function payloadOf(topic: string, ids: ReadonlySet<string> | null): string {
  const named = ids === null ? undefined : JSON.stringify({ topic, ids: [...ids] });
  if (named !== undefined && Buffer.byteLength(named) <= payloadBytes) return named;
  return JSON.stringify({ topic });
}

/** Whoever may connect to the database may write anything to the channel. */
function newsOf(payload: string): LiveNews | undefined {
  try {
    const value = JSON.parse(payload) as { topic?: unknown; ids?: unknown } | null;
    if (typeof value?.topic !== 'string') return undefined;
    const { topic, ids } = value;
    return Array.isArray(ids) ? { topic, ids: ids.map(String) } : { topic };
  } catch {
    return undefined;
  }
}
