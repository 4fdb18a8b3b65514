import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import type {
  DueProfileChanged,
  Finding,
  FindingsOverview,
  Fix,
  ScopeDueProfile,
  WeaknessDetails,
} from '../../modules/findings/api.ts';
import type { Language } from '../../platform/i18n/language.ts';
import { timeText } from './age.ts';
import type { Context, ListOf } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type FindingsTexts, findingsTexts } from './findings-texts.ts';
import { renderPairs } from './table.ts';

type Run = (work: (context: Context) => Promise<ExitCode>) => () => Promise<void>;

interface FindingsOptions {
  readonly where?: string;
  readonly byFix?: boolean;
  readonly endpoint?: string;
  readonly class?: string;
  readonly state?: string;
  readonly severity?: string;
  readonly due?: string;
  readonly exploited?: boolean;
  readonly fixable?: boolean;
  readonly limit: number;
  readonly csv?: boolean;
}

/** Adds `yojin findings`, `yojin weakness` and `yojin due-profiles`. */
export function addFindingsCommands(program: Command, language: Language, run: Run): void {
  const texts = findingsTexts(language);
  const choice = (flags: string, text: string, choices: readonly string[]) =>
    new Option(flags, text).choices(choices);
  const findings = program
    .command('findings')
    .description(texts('command.findings'))
    .option('--by-fix', texts('option.by-fix'))
    .option('--where <selector>', texts('option.where'))
    .option('--endpoint <id>', texts('option.endpoint'))
    .addOption(
      choice('--class <name>', texts('option.class'), [
        'normal',
        'unimportant',
        'unsupported',
        'not-running-kernel',
        'any',
      ]),
    )
    .addOption(
      choice('--state <name>', texts('option.state'), [
        'active',
        'open',
        'planned',
        'in-progress',
        'awaiting-proof',
        'excepted',
        'under-investigation',
        'fixed-claimed',
        'not-affected',
        'closed',
        'any',
      ]),
    )
    .addOption(
      choice('--severity <name>', texts('option.severity'), [
        'none',
        'low',
        'medium',
        'high',
        'critical',
        'unknown',
      ]),
    )
    .addOption(
      choice('--due <when>', texts('option.due'), ['overdue', 'this-week', 'later', 'none']),
    )
    .option('--exploited', texts('option.exploited'))
    .option('--fixable', texts('option.fixable'))
    .option('--limit <n>', texts('option.limit'), rows, 50)
    .option('--csv', texts('option.csv'));
  findings.action(run((context) => showFindings(context, texts, findings.opts())));
  program
    .command('weakness')
    .description(texts('command.weakness'))
    .argument('<id>', texts('argument.weakness'))
    .action((id: string) => run((context) => showWeakness(context, texts, id))());
  const profiles = program
    .command('due-profiles')
    .description(texts('command.due-profiles'))
    .helpCommand(false)
    .action(run((context) => showDueProfiles(context, texts)));
  profiles
    .command('set')
    .description(texts('command.due-profiles-set'))
    .argument('<scope>', texts('argument.scope'))
    .addArgument(
      new Argument('<profile>', texts('argument.profile')).choices([...profileNames, 'default']),
    )
    .action((scope: string, profile: ScopeDueProfile['effective'] | 'default') =>
      run((context) =>
        setDueProfile(context, texts, scope, profile === 'default' ? null : profile),
      )(),
    );
}

const profileNames = ['bod-26-04', 'kev-dates', 'severity-days'] as const;

async function showFindings(
  context: Context,
  texts: FindingsTexts,
  options: FindingsOptions,
): Promise<ExitCode> {
  const api = context.api();
  const { byFix, endpoint, csv, limit, ...filter } = options;
  const { where } = filter;
  const path = byFix ? '/api/findings/fixes' : '/api/findings';
  const query = byFix ? { where, assetId: endpoint } : { ...filter, assetId: endpoint };
  if (csv) {
    context.print(await api.getText(path, { ...query, format: 'csv' }));
    return exitCodes.ok;
  }
  const list = await api.get<ListOf<Finding | Fix> & { totalIsAtLeast?: boolean }>(path, {
    ...query,
    limit,
  });
  if (context.json) {
    context.printJson(list);
    return exitCodes.ok;
  }
  if (list.items.length === 0 && where === undefined) {
    const { active } = await api.get<FindingsOverview>('/api/findings/overview');
    if (active === null) {
      context.note(texts('not-assessed'));
      return exitCodes.ok;
    }
  }
  if (byFix) printFixes(context, texts, list.items as readonly Fix[]);
  else printFindings(context, texts, list.items as readonly Finding[]);
  const counts = { shown: list.items.length, total: list.total };
  context.note(texts(list.totalIsAtLeast ? 'more-at-least' : 'more', counts));
  return exitCodes.ok;
}

function printFindings(context: Context, texts: FindingsTexts, items: readonly Finding[]): void {
  context.printTable<Finding>(
    [
      { title: texts('column.weakness'), value: (row) => row.weakness.key },
      {
        title: texts('column.asset'),
        value: (row) => (row.stale ? `${row.assetName} ${texts('stale')}` : row.assetName),
        elastic: true,
      },
      { title: texts('column.due'), value: (row) => row.dueOn },
      { title: texts('column.days'), value: (row) => row.daysLeft, align: 'right', spare: 3 },
      {
        title: texts('column.severity'),
        value: (row) => texts(`severity.${row.weakness.severity ?? 'unknown'}`),
      },
      {
        title: texts('column.epss'),
        value: (row) => (row.weakness.epss === null ? null : row.weakness.epss.toFixed(3)),
        align: 'right',
        spare: 4,
      },
      {
        title: texts('column.exploited'),
        value: (row) => (row.weakness.exploited ? texts('yes') : null),
      },
      { title: texts('column.state'), value: (row) => texts(`state.${row.state}`), spare: 2 },
      {
        title: texts('column.fix'),
        value: (row) => fixesText(texts, row),
        elastic: true,
      },
      {
        title: texts('column.why'),
        value: (row) => row.why[texts.language],
        elastic: true,
        spare: 5,
      },
    ],
    items,
  );
}

/** Every package to upgrade: without all of them the weakness stays. */
function fixesText(texts: FindingsTexts, { fix, fixes }: Finding): string | null {
  if (fix === null) return null;
  const each = fixes.map(({ name, version }) => `${name} ${version ?? texts('no-fix')}`);
  return `${each.length > 1 ? `(${each.length}) ` : ''}${each.join(', ')}`;
}

function printFixes(context: Context, texts: FindingsTexts, items: readonly Fix[]): void {
  context.printTable<Fix>(
    [
      { title: texts('column.fix'), value: (row) => row.name, elastic: true },
      { title: texts('column.version'), value: (row) => row.versions.join(', '), elastic: true },
      { title: texts('column.assets'), value: (row) => row.assets, align: 'right' },
      { title: texts('column.weaknesses'), value: (row) => row.weaknesses, align: 'right' },
      { title: texts('column.exploited'), value: (row) => row.exploited, align: 'right' },
      { title: texts('column.findings'), value: (row) => row.findings, align: 'right' },
      { title: texts('column.due'), value: (row) => row.earliestDueOn },
    ],
    items,
  );
}

async function showWeakness(context: Context, texts: FindingsTexts, id: string): Promise<ExitCode> {
  const api = context.api();
  const weakness = await api.get<WeaknessDetails>(`/api/weaknesses/${encodeURIComponent(id)}`);
  const list = await api.get<ListOf<Finding>>('/api/findings', {
    weakness: weakness.key,
    class: 'any',
    state: 'any',
    limit: 100,
  });
  if (context.json) {
    context.printJson({ ...weakness, findings: list.items });
    return exitCodes.ok;
  }
  const known = (value: boolean | null) =>
    value === null ? texts('unknown') : value ? texts('yes') : '–';
  context.print(
    renderPairs([
      [texts('column.weakness'), weakness.key],
      [texts('label.title'), (texts.language === 'ja' && weakness.titleJa) || weakness.title],
      [texts('label.ids'), weakness.ids.filter((other) => other !== weakness.key).join(', ')],
      [
        texts('label.cvss'),
        weakness.cvssScore === null
          ? texts('unknown')
          : `${weakness.cvssScore.toFixed(1)} ${weakness.cvssVector ?? ''}`,
      ],
      [texts('column.epss'), weakness.epss ?? texts('unknown')],
      [texts('label.kev'), weakness.kevListedOn],
      [
        texts('label.ssvc'),
        `${known(weakness.automatable)} / ${weakness.technicalImpact ?? texts('unknown')}`,
      ],
      [texts('label.published'), timeText(weakness.publishedAt)],
      [texts('label.open'), weakness.activeFindings],
      [texts('label.closed'), weakness.closedFindings],
      [texts('label.references'), weakness.references.slice(0, 5).join('  ')],
    ]),
  );
  context.print('\n');
  printFindings(context, texts, list.items);
  return exitCodes.ok;
}

async function showDueProfiles(context: Context, texts: FindingsTexts): Promise<ExitCode> {
  const list = await context.api().get<ListOf<ScopeDueProfile>>('/api/due-profiles');
  if (context.json) {
    context.printJson(list);
    return exitCodes.ok;
  }
  context.printTable<ScopeDueProfile>(
    [
      {
        title: texts('column.scope'),
        value: (row) => `${'  '.repeat(row.depth)}${row.name}`,
        elastic: true,
      },
      { title: texts('column.profile'), value: (row) => row.effective },
      {
        title: texts('column.origin'),
        value: (row) => texts(row.own === null ? 'origin.inherited' : 'origin.own'),
      },
      { title: 'ID', value: (row) => row.scopeId },
    ],
    list.items,
  );
  context.note(profileNames.map((name) => `${name}: ${texts(`profile.${name}`)}`).join('\n'));
  return exitCodes.ok;
}

async function setDueProfile(
  context: Context,
  texts: FindingsTexts,
  scopeIdOrName: string,
  profile: ScopeDueProfile['own'],
): Promise<ExitCode> {
  const api = context.api();
  const { findScope } = await import('./endpoint-commands.ts');
  const { id, name } = await findScope(api, scopeIdOrName);
  const done = await api.send<DueProfileChanged>('PUT', `/api/due-profiles/${id}`, { profile });
  if (context.json) {
    context.printJson(done);
    return exitCodes.ok;
  }
  const { own, effective, moved: count } = done;
  context.note(
    texts(own === null ? 'profile-inherited' : 'profile-set', { name, profile: effective }),
  );
  context.note(texts('profile-moved', { count }));
  return exitCodes.ok;
}

function rows(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < 1 || value > 1000) throw new InvalidArgumentError('1–1000');
  return value;
}
