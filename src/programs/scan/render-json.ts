import type { ScanFinding, ScanReport } from './scan-report.ts';

/** The report for programs. Described in docs/operating/scan-in-ci.md; fields are only added. */
export function renderScanJson(report: ScanReport): string {
  const { findings, notAssessed, bill: _bill, unusedIgnores, ...rest } = report;
  const failing = findings.filter(({ fails }) => fails).length;
  const document = {
    schemaVersion: 1,
    ...rest,
    fails: failing > 0,
    counts: {
      components: rest.componentCount,
      assessed: rest.assessedCount,
      notAssessed: notAssessed.length,
      findings: findings.filter(({ ignored, match }) => !ignored && match.class === 'normal')
        .length,
      failing,
      ignored: findings.filter(({ ignored }) => ignored !== null).length,
    },
    findings: findings.map(findingOf),
    notAssessed,
    unusedIgnores,
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function findingOf(finding: ScanFinding) {
  const { weakness, match, subject, components, verdict, due } = finding;
  return {
    id: weakness.key,
    ids: weakness.ids,
    title: weakness.title,
    severity: weakness.severity,
    cvssScore: weakness.cvssScore,
    cvssVector: weakness.cvssVector,
    exploited: weakness.exploited,
    epss: weakness.epss,
    automatable: weakness.automatable,
    technicalImpact: weakness.technicalImpact,
    class: match.class,
    package: { ...subject, purl: components[0]?.purl ?? null },
    fixedVersion: match.fixedVersion,
    dev: finding.dev,
    due,
    dueDays: finding.dueDays,
    why: finding.why,
    fails: finding.fails,
    unknown: verdict?.unknown ?? [],
    ignored: finding.ignored,
    evidence: match.evidence,
    locations: components.map(({ file, line, name, version }) => ({ file, line, name, version })),
    references: weakness.references,
  };
}
