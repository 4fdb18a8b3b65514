import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import type { OsvRecord } from '../../../standards/osv/record.ts';
import { storeMacVendors } from '../../assets/public.ts';
import { knownWeaknessKeys } from '../../findings/public.ts';
import { storeAdvisories, type TouchedPackages } from '../advisory-store.ts';
import { lockAssessments } from '../assess-store.ts';
import { monthsOf, windowsEcosystem, windowsRecordId, windowsRecords } from '../windows.ts';
import { formOf, linesOf, sha256Of, textOf } from './connectors/file-content.ts';
import { readZip } from './connectors/zip.ts';
import {
  replaceCveFacts,
  replaceCycles,
  replaceEpss,
  replaceKev,
  replaceWindowsFixes,
  replaceWindowsReleases,
} from './enrichment-store.ts';
import { ecosystemOf, type FeedDefinition, feedOf } from './feed-catalogue.ts';
import {
  type FeedRow,
  type FeedSource,
  loadFeed,
  loadFeeds,
  recordFailed,
  recordImported,
  recordUnchanged,
} from './feed-store.ts';
import { parseCvrf } from './parse-cvrf.ts';
import { parseDistroSupport } from './parse-distro-support.ts';
import { parseEndoflife } from './parse-endoflife.ts';
import { parseEpss } from './parse-epss.ts';
import { parseKev } from './parse-kev.ts';
import { type RawRecord, readOsvRecords } from './parse-osv.ts';
import { parseOui } from './parse-oui.ts';
import { readCveFacts } from './parse-vulnrichment.ts';
import { parseWindowsFixes, parseWindowsReleases, type WindowsFix } from './parse-windows.ts';
import { FeedDamaged, type Rejection, Rejections } from './rejections.ts';

/** `total` is null while nobody knows it. The unit is records for ZIP archives, else bytes. */
export type Progress = (done: number, total: number | null) => void;

export interface ImportOptions {
  readonly at: Date;
  readonly source: FeedSource;
  /** Take it although it holds less than half of what we have. */
  readonly acceptSmaller?: boolean;
  readonly progress?: Progress | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface ImportOutcome {
  readonly feed: string;
  readonly outcome: 'imported' | 'unchanged' | 'older' | 'failed';
  readonly recordCount: number;
  readonly rejectedCount: number;
  readonly rejections: readonly Rejection[];
  /** Advisories, scores or dates that are new, other or gone. */
  readonly changedCount: number;
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** Below this many records held, a smaller feed is no reason for doubt. */
const doubtFromRecords = 200;

/**
 * Imports one feed from a file: all of it in one transaction, or nothing. Whatever is wrong with
 * the file is recorded with the feed, and what we had stays in use. What follows from it (subjects
 * to match, weaknesses to describe anew, endpoints to assess) is marked in the same transaction.
 *
 * @throws only for failures that are not the feed's (the database is away, the disk is full)
 */
export async function importFeed(
  db: Database,
  name: string,
  path: string,
  options: ImportOptions,
): Promise<ImportOutcome> {
  const definition = feedOf(name);
  if (definition === undefined) throw new Error(`there is no feed ${name}`);
  const { at, source } = options;
  const none = { recordCount: 0, rejectedCount: 0, rejections: [], changedCount: 0, error: null };
  try {
    const { sha256, bytes } = await sha256Of(path);
    if (bytes > definition.maxFileBytes) {
      throw new FeedDamaged('TOO_LARGE', `the file has ${bytes} bytes`);
    }
    return await db.transaction(async (tx) => {
      await tx.query(`select pg_advisory_xact_lock(hashtext('vulnerabilities feed ' || $1))`, [
        name,
      ]);
      const before = await loadFeed(tx, name);
      if (before?.sha256 === sha256) {
        await recordUnchanged(tx, name, at, source);
        return { feed: name, outcome: 'unchanged', ...none, recordCount: before.recordCount ?? 0 };
      }
      const superseding = await supersededBy(tx, name, source);
      if (superseding !== null) return { feed: name, outcome: 'older', ...none };
      const content = await importContent(tx, definition, name, path, bytes, options);
      if (isOlder(before, content, source)) throw new OlderThanHeld();
      refuseDoubtful(before, content, options.acceptSmaller === true);
      options.signal?.throwIfAborted();
      await content.follow(before?.succeededAt == null);
      await recordImported(tx, name, at, source, {
        sha256,
        recordCount: content.recordCount,
        rejectedCount: content.rejected.count,
        rejections: content.rejected.listed,
        dataAsOf: content.dataAsOf,
        changed: content.changedCount > 0 || before?.succeededAt == null,
        months: content.months,
      });
      return {
        feed: name,
        outcome: content.changedCount > 0 ? 'imported' : 'unchanged',
        recordCount: content.recordCount,
        rejectedCount: content.rejected.count,
        rejections: content.rejected.listed,
        changedCount: content.changedCount,
        error: null,
      };
    });
  } catch (error) {
    if (error instanceof OlderThanHeld) return { feed: name, outcome: 'older', ...none };
    if (!(error instanceof FeedDamaged)) throw error;
    const { code, message } = error;
    await recordFailed(db, name, at, `${code}: ${message}`, source.url);
    return { feed: name, outcome: 'failed', ...none, error: { code, message } };
  }
}

/** Rolls back what an older bundle would have undone. */
class OlderThanHeld extends Error {}

/**
 * What a bundle brings may be older than what we hold. Feeds with a date of publication tell by it;
 * of advisories some came in an older form then, and none in a newer one.
 */
function isOlder(before: FeedRow | undefined, content: Content, source: FeedSource): boolean {
  if (source.origin === 'network' || !before?.succeededAt) return false;
  if (content.advisories)
    return content.advisories.backward > 0 && content.advisories.forward === 0;
  // What has no date of its own is as old as the day on which it was known to be current.
  const held = before.dataAsOf ?? before.currentAsOf;
  const brought = content.dataAsOf ?? source.currentAsOf;
  return held !== null && brought !== null && brought < held;
}

interface Content {
  readonly recordCount: number;
  readonly changedCount: number;
  readonly rejected: Rejections;
  readonly dataAsOf: Date | null;
  /** Of a feed that comes by the month: those it has. */
  readonly months?: readonly string[];
  readonly advisories?: TouchedPackages;
  /** Marks what is to be done because of it; `first`: nothing of this feed was here before. */
  readonly follow: (first: boolean) => Promise<void>;
}

/** A feed that suddenly says nearly nothing is damaged, whatever its form. */
function refuseDoubtful(
  before: FeedRow | undefined,
  { recordCount, rejected }: Content,
  acceptSmaller: boolean,
): void {
  const first = rejected.listed[0];
  if (recordCount === 0) {
    const why = first === undefined ? '' : `, the first: ${first.at}: ${first.reason}`;
    throw new FeedDamaged('NOTHING_USABLE', `no usable record; ${rejected.count} rejected${why}`);
  }
  if (rejected.count > recordCount) {
    throw new FeedDamaged(
      'MOSTLY_BAD',
      `${rejected.count} records rejected and only ${recordCount} usable, the first: ${first?.at}: ${first?.reason}`,
    );
  }
  const held = before?.recordCount ?? 0;
  if (!acceptSmaller && held >= doubtFromRecords && recordCount * 2 < held) {
    throw new FeedDamaged('SHRUNK', `${recordCount} records where ${held} are held`);
  }
}

async function importContent(
  tx: Queryable,
  definition: FeedDefinition,
  name: string,
  path: string,
  bytes: number,
  { at, progress }: ImportOptions,
): Promise<Content> {
  const { kind, maxContentBytes } = definition;
  const rejected = new Rejections();
  const newest = newestUntil(at);
  switch (kind) {
    case 'osv':
    case 'debian-advisories': {
      const records = readOsvRecords(rawRecords(path, bytes, maxContentBytes, progress), rejected);
      const watched = each(records, ({ modified }: OsvRecord) => newest.see(modified));
      const touched = await storeAdvisories(tx, name, watched, {
        complete: true,
        keep: () => rejected.ids,
      });
      return {
        recordCount: touched.storedRecords,
        changedCount: touched.changedRecords,
        advisories: touched,
        rejected,
        dataAsOf: newest.date(),
        follow: (first) => followAdvisories(tx, name, touched, first),
      };
    }
    case 'vulnrichment': {
      const facts = readCveFacts(rawRecords(path, bytes, maxContentBytes, progress), rejected);
      const watched = each(facts, ({ modifiedAt }) => newest.see(modifiedAt));
      const { changed, count } = await replaceCveFacts(tx, watched);
      return {
        recordCount: count,
        changedCount: changed.length,
        rejected,
        dataAsOf: newest.date(),
        follow: () => followCves(tx, changed),
      };
    }
    case 'windows-cvrf': {
      const fixes = await readCvrf(path, maxContentBytes, rejected, newest.see, progress);
      const touched = await storeAdvisories(tx, name, windowsRecords(fixes), {
        complete: true,
        keep: () => rejected.ids.map(windowsRecordId),
      });
      return {
        recordCount: touched.storedRecords,
        changedCount: touched.changedRecords,
        rejected,
        dataAsOf: newest.date(),
        months: monthsOf(fixes),
        follow: () => followWindows(tx, name, touched),
      };
    }
  }
  const text = await textOf(path, maxContentBytes);
  progress?.(bytes, bytes);
  switch (kind) {
    case 'kev': {
      const parsed = parseKev(text);
      return ofCves(tx, parsed, await replaceKev(tx, parsed.items));
    }
    case 'epss': {
      const parsed = parseEpss(text);
      return ofCves(tx, parsed, await replaceEpss(tx, parsed.items));
    }
    case 'endoflife':
    case 'debian-support':
    case 'ubuntu-support': {
      const parsed =
        kind === 'endoflife'
          ? parseEndoflife(text)
          : parseDistroSupport(text, kind === 'debian-support' ? 'debian' : 'ubuntu');
      const source = kind === 'endoflife' ? 'endoflife.date' : `distro-info ${kind.split('-')[0]}`;
      return ofDocument(parsed, await replaceCycles(tx, source, parsed.items));
    }
    case 'windows-fixes': {
      const parsed = parseWindowsFixes(text);
      const replaced = await replaceWindowsFixes(tx, parsed.items);
      const touched = await storeAdvisories(tx, name, windowsRecords(parsed.items), {
        complete: true,
      });
      return {
        ...ofDocument(parsed, replaced, () => followWindows(tx, name, touched)),
        months: monthsOf(parsed.items),
      };
    }
    case 'windows-releases': {
      const parsed = parseWindowsReleases(text);
      return ofDocument(parsed, await replaceWindowsReleases(tx, parsed.items));
    }
    case 'oui':
    case 'oui-28':
    case 'oui-36': {
      const parsed = parseOui(text);
      return ofDocument(parsed, await storeMacVendors(tx, kind, parsed.items));
    }
  }
}

function ofDocument(
  { rejected, asOf }: { readonly rejected: Rejections; readonly asOf: Date | null },
  { changed, count }: { readonly changed: readonly string[]; readonly count: number },
  follow: () => Promise<void> = async () => undefined,
): Content {
  return { recordCount: count, changedCount: changed.length, rejected, dataAsOf: asOf, follow };
}

function ofCves(
  tx: Queryable,
  parsed: { readonly rejected: Rejections; readonly asOf: Date | null },
  replaced: { readonly changed: readonly string[]; readonly count: number },
): Content {
  return ofDocument(parsed, replaced, () => followCves(tx, replaced.changed));
}

/** The records of an archive: the entries of a ZIP that are JSON, or lines. */
async function* rawRecords(
  path: string,
  bytes: number,
  maxBytes: number,
  progress: Progress | undefined,
): AsyncGenerator<RawRecord> {
  let done = 0;
  if ((await formOf(path)) !== 'zip') {
    for await (const line of linesOf(path, {
      maxBytes,
      onRead: (read) => progress?.(read, bytes),
    })) {
      yield line;
    }
    return;
  }
  const decoder = new TextDecoder();
  const limits = { entryBytes: 64 * 1024 * 1024, totalBytes: maxBytes, entries: 2_000_000 };
  for await (const { name, bytes: content, entryCount } of readZip(path, limits)) {
    done += 1;
    if (done % 100 === 0 || done === entryCount) progress?.(done, entryCount);
    // The repository of vulnrichment holds other files as well.
    if (/\.json$/.test(name)) yield { at: name, text: decoder.decode(content) };
  }
}

/**
 * The fixes of all documents in the archive, one document per month. One that cannot be read is
 * listed and stops no other; of the CVEs it names, what we hold stays.
 */
async function readCvrf(
  path: string,
  maxBytes: number,
  rejected: Rejections,
  see: (time: string | null) => void,
  progress: Progress | undefined,
): Promise<readonly WindowsFix[]> {
  const decoder = new TextDecoder();
  const limits = { entryBytes: 64 * 1024 * 1024, totalBytes: maxBytes, entries: 1_000 };
  const fixes: WindowsFix[][] = [];
  let done = 0;
  for await (const { name, bytes, entryCount } of readZip(path, limits)) {
    done += 1;
    if (!/\.xml$/i.test(name)) continue;
    const text = decoder.decode(bytes);
    try {
      const { items, asOf } = parseCvrf(text, name, rejected);
      fixes.push([...items]);
      see(asOf?.toISOString() ?? null);
    } catch (error) {
      if (!(error instanceof FeedDamaged)) throw error;
      const cves = new Set(text.match(/\bCVE-\d{4}-\d{4,12}\b/g));
      rejected.add(name, error.message, [...cves]);
    }
    progress?.(done, entryCount);
  }
  return fixes.flat();
}

async function* each<Item>(
  items: AsyncIterable<Item>,
  see: (item: Item) => void,
): AsyncGenerator<Item> {
  for await (const item of items) {
    see(item);
    yield item;
  }
}

/** The newest time seen that is not after tomorrow: a wrong clock elsewhere makes nothing fresh. */
function newestUntil(at: Date) {
  const limit = at.getTime() + 24 * 3_600_000;
  let newest = Number.NEGATIVE_INFINITY;
  return {
    see(time: string | null) {
      const ms = time === null ? Number.NaN : Date.parse(time);
      if (ms > newest && ms <= limit) newest = ms;
    },
    date: () => (newest > 0 ? new Date(newest) : null),
  };
}

/**
 * Subjects of changed packages lose their match, to be matched anew. When the ecosystem arrives for
 * the first time, the endpoints that waited for it are assessed again.
 */
async function followAdvisories(
  tx: Queryable,
  name: string,
  touched: TouchedPackages,
  first: boolean,
): Promise<void> {
  const ecosystem = ecosystemOf(name);
  const packages = [...touched.packages, ...(await removeSuperseded(tx, name))];
  await lockAssessments(tx);
  await tx.query(
    `update vulnerabilities.subjects s set matched_at = null
       from (select distinct * from unnest($1::text[], $2::text[]) as x(base, name)) x
      where x.name = s.name and x.base = split_part(s.ecosystem, ':', 1)`,
    [packages.map((one) => one.ecosystem), packages.map((one) => one.name)],
  );
  if (!first || ecosystem === null) return;
  await tx.query(
    `update vulnerabilities.assessments a set again = true
      where exists (select from jsonb_object_keys(a.missing) k
                     where k = $1 or k = $1 || ':LTS' or split_part(k, ':', 1) = $1)`,
    [ecosystem],
  );
}

/** Builds that were not covered before are assessed for the first time. */
async function followWindows(tx: Queryable, name: string, touched: TouchedPackages): Promise<void> {
  await followAdvisories(tx, name, touched, false);
  await tx.query(`update vulnerabilities.assessments set again = true where missing ? $1`, [
    windowsEcosystem,
  ]);
}

/** A feed of one release, where the feed of its whole ecosystem is held and is not older. */
async function supersededBy(
  tx: Queryable,
  name: string,
  { currentAsOf }: FeedSource,
): Promise<string | null> {
  const base = ecosystemOf(name)?.split(':')[0];
  if (base === undefined || name === `osv/${base}`) return null;
  const whole = await loadFeed(tx, `osv/${base}`);
  const since = whole?.succeededAt ? (whole.currentAsOf ?? whole.dataAsOf) : null;
  return since != null && (currentAsOf === null || currentAsOf <= since) ? `osv/${base}` : null;
}

/** Advisories of single releases, once the whole ecosystem is here: they would only grow old. */
async function removeSuperseded(tx: Queryable, name: string): Promise<TouchedPackages['packages']> {
  const ecosystem = ecosystemOf(name);
  if (ecosystem === null || ecosystem.includes(':')) return [];
  const parts = (await loadFeeds(tx)).filter((feed) => feed.name.startsWith(`${name}:`));
  const packages: TouchedPackages['packages'][number][] = [];
  for (const part of parts) {
    const { packages: touched } = await storeAdvisories(tx, part.name, [], { complete: true });
    packages.push(...touched);
    await tx.query(`delete from vulnerabilities.feeds where name = $1`, [part.name]);
  }
  return packages;
}

/**
 * Weaknesses that are known here are described anew, with what the feed says now. Who finds new ones
 * meanwhile does not see yet what the feed brought, so it has to be waited for: else it would never
 * be told.
 */
async function followCves(tx: Queryable, cves: readonly string[]): Promise<void> {
  await lockAssessments(tx);
  const known = await knownWeaknessKeys(tx, cves);
  await tx.query(
    `insert into vulnerabilities.weaknesses_to_describe (key)
     select unnest($1::text[]) on conflict do nothing`,
    [known],
  );
}
