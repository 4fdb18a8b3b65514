import { createHash } from 'node:crypto';
import type { ScanFinding, ScanReport } from './scan-report.ts';
import type { ScanTexts } from './texts.ts';

/**
 * The report as SARIF 2.1.0, as code-scanning pages take it: one rule per vulnerability, one result
 * per package version and file. `security-severity` is GitHub's: the CVSS score as text.
 * Source: OASIS SARIF 2.1.0 with errata 01.
 */
export function renderScanSarif(report: ScanReport, texts: ScanTexts, toolVersion: string): string {
  const rules = new Map<string, ScanFinding>();
  for (const finding of report.findings) {
    if (!rules.has(finding.weakness.key)) rules.set(finding.weakness.key, finding);
  }
  const ruleIds = [...rules.keys()];
  const document = {
    $schema:
      'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Yojin',
            semanticVersion: toolVersion,
            rules: [...rules.values()].map(ruleOf),
          },
        },
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: report.scannedAt,
            toolExecutionNotifications: notificationsOf(report, texts),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: report.findings.flatMap((finding) =>
          resultsOf(finding, ruleIds.indexOf(finding.weakness.key), texts),
        ),
      },
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function ruleOf({ weakness }: ScanFinding) {
  const page = weakness.references.find((url) => /^https:\/\//.test(url));
  const severity = weakness.cvssScore?.toFixed(1);
  return {
    id: weakness.key,
    shortDescription: { text: weakness.title },
    fullDescription: { text: `${weakness.title} (${weakness.ids.join(', ')})` },
    ...(page !== undefined && isUri(page) && { helpUri: page }),
    properties: {
      tags: ['security', 'vulnerability', ...(weakness.exploited ? ['known-exploited'] : [])],
      ...(severity !== undefined && { 'security-severity': severity }),
    },
  };
}

function isUri(text: string): boolean {
  return URL.canParse(text) && /^[\x21-\x7e]+$/.test(text);
}

function resultsOf(finding: ScanFinding, ruleIndex: number, texts: ScanTexts) {
  const { weakness, subject, match, components, ignored, why } = finding;
  const byFile = Map.groupBy(components, ({ file }) => file);
  return [...byFile].map(([file, items]) => {
    const line = items.find((item) => item.line !== null)?.line ?? 1;
    const fingerprint = createHash('sha256')
      .update([file, weakness.key, subject.ecosystem, subject.name, subject.version].join('\n'))
      .digest('hex');
    return {
      ruleId: weakness.key,
      ruleIndex,
      level: levelOf(finding),
      message: {
        text: `${subject.name} ${subject.version}: ${weakness.title}. ${why[texts.language]}`,
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: file.split('/').map(encodeURIComponent).join('/') },
            region: { startLine: line },
          },
        },
      ],
      partialFingerprints: { 'yojin/v1': fingerprint },
      ...(ignored !== null && {
        suppressions: [{ kind: 'external', status: 'accepted', justification: ignored.reason }],
      }),
      properties: {
        ecosystem: subject.ecosystem,
        package: subject.name,
        installedVersion: subject.version,
        ...(match.fixedVersion !== null && { fixedVersion: match.fixedVersion }),
        ...(finding.due.dueOn !== null && { dueOn: finding.due.dueOn }),
        fails: finding.fails,
        ids: weakness.ids,
      },
    };
  });
}

/** What fails is an error; what does not count a note; in between by severity, unknown as high. */
function levelOf({ fails, match, weakness }: ScanFinding): 'error' | 'warning' | 'note' {
  if (fails) return 'error';
  if (match.class !== 'normal') return 'note';
  if (weakness.severity === 'low' || weakness.severity === 'none') return 'note';
  return weakness.severity === 'medium'
    ? 'warning'
    : weakness.severity === null
      ? 'warning'
      : 'error';
}

/** What could not be assessed, and what is wrong with the ignore file. */
function notificationsOf(report: ScanReport, texts: ScanTexts) {
  const groups = Map.groupBy(report.notAssessed, ({ reason }) => reason);
  const notAssessed = [...groups].map(([reason, items]) => {
    const names = items.slice(0, 20).map(({ name, file }) => name || file);
    const more = items.length > 20 ? ` ${texts('value.more', { count: items.length - 20 })}` : '';
    return {
      level: 'warning',
      descriptor: { id: `not-assessed/${reason}` },
      message: {
        text: `${texts('summary.not-assessed', { count: items.length })} ${texts(`reason.${reason}`)}: ${names.join(', ')}${more}. ${texts(`reason.${reason}.remedy`)}`,
      },
    };
  });
  const problems = report.ignoreProblems.map(({ file, line, code, what }) => ({
    level: 'error',
    descriptor: { id: `ignore-file/${code}` },
    message: { text: `${file}:${line}: ${texts(`ignore.${code}`, { what })}` },
  }));
  return [...notAssessed, ...problems];
}
