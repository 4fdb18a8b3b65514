import type { KeyObject } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../../platform/db/queryable.ts';
import { openBundle, unpackBundle } from './connectors/bundle-files.ts';
import type { SignatureState } from './connectors/signature.ts';
import { type ImportOutcome, importFeed } from './import-store.ts';
import { FeedDamaged } from './rejections.ts';

export interface BundleOptions {
  readonly at: Date;
  /** Keys of which one must have signed the bundle; none: a signature is not asked for. */
  readonly trusted?: readonly KeyObject[];
  readonly acceptSmaller?: boolean;
  /** Told at the start of each feed and as it goes on; the unit of `done` differs by feed. */
  readonly progress?: (feed: string, done: number, total: number | null) => void;
  /** Told as each feed ends. */
  readonly onFeed?: (outcome: ImportOutcome) => void;
  readonly signal?: AbortSignal | undefined;
  /** Where an archive is unpacked. */
  readonly temporary?: string;
}

export interface BundleOutcome {
  readonly checksums: 'verified' | 'none';
  readonly signature: SignatureState;
  /** Fingerprint of the key that the bundle says it is signed with. */
  readonly signer: string | null;
  readonly feeds: readonly ImportOutcome[];
}

/**
 * Imports a bundle: a folder in the layout of `feeds/README.md`, or a tar, tar.gz or zip of one.
 * What it lacks is left alone. A bundle that is not what its checksums or its signature say, or
 * that is hostile, changes nothing at all; a feed that is damaged within changes nothing of that
 * feed.
 *
 * @throws FeedDamaged for the bundle as a whole
 */
export async function importBundle(
  db: Database,
  path: string,
  options: BundleOptions,
): Promise<BundleOutcome> {
  const found = await stat(path).catch(() => null);
  if (found === null) throw new FeedDamaged('NOT_FOUND', `there is no file or folder ${path}`);
  if (found.isDirectory()) return importFolder(db, path, options);
  const folder = await mkdtemp(join(options.temporary ?? tmpdir(), 'yojin-bundle-'));
  try {
    await unpackBundle(path, folder);
    return await importFolder(db, folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importFolder(
  db: Database,
  folder: string,
  { at, trusted = [], acceptSmaller = false, progress, onFeed, signal }: BundleOptions,
): Promise<BundleOutcome> {
  const bundle = await openBundle(folder, trusted);
  if (bundle.feeds.length === 0) {
    throw new FeedDamaged('NO_FEEDS', 'it holds no feed in a place where a bundle has one');
  }
  const feeds: ImportOutcome[] = [];
  for (const { feed, path, currentAsOf } of bundle.feeds) {
    signal?.throwIfAborted();
    progress?.(feed, 0, null);
    const outcome = await importFeed(db, feed, path, {
      at,
      acceptSmaller,
      signal,
      progress: progress && ((done, total) => progress(feed, done, total)),
      source: {
        origin: 'bundle',
        url: null,
        etag: null,
        lastModified: null,
        // A bundle from the future would never grow old.
        currentAsOf: currentAsOf !== null && currentAsOf <= at ? currentAsOf : null,
      },
    });
    feeds.push(outcome);
    onFeed?.(outcome);
  }
  const { checksums, signature, signer } = bundle;
  return { checksums, signature, signer, feeds };
}
