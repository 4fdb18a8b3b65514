import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Language } from '../../platform/i18n/language.ts';
import { productVersion } from '../launcher/product.ts';
import { ScanFailure, scanTexts } from '../scan/texts.ts';
import type { Context } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

interface ScanCommandOptions {
  readonly feeds?: string;
  readonly failOn?: string;
  readonly onUnknown: 'fail' | 'pass';
  readonly format?: 'table' | 'json' | 'sarif' | 'cyclonedx';
  readonly output?: string;
  readonly ignoreFile?: string;
  readonly maxFeedAge: number;
  readonly exposed?: 'yes' | 'no';
  readonly dev: boolean;
  readonly requireAssessed?: boolean;
}

/** Adds `yojin scan`. `run` starts its work with a context and takes the exit code. */
export function addScanCommand(
  program: Command,
  language: Language,
  run: (work: (context: Context) => Promise<ExitCode>) => () => Promise<void>,
): void {
  const texts = scanTexts(language);
  const command = program
    .command('scan')
    .description(texts('command.scan'))
    .argument('[target]', texts('argument.target'), '.')
    .option('--feeds <folder>', texts('option.feeds'))
    .option('--fail-on <expression>', texts('option.fail-on'))
    .addOption(
      new Option('--on-unknown <what>', texts('option.on-unknown'))
        .choices(['fail', 'pass'])
        .default('fail'),
    )
    .addOption(
      new Option('--format <format>', texts('option.format')).choices([
        'table',
        'json',
        'sarif',
        'cyclonedx',
      ]),
    )
    .option('--output <file>', texts('option.output'))
    .option('--ignore-file <file>', texts('option.ignore-file'))
    .option('--max-feed-age <days>', texts('option.max-feed-age'), days, 7)
    .addOption(new Option('--exposed <answer>', texts('option.exposed')).choices(['yes', 'no']))
    .option('--no-dev', texts('option.no-dev'))
    .option('--require-assessed', texts('option.require-assessed'));
  command.action((target: string) =>
    run((context) => runScan(context, target, command.opts<ScanCommandOptions>()))(),
  );
}

function days(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('0–99999');
  return Number(text);
}

/** Exit codes are those of the scanner: 0 passes, 1 fails, 2 could not scan. */
async function runScan(
  context: Context,
  target: string,
  options: ScanCommandOptions,
): Promise<ExitCode> {
  const { scan } = await import('../scan/scan.ts');
  const texts = scanTexts(context.texts.language);
  try {
    const { report, exitCode, failure } = await scan(
      {
        target,
        feedFolder: options.feeds ?? process.env['YOJIN_FEEDS_FOLDER'],
        failOn: options.failOn,
        onUnknown: options.onUnknown,
        ignoreFile: options.ignoreFile,
        maxFeedAgeDays: options.maxFeedAge,
        exposed: options.exposed === undefined ? null : options.exposed === 'yes',
        dev: options.dev,
        requireAssessed: options.requireAssessed === true,
        now: context.now,
      },
      texts,
    );
    const format = options.format ?? (context.json ? 'json' : 'table');
    const { renderScan } = await import('../scan/render-scan.ts');
    const columns = options.output === undefined ? context.terminalColumns : undefined;
    const text = renderScan(report, format, { texts, toolVersion: productVersion, columns });
    await write(context, options.output, text);
    if (failure) tell(context, failure, texts);
    return exitCode;
  } catch (error) {
    if (!(error instanceof ScanFailure)) throw error;
    tell(context, error, texts);
    return exitCodes.usage;
  }
}

async function write(context: Context, file: string | undefined, text: string): Promise<void> {
  if (file === undefined) {
    context.print(text);
    return;
  }
  try {
    await writeFile(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ScanFailure('failure.output', { file, error: reason });
  }
}

function tell(context: Context, failure: ScanFailure, texts: ReturnType<typeof scanTexts>): void {
  context.note(texts(failure.key, failure.values));
  if (failure.extract !== null) context.note(failure.extract);
}
