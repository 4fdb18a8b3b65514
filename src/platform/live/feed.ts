import type { Database } from '../db/queryable.ts';
import type { Logger } from '../log.ts';
import type { LiveFeed, LiveNews } from './live-feed.ts';

const channel = 'yojin_live';
/** News of one topic within this time are one message. */
const windowMs = 250;
/** More than these are not named: the page asks for its whole window again anyway. */
const namedAtMost = 100;

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

  async function send(): Promise<void> {
    timer = undefined;
    const batch = waiting;
    waiting = new Map();
    const payloads = [...batch].map(([topic, ids]) =>
      JSON.stringify(ids === null ? { topic } : { topic, ids: [...ids] }),
    );
    try {
      await db.query(`select pg_notify($1, payload) from unnest($2::text[]) as payload`, [
        channel,
        payloads,
      ]);
    } catch (error) {
      // Nobody else hears of it now; pages resynchronise when the connection is back.
      log.warn({ reason: (error as Error).message, topics: batch.size }, 'news could not be told');
    }
  }

  const stop = await db.listen(
    channel,
    (payload) => tell(JSON.parse(payload) as LiveNews),
    () => tell(resync),
  );
  return {
    publish({ topic, ids }) {
      const known = waiting.get(topic);
      const named = ids !== undefined && known !== null;
      const all = named ? new Set([...(known ?? []), ...ids]) : null;
      waiting.set(topic, all !== null && all.size <= namedAtMost ? all : null);
      timer ??= setTimeout(() => void send(), windowMs);
    },
    subscribe(listener) {
      subscribers.add(listener);
      return () => subscribers.delete(listener);
    },
    get subscriberCount() {
      return subscribers.size;
    },
    async close() {
      stop();
      if (timer !== undefined) {
        clearTimeout(timer);
        await send();
      }
    },
  };
}
