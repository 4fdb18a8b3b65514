import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import { splitEcosystem } from '../../../standards/osv/ecosystem.ts';
import { distributionOf, type OperatingSystem } from '../subject.ts';
import { windowsEcosystem } from '../windows.ts';
import { DownloadFailed, type DownloadRequest, download } from './connectors/download.ts';
import { type FeedDefinition, feedDefinitions, feedOf } from './feed-catalogue.ts';
import { loadFeed, recordFailed, recordUnchanged } from './feed-store.ts';
import { type ImportOutcome, importFeed } from './import-store.ts';

export interface SyncOptions {
  readonly clock: () => Date;
  /** For `YOJIN_FEED_<NAME>_URL`. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told as bytes come in (`fetching`), then as records are read. */
  readonly progress?: (
    feed: string,
    done: number,
    total: number | null,
    phase: 'fetching' | 'reading',
  ) => void;
  readonly onFeed?: (outcome: ImportOutcome) => void;
  readonly signal?: AbortSignal | undefined;
  readonly temporary?: string;
  /** Other limits than the standard ones, for tests. */
  readonly limits?: DownloadRequest['limits'];
}

/** The address of a feed: the environment's, else the source's own; null: it is never fetched. */
export function addressOf(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
): string | null {
  const { url, urlVariable } = feedOf(name)!;
  const base = (urlVariable && environment[urlVariable]) || url;
  if (base === null || !name.startsWith('osv/')) return base;
  return `${base.replace(/\/+$/, '')}/${encodeURIComponent(name.slice(4))}/all.zip`;
}

/**
 * The feeds that a sync fetches: OSV for the ecosystems of the inventory, and what speaks of all.
 * OSV publishes whole ecosystems (`Debian`, not `Debian:12`: those folders of its bucket are left
 * over and are not kept up, see https://github.com/google/osv.dev/issues/2969).
 */
export async function feedsToSync(db: Queryable): Promise<readonly string[]> {
  const bases = new Set(
    (await ecosystemsInUse(db)).map((ecosystem) => splitEcosystem(ecosystem).base),
  );
  const osv = [...bases].sort().map((base) => `osv/${base}`);
  const others = feedDefinitions.filter(({ kind, url }) => kind !== 'osv' && url !== null);
  return [...others.map(({ kind }) => kind), ...osv];
}

/** The ecosystems, with their release, of all that is installed and could be matched. */
export async function ecosystemsInUse(db: Queryable): Promise<readonly string[]> {
  const [systems, sources, subjects] = await Promise.all([
    db.query<OperatingSystem>(
      `select distinct platform, os_name as "osName", os_version as "osVersion"
         from assets.endpoint_view where platform = 'linux'`,
    ),
    db.query<{ source: string }>(
      `select distinct source from assets.software_view
        where source in ('python', 'npm') and host <> 'distribution'`,
    ),
    // Applications have ecosystems that no endpoint has.
    db.query<{ ecosystem: string }>(`select distinct ecosystem from vulnerabilities.subjects`),
  ]);
  const found = new Set<string>();
  for (const os of systems.rows) {
    const ecosystem = distributionOf(os);
    if (ecosystem !== null) found.add(ecosystem);
  }
  for (const { source } of sources.rows) found.add(source === 'npm' ? 'npm' : 'PyPI');
  // Of Windows Microsoft tells, in feeds of its own; OSV has none.
  for (const { ecosystem } of subjects.rows) {
    if (ecosystem !== windowsEcosystem) found.add(ecosystem);
  }
  return [...found].sort();
}

/** Fetches and imports feeds, one after another; what fails with one stops none of the others. */
export async function syncFeeds(
  db: Database,
  names: readonly string[],
  options: SyncOptions,
): Promise<readonly ImportOutcome[]> {
  const folder = await mkdtemp(join(options.temporary ?? tmpdir(), 'yojin-feeds-'));
  const outcomes: ImportOutcome[] = [];
  try {
    for (const [index, name] of names.entries()) {
      options.signal?.throwIfAborted();
      const outcome = await syncFeed(db, name, join(folder, `feed-${index}`), options);
      outcomes.push(outcome);
      options.onFeed?.(outcome);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return outcomes;
}

async function syncFeed(
  db: Database,
  name: string,
  path: string,
  { clock, environment, progress, signal, limits }: SyncOptions,
): Promise<ImportOutcome> {
  const none = { recordCount: 0, rejectedCount: 0, rejections: [], changedCount: 0 };
  const definition: FeedDefinition = feedOf(name)!;
  const url = addressOf(name, environment);
  const at = clock();
  // A mirror that stands still must not make old data young.
  const currentAsOf = definition.dated ? null : at;
  const fail = async (code: string, message: string): Promise<ImportOutcome> => {
    await recordFailed(db, name, at, `${code}: ${message}`, url);
    return { feed: name, outcome: 'failed', ...none, error: { code, message } };
  };
  if (url === null) return fail('NO_ADDRESS', 'only a bundle brings it');
  const before = await loadFeed(db, name);
  // What came from elsewhere (a bundle, another mirror) has no tag of this address.
  const same = before?.origin === 'network' && before.url === url && before.succeededAt !== null;
  try {
    const fetched = await download({
      url,
      path,
      maxBytes: definition.maxFileBytes,
      etag: same ? before.etag : null,
      lastModified: same ? before.lastModified : null,
      signal,
      ...(limits && { limits }),
      progress: progress && ((done, total) => progress(name, done, total, 'fetching')),
    });
    const { etag, lastModified } = fetched;
    if (fetched.outcome === 'unchanged') {
      if (!same) return await fail('HTTP_304', 'the server says unchanged, but nothing is held');
      await recordUnchanged(db, name, at, {
        origin: 'network',
        url,
        currentAsOf,
        etag,
        lastModified,
      });
      const recordCount = before.recordCount ?? 0;
      return { feed: name, outcome: 'unchanged', ...none, recordCount, error: null };
    }
    return await importFeed(db, name, path, {
      at,
      signal,
      source: { origin: 'network', url, etag, lastModified, currentAsOf },
      progress: progress && ((done, total) => progress(name, done, total, 'reading')),
    });
  } catch (error) {
    if (!(error instanceof DownloadFailed)) throw error;
    return fail(error.code, error.message);
  } finally {
    await rm(path, { force: true });
  }
}
