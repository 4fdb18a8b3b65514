import type { OsvRecord } from '../../standards/osv/record.ts';
import type { WindowsFix } from './feeds/parse-windows.ts';
import type { NotAssessedReason, Subject } from './subject.ts';

/**
 * Windows is judged by its build and revision against the build that fixed each CVE: updates are
 * cumulative, so a later revision of the same build supersedes every earlier one, whatever list of
 * KBs a machine shows. Microsoft's fixes are put into the form of OSV records of an ecosystem
 * `Windows`, whose packages are the builds, so that one matcher serves all.
 *
 * Two feeds bring such records, MSRC's mapping and its CVRF documents, and each is judged by itself:
 * a machine is affected while either says so. Where they disagree on the fixed build of a CVE, one
 * between the two stays affected until the higher is reached (a false alarm at worst, no miss), and
 * the match shows the higher as the fix, with the evidence of both.
 *
 * Source: MSRC Security Update Guide, `FixedBuild` of each remediation. Clients and servers that
 * share a build number are packages apart.
 */
export const windowsEcosystem = 'Windows';

export interface WindowsSystem {
  readonly platform: 'linux' | 'darwin' | 'windows';
  readonly osName: string | null;
  /** Build and update build revision: `22631.3447`. */
  readonly osBuild: string | null;
}

/** Null: not Windows. Without a revision nothing can be said: only the build of the release is known. */
export function windowsSubject(
  os: WindowsSystem,
): Subject | { readonly notAssessed: NotAssessedReason } | null {
  if (os.platform !== 'windows') return null;
  if (os.osName === null || os.osBuild === null) return { notAssessed: 'release-unknown' };
  const [, build, revision] = /^(?:10\.0\.)?(\d{4,6})\.(\d{1,6})$/.exec(os.osBuild) ?? [];
  if (build === undefined || revision === undefined) return { notAssessed: 'version-unreadable' };
  return {
    ecosystem: windowsEcosystem,
    name: packageName(os.osName, Number(build)),
    version: `${build}.${revision}`,
  };
}

/** The id of the record of a CVE, the same in every feed that brings one. */
export const windowsRecordId = (cve: string): string => `MSRC-${cve}`;

/** One record per CVE; products that count otherwise than by build and revision (.NET) are left out. */
export function windowsRecords(fixes: readonly WindowsFix[]): readonly OsvRecord[] {
  const byCve = Map.groupBy(
    fixes.filter(({ fixedBuild, fixedRevision }) => fixedBuild !== null && fixedRevision !== null),
    ({ cve }) => cve,
  );
  return [...byCve].map(([cve, of]) => {
    const fixedIn = new Map<string, WindowsFix>();
    const hotpatches = new Map<string, Set<string>>();
    for (const fix of of) {
      const name = packageName(fix.product, fix.fixedBuild!);
      if (fix.hotpatch) {
        const builds = hotpatches.get(name) ?? new Set();
        hotpatches.set(name, builds.add(`${fix.fixedBuild}.${fix.fixedRevision}`));
        // What everybody else needs is the cumulative update, where one is named.
        if (of.some((other) => !other.hotpatch && isOf(other, name))) continue;
      }
      const before = fixedIn.get(name);
      // A fix that was issued again counts from its last issue on: no miss, at worst a false alarm.
      if (!before || fix.fixedRevision! > before.fixedRevision!) fixedIn.set(name, fix);
    }
    const kbs = [...new Set(of.map(({ kb }) => kb))].sort();
    return {
      schema_version: '1.7.3',
      id: windowsRecordId(cve),
      modified: `${of
        .map(({ month }) => month)
        .sort()
        .at(-1)!}T00:00:00Z`,
      aliases: [cve],
      upstream: [],
      related: [],
      summary: `Windows: fixed by ${kbs.slice(0, 5).join(', ')}${kbs.length > 5 ? ', …' : ''}`,
      severity: [],
      credits: [],
      references: [
        { type: 'ADVISORY', url: `https://msrc.microsoft.com/update-guide/vulnerability/${cve}` },
      ],
      affected: [...fixedIn].map(([name, { fixedBuild, fixedRevision, kb }]) => ({
        package: { ecosystem: windowsEcosystem, name },
        severity: [],
        versions: [],
        ranges: [
          {
            type: 'ECOSYSTEM',
            events: [{ introduced: '0' }, { fixed: `${fixedBuild}.${fixedRevision}` }],
          },
        ],
        ecosystem_specific: {
          kb,
          ...(hotpatches.has(name) && { hotpatches: [...hotpatches.get(name)!].sort() }),
        },
      })),
    } satisfies OsvRecord;
  });
}

const isOf = (fix: WindowsFix, name: string) => packageName(fix.product, fix.fixedBuild!) === name;

/**
 * Records that a hotpatched machine has behind it. Microsoft builds hotpatches apart: each has a
 * revision of its own, below that of the month's cumulative update. A machine whose revision is one
 * of those takes hotpatches, so it has all that this and earlier ones fixed; between two, below the
 * cumulative update, everybody else has not. Known are hotpatches of the months that
 * `windows-cvrf` brought; another feed's record of the same CVE is behind it as well.
 */
export function hotpatchedRecords(
  subject: Subject,
  records: readonly { readonly record: OsvRecord }[],
): ReadonlySet<string> {
  if (subject.ecosystem !== windowsEcosystem) return new Set();
  const byRecord = records.map(({ record }) => ({
    id: record.id,
    builds: record.affected
      .filter((entry) => entry.package?.name === subject.name)
      .flatMap(({ ecosystem_specific: specific }): unknown[] => {
        const builds = specific?.['hotpatches'];
        return Array.isArray(builds) ? builds : [];
      })
      .filter((build) => typeof build === 'string'),
  }));
  if (!byRecord.some(({ builds }) => builds.includes(subject.version))) return new Set();
  const revision = revisionOf(subject.version);
  const done = byRecord.filter(({ builds }) =>
    builds.some((build) => revisionOf(build) <= revision),
  );
  return new Set(done.map(({ id }) => id));
}

/** Of what was matched by the cumulative update alone, since no CVRF record of the CVE is held. */
export const hotpatchesUnknown = 'hotpatches not known';

/**
 * Could a hotpatched machine have this behind it without our knowing? Only for builds that Microsoft
 * hotpatches: Windows Server 2022 (20348), and 24H2 or Server 2025 (26100) and later ones.
 */
export function isHotpatchUnknown(
  subject: Subject,
  record: OsvRecord,
  records: readonly { readonly feed: string; readonly record: OsvRecord }[],
): boolean {
  if (subject.ecosystem !== windowsEcosystem) return false;
  const build = Number(subject.version.split('.')[0]);
  if (build !== 20348 && build < 26100) return false;
  return !records.some(({ feed, record: { id } }) => feed === 'windows-cvrf' && id === record.id);
}

const revisionOf = (build: string) => Number(build.split('.')[1]);

/** Months (`2026-03`) that fixes are of, ascending. */
export function monthsOf(fixes: readonly Pick<WindowsFix, 'month'>[]): readonly string[] {
  return [...new Set(fixes.map(({ month }) => month.slice(0, 7)))].sort();
}

/** Months between the first and the last that are not there; none: it is complete. */
export function missingMonths(months: readonly string[]): readonly string[] {
  const sorted = [...new Set(months)].sort();
  const number = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1;
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const all = Array.from({ length: number(last) - number(first) + 1 }, (_, at) => {
    const month = number(first) + at;
    return `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, '0')}`;
  });
  return all.filter((month) => !sorted.includes(month));
}

const packageName = (product: string, build: number) =>
  /server/i.test(product) ? `Windows Server ${build}` : `Windows ${build}`;
