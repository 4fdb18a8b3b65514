import type { OsvRecord } from '../../standards/osv/record.ts';

const cve = /^CVE-\d{4}-\d{4,}$/;

/** Which id people know a vulnerability by, best first; `GHSA` stands for every id of that kind. */
const preference = [
  'GHSA',
  'PYSEC',
  'RUSTSEC',
  'GO',
  'MAL',
  'DSA',
  'DLA',
  'USN',
  'ALSA',
  'RLSA',
  'RHSA',
];

/**
 * The vulnerabilities a record speaks of. A distribution's advisory (DSA, USN, ALSA) fixes several
 * CVEs, each a vulnerability of its own; `DEBIAN-CVE-…` names its CVE in `upstream`; a record of a
 * language registry names it among its aliases. Without any CVE the best known alias is the key, so
 * that two records of one thing have one key.
 */
export function keysOf(record: Pick<OsvRecord, 'id' | 'aliases' | 'upstream'>): readonly string[] {
  const own = [record.id, ...record.aliases];
  const all = [...own, ...record.upstream];
  const cves = [...new Set(all.filter((id) => cve.test(id)))].sort();
  if (cves.length > 0) return cves;
  return [own.sort(byPreference)[0]!];
}

/** Every id that a record and its vulnerability are known by, without repetition, sorted. */
export function idsOf(
  key: string,
  records: readonly Pick<OsvRecord, 'id' | 'aliases' | 'upstream'>[],
): readonly string[] {
  const ids = new Set([key]);
  for (const record of records) {
    ids.add(record.id);
    // An advisory for several CVEs is an id of each, but they are not ids of one another.
    if (keysOf(record).length > 1) continue;
    for (const id of [...record.aliases, ...record.upstream]) ids.add(id);
  }
  return [...ids].sort();
}

function byPreference(a: string, b: string): number {
  const rank = (id: string) => {
    const at = preference.indexOf(id.split('-')[0]!);
    return at < 0 ? preference.length : at;
  };
  return rank(a) - rank(b) || (a < b ? -1 : a > b ? 1 : 0);
}
