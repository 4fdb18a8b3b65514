import { existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { assessComponents } from './assess-components.ts';
import { type Expression, type ExpressionError, fields, parseExpression } from './expression.ts';
import { findInput, type Input } from './find-input.ts';
import { type IgnoreEntry, maxIgnoreFileBytes, parseIgnoreFile } from './ignore-file.ts';
import { readComponents } from './read-components.ts';
import type { ScanReport } from './scan-report.ts';
import { ScanFailure, type ScanTexts } from './texts.ts';

export interface ScanOptions {
  readonly target: string;
  readonly feedFolder: string | undefined;
  readonly failOn: string | undefined;
  readonly onUnknown: 'fail' | 'pass';
  readonly ignoreFile: string | undefined;
  readonly maxFeedAgeDays: number;
  readonly exposed: boolean | null;
  /** With what is needed for development only. */
  readonly dev: boolean;
  readonly requireAssessed: boolean;
  readonly now: Date;
}

export const exitCodes = { passes: 0, fails: 1, couldNotScan: 2 } as const;

export interface ScanOutcome {
  readonly report: ScanReport;
  readonly exitCode: (typeof exitCodes)[keyof typeof exitCodes];
  /** Said in any format, on standard error: why the exit code is 2. */
  readonly failure: ScanFailure | null;
}

/** @throws ScanFailure when there is nothing to report at all */
export async function scan(options: ScanOptions, texts: ScanTexts): Promise<ScanOutcome> {
  const { target, feedFolder, now, requireAssessed } = options;
  const failOn = options.failOn === undefined ? null : expressionOf(options.failOn, texts);
  if (!feedFolder) throw new ScanFailure('failure.no-feeds');
  if (!existsSync(feedFolder)) throw new ScanFailure('failure.feeds-missing', { path: feedFolder });
  const input = await findInput(target);
  if ('error' in input) throw new ScanFailure(`failure.${input.error}`, { target });
  if (input.files.length === 0 && input.unsupported.length === 0) {
    throw new ScanFailure('failure.nothing-found', { target });
  }
  const today = now.toISOString().slice(0, 10);
  const ignores = await readIgnores(options.ignoreFile, input, today);
  const read = await readComponents(input);
  const [broken] = read.broken;
  if (broken && read.files.length === 1) throw new ScanFailure('failure.broken', { ...broken });
  const components = options.dev
    ? read.components
    : read.components.filter(({ dev }) => dev !== true);
  const assessed = await assessComponents(components, {
    feedFolder,
    today,
    maxFeedAgeDays: options.maxFeedAgeDays,
    exposed: options.exposed,
    failOn,
    onUnknown: options.onUnknown,
    ignores: ignores.entries,
  });
  const used = new Set(assessed.findings.map(({ ignored }) => ignored));
  const notAssessed = [...read.notAssessed, ...assessed.notAssessed];
  const skippedCount = read.notAssessed.filter(({ name }) => name !== '').length;
  const report: ScanReport = {
    target,
    files: read.files,
    scannedAt: now.toISOString(),
    componentCount: components.length + skippedCount,
    assessedCount: assessed.assessedCount,
    findings: assessed.findings,
    notAssessed,
    feeds: assessed.feeds,
    maxFeedAgeDays: options.maxFeedAgeDays,
    failOn: options.failOn ?? null,
    ignoreProblems: ignores.problems,
    unusedIgnores: ignores.entries.filter((entry) => !used.has(entry)),
    bill: read.bill,
  };
  const fails = report.findings.some((finding) => finding.fails);
  const failure = failureOf(report, { target, requireAssessed });
  const exitCode = fails
    ? exitCodes.fails
    : failure === null
      ? exitCodes.passes
      : exitCodes.couldNotScan;
  return { report, exitCode, failure };
}

/** A scan that looked at nothing must not look like one that found nothing. */
function failureOf(
  report: ScanReport,
  { target, requireAssessed }: { target: string; requireAssessed: boolean },
): ScanFailure | null {
  const { notAssessed, assessedCount, findings } = report;
  const broken = notAssessed.find(({ reason }) => reason === 'unreadable-file');
  if (broken) {
    const [at = '', ...error] = (broken.detail ?? '').split(': ');
    return new ScanFailure('failure.broken', { file: broken.file, at, error: error.join(': ') });
  }
  if (requireAssessed && notAssessed.length > 0) return new ScanFailure('failure.require-assessed');
  if (report.componentCount === 0 && notAssessed.length === 0) {
    // An empty lock file is an answer: nothing is installed. An empty bill of materials is none.
    const isBill = report.bill.format !== 'CycloneDX' || report.bill.name !== null;
    return isBill && report.files.length === 1
      ? new ScanFailure('failure.empty', { target })
      : null;
  }
  return assessedCount === 0 && findings.length === 0
    ? new ScanFailure('failure.nothing-assessed')
    : null;
}

function expressionOf(text: string, texts: ScanTexts): Expression {
  const parsed = parseExpression(text);
  if ('expression' in parsed) return parsed.expression;
  const line = text.slice(0, 200).replace(/\s/g, ' ');
  const mark = parsed.at < 200 ? `\n  ${' '.repeat(parsed.at)}^` : '';
  throw new ScanFailure(
    'failure.expression',
    { at: parsed.at + 1, error: expressionError(parsed.error, texts) },
    `  ${line}${mark}`,
  );
}

function expressionError(error: ExpressionError, texts: ScanTexts): string {
  const values = { fields: fields.join(', '), ...error };
  if (error.code !== 'wrong-value') return texts(`expression.${error.code}`, values);
  const expected = texts(`expected.${error.field as 'kev'}`);
  return texts('expression.wrong-value', { ...values, expected });
}

const ignoreFileNames = ['.yojin-ignore.yaml', '.yojin-ignore.yml', '.yojin-ignore.json'];

async function readIgnores(
  given: string | undefined,
  input: Input,
  today: string,
): Promise<{
  readonly entries: readonly IgnoreEntry[];
  readonly problems: ScanReport['ignoreProblems'];
}> {
  // Beside the target; for a single file also where the command runs, as in a checkout.
  const places = [...new Set([input.root, process.cwd()])];
  const file =
    given ??
    places
      .slice(0, input.files.length === 1 && dirname(input.files[0]!.path) === input.root ? 2 : 1)
      .flatMap((folder) => ignoreFileNames.map((name) => join(folder, name)))
      .find((path) => existsSync(path));
  if (file === undefined) return { entries: [], problems: [] };
  let text: string;
  try {
    if ((await stat(file)).size > maxIgnoreFileBytes) {
      const error = `larger than ${maxIgnoreFileBytes} bytes`;
      throw new ScanFailure('failure.ignore-file', { file, at: '1:1', error });
    }
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof ScanFailure) throw error;
    throw new ScanFailure('failure.ignore-file-missing', { file });
  }
  const parsed = parseIgnoreFile(text, today);
  if ('error' in parsed) throw new ScanFailure('failure.ignore-file', { file, ...parsed });
  const inside = file.startsWith(`${input.root}${sep}`);
  const shown = inside ? relative(input.root, file).split(sep).join('/') : file;
  const problems = parsed.problems.map((problem) => ({ ...problem, file: shown }));
  return { entries: parsed.entries, problems };
}
