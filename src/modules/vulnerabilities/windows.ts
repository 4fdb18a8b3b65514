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
 * below both the match shows the fix of the record that came first, with the evidence of both.
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
    for (const fix of of) {
      const name = packageName(fix.product, fix.fixedBuild!);
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
        ecosystem_specific: { kb },
      })),
    } satisfies OsvRecord;
  });
}

const packageName = (product: string, build: number) =>
  /server/i.test(product) ? `Windows Server ${build}` : `Windows ${build}`;
