import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Finding, Fix } from '../../modules/findings/api.ts';
import type {
  Campaign,
  CampaignPreview,
  CampaignTarget,
  NewCampaign,
} from '../../modules/remediation/api.ts';
import type { Language } from '../../platform/i18n/language.ts';
import { timeText } from './age.ts';
import type { ApiClient } from './api-client.ts';
import { CliFailure } from './cli-failure.ts';
import type { Context, ListOf } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type FixTexts, fixTexts } from './fix-texts.ts';
import { renderPairs } from './table.ts';

type Run = (work: (context: Context) => Promise<ExitCode>) => () => Promise<void>;

interface FixOptions {
  readonly where?: string;
  readonly dryRun?: boolean;
  readonly start?: boolean;
  readonly title?: string;
}

const deeds = ['approve', 'start', 'pause', 'resume', 'cancel', 'retry'] as const;
type Deed = (typeof deeds)[number];
const workFormats = ['csv', 'ansible-inventory', 'ansible-playbook', 'wsus', 'intune', 'sccm'];
const states = [
  'draft',
  'awaiting-approval',
  'running',
  'paused',
  'halted',
  'finished',
  'cancelled',
];

/** Adds `yojin fix` and `yojin campaigns`. */
export function addFixCommands(program: Command, language: Language, run: Run): void {
  const texts = fixTexts(language);
  const fix = program
    .command('fix')
    .description(texts('command.fix'))
    .argument('<what>', texts('argument.what'))
    .option('--where <selector>', texts('option.where'))
    .option('--dry-run', texts('option.dry-run'))
    .option('--start', texts('option.start'))
    .option('--title <text>', texts('option.title'));
  fix.action((what: string) => run((context) => fixNow(context, texts, what, fix.opts()))());

  const campaigns = program
    .command('campaigns')
    .description(texts('command.campaigns'))
    .helpCommand(false);
  const list = campaigns
    .command('list', { isDefault: true })
    .description(texts('command.campaigns-list'))
    .addOption(new Option('--state <name>', texts('option.state')).choices(states))
    .option('--limit <n>', texts('option.limit'), whole, 50)
    .option('--csv', texts('option.csv'));
  list.action(run((context) => listAll(context, texts, list.opts())));
  const show = campaigns
    .command('show')
    .description(texts('command.campaigns-show'))
    .argument('<id>', texts('argument.id'), whole)
    .option('--limit <n>', texts('option.limit'), whole, 50)
    .option('--csv', texts('option.csv'));
  show.action((id: number) => run((context) => showOne(context, texts, id, show.opts()))());
  for (const deed of deeds) {
    campaigns
      .command(deed)
      .description(texts(`command.campaigns-${deed}`))
      .argument('<id>', texts('argument.id'), whole)
      .action((id: number) => run((context) => doDeed(context, texts, id, deed))());
  }
  const work = campaigns
    .command('work')
    .description(texts('command.campaigns-work'))
    .argument('<id>', texts('argument.id'), whole)
    .addOption(
      new Option('--format <name>', texts('option.format')).choices(workFormats).default('csv'),
    );
  work.action((id: number) =>
    run(async (context) => {
      const { format } = work.opts<{ format: string }>();
      context.print(await context.api().getText(`/api/campaigns/${id}/work`, { format }));
      return exitCodes.ok;
    })(),
  );
}

async function fixNow(
  context: Context,
  texts: FixTexts,
  what: string,
  { where, dryRun, start, title }: FixOptions,
): Promise<ExitCode> {
  const api = context.api();
  const fixId = await fixOf(context, texts, api, what);
  const given: NewCampaign = {
    work: { kind: 'fix', fixId },
    ...(where !== undefined && { selector: where }),
    ...(title !== undefined && { title }),
    ...(start && { start }),
  };
  const preview = await api.send<CampaignPreview>('POST', '/api/campaigns/preview', given);
  if (dryRun) {
    if (context.json) context.printJson(preview);
    else printPreview(context, texts, preview);
    return exitCodes.ok;
  }
  const campaign = await api.send<Campaign>('POST', '/api/campaigns', given);
  if (context.json) {
    context.printJson(campaign);
    return exitCodes.ok;
  }
  printPreview(context, texts, preview);
  context.note(
    texts(`made.${campaign.state}` as 'made.draft', { id: campaign.id, title: campaign.title }),
  );
  return exitCodes.ok;
}

/** The fix that is meant by its number, by the name of a package, or by the id of a weakness. */
async function fixOf(
  context: Context,
  texts: FixTexts,
  api: ApiClient,
  what: string,
): Promise<number> {
  if (/^\d{1,9}$/.test(what)) return Number(what);
  const found = /^[A-Za-z]+-/.test(what) ? await fixesOfWeakness(api, what) : [];
  const fixes = found.length > 0 ? found : await fixesNamed(api, what);
  if (fixes.length === 1) return fixes[0]!.id;
  if (fixes.length === 0) {
    throw new CliFailure(exitCodes.notFound, 'error.not-found', {
      reason: texts('no-such-fix', { what }),
    });
  }
  for (const { id, ecosystem, name } of fixes) context.note(`${id}  ${name}  (${ecosystem})`);
  throw new CliFailure(exitCodes.usage, 'error.request-wrong', {
    reason: texts('several-fixes', { what }),
  });
}

type Named = Pick<Fix, 'id' | 'ecosystem' | 'name'>;

async function fixesOfWeakness(api: ApiClient, id: string): Promise<readonly Named[]> {
  const { items } = await api.get<ListOf<Finding>>('/api/findings', { weakness: id, limit: 1000 });
  return [...new Map(items.flatMap(({ fixes }) => fixes.map((fix) => [fix.id, fix]))).values()];
}

async function fixesNamed(api: ApiClient, name: string): Promise<readonly Named[]> {
  const named: Named[] = [];
  const limit = 1000;
  for (let offset = 0; ; offset += limit) {
    const { items } = await api.get<ListOf<Fix>>('/api/findings/fixes', { limit, offset });
    named.push(...items.filter((fix) => fix.name === name));
    if (items.length < limit) return named;
  }
}

function printPreview(context: Context, texts: FixTexts, preview: CampaignPreview): void {
  const { language } = texts;
  context.print(
    renderPairs([
      [texts('label.targeted'), preview.targeted],
      [texts('label.able'), preview.byState['waiting'] ?? 0],
      [texts('label.no-agent'), preview.byState['no-agent'] ?? 0],
      [texts('label.excluded'), preview.byState['excluded'] ?? 0],
      [texts('label.to-close'), preview.findingsToClose],
      [texts('label.exploited'), preview.exploitedToClose],
      [texts('label.reboot'), preview.rebootLikely],
      [
        texts('label.rings'),
        preview.rings.map(({ name, endpoints }) => `${name}: ${endpoints}`).join(', '),
      ],
      [texts('label.approval'), preview.approvalBecause.map((each) => each[language]).join(' ')],
    ]),
  );
  context.print('\n');
  const packages = preview.actions.flatMap((action) =>
    action.packages.map((each) => ({ ...each, endpoints: action.endpoints })),
  );
  context.printTable<(typeof packages)[number]>(
    [
      { title: texts('column.package'), value: (row) => row.name, elastic: true },
      { title: texts('column.from'), value: (row) => row.from.join(', '), elastic: true },
      { title: texts('column.to'), value: (row) => row.atLeast ?? texts('newest') },
      { title: texts('column.endpoints'), value: (row) => row.endpoints, align: 'right' },
    ],
    packages,
  );
  for (const { reason, endpoints } of preview.excluded) {
    context.note(texts('excluded', { endpoints, reason: reason[language] }));
  }
}

async function listAll(
  context: Context,
  texts: FixTexts,
  { state, limit, csv }: { state?: string; limit: number; csv?: boolean },
): Promise<ExitCode> {
  const api = context.api();
  if (csv) {
    context.print(await api.getText('/api/campaigns', { state, format: 'csv' }));
    return exitCodes.ok;
  }
  const all = await api.get<ListOf<Campaign>>('/api/campaigns', { state, limit });
  if (context.json) {
    context.printJson(all);
    return exitCodes.ok;
  }
  if (all.items.length > 0) {
    context.printTable<Campaign>(
      [
        { title: 'ID', value: (row) => row.id, align: 'right' },
        { title: texts('column.title'), value: (row) => row.title, elastic: true },
        { title: texts('column.state'), value: (row) => row.state },
        { title: texts('column.endpoints'), value: (row) => row.targeted, align: 'right' },
        { title: texts('column.done'), value: (row) => row.byState['done'] ?? 0, align: 'right' },
        {
          title: texts('column.proved'),
          value: (row) => row.byProof['proved'] ?? 0,
          align: 'right',
        },
        {
          title: texts('column.still-there'),
          value: (row) => row.byProof['still-there'] ?? 0,
          align: 'right',
        },
        { title: texts('column.deadline'), value: (row) => timeText(row.deadlineAt) },
        { title: texts('column.maker'), value: (row) => row.createdBy, elastic: true },
      ],
      all.items,
    );
  }
  context.note(texts('more', { shown: all.items.length, total: all.total }));
  return exitCodes.ok;
}

async function showOne(
  context: Context,
  texts: FixTexts,
  id: number,
  { limit, csv }: { limit: number; csv?: boolean },
): Promise<ExitCode> {
  const api = context.api();
  if (csv) {
    context.print(await api.getText(`/api/campaigns/${id}/targets`, { format: 'csv' }));
    return exitCodes.ok;
  }
  const campaign = await api.get<Campaign>(`/api/campaigns/${id}`);
  const targets = await api.get<ListOf<CampaignTarget>>(`/api/campaigns/${id}/targets`, { limit });
  if (context.json) {
    context.printJson({ ...campaign, targets: targets.items });
    return exitCodes.ok;
  }
  printCampaign(context, texts, campaign);
  context.print('\n');
  context.printTable<CampaignTarget>(
    [
      { title: texts('column.endpoint'), value: (row) => row.hostname, elastic: true },
      { title: texts('column.ring'), value: (row) => row.ring + 1, align: 'right' },
      { title: texts('column.state'), value: (row) => row.state },
      { title: texts('column.proof'), value: (row) => row.proof },
      {
        title: texts('column.closed'),
        value: (row) => `${row.findingsClosed}/${row.findingsToClose}`,
        align: 'right',
      },
      { title: texts('column.reason'), value: (row) => row.reason, elastic: true },
    ],
    targets.items,
  );
  context.note(texts('more', { shown: targets.items.length, total: targets.total }));
  return exitCodes.ok;
}

function printCampaign(context: Context, texts: FixTexts, campaign: Campaign): void {
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const { currentRing, rings, state, stateBecause } = campaign;
  const ring =
    currentRing === null
      ? null
      : `${currentRing + 1}/${rings.length} (${rings[currentRing]?.name})`;
  context.print(
    renderPairs([
      [texts('column.title'), campaign.title],
      [texts('column.state'), stateBecause ? `${state}: ${stateBecause[texts.language]}` : state],
      [texts('column.ring'), ring],
      [texts('label.states'), counts(campaign.byState)],
      [texts('label.proofs'), counts(campaign.byProof)],
      [texts('column.closed'), `${campaign.findingsClosed}/${campaign.findingsToClose}`],
      [texts('column.deadline'), timeText(campaign.deadlineAt)],
      [texts('column.maker'), campaign.createdBy],
      [texts('label.approved'), campaign.approvedBy],
    ]),
  );
}

async function doDeed(
  context: Context,
  texts: FixTexts,
  id: number,
  deed: Deed,
): Promise<ExitCode> {
  const campaign = await context.api().send<Campaign>('POST', `/api/campaigns/${id}/${deed}`);
  if (context.json) context.printJson(campaign);
  else printCampaign(context, texts, campaign);
  return exitCodes.ok;
}

function whole(text: string): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < 1) throw new InvalidArgumentError('1–999999999');
  return value;
}
