import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import type { Enrichment } from '../../modules/vulnerabilities/describe.ts';
import { readZip } from '../../modules/vulnerabilities/feeds/connectors/zip.ts';
import { parseEpss } from '../../modules/vulnerabilities/feeds/parse-epss.ts';
import { parseKev } from '../../modules/vulnerabilities/feeds/parse-kev.ts';
import { parseRecord } from '../../modules/vulnerabilities/feeds/parse-osv.ts';
import { parseFacts } from '../../modules/vulnerabilities/feeds/parse-vulnrichment.ts';
import { FeedDamaged } from '../../modules/vulnerabilities/feeds/rejections.ts';
import type { SourcedRecord } from '../../modules/vulnerabilities/matching.ts';
import { canonicalName, splitEcosystem } from '../../standards/osv/ecosystem.ts';
import { OSV_LIMITS } from '../../standards/osv/record.ts';

/** One feed as it was found: what a report says about the knowledge behind it. */
export interface FeedState {
  /** `osv/npm`, `kev`, `epss`, `vulnrichment`. */
  readonly name: string;
  readonly state: 'read' | 'missing' | 'failed';
  readonly error: string | null;
  readonly records: number;
  /** Records that could not be read; they are missing from the answer. */
  readonly rejected: number;
  /** Day of the newest record, `2026-08-07`; null: not told. */
  readonly newestOn: string | null;
}

export interface Advisories {
  readonly feed: FeedState;
  /** By name as the registry files it; only names that were asked for. */
  readonly byName: ReadonlyMap<string, readonly SourcedRecord[]>;
}

const zipLimits = { entryBytes: OSV_LIMITS.text, totalBytes: 8 * 1024 ** 3, entries: 2_000_000 };
const maxFileBytes = 2 * 1024 ** 3 - 1;
// A JavaScript string holds no more than half a gigabyte.
const maxTextBytes = 500_000_000;

/**
 * The advisories of one ecosystem (`npm`, `Debian:12`) that name any of `names`, from the layout
 * of a feed bundle: `osv/<ecosystem>/all.zip`. Never throws for what is on disk.
 */
export async function readAdvisories(
  folder: string,
  ecosystem: string,
  names: ReadonlySet<string>,
  today: string,
): Promise<Advisories> {
  const path = archivePaths(ecosystem).find((each) => existsSync(join(folder, each)));
  const name = path === undefined ? `osv/${ecosystem}` : path.slice(0, path.lastIndexOf('/'));
  const none = { records: 0, rejected: 0, newestOn: null };
  const failed = (error: string): Advisories => ({
    feed: { name, state: 'failed', error, ...none },
    byName: new Map(),
  });
  if (path === undefined) {
    return { feed: { name, state: 'missing', error: null, ...none }, byName: new Map() };
  }
  const byName = new Map<string, SourcedRecord[]>();
  let [records, rejected, newest] = [0, 0, ''];
  const take = (text: string) => {
    const value = jsonOf(text);
    const wanted = namesIn(value, ecosystem).filter((each) => names.has(each));
    // Of all records few are wanted: the others are counted, not checked.
    const parsed = wanted.length === 0 ? null : parseRecord(text);
    if (value === undefined || (parsed !== null && 'reason' in parsed)) {
      rejected += 1;
      return;
    }
    records += 1;
    const modified = (value as { modified?: unknown } | null)?.modified;
    if (typeof modified === 'string' && modified > newest && modified.slice(0, 10) <= today) {
      newest = modified;
    }
    for (const each of new Set(wanted)) {
      const list = byName.get(each) ?? [];
      list.push({ feed: name, record: parsed!.record });
      byName.set(each, list);
    }
  };
  try {
    for await (const text of recordTexts(join(folder, path))) take(text);
  } catch (error) {
    return failed(reasonOf(error));
  }
  // An archive of nothing says nothing about anything.
  if (records === 0) return failed('it holds no readable record');
  const newestOn = /^\d{4}-\d{2}-\d{2}/.exec(newest)?.[0] ?? null;
  return { feed: { name, state: 'read', error: null, records, rejected, newestOn }, byName };
}

/** The records of a zip of JSON files, or of gzipped JSON lines. @throws FeedDamaged */
async function* recordTexts(path: string): AsyncGenerator<string> {
  if (path.endsWith('.gz')) {
    yield* (await textOf(path)).split('\n').filter((line) => line !== '');
    return;
  }
  for await (const { name, bytes } of readZip(path, zipLimits)) {
    if (name.endsWith('.json')) yield bytes.toString('utf8');
  }
}

/** A file as text, unpacked when its name says gzip. @throws FeedDamaged */
async function textOf(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > maxFileBytes) throw new FeedDamaged('TOO_LARGE', `larger than ${maxFileBytes} bytes`);
  const bytes = await readFile(path);
  if (!path.endsWith('.gz')) return bytes.toString('utf8');
  try {
    return gunzipSync(bytes, { maxOutputLength: maxTextBytes }).toString('utf8');
  } catch (error) {
    throw new FeedDamaged('ARCHIVE_DAMAGED', `it does not unpack: ${(error as Error).message}`);
  }
}

/** A damaged feed, or a file that the disk does not give: an answer. Anything else is a bug. */
function reasonOf(error: unknown): string {
  if (error instanceof FeedDamaged) return error.message;
  if (error instanceof Error && 'code' in error) return error.message;
  throw error;
}

/** From the exact release to the whole ecosystem; `%3A` for disks that know no colon in names. */
function archivePaths(ecosystem: string): readonly string[] {
  const { base } = splitEcosystem(ecosystem);
  const exact = [ecosystem, ecosystem.replace(/:LTS$/, ''), ecosystem.replace(':v', ':')];
  const folders = [...exact, ...exact.map((each) => each.replaceAll(':', '%3A')), base];
  return folders.flatMap((each) => [`osv/${each}/all.zip`, `osv/${each}/all.jsonl.gz`]);
}

function namesIn(record: unknown, ecosystem: string): readonly string[] {
  const { base } = splitEcosystem(ecosystem);
  const affected = (record as { affected?: unknown } | null)?.affected;
  if (!Array.isArray(affected)) return [];
  return affected.flatMap((entry) => {
    const named = (entry as { package?: { ecosystem?: unknown; name?: unknown } } | null)?.package;
    if (typeof named?.name !== 'string' || typeof named.ecosystem !== 'string') return [];
    if (splitEcosystem(named.ecosystem).base !== base) return [];
    return [canonicalName(base, named.name)];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export interface Enriched {
  readonly feeds: readonly FeedState[];
  readonly byCve: ReadonlyMap<string, Enrichment>;
  /** KEV could be read: only then "not listed" is known. */
  readonly kevKnown: boolean;
}

/** What KEV, EPSS and vulnrichment know of these CVEs. */
export async function readEnrichment(folder: string, cves: ReadonlySet<string>): Promise<Enriched> {
  const byCve = new Map<string, Enrichment>();
  const add = (cve: string, more: Enrichment) => byCve.set(cve, { ...byCve.get(cve), ...more });
  const feeds = [
    await readFeed(folder, 'kev', 'kev.json', (text) => readKev(text, cves, add)),
    await readFeed(folder, 'epss', 'epss.csv.gz', (text) => readEpss(text, cves, add)),
    await readFeed(folder, 'vulnrichment', 'cve-meta-vulnrichment.jsonl.gz', (text) =>
      readVulnrichment(text, cves, add),
    ),
  ];
  return { feeds, byCve, kevKnown: feeds[0]!.state === 'read' };
}

type Add = (cve: string, more: Enrichment) => void;
type Counts = Pick<FeedState, 'records' | 'rejected' | 'newestOn'>;

async function readFeed(
  folder: string,
  name: string,
  file: string,
  read: (text: string) => Counts,
): Promise<FeedState> {
  const none = { records: 0, rejected: 0, newestOn: null };
  const path = join(folder, file);
  if (!existsSync(path)) return { name, state: 'missing', error: null, ...none };
  try {
    const counts = read(await textOf(path));
    return { name, state: 'read', error: null, ...counts };
  } catch (error) {
    return { name, state: 'failed', error: reasonOf(error), ...none };
  }
}

function readKev(text: string, cves: ReadonlySet<string>, add: Add): Counts {
  const { items, rejected, asOf } = parseKev(text);
  for (const { cve, ...kev } of items) if (cves.has(cve)) add(cve, { kev });
  if (items.length === 0) throw new FeedDamaged('EMPTY', 'it names no vulnerability');
  return { records: items.length, rejected: rejected.count, newestOn: dayOf(asOf) };
}

function readEpss(text: string, cves: ReadonlySet<string>, add: Add): Counts {
  const { items, rejected, asOf } = parseEpss(text);
  for (const { cve, probability } of items) if (cves.has(cve)) add(cve, { epss: probability });
  return { records: items.length, rejected: rejected.count, newestOn: dayOf(asOf) };
}

function readVulnrichment(text: string, cves: ReadonlySet<string>, add: Add): Counts {
  let [records, rejected, newest] = [0, 0, ''];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const id = /^\{"id":"(CVE-[\d-]+)"/.exec(line)?.[1];
    const modified = /"modified":"(\d{4}-\d{2}-\d{2})/.exec(line)?.[1];
    if (modified !== undefined && modified > newest) newest = modified;
    // Of forty thousand lines few are wanted: the others are counted, not read.
    const parsed = id !== undefined && !cves.has(id) ? null : parseFacts(line);
    if (parsed !== null && 'reason' in parsed) {
      rejected += 1;
      continue;
    }
    records += 1;
    if (parsed !== null && cves.has(parsed.facts.cve))
      add(parsed.facts.cve, { facts: parsed.facts });
  }
  return { records, rejected, newestOn: newest === '' ? null : newest };
}

const dayOf = (time: Date | null) => time?.toISOString().slice(0, 10) ?? null;
