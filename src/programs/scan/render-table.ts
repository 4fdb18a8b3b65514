import { daysUntil } from '../../modules/findings/due.ts';
import { type Column, renderTable } from '../cli/table.ts';
import type { FeedState } from './feed-folder.ts';
import type { NotAssessed, Reason, ScanFinding, ScanReport } from './scan-report.ts';
import type { ScanTexts } from './texts.ts';

/** The report for people. `terminalColumns` undefined: a file or a pipe, nothing is cut. */
export function renderScanTable(
  report: ScanReport,
  texts: ScanTexts,
  terminalColumns: number | undefined,
): string {
  const { target, findings, notAssessed, componentCount, assessedCount } = report;
  const table = <Row>(columns: readonly Column<Row>[], rows: readonly Row[]) =>
    renderTable(columns, rows, terminalColumns);
  const counting = findings.filter(
    ({ ignored, match }) => ignored === null && match.class === 'normal',
  );
  const apart = findings.filter(
    ({ ignored, match }) => ignored === null && match.class !== 'normal',
  );
  const ignored = findings.filter((finding) => finding.ignored !== null);
  const parts: string[] = [
    `${texts('summary.title', {
      target,
      components: componentCount,
      assessed: assessedCount,
      notAssessed: notAssessed.length,
    })}\n`,
  ];
  if (counting.length > 0) {
    const heading = texts('summary.findings', { count: counting.length });
    parts.push(`${heading}\n${table(findingColumns(report, texts), counting)}`);
  } else if (assessedCount > 0) {
    parts.push(`${texts('summary.none', { count: assessedCount })}\n`);
  }
  if (apart.length > 0) {
    const heading = texts('summary.apart', { count: apart.length });
    parts.push(`${heading}\n${table(findingColumns(report, texts), apart)}`);
  }
  if (ignored.length > 0) {
    const columns: Column<ScanFinding>[] = [
      { title: texts('column.id'), value: ({ weakness }) => weakness.key },
      { title: texts('column.package'), value: ({ subject }) => subject.name, elastic: true },
      { title: texts('column.version'), value: ({ subject }) => subject.version },
      { title: texts('column.until'), value: (row) => row.ignored?.expires },
      { title: texts('column.reason'), value: (row) => row.ignored?.reason, elastic: true },
    ];
    const heading = texts('summary.ignored', { count: ignored.length });
    parts.push(`${heading}\n${table(columns, ignored)}`);
  }
  if (report.ignoreProblems.length > 0) {
    const columns: Column<ScanReport['ignoreProblems'][number]>[] = [
      { title: texts('column.line'), value: ({ file, line }) => `${file}:${line}` },
      {
        title: texts('column.error'),
        value: ({ code, what }) => texts(`ignore.${code}`, { what }),
        elastic: true,
      },
    ];
    parts.push(`${texts('summary.ignore-problems')}\n${table(columns, report.ignoreProblems)}`);
  }
  if (report.unusedIgnores.length > 0) {
    const lines = report.unusedIgnores.map(({ line }) => line).join(', ');
    parts.push(`${texts('summary.ignore-unused', { lines })}\n`);
  }
  if (notAssessed.length > 0) {
    const heading = texts('summary.not-assessed', { count: notAssessed.length });
    parts.push(`${heading}\n${table(reasonColumns(texts), groupsOf(notAssessed))}`);
  }
  if (report.feeds.length > 0) {
    parts.push(`${texts('summary.feeds')}\n${table(feedColumns(report, texts), report.feeds)}`);
  }
  const verdict = verdictOf(report, texts);
  if (verdict !== null) parts.push(verdict);
  return parts.join('\n');
}

function findingColumns(report: ScanReport, texts: ScanTexts): readonly Column<ScanFinding>[] {
  const columns: Column<ScanFinding>[] = [
    { title: texts('column.due'), value: ({ due }) => due.dueOn ?? texts('value.next-upgrade') },
    {
      title: texts('column.severity'),
      value: ({ weakness }) =>
        weakness.severity === null
          ? texts('value.unknown')
          : `${weakness.severity}${weakness.cvssScore === null ? '' : ` ${weakness.cvssScore.toFixed(1)}`}`,
    },
    {
      title: texts('column.kev'),
      value: ({ weakness }) => (weakness.exploited === null ? null : texts('value.yes')),
    },
    {
      title: texts('column.epss'),
      value: ({ weakness }) =>
        weakness.epss === null ? texts('value.unknown') : `${(weakness.epss * 100).toFixed(1)}%`,
      align: 'right',
    },
    { title: texts('column.id'), value: ({ weakness }) => weakness.key },
    {
      title: texts('column.package'),
      value: ({ subject, dev }) => `${subject.name}${dev === true ? ` ${texts('value.dev')}` : ''}`,
      elastic: true,
    },
    { title: texts('column.version'), value: ({ subject }) => subject.version },
    { title: texts('column.fix'), value: ({ match }) => match.fixedVersion },
    { title: texts('column.where'), value: placeOf(texts), elastic: true },
  ];
  if (report.failOn === null) return columns;
  const fails: Column<ScanFinding> = {
    title: texts('column.fails'),
    value: (row) =>
      row.fails ? texts(row.verdict?.value === 'unknown' ? 'value.unknown' : 'value.yes') : null,
  };
  return [fails, ...columns];
}

const placeOf = (texts: ScanTexts) => (finding: ScanFinding) => {
  const [first] = finding.components;
  if (!first) return null;
  const place = first.line === null ? first.file : `${first.file}:${first.line}`;
  const more = new Set(finding.components.map(({ file }) => file)).size - 1;
  return more > 0 ? `${place} ${texts('value.more', { count: more })}` : place;
};

interface ReasonGroup {
  readonly reason: Reason;
  readonly items: readonly NotAssessed[];
}

/** One line per reason and detail that many share; the packages of a reason together. */
function groupsOf(notAssessed: readonly NotAssessed[]): readonly ReasonGroup[] {
  const groups = Map.groupBy(notAssessed, ({ reason }) => reason);
  return [...groups]
    .map(([reason, items]) => ({ reason, items }))
    .sort((a, b) => b.items.length - a.items.length || (a.reason < b.reason ? -1 : 1));
}

function reasonColumns(texts: ScanTexts): readonly Column<ReasonGroup>[] {
  const named = ({ name, version, file, line, detail }: NotAssessed) => {
    const what = name === '' ? `${file}${line === null ? '' : `:${line}`}` : name;
    const full = version === null ? what : `${what} ${version}`;
    return detail === null ? full : `${full} (${detail})`;
  };
  return [
    { title: texts('column.count'), value: ({ items }) => items.length, align: 'right' },
    { title: texts('column.reason'), value: ({ reason }) => texts(`reason.${reason}`) },
    {
      title: texts('column.what'),
      value: ({ items }) => {
        const shown = items.slice(0, 3).map(named).join(', ');
        const more = items.length - 3;
        return more > 0 ? `${shown} ${texts('value.more', { count: more })}` : shown;
      },
      elastic: true,
    },
    {
      title: texts('column.remedy'),
      value: ({ reason }) => texts(`reason.${reason}.remedy`),
      elastic: true,
    },
  ];
}

function feedColumns(report: ScanReport, texts: ScanTexts): readonly Column<FeedState>[] {
  const today = report.scannedAt.slice(0, 10);
  const stateOf = ({ state, error, newestOn }: FeedState) => {
    if (state !== 'read') return texts(`feed.${state}`, { error });
    const old = newestOn === null || daysUntil(newestOn, today) > report.maxFeedAgeDays;
    return texts(old ? 'feed.too-old' : 'feed.read');
  };
  return [
    { title: texts('column.feed'), value: ({ name }) => name },
    { title: texts('column.state'), value: stateOf, elastic: true },
    { title: texts('column.newest'), value: ({ newestOn }) => newestOn },
    { title: texts('column.records'), value: ({ records }) => records, align: 'right' },
    { title: texts('column.rejected'), value: ({ rejected }) => rejected, align: 'right' },
  ];
}

function verdictOf(
  { failOn, findings, notAssessed, assessedCount }: ScanReport,
  texts: ScanTexts,
): string | null {
  if (failOn === null) return null;
  const failing = findings.filter(({ fails }) => fails);
  const unknown = findings.filter(({ verdict }) => verdict?.value === 'unknown');
  const fields = [...new Set(unknown.flatMap(({ verdict }) => verdict!.unknown))].sort().join(', ');
  // Nothing was looked at: neither passes nor fails, and what follows says so.
  if (assessedCount === 0 && findings.length === 0) return null;
  const passes = notAssessed.length > 0 ? 'verdict.passes-partly' : 'verdict.passes';
  const lines = [
    failing.length > 0
      ? texts('verdict.fails', { count: failing.length, expression: failOn })
      : texts(passes, { count: notAssessed.length, expression: failOn }),
  ];
  if (unknown.length > 0) {
    const key = unknown.some(({ fails }) => fails) ? 'verdict.unknown' : 'verdict.unknown-passes';
    lines.push(texts(key, { count: unknown.length, fields }));
  }
  return `${lines.join('\n')}\n`;
}
