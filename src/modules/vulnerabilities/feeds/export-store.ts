import type { KeyObject } from 'node:crypto';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Database, Queryable } from '../../../platform/db/queryable.ts';
import { listMacVendors } from '../../assets/public.ts';
import { checksumsFile, manifestFile } from './connectors/bundle-files.ts';
import { sha256Of } from './connectors/file-content.ts';
import {
  fingerprintOf,
  publicKeyFile,
  publicKeyOf,
  signatureFile,
  signChecksums,
} from './connectors/signature.ts';
import { packTar } from './connectors/tar.ts';
import { exportPathOf, feedOf, type OuiKind } from './feed-catalogue.ts';
import { type FeedRow, loadFeeds } from './feed-store.ts';

export interface ExportOptions {
  readonly at: Date;
  /** Ed25519 private key of this installation. */
  readonly key: KeyObject;
  readonly temporary?: string;
  readonly progress?: (feed: string, done: number, total: number | null) => void;
}

export interface ExportOutcome {
  readonly feeds: readonly { readonly name: string; readonly records: number }[];
  readonly bytes: number;
  readonly sha256: string;
  /** Of the key that signed it; the importing side pins the key. */
  readonly fingerprint: string;
}

/**
 * Writes what we hold as a bundle (tar.gz) for sites without internet, checksummed and signed. All
 * feeds are of one moment. A feed that was never imported is not in it. The file appears whole or
 * not at all.
 */
export async function exportBundle(
  db: Database,
  file: string,
  { at, key, temporary, progress }: ExportOptions,
): Promise<ExportOutcome> {
  const folder = await mkdtemp(join(temporary ?? tmpdir(), 'yojin-export-'));
  const partial = `${file}.part`;
  try {
    const written = await db.transaction(async (tx) => {
      await tx.query(`set transaction isolation level repeatable read, read only`);
      const feeds = (await loadFeeds(tx)).filter(({ succeededAt }) => succeededAt !== null);
      const done: { row: FeedRow; path: string; records: number }[] = [];
      for (const row of feeds) {
        if (feedOf(row.name) === undefined) continue;
        const path = exportPathOf(row.name);
        await mkdir(dirname(join(folder, path)), { recursive: true });
        progress?.(row.name, 0, row.recordCount);
        const records = await writeFeed(tx, row, join(folder, path), (count) =>
          progress?.(row.name, count, row.recordCount),
        );
        if (records !== null) done.push({ row, path, records });
      }
      return done;
    });
    await writeFile(join(folder, manifestFile), manifestOf(written, at));
    const names = [...written.map(({ path }) => path), manifestFile];
    const sums = await Promise.all(
      names.map(async (name) => `${(await sha256Of(join(folder, name))).sha256}  ${name}\n`),
    );
    const checksums = sums.join('');
    await writeFile(join(folder, checksumsFile), checksums);
    await writeFile(join(folder, signatureFile), signChecksums(checksums, key));
    await writeFile(join(folder, publicKeyFile), publicKeyOf(key));
    const members = [
      checksumsFile,
      signatureFile,
      publicKeyFile,
      manifestFile,
      ...names.slice(0, -1),
    ];
    const hash = createHash('sha256');
    let bytes = 0;
    await pipeline(
      packTar(members.map((name) => ({ name, path: join(folder, name) }))),
      // The feeds in it are packed already.
      createGzip({ level: 1 }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          hash.update(chunk);
          bytes += chunk.length;
          yield chunk;
        }
      },
      createWriteStream(partial, { mode: 0o644, flush: true }),
    );
    await rename(partial, file);
    return {
      feeds: written.map(({ row, records }) => ({ name: row.name, records })),
      bytes,
      sha256: hash.digest('hex'),
      fingerprint: fingerprintOf(key),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
    await rm(partial, { force: true });
  }
}

function manifestOf(
  written: readonly { readonly row: FeedRow; readonly path: string; readonly records: number }[],
  at: Date,
): string {
  const feeds = written.map(({ row, path, records }) => {
    const { attribution, licence } = feedOf(row.name)!;
    return {
      name: row.name,
      path,
      records,
      currentAsOf: (row.currentAsOf ?? row.dataAsOf)?.toISOString() ?? null,
      dataAsOf: row.dataAsOf?.toISOString() ?? null,
      licence,
      attribution,
    };
  });
  return `${JSON.stringify({ format: 1, madeAt: at.toISOString(), feeds }, null, 2)}\n`;
}

type Count = (records: number) => void;

/** The number of records written; null: this feed is not kept in a form that could be written. */
async function writeFeed(
  tx: Queryable,
  { name, dataAsOf }: FeedRow,
  path: string,
  count: Count,
): Promise<number | null> {
  const kind = feedOf(name)!.kind;
  switch (kind) {
    case 'osv':
    case 'debian-advisories':
      return writeLines(path, advisoryLines(tx, name), count);
    case 'vulnrichment':
      return writeLines(path, factLines(tx), count);
    case 'epss':
      return writeLines(path, epssLines(tx, dataAsOf), (lines) => count(Math.max(0, lines - 2)), 2);
    case 'kev':
      return writeJson(path, await kevDocument(tx, dataAsOf), 'vulnerabilities', count);
    case 'endoflife':
      return writeJson(path, await eolDocument(tx, dataAsOf), 'cycles', count);
    case 'debian-support':
    case 'ubuntu-support':
      return writeLines(path, supportLines(tx, kind), count, 1);
    case 'windows-fixes': {
      const document = await windowsFixesDocument(tx);
      const lines = Readable.from([JSON.stringify(document)]);
      await pipeline(lines, createGzip(), createWriteStream(path));
      return Object.values(document).reduce((sum, list) => sum + list.length, 0);
    }
    case 'windows-cvrf':
      // Only its fixes are kept, not the documents.
      return null;
    case 'windows-releases': {
      const releases = await windowsReleasesDocument(tx);
      await writeFile(path, JSON.stringify(releases, null, 2));
      return releases.length;
    }
    case 'oui':
    case 'oui-28':
    case 'oui-36':
      return writeLines(path, ouiLines(tx, kind, dataAsOf), count, 1);
  }
}

async function* ouiLines(
  tx: Queryable,
  kind: OuiKind,
  dataAsOf: Date | null,
): AsyncGenerator<string> {
  const date = dataAsOf === null ? '' : ` ${dataAsOf.toISOString().slice(0, 10)}`;
  yield `# IEEE registry${date}: digits, bits, organisation`;
  for (const { prefix, vendor } of await listMacVendors(tx, kind)) {
    yield `${prefix}\t${prefix.length * 4}\t${vendor}`;
  }
}

/** `headings`: lines that are no records. Packed when the name says so. */
async function writeLines(
  path: string,
  lines: AsyncGenerator<string>,
  count: Count,
  headings = 0,
): Promise<number> {
  let written = 0;
  async function* chunks() {
    let chunk = '';
    for await (const line of lines) {
      chunk += `${line}\n`;
      written += 1;
      if (chunk.length < 256 * 1024) continue;
      yield Buffer.from(chunk);
      chunk = '';
      count(written);
    }
    yield Buffer.from(chunk);
  }
  const out = createWriteStream(path);
  if (path.endsWith('.gz')) await pipeline(chunks, createGzip(), out);
  else await pipeline(chunks, out);
  count(written);
  return written - headings;
}

async function writeJson(
  path: string,
  document: Readonly<Record<string, unknown>>,
  list: string,
  count: Count,
): Promise<number> {
  await writeFile(path, JSON.stringify(document));
  const { length } = document[list] as readonly unknown[];
  count(length);
  return length;
}

/** Pages through a table by its key, so that no more than a page is in memory. */
async function* pages<Row extends object>(
  tx: Queryable,
  statement: string,
  values: readonly unknown[],
  keyOf: (row: Row) => string,
): AsyncGenerator<Row> {
  for (let after = ''; ; ) {
    const { rows } = await tx.query<Row>(statement, [after, ...values]);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    after = keyOf(last);
  }
}

async function* advisoryLines(tx: Queryable, feed: string): AsyncGenerator<string> {
  const rows = pages<{ id: string; record: string }>(
    tx,
    `select osv_id as id, record::text as record from vulnerabilities.advisories
      where feed = $2 and osv_id collate "C" > $1 order by osv_id collate "C" limit 1000`,
    [feed],
    ({ id }) => id,
  );
  for await (const { record } of rows) yield record;
}

async function* factLines(tx: Queryable): AsyncGenerator<string> {
  const rows = pages<{
    cve: string;
    description: string | null;
    vector: string | null;
    cwes: string[];
    exploitation: string | null;
    automatable: boolean | null;
    impact: string | null;
    publishedAt: Date | null;
    modifiedAt: Date | null;
  }>(
    tx,
    `select cve, description, cvss_vector as vector, cwes, exploitation, automatable,
            technical_impact as impact, published_at as "publishedAt", modified_at as "modifiedAt"
       from vulnerabilities.cve_facts
      where cve collate "C" > $1 order by cve collate "C" limit 5000`,
    [],
    ({ cve }) => cve,
  );
  for await (const row of rows) {
    yield JSON.stringify({
      id: row.cve,
      published: row.publishedAt?.toISOString(),
      modified: row.modifiedAt?.toISOString(),
      description: row.description ?? undefined,
      cwe: row.cwes,
      cvss: row.vector === null ? [] : [{ vector: row.vector }],
      ssvc: {
        ...(row.exploitation !== null && { Exploitation: row.exploitation }),
        ...(row.automatable !== null && { Automatable: row.automatable ? 'yes' : 'no' }),
        ...(row.impact !== null && { 'Technical Impact': row.impact }),
      },
    });
  }
}

async function* epssLines(tx: Queryable, dataAsOf: Date | null): AsyncGenerator<string> {
  const date = dataAsOf === null ? '' : `,score_date:${dataAsOf.toISOString()}`;
  yield `#model_version:unknown${date}`;
  yield 'cve,epss,percentile';
  const rows = pages<{ cve: string; probability: number; percentile: number }>(
    tx,
    `select cve, probability, percentile from vulnerabilities.epss
      where cve collate "C" > $1 order by cve collate "C" limit 20000`,
    [],
    ({ cve }) => cve,
  );
  for await (const { cve, probability, percentile } of rows) {
    yield `${cve},${probability.toFixed(5)},${percentile.toFixed(5)}`;
  }
}

async function kevDocument(tx: Queryable, dataAsOf: Date | null) {
  const { rows } = await tx.query(
    `select cve as "cveID", title as "vulnerabilityName", listed_on::text as "dateAdded",
            due_on::text as "dueDate",
            case when ransomware then 'Known' else 'Unknown' end as "knownRansomwareCampaignUse"
       from vulnerabilities.kev order by listed_on desc, cve`,
  );
  return { dateReleased: dataAsOf?.toISOString(), count: rows.length, vulnerabilities: rows };
}

async function eolDocument(tx: Queryable, dataAsOf: Date | null) {
  const { rows: cycles } = await tx.query(
    `select product, title, cycle, codename, released_on::text as release,
            coalesce(to_jsonb(ends_on::text), to_jsonb(ended)) as eol,
            coalesce(lts_ends_on, extended_ends_on)::text as extended, latest_version as latest
       from vulnerabilities.eol_cycles where source = 'endoflife.date'
      order by product, released_on desc nulls last, cycle`,
  );
  return { date: dataAsOf?.toISOString().slice(0, 10), license: 'MIT', cycles };
}

async function* supportLines(
  tx: Queryable,
  feed: 'debian-support' | 'ubuntu-support',
): AsyncGenerator<string> {
  const product = feed === 'debian-support' ? 'debian' : 'ubuntu';
  const afterwards = product === 'debian' ? 'eol-lts,eol-elts' : 'eol-esm';
  yield `version,codename,release,eol,${afterwards}`;
  const { rows } = await tx.query<Record<string, string | null>>(
    `select cycle, codename, released_on::text as release, ends_on::text as eol,
            lts_ends_on::text as lts, extended_ends_on::text as extended
       from vulnerabilities.eol_cycles where source = 'distro-info ' || $1
      order by released_on nulls last, cycle`,
    [product],
  );
  for (const row of rows) {
    const dates = product === 'debian' ? [row['lts'], row['extended']] : [row['extended']];
    const values = [row['cycle'], row['codename'], row['release'], row['eol'], ...dates];
    yield values.map((value) => (value ?? '').replace(/[,\r\n]/g, ' ')).join(',');
  }
}

async function windowsFixesDocument(tx: Queryable): Promise<Record<string, object[]>> {
  const { rows } = await tx.query<{ month: string; cve: string; patches: object[] }>(
    `select to_char(month, 'YYYY-Mon') as month, cve,
            jsonb_agg(jsonb_build_object('os', product, 'version', release, 'kb', kb,
              'fixedBuild', fixed_version, 'severity', score::text,
              'exploitStatus', exploit_status) order by product, kb, fixed_version) as patches
       from vulnerabilities.windows_fixes group by 1, 2 order by 1, 2`,
  );
  const document: Record<string, object[]> = {};
  for (const { month, cve, patches } of rows) {
    document[month] ??= [];
    document[month].push({ cve, patches });
  }
  return document;
}

async function windowsReleasesDocument(tx: Queryable) {
  const { rows } = await tx.query(
    `select product as os, release as version, latest_version as build, latest_kb as "latestKB",
            released_on::text as "releaseDate"
       from vulnerabilities.windows_releases order by product`,
  );
  return rows;
}
