import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { EnrolmentSecretCreated } from '../../modules/agent-protocol/api.ts';
import type { EndpointSummary, Scope } from '../../modules/assets/api.ts';
import type { Language } from '../../platform/i18n/language.ts';
import { homeAt, homePath } from '../launcher/home.ts';
import { readServerNote } from '../launcher/instance-lock.ts';
import type { Snapshot } from '../simulate/counts.ts';
import type { Obstacle } from '../simulate/preflight.ts';
import { type Profile, profiles } from '../simulate/profile-name.ts';
import { bytesText } from './age.ts';
import type { ApiClient } from './api-client.ts';
import type { Context, ListOf } from './context.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { type SimulateTexts, simulateTexts } from './simulate-texts.ts';
import { renderPairs } from './table.ts';

interface SimulateOptions {
  readonly endpoints?: number;
  readonly profile: Profile;
  readonly seed: string;
  readonly server?: string;
  readonly secretFile?: string;
  readonly duration?: number;
  readonly offline: number;
  readonly misbehaving: number;
  readonly clones: number;
  readonly changesPerDay: number;
  readonly rate: number;
  readonly sockets: '1' | '3';
  readonly allowRemote?: boolean;
  readonly forget?: boolean;
}

/** Simulated endpoints have a scope of their own, so that all of them can be taken away again. */
const scopeName = 'Simulation';

/** Adds `yojin simulate`. */
export function addSimulateCommand(
  program: Command,
  language: Language,
  run: (work: (context: Context) => Promise<ExitCode>) => () => Promise<void>,
): void {
  const texts = simulateTexts(language);
  const command = program
    .command('simulate')
    .description(texts('command'))
    .option('--endpoints <n>', texts('option.endpoints'), number(1, 1_000_000))
    .addOption(
      new Option('--profile <name>', texts('option.profile')).choices(profiles).default('mixed'),
    )
    .option('--seed <text>', texts('option.seed'), '1')
    .option('--server <host:port>', texts('option.server'))
    .option('--secret-file <file>', texts('option.secret-file'))
    .option('--duration <time>', texts('option.duration'), seconds)
    .option('--offline <share>', texts('option.offline'), share, share('5%'))
    .option('--misbehaving <share>', texts('option.misbehaving'), share, share('1%'))
    .option('--clones <share>', texts('option.clones'), share, share('0.2%'))
    .option('--changes-per-day <n>', texts('option.changes'), number(0, 100_000), 8)
    .option('--rate <n>', texts('option.rate'), number(1, 10_000), 100)
    .addOption(
      new Option('--sockets <n>', texts('option.sockets')).choices(['1', '3']).default('1'),
    )
    .option('--allow-remote', texts('option.allow-remote'))
    .option('--forget', texts('option.forget'));
  command.action(run((context) => simulate(context, command.opts<SimulateOptions>())));
}

class SimulateFailure extends Error {}

async function simulate(context: Context, options: SimulateOptions): Promise<ExitCode> {
  const texts = simulateTexts(context.texts.language);
  try {
    if (options.forget && options.server !== undefined) {
      throw new SimulateFailure(texts('error.forget'));
    }
    if (options.endpoints === undefined) {
      if (!options.forget) throw new SimulateFailure(texts('error.endpoints'));
      await forgetAll(context, texts);
      return exitCodes.ok;
    }
    return await runSimulation(context, texts, options, options.endpoints);
  } catch (error) {
    if (!(error instanceof SimulateFailure)) throw error;
    context.note(error.message);
    return exitCodes.usage;
  }
}

async function runSimulation(
  context: Context,
  texts: SimulateTexts,
  options: SimulateOptions,
  endpoints: number,
): Promise<ExitCode> {
  const { profile, seed } = options;
  const sockets = options.sockets === '3' ? 3 : 1;
  const { findTarget, tooFewDescriptors } = await import('../simulate/preflight.ts');
  const tooFew = tooFewDescriptors(endpoints, sockets);
  if (tooFew) throw obstacle(texts, tooFew);
  const find = async (server: string) => {
    const found = await findTarget(server, options.allowRemote === true);
    if (!found.ok) throw obstacle(texts, found.obstacle);
    return found.target;
  };
  // Before a secret is made for it.
  const place = options.server === undefined ? undefined : await find(options.server);
  const entry = place === undefined ? await ownEntry(context) : readEntry(context, texts, options);
  const target = place ?? (await find(entry.server));

  const { startSimulation } = await import('../simulate/simulation.ts');
  const simulation = startSimulation({
    population: { seed, profile, endpoints, clones: options.clones, startsAt: context.now },
    target: { ...target, ca: entry.ca },
    secret: entry.secret,
    sockets,
    connectionsPerSecond: options.rate,
    offline: Math.min(0.95, options.offline),
    misbehaving: options.misbehaving,
    changesPerDay: options.changesPerDay,
  });
  const server = `${target.host}:${target.port}`;
  context.note(texts('begun', { endpoints, profile, seed, server }));
  if (sockets === 1) context.note(texts('begun.sockets'));
  if (entry.secretId !== undefined) context.note(texts('begun.scope', { scope: scopeName }));
  await watch(context, texts, options.duration, () => simulation.snapshot());
  context.note(texts('stopping'));
  const last = simulation.snapshot();
  await simulation.stop();
  if (entry.secretId !== undefined) {
    await context.api().send('DELETE', `/api/enrolment-secrets/${entry.secretId}`);
  }
  if (context.json) context.print(`${JSON.stringify({ finished: true, ...last })}\n`);
  else context.print(`${renderPairs(summary(texts, last))}\n`);
  if (options.forget) await forgetAll(context, texts);
  if (last.enrolled > 0) return exitCodes.ok;
  context.note(texts('error.nobody'));
  return exitCodes.failed;
}

function obstacle(texts: SimulateTexts, { kind, ...values }: Obstacle): SimulateFailure {
  return new SimulateFailure(texts(`error.${kind}`, values));
}

/** How endpoints get in. */
interface Entry {
  readonly server: string;
  readonly ca: string;
  readonly secret: string;
  /** Made for this run, and revoked after it. */
  readonly secretId?: string;
}

function readEntry(
  { options: { ca } }: Context,
  texts: SimulateTexts,
  { server, secretFile }: SimulateOptions,
): Entry {
  if (server === undefined || ca === undefined || secretFile === undefined) {
    throw new SimulateFailure(texts('error.pair'));
  }
  const read = (file: string) => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new SimulateFailure(texts('error.file', { file, reason }));
    }
  };
  return { server, ca: read(ca), secret: read(secretFile).trim() };
}

/** A fresh secret of the server that the API is of, for the scope of simulated endpoints. */
async function ownEntry(context: Context): Promise<Entry> {
  const api = context.api();
  const scope = (await simulationScope(api)) ?? (await createScope(api));
  const made = await api.send<EnrolmentSecretCreated>('POST', '/api/enrolment-secrets', {
    name: `${scopeName} ${context.now.toISOString()}`,
    scopeId: scope.id,
    expiresInDays: 1,
  });
  return {
    server: loopbackAddress(context) ?? made.tlsAddress,
    ca: made.caCertificate,
    secret: made.secret,
    secretId: made.enrolmentSecret.id,
  };
}

/**
 * The server of this machine's home tells others its name; from here it is on the loopback, unless
 * it listens on one address only.
 */
function loopbackAddress({ options }: Context): string | undefined {
  if (options.url || process.env['YOJIN_URL']) return undefined;
  const uid = process.getuid?.();
  const home = homePath({ asked: options.home, environment: process.env, uid });
  const address = readServerNote(homeAt(home).run)?.tlsAddress;
  const port = address?.split(':').at(-1);
  const isOwnName = address !== undefined && !/^(\[|[\d.]+:)/.test(address);
  return isOwnName && port !== undefined ? `127.0.0.1:${port}` : address;
}

async function simulationScope(api: ApiClient): Promise<Scope | undefined> {
  const { items } = await api.get<ListOf<Scope>>('/api/scopes', { limit: 1000 });
  return items.find(({ name }) => name === scopeName);
}

function createScope(api: ApiClient): Promise<Scope> {
  const body = { name: scopeName, parentId: null, kind: 'site', relation: 'domestic' };
  return api.send<Scope>('POST', '/api/scopes', body);
}

/** Shows how it goes until the time is up, or Ctrl-C. */
async function watch(
  context: Context,
  texts: SimulateTexts,
  durationSeconds: number | undefined,
  snapshot: () => Snapshot,
): Promise<void> {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) process.exit(130);
    stopping.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  const isTerminal = process.stderr.isTTY === true;
  const everyMs = context.json ? 1000 : isTerminal ? 500 : 10_000;
  const endsAtMs = performance.now() + (durationSeconds ?? Number.POSITIVE_INFINITY) * 1000;
  while (!stopping.signal.aborted && performance.now() < endsAtMs) {
    const waitMs = Math.min(everyMs, Math.max(0, endsAtMs - performance.now()));
    await sleep(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
    const now = snapshot();
    if (context.json) context.print(`${JSON.stringify(now)}\n`);
    else if (isTerminal) process.stderr.write(`\r\u001b[K${progressLine(texts, now)}`);
    else context.note(progressLine(texts, now));
  }
  if (isTerminal && !context.json) process.stderr.write('\n');
}

function progressLine(texts: SimulateTexts, now: Snapshot): string {
  return texts('progress', {
    seconds: Math.round(now.elapsedSeconds),
    enrolled: now.enrolled,
    endpoints: now.endpoints,
    offline: now.offline,
    held: now.heldReads,
    answers: now.questions.answered,
    parts: now.parts,
    errors: errorCount(now),
    memory: bytesText(now.rssBytes),
  });
}

const errorCount = ({ errors }: Snapshot) => Object.values(errors).reduce((a, b) => a + b, 0);

function summary(texts: SimulateTexts, last: Snapshot): [string, string | number | null][] {
  const requests = Object.values(last.requests).reduce((a, b) => a + b, 0);
  const endpointMinutes = (last.enrolled * last.elapsedSeconds) / 60;
  const reasons = Object.entries(last.errors).map(([reason, count]) => `${count} × ${reason}`);
  return [
    [texts('summary.enrolled'), `${last.enrolled} / ${last.endpoints}`],
    [texts('summary.time'), `${last.elapsedSeconds} s`],
    [texts('summary.requests'), requests],
    [
      texts('summary.per-minute'),
      endpointMinutes > 0 ? (requests / endpointMinutes).toFixed(1) : null,
    ],
    [texts('summary.parts'), last.parts],
    [texts('summary.digests'), last.digests],
    [texts('summary.changes'), last.changes],
    [texts('summary.questions'), last.questions.received],
    [texts('summary.answered'), last.questions.answered],
    [texts('summary.withheld'), last.questions.withheld],
    [texts('summary.misbehaviours'), last.misbehaviours],
    [texts('summary.errors'), [errorCount(last), ...reasons.slice(0, 8)].join('; ')],
    [texts('summary.sent'), bytesText(last.sentBytes)],
    [texts('summary.memory'), bytesText(last.rssBytes)],
  ];
}

/** Takes the endpoints of the scope away, a few at a time, then the scope. */
async function forgetAll(context: Context, texts: SimulateTexts): Promise<void> {
  const api = context.api();
  const scope = await simulationScope(api);
  let forgotten = 0;
  if (scope) {
    context.note(texts('forgetting', { count: scope.endpointCount }));
    for (;;) {
      const { items } = await api.get<ListOf<EndpointSummary>>('/api/endpoints', {
        scopeId: scope.id,
        limit: 1000,
      });
      const own = items.filter(({ scopeId }) => scopeId === scope.id);
      if (own.length === 0) break;
      const ids = own.values().map(({ id }) => id);
      const work = async () => {
        for (const id of ids) {
          await api.send('DELETE', `/api/endpoints/${id}`);
          forgotten += 1;
        }
      };
      await Promise.all([work(), work(), work(), work()]);
    }
    await api.send('DELETE', `/api/scopes/${scope.id}`);
  }
  if (context.json) context.print(`${JSON.stringify({ forgotten })}\n`);
  else context.note(scope ? texts('forgotten', { count: forgotten }) : texts('nothing-to-forget'));
}

function number(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`${least}–${most}`);
    }
    return value;
  };
}

/** `5%` or `0.05`; at most all. */
function share(text: string): number {
  const [, digits, percent] = /^(\d+(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  const value = Number(digits) / (percent ? 100 : 1);
  if (digits === undefined || value > 1) throw new InvalidArgumentError('0–100%');
  return value;
}

function seconds(text: string): number {
  const [, digits, unit] = /^(\d+)([smh]?)$/.exec(text) ?? [];
  const units: Readonly<Record<string, number>> = { m: 60, h: 3600 };
  if (digits === undefined || digits === '0') throw new InvalidArgumentError('90s, 10m, 2h');
  return Number(digits) * (units[unit ?? ''] ?? 1);
}
