import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { languageOf, terminalLanguage } from '../../platform/i18n/language.ts';
import { logLevels } from '../../platform/log.ts';
import { LaunchFailure } from '../launcher/failure.ts';
import { productVersion } from '../launcher/product.ts';
import { failureText, launchTexts } from '../launcher/texts.ts';
import { addAgentPackageCommand } from './agent-package-command.ts';
import { addAskCommands } from './ask-commands.ts';
import { CliFailure } from './cli-failure.ts';
import { completionScript, shells } from './completion.ts';
import { type Context, createContext, type GlobalOptions } from './context.ts';
import { addExceptionCommands } from './exception-commands.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { addFacetCommands } from './facet-commands.ts';
import { addFeedsCommands } from './feeds-commands.ts';
import { addFindingsCommands } from './findings-commands.ts';
import { addFixCommands } from './fix-commands.ts';
import { addNoticeCommands } from './notice-commands.ts';
import { addSbomCommands } from './sbom-commands.ts';
import { addScanCommand } from './scan-command.ts';
import { addSimulateCommand } from './simulate-command.ts';
import { type CliKey, type CliTexts, cliTexts } from './texts.ts';

/** Runs one command line (without node and program) and returns its exit code. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  const asked = args[args.indexOf('--lang') + 1];
  const language =
    (args.includes('--lang') && languageOf(asked)) || terminalLanguage(undefined, process.env);
  const texts = cliTexts(language);
  let exitCode: ExitCode = exitCodes.ok;
  const program = createProgram(texts, (code) => {
    exitCode = code;
  });
  // Whoever reads us (head, less) may have seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(exitCodes.ok);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return tellFailure(error, texts);
  }
}

function tellFailure(error: unknown, texts: CliTexts): ExitCode {
  const say = (text: string) => process.stderr.write(`${text}\n`);
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    if (error.code === 'commander.help') return exitCodes.usage;
    say(usageText(error, texts));
    return exitCodes.usage;
  }
  if (error instanceof CliFailure) {
    say(texts(error.key, error.values));
    if (error.remedyKey) say(texts(error.remedyKey, error.values));
    return error.exitCode;
  }
  if (error instanceof LaunchFailure) {
    say(failureText(launchTexts(texts.language), error));
    return exitCodes.failed;
  }
  throw error;
}

/** Commander's errors in our words: it says the same things in English only. */
function usageText(error: CommanderError, texts: CliTexts): string {
  const [, what = ''] = /'([^']*)'/.exec(error.message) ?? [];
  const keys: Readonly<Record<string, CliKey>> = {
    'commander.unknownOption': 'usage.unknown-option',
    'commander.unknownCommand': 'usage.unknown-command',
    'commander.missingArgument': 'usage.missing-argument',
    'commander.optionMissingArgument': 'usage.option-needs-value',
    'commander.missingMandatoryOptionValue': 'usage.option-needed',
    'commander.excessArguments': 'usage.too-many-arguments',
    'commander.invalidArgument': 'usage.wrong-value',
  };
  const key = keys[error.code] ?? 'usage.other';
  const message = error.message.replace(/^error: /, '');
  const [, place, value, hint] =
    /'([^']*)' argument '([^']*)' is invalid\. ?(?:Allowed choices are )?(.*?)\.?$/.exec(message) ??
    [];
  const wrong = place === undefined ? message : `${place}: ${value} (${hint})`;
  return `${texts(key, { what, message: wrong })}\n${texts('usage.help')}`;
}

type Run = (work: Work) => () => Promise<void>;
type Finish = (code: ExitCode) => void;
/** Without an exit code of its own: done. */
type Work = (context: Context) => Promise<unknown>;

/** The tree of commands. `finish` gets exit codes other than 0 that are not failures. */
export function createProgram(texts: CliTexts, finish: Finish = () => undefined): Command {
  const program = new Command('yojin');
  const globals = () => program.opts<GlobalOptions>();
  /** Runs a command with its context. */
  const run = (work: Work) => async () => {
    const code = await work(createContext(globals()));
    finish(typeof code === 'number' ? (code as ExitCode) : exitCodes.ok);
  };
  const add = (parent: Command, name: string, key: CliKey) =>
    parent
      .command(name, { isDefault: name === 'show' || name === 'list' })
      .description(texts(key))
      .helpCommand(false);
  const addList = (parent: Command, name: string, key: CliKey) =>
    add(parent, name, key)
      .option('--limit <n>', texts('option.limit'), integer(1, 1000), 100)
      .option('--offset <n>', texts('option.offset'), integer(0, 10_000_000), 0)
      .option('--sort <column>', texts('option.sort'))
      .option('--csv', texts('option.csv'));

  program
    .description(texts('program.description'))
    .version(productVersion, '-V, --version', texts('option.version'))
    .option('--json', texts('option.json'))
    .option('--url <address>', texts('option.url'))
    .option('--token <token>', texts('option.token'))
    .option('--token-file <file>', texts('option.token-file'))
    .option('--ca <file>', texts('option.ca'))
    .option('--home <folder>', texts('option.home'))
    .addOption(new Option('--lang <language>', texts('option.lang')).choices(['ja', 'en']))
    .helpOption('-h, --help', texts('option.help'))
    .helpCommand(false)
    .addHelpText('after', `\n${texts('program.exit-codes')}`)
    .exitOverride()
    .configureHelp({ styleTitle: (title) => titleText(title, texts) })
    .configureOutput({ outputError: () => undefined })
    .showSuggestionAfterError(false);

  addServerCommands(program, texts, run, finish);
  addFindingsCommands(program, texts.language, run);
  addFacetCommands(program, texts.language, run);
  addAskCommands(program, texts.language, run);
  addSimulateCommand(program, texts.language, run);
  addFixCommands(program, texts.language, run);
  addExceptionCommands(program, texts.language, run);
  addNoticeCommands(program, texts.language, run);
  addFeedsCommands(program, texts.language, run);
  addScanCommand(program, texts.language, run);
  addSbomCommands(program, texts.language, run);

  add(program, 'status', 'command.status').action(
    run(async (context) => (await import('./status-command.ts')).showStatus(context)),
  );

  // ---- Endpoints ------------------------------------------------------------------------------
  const endpointCommands = () => import('./endpoint-commands.ts');
  const endpoints = addList(program, 'endpoints', 'command.endpoints')
    .argument('[text]', texts('argument.endpoint-text'))
    .addOption(
      choice('--platform <name>', texts('option.platform'), ['linux', 'darwin', 'windows']),
    )
    .addOption(
      choice('--presence <state>', texts('option.presence'), [
        'online',
        'recent',
        'silent',
        'never',
      ]),
    )
    .option('--where <selector>', texts('option.where'))
    .option('--scope <name>', texts('option.scope'))
    .addOption(criticalityOption(texts))
    .option('--tag <tag>', texts('option.tag'))
    .option('--clones', texts('option.clones'));
  endpoints.action((text?: string) =>
    run(async (context) => {
      const options = endpoints.opts();
      await (await endpointCommands()).listEndpoints(context, text, options, options as never);
    })(),
  );

  const endpoint = add(program, 'endpoint', 'command.endpoint');
  const host = () => new Argument('<endpoint>', texts('argument.endpoint'));
  const show = addList(endpoint, 'show', 'command.endpoint-show')
    .addArgument(host())
    .option('--software [text]', texts('option.software'))
    .option('--history', texts('option.history'))
    .option('--part <part>', texts('option.part'));
  show.action((name: string) =>
    run(async (context) => {
      const commands = await endpointCommands();
      const options = show.opts();
      if (options['software'] !== undefined) {
        const q = options['software'] === true ? undefined : (options['software'] as string);
        await commands.listEndpointSoftware(context, name, { q }, options as never);
      } else if (options['history']) {
        await commands.showHistory(context, name, options['part'], options as never);
      } else if (options['part'] !== undefined) {
        await commands.showPart(context, name, options['part'] as string);
      } else await commands.showEndpoint(context, name);
    })(),
  );
  add(endpoint, 'refresh', 'command.endpoint-refresh')
    .addArgument(host())
    .action((name: string) =>
      run(async (context) => (await endpointCommands()).refreshEndpoint(context, name))(),
    );
  const set = add(endpoint, 'set', 'command.endpoint-set')
    .addArgument(host())
    .option('--owner <owner>', texts('option.owner'))
    .addOption(criticalityOption(texts))
    .option('--tags <tags>', texts('option.tags'))
    .option('--scope <name>', texts('option.new-scope'))
    .option('--notes <text>', texts('option.notes'));
  set.action((name: string) =>
    run(async (context) => (await endpointCommands()).changeEndpoint(context, name, set.opts()))(),
  );

  const software = addList(program, 'software', 'command.software')
    .argument('[text-or-id]', texts('argument.software'))
    .option('--source <source>', texts('option.source'))
    .option('--name <name>', texts('option.exact-name'))
    .option('--who <id>', texts('option.who'), integer(1, Number.MAX_SAFE_INTEGER));
  software.action((text?: string) =>
    run(async (context) => {
      const commands = await endpointCommands();
      const { who, source, name, ...window } = software.opts();
      const id =
        (who as number | undefined) ?? (/^\d+$/.test(text ?? '') ? Number(text) : undefined);
      if (id !== undefined) await commands.showSoftware(context, id, window as never);
      else await commands.listSoftware(context, { q: text, source, name }, window as never);
    })(),
  );
  add(program, 'scopes', 'command.scopes').action(
    run(async (context) => (await endpointCommands()).listScopes(context)),
  );

  addAccessCommands(program, texts, run, add, addList);

  // ---- Audit ----------------------------------------------------------------------------------
  const audit = add(program, 'audit', 'command.audit');
  const auditList = addList(audit, 'list', 'command.audit-list')
    .argument('[text]', texts('argument.audit-text'))
    .option('--action <prefix>', texts('option.action'))
    .option('--actor <id>', texts('option.actor'))
    .option('--target <id>', texts('option.target'))
    .option('--from <time>', texts('option.from'), time)
    .option('--to <time>', texts('option.to'), time);
  auditList.action((q?: string) =>
    run(async (context) => {
      const options = auditList.opts();
      await (await import('./audit-commands.ts')).listAudit(
        context,
        { ...options, q },
        options as never,
      );
    })(),
  );
  const verify = add(audit, 'verify', 'command.audit-verify').option(
    '--database [address]',
    texts('option.database'),
  );
  verify.action(
    run(async (context) => {
      const named = verify.opts()['database'] as string | true | undefined;
      const address = named === true ? process.env['DATABASE_URL'] : named;
      if (named === true && !address) throw new LaunchFailure('database-url-missing');
      return (await import('./audit-commands.ts')).verifyAuditLog(context, address);
    }),
  );

  add(program, 'completion', 'command.completion')
    .addArgument(new Argument('<shell>', texts('argument.shell')).choices(shells))
    .action((shell: (typeof shells)[number]) => {
      process.stdout.write(completionScript(program, shell));
    });
  add(program, 'version', 'command.version').action(
    run(async (context) => {
      const version = { yojin: productVersion, node: process.versions.node };
      if (context.json) context.printJson(version);
      else context.print(`yojin ${version.yojin}, Node.js ${version.node}\n`);
    }),
  );
  return program;
}

function addServerCommands(program: Command, texts: CliTexts, run: Run, finish: Finish): void {
  const serverOptions = (command: Command) =>
    command
      .option('--host <address>', texts('option.host'), '127.0.0.1')
      .option('--port <port>', texts('option.port'), integer(0, 65_535), 8700)
      .option('--tls-port <port>', texts('option.tls-port'), integer(0, 65_535), 8743)
      .option('--tls-cert <file>', texts('option.tls-cert'))
      .option('--tls-key <file>', texts('option.tls-key'))
      .addOption(logLevelOption(texts));
  const home = () => program.opts<GlobalOptions>();
  const language = texts.language;

  const up = serverOptions(program.command('up').description(texts('command.up')))
    .option('--no-agent', texts('option.no-agent'))
    .option('--osqueryd <file>', texts('option.osqueryd'));
  const server = serverOptions(program.command('server').description(texts('command.server')));
  for (const command of [up, server]) {
    command.action(async () => {
      const options = command.opts();
      checkTlsOptions(options);
      const { runServer } = await import('./server-commands.ts');
      const all = { agent: false, ...options, ...home() } as unknown as Parameters<
        typeof runServer
      >[1];
      finish(await runServer(language, all, command === server ? 'required' : 'as-set'));
    });
  }
  const agent = program
    .command('agent')
    .description(texts('command.agent'))
    .option('--server <host:port>', texts('option.server'), address)
    .option('--secret-file <file>', texts('option.secret-file'))
    .option('--osqueryd <file>', texts('option.osqueryd'))
    .option('--allow-scripts', texts('option.allow-scripts'))
    .addOption(logLevelOption(texts));
  agent.action(async () => {
    // Not required options: commander would ask for them for the subcommand too.
    for (const [name, flags] of [
      ['server', '--server <host:port>'],
      ['secretFile', '--secret-file <file>'],
    ] as const) {
      if (agent.opts()[name] !== undefined) continue;
      const message = `error: required option '${flags}' not specified`;
      throw new CommanderError(2, 'commander.missingMandatoryOptionValue', message);
    }
    const { ca } = home();
    if (!ca) throw new CliFailure(exitCodes.usage, 'error.agent-needs-ca');
    const { runAgentOnly } = await import('./server-commands.ts');
    const all = { ...agent.opts(), ...home() } as unknown as Parameters<typeof runAgentOnly>[1];
    finish(await runAgentOnly(language, all));
  });
  addAgentPackageCommand(agent, language, run);
}

function checkTlsOptions(options: Record<string, unknown>): void {
  if ((options['tlsCert'] === undefined) !== (options['tlsKey'] === undefined)) {
    throw new CliFailure(exitCodes.usage, 'error.tls-pair');
  }
  if (options['port'] === options['tlsPort'] && options['port'] !== 0) {
    throw new CliFailure(exitCodes.usage, 'error.same-port', { port: String(options['port']) });
  }
}

function addAccessCommands(
  program: Command,
  texts: CliTexts,
  run: (work: Work) => () => Promise<void>,
  add: (parent: Command, name: string, key: CliKey) => Command,
  addList: (parent: Command, name: string, key: CliKey) => Command,
): void {
  const commands = () => import('./access-commands.ts');
  const days = integer(1, 3650);
  const withPassword = (command: Command) =>
    command
      .option('--password-stdin', texts('option.password-stdin'))
      .option('--generate', texts('option.generate'));
  const roleOption = () =>
    choice('--role <role>', texts('option.role'), ['viewer', 'operator', 'administrator']);

  const users = add(program, 'users', 'command.users');
  const userList = addList(users, 'list', 'command.users-list');
  userList.action(run(async (context) => (await commands()).listUsers(context, userList.opts())));
  const create = withPassword(add(users, 'create', 'command.users-create'))
    .argument('<login>', texts('argument.login'))
    .addOption(roleOption().default('viewer'))
    .option('--name <name>', texts('option.display-name'))
    .option('--scope <name...>', texts('option.scopes'))
    .addOption(choice('--language <language>', texts('option.user-language'), ['ja', 'en']));
  create.action((login: string) =>
    run(async (context) => (await commands()).createUser(context, login, create.opts()))(),
  );
  for (const [name, key, disabled] of [
    ['disable', 'command.users-disable', true],
    ['enable', 'command.users-enable', false],
  ] as const) {
    add(users, name, key)
      .argument('<login>', texts('argument.login'))
      .action((login: string) =>
        run(async (context) => (await commands()).disableUser(context, login, disabled))(),
      );
  }
  const reset = withPassword(add(users, 'reset-password', 'command.users-reset-password')).argument(
    '<login>',
    texts('argument.login'),
  );
  reset.action((login: string) =>
    run(async (context) => (await commands()).resetPassword(context, login, reset.opts()))(),
  );

  const tokens = add(program, 'tokens', 'command.tokens');
  const tokenList = addList(tokens, 'list', 'command.tokens-list');
  tokenList.action(
    run(async (context) => (await commands()).listTokens(context, tokenList.opts())),
  );
  const createToken = add(tokens, 'create', 'command.tokens-create')
    .argument('<name>', texts('argument.token-name'))
    .requiredOption('--login <login>', texts('option.login'))
    .option('--password-stdin', texts('option.password-stdin'))
    .addOption(roleOption().default('viewer'))
    .option('--scope <name...>', texts('option.scopes'))
    .option('--expires-days <days>', texts('option.expires-days'), days);
  createToken.action((name: string) =>
    run(async (context) =>
      (await commands()).createToken(context, name, createToken.opts() as never),
    )(),
  );
  add(tokens, 'revoke', 'command.tokens-revoke')
    .argument('<id>', texts('argument.id'))
    .action((id: string) => run(async (context) => (await commands()).revokeToken(context, id))());

  const secrets = add(program, 'enrol-secrets', 'command.secrets');
  const secretList = addList(secrets, 'list', 'command.secrets-list');
  secretList.action(
    run(async (context) => (await commands()).listEnrolmentSecrets(context, secretList.opts())),
  );
  const createSecret = add(secrets, 'create', 'command.secrets-create')
    .argument('<name>', texts('argument.secret-name'))
    .option('--scope <name>', texts('option.secret-scope'))
    .option('--expires-days <days>', texts('option.expires-days'), days)
    .option('--write <folder>', texts('option.write'));
  createSecret.action((name: string) =>
    run(async (context) =>
      (await commands()).createEnrolmentSecret(context, name, createSecret.opts()),
    )(),
  );
  add(secrets, 'revoke', 'command.secrets-revoke')
    .argument('<id>', texts('argument.id'))
    .action((id: string) =>
      run(async (context) => (await commands()).revokeEnrolmentSecret(context, id))(),
    );
}

function titleText(title: string, texts: CliTexts): string {
  const keys: Readonly<Record<string, CliKey>> = {
    'Usage:': 'help.usage',
    'Options:': 'help.options',
    'Commands:': 'help.commands',
    'Arguments:': 'help.arguments',
    'Global Options:': 'help.options',
  };
  const key = keys[title];
  return key ? texts(key) : title;
}

const choice = (flags: string, description: string, choices: readonly string[]) =>
  new Option(flags, description).choices(choices);

const criticalityOption = (texts: CliTexts) =>
  choice('--criticality <level>', texts('option.criticality'), [
    'low',
    'normal',
    'high',
    'critical',
  ]);

const logLevelOption = (texts: CliTexts) =>
  choice('--log-level <level>', texts('option.log-level'), logLevels).default('warn');

function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`${least}–${most}`);
    }
    return value;
  };
}

function time(text: string): string {
  const at = new Date(text);
  if (Number.isNaN(at.getTime())) throw new InvalidArgumentError('2026-04-01T09:00:00+09:00');
  return at.toISOString();
}

function address(text: string): string {
  if (!/^(\[[0-9a-f:]+\]|[^\s:/]+):\d{1,5}$/i.test(text)) {
    throw new InvalidArgumentError('yojin.example:8743');
  }
  return text;
}
