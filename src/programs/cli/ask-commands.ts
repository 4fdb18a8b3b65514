import { type Command, InvalidArgumentError, Option } from 'commander';
import type {
  AnswerRow,
  Ask,
  ComparisonRow,
  LibraryQuestion,
  Preview,
  Question,
  TargetRow,
} from '../../modules/questions/api.ts';
import type { Language } from '../../platform/i18n/language.ts';
import { timeText } from './age.ts';
import { allAnswered, streamAnswers, tellSummary } from './ask-stream.ts';
import { type AskTexts, askTexts } from './ask-texts.ts';
import { CliFailure } from './cli-failure.ts';
import type { Context, ListOf } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { renderPairs } from './table.ts';

type Run = (work: (context: Context) => Promise<ExitCode>) => () => Promise<void>;

interface AskOptions {
  readonly where?: string;
  readonly library?: string;
  readonly set: readonly string[];
  readonly title?: string;
  readonly timeout: number;
  readonly expires?: number;
  readonly maxRows?: number;
  readonly watch?: boolean;
  readonly csv?: boolean;
  readonly preview?: boolean;
  readonly acceptWarnings?: boolean;
}

interface ShowOptions {
  readonly endpoints?: boolean;
  readonly outcome?: string;
  readonly limit: number;
  readonly csv?: boolean;
}

const outcomes = [
  'queued',
  'delivered',
  'answered',
  'not-applicable',
  'failed',
  'denylisted',
  'refused',
  'timed-out',
  'expired',
  'cancelled',
  'gone',
];

/** Adds `yojin ask` and `yojin questions`. */
export function addAskCommands(program: Command, language: Language, run: Run): void {
  const texts = askTexts(language);
  const streaming = (command: Command) =>
    command
      .option('--timeout <time>', texts('option.timeout'), duration, 30_000)
      .option('--watch', texts('option.watch'))
      .option('--csv', texts('option.csv'));
  const ask = streaming(
    program
      .command('ask')
      .description(texts('command.ask'))
      .argument('[sql]', texts('argument.sql'))
      .option('--where <selector>', texts('option.where'))
      .option('--library <key>', texts('option.library'))
      .option('--set <name=value>', texts('option.set'), collect, [])
      .option('--title <text>', texts('option.title'))
      .option('--expires <time>', texts('option.expires'), duration)
      .option('--max-rows <n>', texts('option.max-rows'), whole(1, 100_000))
      .option('--preview', texts('option.preview'))
      .option('--accept-warnings', texts('option.accept-warnings')),
  );
  ask.action((sql?: string) => run((context) => askNow(context, texts, sql, ask.opts()))());

  const questions = program
    .command('questions')
    .description(texts('command.questions'))
    .helpCommand(false);
  const list = questions
    .command('list', { isDefault: true })
    .description(texts('command.list'))
    .addOption(
      new Option('--state <name>', texts('option.state')).choices([
        'open',
        'finished',
        'expired',
        'cancelled',
      ]),
    )
    .option('--limit <n>', texts('option.limit'), whole(1, 1000), 50)
    .option('--csv', texts('option.csv'));
  list.action(run((context) => listQuestions(context, texts, list.opts())));
  const one = (name: string, description: string) =>
    questions
      .command(name)
      .description(description)
      .argument('<id>', texts('argument.id'), whole(1, Number.MAX_SAFE_INTEGER));
  const show = one('show', texts('command.show'))
    .option('--endpoints', texts('option.endpoints'))
    .addOption(new Option('--outcome <name>', texts('option.outcome')).choices(outcomes))
    .option('--limit <n>', texts('option.limit'), whole(1, 1000), 100)
    .option('--csv', texts('option.csv'));
  show.action((id: number) =>
    run((context) => showQuestion(context, texts, id, show.opts<ShowOptions>()))(),
  );
  one('cancel', texts('command.cancel')).action((id: number) =>
    run((context) => cancelQuestion(context, texts, id))(),
  );
  const again = streaming(one('again', texts('command.again')));
  again.action((id: number) =>
    run(async (context) => {
      const { timeout, watch = false, csv = false } = again.opts<AskOptions>();
      const path = `/api/questions/${id}/again`;
      const question = await context.api().send<Question>('POST', path);
      return streamAnswers(context, texts, question, { watch, csv, timeoutMs: timeout });
    })(),
  );
  const compare = questions
    .command('compare')
    .description(texts('command.compare'))
    .argument('<earlier>', texts('argument.earlier'), whole(1, Number.MAX_SAFE_INTEGER))
    .argument('<later>', texts('argument.later'), whole(1, Number.MAX_SAFE_INTEGER))
    .option('--limit <n>', texts('option.limit'), whole(1, 1000), 100)
    .option('--csv', texts('option.csv'));
  compare.action((earlier: number, later: number) =>
    run((context) => compareQuestions(context, texts, earlier, later, compare.opts()))(),
  );
  questions
    .command('library')
    .description(texts('command.library'))
    .action(run((context) => listLibrary(context, texts)));
}

async function askNow(
  context: Context,
  texts: AskTexts,
  sql: string | undefined,
  options: AskOptions,
): Promise<ExitCode> {
  const { where, library, title, expires, maxRows, acceptWarnings } = options;
  if ((sql === undefined) === (library === undefined)) {
    throw new CliFailure(exitCodes.usage, 'usage.other', { message: texts('choose-one') });
  }
  const body: Ask = {
    ...(sql !== undefined && { sql }),
    ...(library !== undefined && { libraryKey: library }),
    ...(options.set.length > 0 && { parameters: settings(options.set, texts) }),
    ...(title !== undefined && { title }),
    ...(where !== undefined && { selector: where }),
    ...(expires !== undefined && { expiresInSeconds: Math.round(expires / 1000) }),
    ...(maxRows !== undefined && { maxRowsPerEndpoint: maxRows }),
    ...(acceptWarnings && { acceptWarnings }),
  };
  if (options.preview) return showPreview(context, texts, body);
  const question = await context.api().send<Question>('POST', '/api/questions', body);
  const { watch = false, csv = false, timeout } = options;
  return streamAnswers(context, texts, question, { watch, csv, timeoutMs: timeout });
}

function settings(given: readonly string[], texts: AskTexts): Record<string, string> {
  return Object.fromEntries(
    given.map((setting) => {
      const at = setting.indexOf('=');
      if (at < 1) {
        const message = texts('wrong-setting', { setting });
        throw new CliFailure(exitCodes.usage, 'usage.other', { message });
      }
      return [setting.slice(0, at), setting.slice(at + 1)];
    }),
  );
}

async function showPreview(context: Context, texts: AskTexts, body: Ask): Promise<ExitCode> {
  const preview = await context.api().send<Preview>('POST', '/api/questions/preview', body);
  const broken = preview.problems.some(({ level }) => level === 'error');
  if (context.json) {
    context.printJson(preview);
    return broken ? exitCodes.usage : exitCodes.ok;
  }
  const { language } = texts;
  for (const { platform, level, text, nearest, from } of preview.problems) {
    const place = from === null ? platform : `${platform}:${from}`;
    const hint = nearest.length > 0 ? ` (${nearest.join(', ')})` : '';
    context.note(`${texts(`problem.${level}`)}  ${place}  ${text[language]}${hint}`);
  }
  context.note(texts('preview.cost', { cost: texts(`cost.${preview.cost}`) }));
  for (const because of preview.costBecause) context.note(`  ${because[language]}`);
  context.note(
    texts('preview.targets', {
      count: preview.targeted,
      online: preview.online,
      unfit: preview.notApplicable,
    }),
  );
  context.printTable<Preview['byPlatform'][number]>(
    [
      { title: texts('column.platform'), value: (row) => row.platform },
      { title: texts('column.endpoints'), value: (row) => row.targeted, align: 'right' },
      {
        title: texts('label.sql'),
        value: (row) => (row.applicable ? preview.sql[row.platform] : null),
        elastic: true,
      },
    ],
    preview.byPlatform,
  );
  context.printTable<Preview['byScope'][number]>(
    [
      { title: texts('column.scope'), value: (row) => row.scopeName, elastic: true },
      { title: texts('column.endpoints'), value: (row) => row.targeted, align: 'right' },
    ],
    preview.byScope,
  );
  return broken ? exitCodes.usage : exitCodes.ok;
}

async function listQuestions(
  context: Context,
  texts: AskTexts,
  { csv, ...query }: { readonly csv?: boolean; readonly state?: string; readonly limit: number },
): Promise<ExitCode> {
  const api = context.api();
  if (csv) {
    context.print(await api.getText('/api/questions', { ...query, format: 'csv' }));
    return exitCodes.ok;
  }
  const list = await api.get<ListOf<Question>>('/api/questions', query);
  if (context.json) {
    context.printJson(list);
    return exitCodes.ok;
  }
  context.printTable<Question>(
    [
      { title: texts('column.id'), value: (row) => row.id, align: 'right' },
      { title: texts('column.title'), value: (row) => row.title, elastic: true },
      { title: texts('column.state'), value: (row) => texts(`state.${row.state}`) },
      {
        title: texts('column.answered'),
        value: ({ progress }) => `${progress.byOutcome['answered'] ?? 0}/${progress.targeted}`,
        align: 'right',
      },
      { title: texts('column.rows'), value: (row) => row.progress.rows, align: 'right' },
      { title: texts('column.asked'), value: (row) => timeText(row.askedAt) },
      { title: texts('column.by'), value: (row) => row.askedBy },
    ],
    list.items,
  );
  context.note(texts('more', { shown: list.items.length, total: list.total }));
  return exitCodes.ok;
}

async function showQuestion(
  context: Context,
  texts: AskTexts,
  id: number,
  { endpoints, outcome, limit, csv }: ShowOptions,
): Promise<ExitCode> {
  const api = context.api();
  const byEndpoint = endpoints === true || outcome !== undefined;
  const path = `/api/questions/${id}/${byEndpoint ? 'endpoints' : 'rows'}`;
  const query = byEndpoint ? { outcome } : {};
  if (csv) {
    context.print(await api.getText(path, { ...query, format: 'csv' }));
    return exitCodes.ok;
  }
  const question = await api.get<Question>(`/api/questions/${id}`);
  const list = await api.get<ListOf<AnswerRow | TargetRow>>(path, { ...query, limit });
  const done = allAnswered(question.progress) ? exitCodes.ok : exitCodes.failed;
  if (context.json) {
    context.printJson({ ...question, [byEndpoint ? 'endpoints' : 'rows']: list });
    return done;
  }
  const statements = [...new Set(Object.values(question.sql))];
  context.print(
    renderPairs([
      [texts('column.title'), question.title],
      [texts('label.sql'), statements.length === 1 ? statements[0] : JSON.stringify(question.sql)],
      [texts('label.selector'), question.selector || texts('everything')],
      [texts('column.by'), question.askedBy],
      [texts('column.asked'), timeText(question.askedAt)],
      [texts('label.expires'), timeText(question.expiresAt)],
    ]),
  );
  context.print('\n');
  if (list.items.length === 0) context.note(texts('nothing'));
  else if (byEndpoint) printTargets(context, texts, list.items as readonly TargetRow[]);
  else printRows(context, texts, question.columns, list.items as readonly AnswerRow[]);
  if (list.items.length < list.total) {
    context.note(texts('more', { shown: list.items.length, total: list.total }));
  }
  tellSummary(context, texts, question, question.state, question.progress);
  if (question.truncated) context.note(texts('truncated'));
  return done;
}

function printTargets(context: Context, texts: AskTexts, items: readonly TargetRow[]): void {
  context.printTable<TargetRow>(
    [
      { title: texts('column.host'), value: (row) => row.hostname },
      { title: texts('column.scope'), value: (row) => row.scopeName, elastic: true },
      { title: texts('column.outcome'), value: (row) => texts(`outcome.${row.outcome}`) },
      { title: texts('column.rows'), value: (row) => row.rowCount, align: 'right' },
      { title: texts('column.message'), value: (row) => row.message, elastic: true },
    ],
    items,
  );
}

function printRows(
  context: Context,
  texts: AskTexts,
  columns: readonly string[],
  items: readonly AnswerRow[],
): void {
  context.printTable<AnswerRow>(
    [
      { title: texts('column.endpoints'), value: (row) => row.endpointCount, align: 'right' },
      ...columns.map((name) => ({
        title: name,
        value: (row: AnswerRow) => row.values[name],
        elastic: true,
      })),
    ],
    items,
  );
}

async function cancelQuestion(context: Context, texts: AskTexts, id: number): Promise<ExitCode> {
  const question = await context.api().send<Question>('POST', `/api/questions/${id}/cancel`);
  if (context.json) context.printJson(question);
  else {
    context.note(texts('cancelled', { id }));
    tellSummary(context, texts, question, question.state, question.progress);
  }
  return exitCodes.ok;
}

async function compareQuestions(
  context: Context,
  texts: AskTexts,
  earlier: number,
  later: number,
  { limit, csv }: { readonly limit: number; readonly csv?: boolean },
): Promise<ExitCode> {
  const api = context.api();
  const path = `/api/questions/${later}/comparison`;
  if (csv) {
    context.print(await api.getText(path, { with: earlier, format: 'csv' }));
    return exitCodes.ok;
  }
  const list = await api.get<ListOf<ComparisonRow>>(path, { with: earlier, limit });
  if (context.json) {
    context.printJson(list);
    return exitCodes.ok;
  }
  if (list.items.length === 0) {
    context.note(texts('nothing'));
    return exitCodes.ok;
  }
  const columns = [...new Set(list.items.flatMap(({ values }) => Object.keys(values)))];
  context.printTable<ComparisonRow>(
    [
      { title: texts('column.before'), value: (row) => row.before, align: 'right' },
      { title: texts('column.after'), value: (row) => row.after, align: 'right' },
      ...columns.map((name) => ({
        title: name,
        value: (row: ComparisonRow) => row.values[name],
        elastic: true,
      })),
    ],
    list.items,
  );
  if (list.items.length < list.total) {
    context.note(texts('more', { shown: list.items.length, total: list.total }));
  }
  return exitCodes.ok;
}

async function listLibrary(context: Context, texts: AskTexts): Promise<ExitCode> {
  const library = await context
    .api()
    .get<{ items: readonly LibraryQuestion[] }>('/api/questions/library');
  if (context.json) {
    context.printJson(library);
    return exitCodes.ok;
  }
  const { language } = texts;
  context.printTable<LibraryQuestion>(
    [
      { title: texts('column.key'), value: (row) => row.key },
      { title: texts('column.title'), value: (row) => row.title[language], elastic: true },
      { title: texts('column.cost'), value: (row) => texts(`cost.${row.cost}`) },
      { title: texts('column.platforms'), value: (row) => row.platforms.join(', ') },
      {
        title: texts('column.parameters'),
        value: (row) => row.parameters.map(({ name, example }) => `${name}=${example}`).join(' '),
        elastic: true,
      },
    ],
    library.items,
  );
  return exitCodes.ok;
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`${least}–${most}`);
    }
    return value;
  };
}

/** `90s`, `5m`, `1h`, `7d` in milliseconds. */
function duration(text: string): number {
  const units = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError('30s, 5m, 1h, 7d');
  return Number(count) * units[unit as keyof typeof units];
}
