import type { KeyObject } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { lstat, mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isObject, parseDocument, timeOf } from '../clean-json.ts';
import { feedAt, feedOf } from '../feed-catalogue.ts';
import { FeedDamaged } from '../rejections.ts';
import { formOf, sha256Of } from './file-content.ts';
import {
  checkSignature,
  fingerprintOf,
  publicKeyFile,
  readTrustedKeys,
  type SignatureState,
  signatureFile,
} from './signature.ts';
import { unpackTar } from './tar.ts';
import { readZip } from './zip.ts';

export const checksumsFile = 'checksums.txt';
export const manifestFile = 'feeds.json';
const ownFiles: readonly string[] = [checksumsFile, manifestFile, signatureFile, publicKeyFile];

/** A bundle is some hundred megabytes; none is larger than this. */
export const bundleLimits = {
  archiveBytes: 4 * 1024 ** 3,
  totalBytes: 8 * 1024 ** 3,
  fileBytes: 2 * 1024 ** 3,
  files: 10_000,
};

export interface BundleFeed {
  readonly feed: string;
  readonly path: string;
  /** What the maker of the bundle says of it; null: nothing. */
  readonly currentAsOf: Date | null;
}

export interface Bundle {
  readonly feeds: readonly BundleFeed[];
  readonly checksums: 'verified' | 'none';
  readonly signature: SignatureState;
  readonly signer: string | null;
}

/** Is this path, perhaps below one folder, a file of a bundle? Answers it without that folder. */
export function bundlePath(path: string): string | null {
  const isOurs = (name: string) => ownFiles.includes(name) || feedAt(name) !== undefined;
  if (isOurs(path)) return path;
  const below = path.slice(path.indexOf('/') + 1);
  return isOurs(below) ? below : null;
}

/**
 * Unpacks the archive of a bundle (tar, tar.gz or zip) into `folder`, which must be empty.
 * @throws FeedDamaged
 */
export async function unpackBundle(archive: string, folder: string): Promise<void> {
  const { size } = await stat(archive);
  if (size > bundleLimits.archiveBytes) {
    throw new FeedDamaged('TOO_LARGE', `the archive has ${size} bytes`);
  }
  const form = await formOf(archive);
  if (form === 'zip') {
    const limits = {
      entryBytes: bundleLimits.fileBytes,
      totalBytes: bundleLimits.totalBytes,
      entries: bundleLimits.files,
    };
    for await (const { name, bytes } of readZip(archive, limits)) {
      if (bundlePath(name) === null) continue;
      const target = join(folder, name);
      await mkdir(dirname(target), { recursive: true });
      await pipeline(
        Readable.from([bytes]),
        createWriteStream(target, { flags: 'wx', mode: 0o600 }),
      );
    }
  } else if (form === 'gzip' || form === 'tar') {
    await unpackTar(archive, folder, (name) => bundlePath(name) !== null, bundleLimits);
  } else {
    throw new FeedDamaged('NOT_AN_ARCHIVE', 'it is neither a tar, a tar.gz nor a zip archive');
  }
}

/**
 * The feeds of a bundle folder, after its checksums and its signature have been verified: a file
 * that differs, or that nobody vouches for, refuses the whole bundle.
 *
 * @throws FeedDamaged
 */
export async function openBundle(folder: string, trusted: readonly KeyObject[]): Promise<Bundle> {
  const root = await rootOf(folder);
  const paths = await filesBelow(root);
  const checksums = await readOptional(join(root, checksumsFile));
  const signature = (await readOptional(join(root, signatureFile)))?.toString('utf8') ?? null;
  if (checksums === null && (trusted.length > 0 || signature !== null)) {
    throw new FeedDamaged('NOT_SIGNED', `it has no ${checksumsFile} that a signature could cover`);
  }
  const state = checksums === null ? 'not-signed' : checkSignature(checksums, signature, trusted);
  const feedPaths = paths.filter((path) => feedAt(path) !== undefined);
  if (checksums !== null) {
    const covered = paths.filter((path) => feedPaths.includes(path) || path === manifestFile);
    await verifyChecksums(root, checksums.toString('utf8'), covered);
  }
  const manifest = await readManifest(root, paths);
  const signer = await readOptional(join(root, publicKeyFile));
  const byFeed = new Map<string, BundleFeed>();
  for (const path of feedPaths) {
    const feed = feedAt(path)!;
    if (byFeed.has(feed)) throw new FeedDamaged('WRONG_SHAPE', `it holds ${feed} twice`);
    byFeed.set(feed, { feed, path: join(root, path), currentAsOf: manifest.get(feed) ?? null });
  }
  return {
    feeds: [...byFeed.values()].sort((a, b) => (a.feed < b.feed ? -1 : 1)),
    checksums: checksums === null ? 'none' : 'verified',
    signature: state,
    signer: signer === null ? null : signerOf(signer.toString('utf8')),
  };
}

function signerOf(pem: string): string | null {
  try {
    const [key] = readTrustedKeys(pem);
    return key === undefined ? null : fingerprintOf(key);
  } catch {
    return null;
  }
}

/** The folder itself, or the only folder in it that holds files of a bundle. */
async function rootOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const isRoot = entries.some(
    ({ name }) => ownFiles.includes(name) || feedAt(name) !== undefined || name === 'osv',
  );
  const folders = entries.filter((entry) => entry.isDirectory());
  return !isRoot && folders.length === 1 ? join(folder, folders[0]!.name) : folder;
}

async function filesBelow(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  if (entries.length > bundleLimits.files) {
    throw new FeedDamaged('TOO_MANY_ENTRIES', `the folder holds ${entries.length} files`);
  }
  const paths: string[] = [];
  for (const entry of entries) {
    const path = relative(root, join(entry.parentPath, entry.name)).split(sep).join('/');
    if (entry.isDirectory() || bundlePath(path) !== path) continue;
    const found = await lstat(join(root, path));
    // A link could lead to any file of this machine.
    if (!found.isFile()) throw new FeedDamaged('NOT_A_FILE', `"${path}" is not a plain file`);
    const limit = feedOf(feedAt(path) ?? '')?.maxFileBytes ?? 16 * 1024 * 1024;
    if (found.size > limit) throw new FeedDamaged('TOO_LARGE', `"${path}" has ${found.size} bytes`);
    paths.push(path);
  }
  return paths.sort();
}

async function verifyChecksums(
  root: string,
  text: string,
  paths: readonly string[],
): Promise<void> {
  const promised = new Map<string, string>();
  for (const [index, line] of text.split(/\r?\n/).slice(0, bundleLimits.files).entries()) {
    if (line.trim() === '') continue;
    const [, sha256, path] = /^([0-9a-f]{64}) [ *](.+)$/i.exec(line) ?? [];
    if (sha256 === undefined || path === undefined) {
      throw new FeedDamaged(
        'WRONG_SHAPE',
        `${checksumsFile} line ${index + 1} is not as sha256sum writes`,
      );
    }
    promised.set(path.replace(/^\.\//, ''), sha256.toLowerCase());
  }
  for (const path of paths) {
    const expected = promised.get(path);
    if (expected === undefined) {
      throw new FeedDamaged('CHECKSUM_MISSING', `"${path}" is not named in ${checksumsFile}`);
    }
    const { sha256 } = await sha256Of(join(root, path));
    if (sha256 !== expected) {
      throw new FeedDamaged('CHECKSUM_WRONG', `"${path}" is not what ${checksumsFile} says`);
    }
  }
  for (const path of promised.keys()) {
    const missing = feedAt(path) !== undefined && !paths.includes(path);
    if (missing) throw new FeedDamaged('FILE_MISSING', `"${path}" is missing from the bundle`);
  }
}

/** How current each feed was when the bundle was made; believed as much as the bundle itself. */
async function readManifest(
  root: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, Date>> {
  const dates = new Map<string, Date>();
  if (!paths.includes(manifestFile)) return dates;
  const document = parseDocument(await readFile(join(root, manifestFile), 'utf8'), manifestFile);
  const feeds = document['feeds'];
  for (const entry of Array.isArray(feeds) ? feeds : []) {
    if (!isObject(entry) || typeof entry['name'] !== 'string') continue;
    const time = timeOf(entry['currentAsOf']);
    if (time !== null) dates.set(entry['name'], new Date(time));
  }
  return dates;
}

async function readOptional(path: string): Promise<Buffer | null> {
  try {
    const found = await lstat(path);
    if (!found.isFile() || found.size > 16 * 1024 * 1024) {
      throw new FeedDamaged('NOT_A_FILE', `"${path}" is not a plain small file`);
    }
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
