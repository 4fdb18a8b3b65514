import { randomUUID } from 'node:crypto';
import type { Database } from '../../../platform/db/queryable.ts';
import type { LiveFeed } from '../../../platform/live/live-feed.ts';
import type { Logger } from '../../../platform/log.ts';
import type { FeedActivity } from '../api.ts';
import type { Settled } from '../settle-store.ts';
import { importBundle } from './bundle-store.ts';
import { loadTrustedKeys } from './connectors/signature.ts';
import type { ImportOutcome } from './import-store.ts';
import { FeedDamaged } from './rejections.ts';
import { feedsToSync, type SyncOptions, syncFeeds } from './sync-store.ts';

export interface FeedWorkOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly live: LiveFeed;
  readonly clock: () => Date;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Keys lie there; without it no signature is asked for, and nothing can be signed. */
  readonly home: string | undefined;
  /** Brings findings up to date with what was imported. */
  readonly settle: (signal: AbortSignal) => Promise<Settled>;
  readonly limits?: SyncOptions['limits'];
}

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };
type FeedProgress = Mutable<FeedActivity['feeds'][number]>;

/** There is an import or a sync under way in this server. */
export class FeedsBusy extends Error {}

/**
 * Imports and syncs of this server, one at a time, in the background; how far the current one is,
 * and how the last one ended. Their work is in transactions per feed: a server that is killed has
 * whole feeds, old or new.
 */
export class FeedWork {
  readonly #options: FeedWorkOptions;
  readonly #stopping = new AbortController();
  #activity: Mutable<FeedActivity> | null = null;
  #running: Promise<void> | null = null;
  #toldAtMs = 0;

  constructor(options: FeedWorkOptions) {
    this.#options = options;
  }

  get activity(): FeedActivity | null {
    return this.#activity;
  }

  get busy(): boolean {
    return this.#running !== null;
  }

  /**
   * Imports a bundle; `whenDone` runs whatever happened. Answers at once.
   * @throws FeedsBusy
   */
  startImport(
    path: string,
    { acceptSmaller, whenDone }: { acceptSmaller: boolean; whenDone: () => Promise<void> },
  ): FeedActivity {
    const { db, clock, home } = this.#options;
    return this.#start('import', async (activity, signal) => {
      try {
        const { checksums, signature, signer } = await importBundle(db, path, {
          at: clock(),
          acceptSmaller,
          signal,
          trusted: home === undefined ? [] : await loadTrustedKeys(home),
          progress: (feed, done, total) => this.#progress(activity, feed, done, total, 'reading'),
          onFeed: (outcome) => this.#finishFeed(activity, outcome),
        });
        activity.bundle = { checksums, signature, signer };
      } finally {
        await whenDone();
      }
    });
  }

  /** Fetches all feeds that the inventory needs. @throws FeedsBusy */
  startSync(): FeedActivity {
    const { db, clock, environment, limits } = this.#options;
    return this.#start('sync', async (activity, signal) => {
      const names = await feedsToSync(db);
      await syncFeeds(db, names, {
        clock,
        environment,
        signal,
        ...(limits && { limits }),
        progress: (feed, done, total, phase) => this.#progress(activity, feed, done, total, phase),
        onFeed: (outcome) => this.#finishFeed(activity, outcome),
      });
    });
  }

  /** Until nothing is under way. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  #start(
    kind: FeedActivity['kind'],
    work: (activity: Mutable<FeedActivity>, signal: AbortSignal) => Promise<void>,
  ): FeedActivity {
    if (this.#running) throw new FeedsBusy();
    const { clock, log, settle } = this.#options;
    const { signal } = this.#stopping;
    const activity: Mutable<FeedActivity> = {
      id: randomUUID(),
      kind,
      startedAt: clock().toISOString(),
      finishedAt: null,
      phase: 'feeds',
      feeds: [],
      bundle: null,
      settled: null,
      error: null,
    };
    this.#activity = activity;
    this.#running = (async () => {
      try {
        await work(activity, signal);
        activity.phase = 'settling';
        this.#tell();
        const { endpoints, opened, closed } = await settle(signal);
        activity.settled = { endpoints, opened, closed };
      } catch (error) {
        const { message } = error as Error;
        const known = error instanceof FeedDamaged;
        activity.error = { code: known ? error.code : 'INTERNAL', message };
        if (!known) log.error({ err: error, kind }, 'feeds could not be imported');
      } finally {
        activity.phase = 'done';
        activity.finishedAt = clock().toISOString();
        this.#running = null;
        this.#tell();
      }
    })();
    this.#tell();
    return activity;
  }

  #progress(
    activity: FeedActivity,
    name: string,
    done: number,
    total: number | null,
    phase: FeedProgress['phase'],
  ): void {
    const feed = feedIn(activity, name);
    Object.assign(feed, { done, total, phase });
    const nowMs = performance.now();
    if (nowMs - this.#toldAtMs < 1_000) return;
    this.#toldAtMs = nowMs;
    this.#tell();
  }

  #finishFeed(activity: FeedActivity, outcome: ImportOutcome): void {
    const { feed: name, outcome: phase, rejections, ...rest } = outcome;
    Object.assign(feedIn(activity, name), { ...rest, phase, rejections: [...rejections] });
    const { log } = this.#options;
    if (outcome.error) log.warn({ feed: name, reason: outcome.error }, 'a feed was not imported');
    else log.info({ feed: name, outcome: phase, records: outcome.recordCount }, 'feed');
    this.#tell();
  }

  #tell(): void {
    this.#options.live.publish({ topic: 'feeds' });
  }
}

function feedIn(activity: FeedActivity, name: string): FeedProgress {
  const found = activity.feeds.find((feed) => feed.name === name);
  if (found) return found;
  const added: FeedProgress = {
    name,
    phase: 'reading',
    done: 0,
    total: null,
    recordCount: 0,
    rejectedCount: 0,
    rejections: [],
    changedCount: 0,
    error: null,
  };
  activity.feeds.push(added);
  return added;
}
