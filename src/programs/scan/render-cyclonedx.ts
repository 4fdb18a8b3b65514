import { vdrVulnerability } from '../../modules/vulnerabilities/sbom/vdr.ts';
import { toCycloneDxJson, type VdrVulnerability } from '../../standards/cyclonedx/export.ts';
import type { ScanReport } from './scan-report.ts';

/** The input as CycloneDX 1.6 with its vulnerabilities; what was not assessed as properties. */
export function renderScanCycloneDx(report: ScanReport, toolVersion: string): string {
  const { bill, findings, notAssessed, scannedAt } = report;
  const refs = new Set(bill.components.map(({ ref }) => ref));
  const vulnerabilities = Map.groupBy(findings, ({ weakness }) => weakness.key);
  const document = {
    ...bill,
    created: scannedAt,
    tools: [...bill.tools, { vendor: 'Yojin', name: 'yojin', version: toolVersion }],
    properties: [
      ...bill.properties,
      ...notAssessed.map(({ name, version, file, reason }) => ({
        name: `yojin:not-assessed:${reason}`,
        value: [name || file, version].filter((text) => text !== null).join(' '),
      })),
    ],
  };
  return toCycloneDxJson(document, {
    vulnerabilities: [...vulnerabilities.values()].map((group): VdrVulnerability => {
      const first = group[0]!;
      const affects = group.flatMap(({ components, subject }) =>
        components.flatMap(({ ref, purl, ecosystem, name, version }) => {
          const own = ref ?? purl ?? `${ecosystem}:${name}@${version}`;
          return refs.has(own) ? [{ ref: own, version: subject.version }] : [];
        }),
      );
      const { ignored, match } = first;
      const fixes = group.map(({ subject: { name }, match: { fixedVersion: version } }) => ({
        name,
        version,
      }));
      return vdrVulnerability(first.weakness, first.weakness.key, {
        affects: [...new Map(affects.map((each) => [each.ref, each])).values()],
        source: match.evidence[0]?.source ?? null,
        fixes: fixes.every(({ version }) => version === null)
          ? []
          : [...new Map(fixes.map((fix) => [`${fix.name}\n${fix.version}`, fix])).values()],
        analysis: ignored === null ? null : { state: 'in_triage', detail: ignored.reason },
      });
    }),
  });
}
