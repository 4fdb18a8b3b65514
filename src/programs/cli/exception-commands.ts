import { type Command, InvalidArgumentError, Option } from 'commander';
import type {
  Exception,
  ExceptionCovers,
  ExceptionPreview,
  ExceptionRequest,
} from '../../modules/findings/exceptions/api.ts';
import type { Measure, Measures } from '../../modules/findings/measures/api.ts';
import type { Language } from '../../platform/i18n/language.ts';
import { timeText } from './age.ts';
import type { Context, ListOf } from './context.ts';
import { type ExceptionTexts, exceptionTexts } from './exception-texts.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { renderPairs } from './table.ts';

type Run = (work: (context: Context) => Promise<ExitCode>) => () => Promise<void>;

interface RequestOptions {
  readonly weakness?: string;
  readonly package?: string;
  readonly ecosystem?: string;
  readonly kind?: ExceptionCovers['kind'];
  readonly class?: ExceptionCovers['class'];
  readonly severityAtMost?: ExceptionCovers['severityAtMost'];
  readonly scope?: string;
  readonly where?: string;
  readonly alsoNew?: boolean;
  readonly exploited?: boolean;
  readonly reason: string;
  readonly control?: string;
  readonly until: string;
  readonly dryRun?: boolean;
}

/** Adds `yojin exceptions` and `yojin measures`. */
export function addExceptionCommands(program: Command, language: Language, run: Run): void {
  const texts = exceptionTexts(language);
  const exceptions = program
    .command('exceptions')
    .description(texts('command.exceptions'))
    .helpCommand(false);
  const list = exceptions
    .command('list', { isDefault: true })
    .description(texts('command.list'))
    .addOption(
      new Option('--state <name>', texts('option.state'))
        .choices(['current', 'requested', 'approved', 'refused', 'withdrawn', 'expired', 'any'])
        .default('current'),
    )
    .option('--limit <n>', texts('option.limit'), rowCount, 50)
    .option('--csv', texts('option.csv'));
  list.action(run((context) => showExceptions(context, texts, list.opts())));
  exceptions
    .command('show')
    .description(texts('command.show'))
    .argument('<id>', texts('argument.id'), exceptionId)
    .action((id: number) => run((context) => showException(context, texts, id))());
  const request = exceptions
    .command('request')
    .description(texts('command.request'))
    .option('--weakness <id>', texts('option.weakness'))
    .option('--package <name>', texts('option.package'))
    .option('--ecosystem <name>', texts('option.ecosystem'))
    .addOption(
      new Option('--kind <name>', texts('option.kind')).choices(['vulnerability', 'end-of-life']),
    )
    .addOption(
      new Option('--class <name>', texts('option.class')).choices([
        'normal',
        'unimportant',
        'unsupported',
        'not-running-kernel',
      ]),
    )
    .addOption(
      new Option('--severity-at-most <name>', texts('option.severity-at-most')).choices([
        'none',
        'low',
        'medium',
        'high',
        'critical',
      ]),
    )
    .option('--scope <scope>', texts('option.scope'))
    .option('--where <selector>', texts('option.where'))
    .option('--also-new', texts('option.also-new'))
    .option('--exploited', texts('option.exploited'))
    .requiredOption('--reason <text>', texts('option.reason'))
    .option('--control <text>', texts('option.control'))
    .requiredOption('--until <day>', texts('option.until'))
    .option('--dry-run', texts('option.dry-run'));
  request.action(run((context) => requestException(context, texts, request.opts())));
  for (const verb of ['approve', 'refuse', 'withdraw'] as const) {
    const command = exceptions
      .command(verb)
      .description(texts(`command.${verb}`))
      .argument('<id>', texts('argument.id'), exceptionId)
      .option('--note <text>', texts('option.note'));
    command.action((id: number) =>
      run((context) => decide(context, texts, verb, id, command.opts<{ note?: string }>().note))(),
    );
  }
  const measures = program
    .command('measures')
    .description(texts('command.measures'))
    .option('--scope <scope>', texts('option.scope'))
    .option('--weeks <n>', texts('option.weeks'), weekCount, 12);
  measures.action(run((context) => showMeasures(context, texts, measures.opts())));
}

async function showExceptions(
  context: Context,
  texts: ExceptionTexts,
  { state, limit, csv }: { state: string; limit: number; csv?: boolean },
): Promise<ExitCode> {
  const api = context.api();
  if (csv) {
    context.print(await api.getText('/api/exceptions', { state, format: 'csv' }));
    return exitCodes.ok;
  }
  const answer = await api.get<ListOf<Exception>>('/api/exceptions', { state, limit });
  if (context.json) {
    context.printJson(answer);
    return exitCodes.ok;
  }
  context.printTable<Exception>(
    [
      { title: 'ID', value: (row) => row.id, align: 'right' },
      { title: texts('column.state'), value: (row) => texts(`state.${row.state}`) },
      {
        title: texts('column.covers'),
        value: (row) => row.sentence[texts.language],
        elastic: true,
      },
      { title: texts('column.until'), value: (row) => row.until },
      { title: texts('column.days'), value: (row) => row.daysLeft, align: 'right' },
      {
        title: texts('column.covered'),
        value: (row) => row.counts?.coveredFindings ?? null,
        align: 'right',
      },
      {
        title: texts('column.new'),
        value: (row) => row.counts?.newFindings ?? null,
        align: 'right',
      },
      { title: texts('column.requested-by'), value: (row) => row.requestedBy },
      { title: texts('column.decided-by'), value: (row) => row.decidedBy },
    ],
    answer.items,
  );
  context.note(texts('more', { shown: answer.items.length, total: answer.total }));
  return exitCodes.ok;
}

async function showException(
  context: Context,
  texts: ExceptionTexts,
  id: number,
): Promise<ExitCode> {
  const row = await context.api().get<Exception>(`/api/exceptions/${id}`);
  return printException(context, texts, row);
}

function printException(context: Context, texts: ExceptionTexts, row: Exception): ExitCode {
  if (context.json) {
    context.printJson(row);
    return exitCodes.ok;
  }
  const { counts } = row;
  const of = (findings: number, assets: number) => texts('count-of', { findings, assets });
  context.print(
    renderPairs([
      ['ID', row.id],
      [texts('column.state'), texts(`state.${row.state}`)],
      [texts('column.covers'), row.sentence[texts.language]],
      [texts('column.until'), texts('until-left', { until: row.until, days: row.daysLeft })],
      [texts('label.reason'), row.reason],
      [texts('label.control'), row.compensatingControl],
      [texts('label.exploited'), texts(row.covers.coversExploited ? 'covered' : 'left-out')],
      [texts('label.also-new'), texts(row.covers.alsoNew ? 'covered' : 'left-out')],
      [
        texts('column.covered'),
        counts === null ? null : of(counts.coveredFindings, counts.coveredAssets),
      ],
      [texts('column.new'), counts === null ? null : of(counts.newFindings, counts.newAssets)],
      [texts('column.requested-by'), `${row.requestedBy} ${timeText(row.requestedAt)}`],
      [
        texts('column.decided-by'),
        row.decidedBy === null
          ? null
          : `${row.decidedBy} ${timeText(row.decidedAt)} ${row.decisionNote ?? ''}`,
      ],
      [
        texts('label.ended'),
        row.endedAt === null
          ? null
          : `${timeText(row.endedAt)} ${row.endedBy ?? ''} ${row.endedReason ?? ''}`,
      ],
    ]),
  );
  if (row.selectorProblem !== null) context.note(row.selectorProblem);
  return exitCodes.ok;
}

async function requestException(
  context: Context,
  texts: ExceptionTexts,
  options: RequestOptions,
): Promise<ExitCode> {
  const api = context.api();
  const { findScope } = await import('./endpoint-commands.ts');
  const { weakness, kind, severityAtMost, where, ecosystem } = options;
  const covers: ExceptionCovers = {
    coversExploited: options.exploited === true,
    alsoNew: options.alsoNew === true,
    ...(options.scope === undefined ? {} : { scopeId: (await findScope(api, options.scope)).id }),
    ...(where === undefined ? {} : { selector: where }),
    ...(weakness === undefined ? {} : { weakness }),
    ...(options.package === undefined
      ? {}
      : {
          package: {
            name: options.package,
            ...(ecosystem === undefined ? {} : { ecosystem }),
          },
        }),
    ...(kind === undefined ? {} : { kind }),
    ...(options.class === undefined ? {} : { class: options.class }),
    ...(severityAtMost === undefined ? {} : { severityAtMost }),
  };
  const preview = await api.send<ExceptionPreview>('POST', '/api/exceptions/preview', { covers });
  if (!context.json) {
    context.note(preview.sentence[texts.language]);
    context.note(
      texts('preview', { count: preview.findings, assets: String(preview.affectedAssets) }),
    );
    if (preview.exploited > 0) {
      context.note(
        texts(preview.exploitedCovered ? 'hides-exploited' : 'leaves-exploited', {
          count: preview.exploited,
          weaknesses: preview.exploitedWeaknesses.join(', '),
        }),
      );
    }
  }
  if (options.dryRun) {
    if (context.json) context.printJson(preview);
    return exitCodes.ok;
  }
  const body: ExceptionRequest = {
    covers,
    reason: options.reason,
    until: options.until,
    ...(options.control === undefined ? {} : { compensatingControl: options.control }),
  };
  const made = await api.send<Exception>('POST', '/api/exceptions', body);
  if (context.json) context.printJson(made);
  else context.note(texts('requested', { id: made.id }));
  return exitCodes.ok;
}

async function decide(
  context: Context,
  texts: ExceptionTexts,
  verb: 'approve' | 'refuse' | 'withdraw',
  id: number,
  note: string | undefined,
): Promise<ExitCode> {
  const done = await context
    .api()
    .send<Exception>('POST', `/api/exceptions/${id}/${verb}`, note === undefined ? {} : { note });
  return printException(context, texts, done);
}

async function showMeasures(
  context: Context,
  texts: ExceptionTexts,
  { scope, weeks }: { scope?: string; weeks: number },
): Promise<ExitCode> {
  const api = context.api();
  const { findScope } = await import('./endpoint-commands.ts');
  const scopeId = scope === undefined ? undefined : (await findScope(api, scope)).id;
  const measures = await api.get<Measures>('/api/findings/measures', { scopeId, weeks });
  if (context.json) {
    context.printJson(measures);
    return exitCodes.ok;
  }
  if (measures.measuredDays === 0) {
    context.note(texts('not-measured'));
    return exitCodes.ok;
  }
  const days = ({ value }: Measure) =>
    value === null ? '—' : texts('days', { days: (value / 86_400).toFixed(1) });
  const share = (value: number | null) => (value === null ? '—' : `${(100 * value).toFixed(0)} %`);
  const line = (name: string, measure: Measure, text: string) => ({
    name,
    text,
    n: measure.n,
    note: measure.enough ? null : texts('not-enough'),
  });
  const { all, identifySeconds, coverage } = measures;
  context.printTable(
    [
      { title: texts('column.measure'), value: (row) => row.name },
      { title: texts('column.value'), value: (row) => row.text, align: 'right' },
      { title: 'n', value: (row) => row.n, align: 'right' },
      { title: '', value: (row) => row.note },
    ],
    [
      line(texts('measure.median'), all.medianSeconds, days(all.medianSeconds)),
      line(texts('measure.mean'), all.meanSeconds, days(all.meanSeconds)),
      line(texts('measure.sla-kept'), all.slaKept, share(all.slaKept.value)),
      line(texts('measure.patch-rate'), all.patchRate, share(all.patchRate.value)),
      line(texts('measure.identify'), identifySeconds.median, days(identifySeconds.median)),
    ],
  );
  context.print('\n');
  const known = (value: number | null) => value ?? '—';
  context.printTable(
    [
      { title: texts('column.week'), value: (row) => row.from },
      { title: texts('column.opened'), value: (row) => known(row.opened), align: 'right' },
      { title: texts('column.closed'), value: (row) => known(row.closed), align: 'right' },
      { title: texts('column.overdue'), value: (row) => known(row.overdue), align: 'right' },
      { title: texts('measure.sla-kept'), value: (row) => share(row.slaKept), align: 'right' },
      { title: texts('column.coverage'), value: (row) => share(row.coverage), align: 'right' },
    ],
    measures.weeks,
  );
  context.note(
    texts('rests-on', {
      measured: measures.measuredDays,
      days: measures.days,
      assessed: coverage === null ? '—' : coverage.assessed,
      endpoints: coverage === null ? '—' : coverage.endpoints,
    }),
  );
  return exitCodes.ok;
}

function exceptionId(text: string): number {
  return wholeNumber(text, 2_147_483_647);
}
function rowCount(text: string): number {
  return wholeNumber(text, 1000);
}
function weekCount(text: string): number {
  return wholeNumber(text, 104);
}

function wholeNumber(text: string, most: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > most) {
    throw new InvalidArgumentError(`1–${most}`);
  }
  return value;
}
