import { closeSync, mkdtempSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Argument, type Command } from 'commander';
import type {
  EnrolmentGuide,
  EnrolmentSecretCreate,
  EnrolmentSecretCreated,
} from '../../modules/agent-protocol/api.ts';
import type { Language } from '../../platform/i18n/language.ts';
import { findOsqueryd, type Osqueryd } from '../agent/osqueryd.ts';
import { isServerAddress } from '../agent-package/agent-conf.ts';
import { agentPackage } from '../agent-package/agent-files.ts';
import { debOf } from '../agent-package/deb.ts';
import { RpmbuildFailure, requireRpmbuild, rpmOf } from '../agent-package/rpm.ts';
import { tarballOf } from '../agent-package/tarball.ts';
import { type AgentPackageTexts, agentPackageTexts } from './agent-package-texts.ts';
import type { Context, ListOf } from './context.ts';
import { findScope } from './endpoint-commands.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';

type Run = (work: (context: Context) => Promise<unknown>) => () => Promise<void>;

const makers = { deb: debOf, rpm: rpmOf, tar: tarballOf };
export type AgentPackageKind = keyof typeof makers;

export interface AgentPackageOptions {
  readonly out: string;
  readonly server?: string;
  readonly scope?: string;
  /** `<n>d` */
  readonly expires: string;
}

/** Adds `yojin agent package`. */
export function addAgentPackageCommand(agent: Command, language: Language, run: Run): void {
  const texts = agentPackageTexts(language);
  const command = agent
    .command('package')
    .description(texts('command.package'))
    .addArgument(new Argument('<kind>', texts('argument.kind')).choices(Object.keys(makers)))
    .requiredOption('--out <file>', texts('option.out'))
    .option('--server <host:port>', texts('option.server'))
    .option('--scope <name>', texts('option.scope'))
    .option('--expires <days>', texts('option.expires'), '30d');
  // `yojin agent` has a --server as well, and commander gives the value to the outer of the two.
  command.action((kind: AgentPackageKind) =>
    run((context) =>
      makeAgentPackage(context, texts, kind, { ...agent.opts(), ...command.opts() }),
    )(),
  );
}

/**
 * Makes a package with a fresh secret. What can fail before the secret is made, fails before; what
 * fails after revokes it.
 */
export async function makeAgentPackage(
  context: Context,
  texts: AgentPackageTexts,
  kind: AgentPackageKind,
  options: AgentPackageOptions,
): Promise<ExitCode> {
  const [, days] = /^(\d{1,4})d$/.exec(options.expires) ?? [];
  const expiresInDays = Number(days ?? 0);
  if (expiresInDays < 1 || expiresInDays > 3650) {
    context.note(texts('wrong-expires', { value: options.expires }));
    return exitCodes.usage;
  }
  if (options.server !== undefined && !isServerAddress(options.server)) {
    context.note(texts('wrong-server', { value: options.server }));
    return exitCodes.usage;
  }
  if (process.platform !== 'linux') {
    context.note(texts('wrong-platform'));
    return exitCodes.failed;
  }
  const out = resolve(options.out);
  const draft = join(dirname(out), `.${process.pid}.yojin-agent.new`);
  const folder = mkdtempSync(join(tmpdir(), 'yojin-agent-package-'));
  try {
    if (kind === 'rpm') requireRpmbuild();
    const osqueryd = await carriedOsqueryd(context, texts, folder);
    if (!osqueryd) return exitCodes.failed;
    closeSync(openSync(draft, 'wx', 0o600));
    return await withSecret(context, texts, kind, options, expiresInDays, async (made, server) => {
      const { caCertificate, secret } = made;
      const bytes = makers[kind](agentPackage({ server, caCertificate, secret, osqueryd }));
      writeFileSync(draft, bytes);
      renameSync(draft, out);
      const { id, name, scopeName: scope, expiresAt } = made.enrolmentSecret;
      if (context.json) {
        context.printJson({
          path: out,
          kind,
          bytes: bytes.length,
          server,
          secret: made.enrolmentSecret,
        });
        return exitCodes.ok;
      }
      const megabytes = (bytes.length / 1_000_000).toFixed(1);
      context.print(`${texts('made', { path: out, megabytes, architecture: process.arch })}\n`);
      context.note(texts('server', { server }));
      context.note(texts('secret', { name, scope, until: expiresAt?.slice(0, 10) ?? '', id }));
      return exitCodes.ok;
    });
  } catch (error) {
    return told(context, texts, error, out);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(draft, { force: true });
  }
}

/** The one from npm and no other: what is installed on this machine may be linked to its libraries. */
async function carriedOsqueryd(
  context: Context,
  texts: AgentPackageTexts,
  binFolder: string,
): Promise<Osqueryd | undefined> {
  const search = await findOsqueryd({ binFolder, searchPath: '', places: [] });
  if (search.found) return search.found;
  context.note([texts('no-osqueryd'), ...search.tried.map((each) => `  ${each}`)].join('\n'));
  return undefined;
}

async function withSecret(
  context: Context,
  texts: AgentPackageTexts,
  kind: AgentPackageKind,
  options: AgentPackageOptions,
  expiresInDays: number,
  use: (made: EnrolmentSecretCreated, server: string) => Promise<ExitCode>,
): Promise<ExitCode> {
  const api = context.api();
  const guide = await api.get<EnrolmentGuide>('/api/agents/enrolment', {});
  const server = options.server ?? guide.tlsAddress;
  if (!isServerAddress(server)) {
    context.note(texts('server-unknown', { value: server }));
    return exitCodes.usage;
  }
  if (/^(localhost|127\.|\[::1\])/.test(server)) context.note(texts('server-is-local', { server }));
  const { items } = await api.get<ListOf<{ id: string; isDefault: boolean }>>('/api/scopes', {
    limit: 1000,
  });
  const scope = options.scope
    ? await findScope(api, options.scope)
    : (items.find(({ isDefault }) => isDefault) ?? items[0]);
  const made = await api.send<EnrolmentSecretCreated>('POST', '/api/enrolment-secrets', {
    name: `agent package ${kind} ${context.now.toISOString().slice(0, 16)}Z`,
    scopeId: scope?.id ?? '',
    expiresInDays,
  } satisfies EnrolmentSecretCreate);
  try {
    return await use(made, server);
  } catch (error) {
    const { id, name } = made.enrolmentSecret;
    await api.send('DELETE', `/api/enrolment-secrets/${id}`).catch(() => {
      context.note(texts('secret-left', { id, name }));
    });
    throw error;
  }
}

function told(context: Context, texts: AgentPackageTexts, error: unknown, path: string): ExitCode {
  const reason = (error as Error).message;
  if (error instanceof RpmbuildFailure) {
    if (error.missing) {
      context.note(`${texts('no-rpmbuild', { reason })}\n${texts('no-rpmbuild.remedy')}`);
    } else context.note(texts('rpmbuild-failed', { reason }));
    return exitCodes.failed;
  }
  const { syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined) throw error;
  const written = ['open', 'write', 'rename'].includes(syscall);
  context.note(texts(written ? 'not-written' : 'not-made', { path, reason }));
  return exitCodes.failed;
}
