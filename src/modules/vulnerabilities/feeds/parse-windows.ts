import { cleanText, cveId, dayOf, isObject, parseCleanJson, parseDocument } from './clean-json.ts';
import { FeedDamaged, type Parsed, Rejections } from './rejections.ts';

/** A CVE is fixed in a product from a build on; Windows itself is judged by build and revision. */
export interface WindowsFix {
  readonly cve: string;
  readonly product: string;
  readonly release: string | null;
  readonly kb: string;
  readonly fixedVersion: string;
  /** 22621 and 5768 of `22621.5768`; null where the product counts otherwise (.NET). */
  readonly fixedBuild: number | null;
  readonly fixedRevision: number | null;
  /** First day of the month of the bulletin. */
  readonly month: string;
  readonly score: number | null;
  readonly exploitStatus: string | null;
  /** An update that runs without a restart, of machines that take those: a build of its own. */
  readonly hotpatch?: true;
}

export interface WindowsRelease {
  readonly product: string;
  readonly release: string | null;
  readonly latestVersion: string;
  readonly latestBuild: number | null;
  readonly latestRevision: number | null;
  readonly latestKb: string | null;
  readonly releasedOn: string | null;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `{"2025-Aug": [{cve, patches: [{os, version, kb, fixedBuild, …}]}]}`. @throws FeedDamaged */
export function parseWindowsFixes(text: string): Parsed<WindowsFix> {
  const document = parseDocument(text, 'the mapping of CVE to KB');
  const rejected = new Rejections();
  const items = new Map<string, WindowsFix>();
  let newest: string | null = null;
  for (const [key, entries] of Object.entries(document)) {
    const month = monthOf(key);
    if (month === null || !Array.isArray(entries)) {
      rejected.add(`$["${key}"]`, 'a list under a month such as 2025-Aug is expected');
      continue;
    }
    for (const [index, entry] of entries.entries()) {
      const at = `$["${key}"][${index}]`;
      const cve = isObject(entry) ? entry['cve'] : undefined;
      const patches = isObject(entry) ? entry['patches'] : undefined;
      if (typeof cve !== 'string' || !cveId.test(cve)) rejected.add(`${at}.cve`, 'not a CVE id');
      else if (!Array.isArray(patches)) rejected.add(`${at}.patches`, `${cve}: a list is expected`);
      else {
        for (const [place, patch] of patches.slice(0, 1_000).entries()) {
          const fix = fixOf(cve, month, patch);
          if (fix === null) {
            rejected.add(`${at}.patches[${place}]`, `${cve}: it lacks os, kb or fixedBuild`);
          } else {
            items.set([fix.cve, fix.product, fix.kb, fix.fixedVersion].join('\n'), fix);
            if (newest === null || month > newest) newest = month;
          }
        }
      }
    }
  }
  return { items: [...items.values()], rejected, asOf: newest === null ? null : new Date(newest) };
}

/** `[{os, version, build, latestKB, releaseDate}]`. @throws FeedDamaged */
export function parseWindowsReleases(text: string): Parsed<WindowsRelease> {
  let value: unknown;
  try {
    value = parseCleanJson(text);
  } catch (error) {
    throw new FeedDamaged(
      'NOT_JSON',
      `windows-versions.json is not JSON: ${(error as Error).message}`,
    );
  }
  if (!Array.isArray(value))
    throw new FeedDamaged('WRONG_SHAPE', 'windows-versions.json is no list');
  const rejected = new Rejections();
  const items = new Map<string, WindowsRelease>();
  let newest: string | null = null;
  for (const [index, entry] of value.entries()) {
    const at = `$[${index}]`;
    const product = isObject(entry) ? short(entry['os']) : null;
    const latestVersion = isObject(entry) ? short(entry['build']) : null;
    if (!isObject(entry) || product === null || latestVersion === null) {
      rejected.add(at, 'it lacks os or build');
    } else if (items.has(product)) rejected.add(at, `${product} came before`);
    else {
      const releasedOn = dayOf(entry['releaseDate']);
      if (releasedOn !== null && (newest === null || releasedOn > newest)) newest = releasedOn;
      const [latestBuild, latestRevision] = buildOf(latestVersion);
      items.set(product, {
        product,
        release: short(entry['version']),
        latestVersion,
        latestBuild,
        latestRevision,
        latestKb: short(entry['latestKB']),
        releasedOn,
      });
    }
  }
  return { items: [...items.values()], rejected, asOf: newest === null ? null : new Date(newest) };
}

function fixOf(cve: string, month: string, patch: unknown): WindowsFix | null {
  if (!isObject(patch)) return null;
  const product = short(patch['os']);
  const kb = short(patch['kb']);
  const fixedVersion = short(patch['fixedBuild']);
  if (product === null || kb === null || fixedVersion === null) return null;
  const [fixedBuild, fixedRevision] = buildOf(fixedVersion);
  const score = Number(patch['severity'] === '' ? Number.NaN : patch['severity']);
  return {
    cve,
    product,
    release: short(patch['version']),
    kb,
    fixedVersion,
    fixedBuild,
    fixedRevision,
    month,
    score: score >= 0 && score <= 10 ? score : null,
    exploitStatus: short(patch['exploitStatus']),
  };
}

/** `22621.5768` and `10.0.22621.5768`; other forms are another product's. */
export function buildOf(version: string): readonly [number, number] | readonly [null, null] {
  const [, build, revision] = /^(?:10\.0\.)?(\d{4,6})\.(\d{1,7})$/.exec(version) ?? [];
  return build === undefined ? [null, null] : [Number(build), Number(revision)];
}

function monthOf(key: string): string | null {
  const [, year, name] = /^(\d{4})-([A-Z][a-z]{2})$/.exec(key) ?? [];
  const month = months.indexOf(name ?? '') + 1;
  return month === 0 ? null : dayOf(`${year}-${String(month).padStart(2, '0')}-01`);
}

function short(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? cleanText(value.trim(), 300) : null;
}
