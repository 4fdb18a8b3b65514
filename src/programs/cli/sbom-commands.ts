import { readFile, writeFile } from 'node:fs/promises';
import { text as textOf } from 'node:stream/consumers';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type {
  Application,
  ApplicationDetails,
  ComponentPlace,
  SbomImported,
} from '../../modules/vulnerabilities/sbom/api.ts';
import type {
  StatementReport,
  VexDocumentDetails,
  VexDocumentRow,
} from '../../modules/vulnerabilities/vex/api.ts';
import type { Language } from '../../platform/i18n/language.ts';
import { timeText } from './age.ts';
import type { Query } from './api-client.ts';
import type { Context, ListOf } from './context.ts';
import { findEndpoint, findScope } from './endpoint-commands.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { isSbomKey, type SbomTexts, sbomTexts } from './sbom-texts.ts';

type Run = (work: (context: Context) => Promise<ExitCode>) => () => Promise<void>;

/** What cannot be done, in words; its own exit code. */
class Refused extends Error {
  readonly exitCode: ExitCode;
  constructor(exitCode: ExitCode, message: string) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Adds `sbom`, `applications`, `application`, `components` and `vex`. */
export function addSbomCommands(program: Command, language: Language, run: Run): void {
  const texts = sbomTexts(language);
  const work = (doing: (context: Context) => Promise<void>) =>
    run(async (context) => {
      try {
        await doing(context);
        return exitCodes.ok;
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        context.note(error.message);
        return error.exitCode;
      }
    });
  const limit = (command: Command) =>
    command.option('--limit <n>', texts('option.limit'), rows, 100);

  const sbom = program.command('sbom').description(texts('command.sbom'));
  const importing = sbom
    .command('import')
    .description(texts('command.sbom-import'))
    .argument('<file>', texts('argument.file'))
    .option('--name <name>', texts('option.name'))
    .option('--app-version <version>', texts('option.version'))
    .option('--scope <name>', texts('option.scope'));
  importing.action((file: string) =>
    work((context) => importSbom(context, texts, file, importing.opts()))(),
  );
  const exporting = sbom
    .command('export')
    .description(texts('command.sbom-export'))
    .argument('<application>', texts('argument.application'))
    .option('--endpoint', texts('option.endpoint'))
    .addOption(
      new Option('--format <format>', texts('option.format'))
        .choices(['cyclonedx', 'spdx'])
        .default('cyclonedx'),
    )
    .option('--vulnerabilities', texts('option.vulnerabilities'))
    .option('--output <file>', texts('option.output'));
  exporting.action((name: string) =>
    work((context) => exportSbom(context, texts, name, exporting.opts()))(),
  );

  const applications = limit(
    program
      .command('applications')
      .description(texts('command.applications'))
      .argument('[text]', texts('argument.text')),
  );
  applications.action((q?: string) =>
    work((context) => listApplications(context, texts, { q, ...applications.opts() }))(),
  );
  program
    .command('application')
    .description(texts('command.application'))
    .argument('<application>', texts('argument.application'))
    .action((name: string) => work((context) => showApplication(context, texts, name))());
  const components = limit(
    program
      .command('components')
      .description(texts('command.components'))
      .argument('<text>', texts('argument.component')),
  );
  components.action((q: string) =>
    work((context) => findComponents(context, texts, { q, ...components.opts() }))(),
  );

  const vex = program.command('vex').description(texts('command.vex'));
  vex
    .command('import')
    .description(texts('command.vex-import'))
    .argument('<file>', texts('argument.file'))
    .action((file: string) =>
      work(async (context) => {
        const text = await readDocument(texts, file);
        const report = await context.api().send<VexDocumentDetails>('POST', '/api/vex', text);
        showStatements(context, texts, report);
      })(),
    );
  vex
    .command('list', { isDefault: true })
    .description(texts('command.vex-list'))
    .action(work((context) => listVex(context, texts)));
  vex
    .command('show')
    .description(texts('command.vex-show'))
    .argument('<id>', texts('argument.id'))
    .action((id: string) =>
      work(async (context) => {
        const path = `/api/vex/${encodeURIComponent(id)}`;
        showStatements(context, texts, await context.api().get<VexDocumentDetails>(path));
      })(),
    );
  vex
    .command('withdraw')
    .description(texts('command.vex-withdraw'))
    .argument('<id>', texts('argument.id'))
    .action((id: string) =>
      work(async (context) => {
        const path = `/api/vex/${encodeURIComponent(id)}`;
        const report = await context.api().send<VexDocumentDetails>('DELETE', path);
        showStatements(context, texts, report);
      })(),
    );
}

function rows(text: string): number {
  if (!/^\d{1,4}$/.test(text) || Number(text) < 1 || Number(text) > 1000) {
    throw new InvalidArgumentError('1–1000');
  }
  return Number(text);
}

async function readDocument(texts: SbomTexts, file: string): Promise<string> {
  try {
    return file === '-' ? await textOf(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new Refused(exitCodes.usage, texts('error.read', { file, error: reasonOf(error) }));
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function importSbom(
  context: Context,
  texts: SbomTexts,
  file: string,
  options: { name?: string; appVersion?: string; scope?: string },
): Promise<void> {
  const text = await readDocument(texts, file);
  const api = context.api();
  const scopeId = options.scope && (await findScope(api, options.scope)).id;
  const query = new URLSearchParams({
    ...(options.name && { name: options.name }),
    ...(options.appVersion && { version: options.appVersion }),
    ...(scopeId && { scopeId }),
  });
  // As a JSON text: the server reads the document itself and names places in it.
  const answer = await api.send<SbomImported>('POST', `/api/applications/sboms?${query}`, text);
  if (context.json) {
    context.printJson(answer);
    return;
  }
  const { name, version, componentCount, assessedCount, findings, notAssessed } = answer;
  const values = { name, version: version ?? '', components: componentCount };
  const { opened, reopened, closed } = findings;
  const counts = { assessed: assessedCount, opened: opened + reopened, closed };
  const said = texts(answer.changed ? 'imported' : 'unchanged', { ...values, ...counts });
  context.print(`${said}\n`);
  if (notAssessed.length > 0) {
    context.print(`${texts('not-assessed', { counts: countsText(texts, notAssessed) })}\n`);
  }
}

const countsText = (
  texts: SbomTexts,
  counts: readonly { reason: string; count: number }[],
): string =>
  counts
    .map(({ reason, count }) => `${reasonText(texts, reason)} ${count}`)
    .join(texts.language === 'ja' ? '、' : ', ');

/** A reason of the API in words; one that is newer than this command line as it is. */
function reasonText(texts: SbomTexts, reason: string): string {
  const key = `reason.${reason}`;
  return isSbomKey(key) ? texts(key) : reason;
}

function statusText(texts: SbomTexts, status: string | null): string | null {
  const key = `status.${status}`;
  return isSbomKey(key) ? texts(key) : status;
}

async function exportSbom(
  context: Context,
  texts: SbomTexts,
  name: string,
  options: { endpoint?: boolean; format: string; vulnerabilities?: boolean; output?: string },
): Promise<void> {
  const path = options.endpoint
    ? `/api/endpoints/${(await findEndpoint(context, name)).id}/sbom`
    : `/api/applications/${(await findApplication(context, texts, name)).id}/sbom`;
  const query: Query = {
    format: options.format,
    ...(options.vulnerabilities && { vulnerabilities: true }),
  };
  const text = await context.api().getText(path, query);
  const { output: file } = options;
  if (file === undefined) {
    context.print(text.endsWith('\n') ? text : `${text}\n`);
    return;
  }
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new Refused(exitCodes.failed, texts('error.write', { file, error: reasonOf(error) }));
  }
  context.note(texts('written', { file }));
}

async function findApplication(
  context: Context,
  texts: SbomTexts,
  idOrName: string,
): Promise<Pick<Application, 'id'>> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(idOrName)) return { id: idOrName };
  const { items } = await context
    .api()
    .get<ListOf<Application>>('/api/applications', { q: idOrName, limit: 1000 });
  const found = items.filter(({ name }) => name.toLowerCase() === idOrName.toLowerCase());
  const [one, another] = found;
  if (another) {
    const ids = found.map(({ id, scopeName }) => `\n  ${id}  ${scopeName}`).join('');
    const said = texts('error.application-ambiguous', { name: idOrName, ids });
    throw new Refused(exitCodes.usage, said);
  }
  if (one) return one;
  throw new Refused(exitCodes.notFound, texts('error.application-unknown', { name: idOrName }));
}

function noteWindow(context: Context, texts: SbomTexts, { items, total }: ListOf<unknown>): void {
  if (total === 0) context.note(texts('none'));
  else if (items.length < total) context.note(texts('more', { shown: items.length, total }));
}

async function listApplications(context: Context, texts: SbomTexts, query: Query): Promise<void> {
  const list = await context.api().get<ListOf<Application>>('/api/applications', query);
  if (context.json) {
    context.printJson(list);
    return;
  }
  if (list.items.length > 0) {
    context.printTable<Application>(
      [
        { title: texts('column.name'), value: ({ name }) => name, elastic: true },
        { title: texts('column.version'), value: ({ version }) => version.version },
        { title: texts('column.scope'), value: ({ scopeName }) => scopeName, elastic: true },
        { title: texts('column.imported'), value: ({ version }) => timeText(version.importedAt) },
        {
          title: texts('column.components'),
          value: ({ version }) => version.componentCount,
          align: 'right',
        },
        { title: texts('column.assessed'), value: (row) => row.assessedCount, align: 'right' },
        { title: 'ID', value: ({ id }) => id },
      ],
      list.items,
    );
  }
  noteWindow(context, texts, list);
}

async function showApplication(context: Context, texts: SbomTexts, name: string): Promise<void> {
  const { id } = await findApplication(context, texts, name);
  const application = await context.api().get<ApplicationDetails>(`/api/applications/${id}`);
  if (context.json) {
    context.printJson(application);
    return;
  }
  const { versions, differences, notAssessed } = application;
  context.printTable(
    [
      { title: texts('column.version'), value: ({ version }) => version },
      { title: texts('column.imported'), value: ({ importedAt }) => timeText(importedAt) },
      { title: texts('column.by'), value: ({ importedBy }) => importedBy, elastic: true },
      { title: texts('column.format'), value: ({ format }) => format },
      {
        title: texts('column.components'),
        value: ({ componentCount }) => componentCount,
        align: 'right',
      },
    ],
    versions,
  );
  if (notAssessed.length > 0) {
    context.print(`\n${texts('not-assessed', { counts: countsText(texts, notAssessed) })}\n`);
  }
  if (differences === null) return;
  const { added, removed, changed } = differences;
  const list = (values: readonly (string | null)[]) => values.map((each) => each ?? '?').join(', ');
  const lines = [
    ...added.map((one) => ({ change: texts('change.added'), ...one })),
    ...removed.map((one) => ({ change: texts('change.removed'), ...one })),
    ...changed.map((one) => ({
      change: texts('change.changed'),
      name: one.name,
      version: `${list(one.from)} → ${list(one.to)}`,
    })),
  ];
  if (lines.length === 0) {
    context.print(`\n${texts('no-differences')}\n`);
    return;
  }
  context.print(`\n${texts('differences', { version: versions[1]?.version ?? '?' })}\n`);
  context.printTable(
    [
      { title: texts('column.change'), value: ({ change }) => change },
      { title: texts('column.name'), value: (row) => row.name, elastic: true },
      { title: texts('column.version'), value: ({ version }) => version },
    ],
    lines,
  );
}

async function findComponents(context: Context, texts: SbomTexts, query: Query): Promise<void> {
  const list = await context.api().get<ListOf<ComponentPlace>>('/api/components', query);
  if (context.json) {
    context.printJson(list);
    return;
  }
  if (list.items.length > 0) {
    context.printTable<ComponentPlace>(
      [
        { title: texts('column.name'), value: ({ name }) => name, elastic: true },
        { title: texts('column.version'), value: ({ version }) => version },
        { title: texts('column.source'), value: ({ source }) => source },
        { title: texts('column.kind'), value: (row) => texts(`kind.${row.assetKind}`) },
        { title: texts('column.asset'), value: ({ assetName }) => assetName, elastic: true },
        {
          title: texts('column.findings'),
          // Nothing found is a number only where somebody looked.
          value: ({ findings, notAssessed }) =>
            findings.length === 0 && notAssessed !== null
              ? texts('not-assessed-place')
              : findings.length,
          align: 'right',
        },
        { title: 'ID', value: ({ assetId }) => assetId, spare: 1 },
      ],
      list.items,
    );
  }
  noteWindow(context, texts, list);
}

async function listVex(context: Context, texts: SbomTexts): Promise<void> {
  const list = await context.api().get<{ items: readonly VexDocumentRow[] }>('/api/vex');
  if (context.json) {
    context.printJson(list);
    return;
  }
  if (list.items.length === 0) {
    context.note(texts('none'));
    return;
  }
  context.printTable<VexDocumentRow>(
    [
      { title: texts('column.imported'), value: ({ importedAt }) => timeText(importedAt) },
      { title: texts('column.format'), value: ({ format }) => format },
      { title: texts('column.author'), value: ({ author }) => author, elastic: true },
      { title: texts('column.statements'), value: (row) => row.statementCount, align: 'right' },
      { title: texts('column.applied'), value: (row) => row.appliedCount, align: 'right' },
      {
        title: texts('column.state'),
        value: (row) => texts(row.withdrawnAt === null ? 'state.in-force' : 'state.withdrawn'),
      },
      { title: 'ID', value: ({ id }) => id },
    ],
    list.items,
  );
}

function showStatements(context: Context, texts: SbomTexts, report: VexDocumentDetails): void {
  if (context.json) {
    context.printJson(report);
    return;
  }
  context.print(`${report.format} ${report.documentId ?? ''} (${report.id})\n`);
  if (report.statements.length === 0) {
    context.note(texts('none'));
    return;
  }
  context.printTable<StatementReport>(
    [
      { title: texts('column.at'), value: ({ at }) => at, spare: 1 },
      { title: texts('column.vulnerability'), value: (row) => row.vulnerability },
      { title: texts('column.status'), value: ({ status }) => statusText(texts, status) },
      { title: texts('column.outcome'), value: (row) => texts(`outcome.${row.outcome}`) },
      { title: texts('column.findings'), value: ({ findings }) => findings, align: 'right' },
      {
        title: texts('column.reason'),
        value: ({ reason }) => reason && reasonText(texts, reason),
        elastic: true,
      },
    ],
    report.statements,
  );
}
