import { statfsSync } from 'node:fs';
import type { Machine } from '../../machine.ts';
import { type ActionContext, brokenOff, failed, type Outcome } from '../executor.ts';
import type {
  Command,
  PackageAction,
  PackageTarget,
  PackageTool,
  Plan,
  Versions,
} from './package-tool.ts';

/** Looking and fetching may be broken off at any time; a package manager at work may not. */
const refreshMs = 5 * 60_000;
const fetchMs = 60 * 60_000;
const applyMs = 2 * 3_600_000;
/** What unpacking needs beside what stays. */
const spareBytes = 20 * 1024 * 1024;

type Problem = { readonly reason: string; readonly says: string };

/**
 * Upgrades, installs or removes packages, in steps of which all but the last change nothing: what
 * is there, the lists of what is available (refreshed also in a dry run), what the tool would do,
 * room on the disks, fetching, and then the change itself. Packages that cannot be done do not hold
 * up the others, but the order has failed then, with the first reason and each one named.
 */
export async function changePackages(
  tool: PackageTool,
  action: PackageAction,
  context: ActionContext,
): Promise<Outcome> {
  const { machine } = context;
  const names = action.packages.map(({ name }) => name);
  const before = await tool.versions(machine, names);
  context.remember({ before: Object.fromEntries(before), bootId: await machine.bootId() });

  let refreshProblem: string | undefined;
  if (tool.refresh && action.type !== 'package-remove') {
    const refreshed = await run(tool, tool.refresh, context, refreshMs, 'may-stop');
    if (refreshed.ending === 'cancelled')
      return failed('CANCELLED', refreshed.output, said(before));
    // The lists of before may do: apt goes on with those when a mirror is away.
    refreshProblem = tool.explain(refreshed.output, refreshed.exitCode);
  }
  const { todo, problems } = await sortOut(tool, action, before, context, refreshProblem);
  if (todo.length === 0) return conclude(action, before, before, problems, [], false);

  const attempt = () => attemptChange(tool, action, todo, before, problems, context);
  const first = await attempt();
  if (first.reason !== 'DPKG_BROKEN' || !tool.repair || context.dryRun) return first;
  // Once: what does not come in order by that needs a person.
  const repaired = await run(tool, tool.repair, context, applyMs, 'must-end');
  const left = (await tool.audit?.(machine)) ?? '';
  if (repaired.exitCode !== 0 || left !== '') {
    const reason = tool.explain(repaired.output, repaired.exitCode) ?? 'DPKG_BROKEN';
    return failed(reason, `${first.output}\n${repaired.output}\n${left}`, {
      ...said(before, await tool.versions(machine, names)),
      ...(repaired.exitCode !== null && { exitCode: repaired.exitCode }),
    });
  }
  return attempt();
}

/**
 * After an agent that was killed, or a machine that went down, in the middle of it: lets the tool
 * bring a half-done state in order, and says what is there now.
 */
export async function recoverPackages(
  tool: PackageTool,
  action: PackageAction,
  context: ActionContext,
): Promise<Outcome> {
  const { machine, remembered } = context;
  const names = action.packages.map(({ name }) => name);
  let words = '';
  if (tool.repair && tool.audit && (context.remembered.process || (await tool.audit(machine)))) {
    // Also without a complaint of the audit: an interrupted dpkg leaves a journal that it does not show.
    const repaired = await run(tool, tool.repair, context, applyMs, 'must-end');
    words = repaired.output;
    const left = await tool.audit(machine);
    if (repaired.exitCode !== 0 || left !== '') {
      const reason = tool.explain(repaired.output, repaired.exitCode) ?? 'DPKG_BROKEN';
      const now = await tool.versions(machine, names);
      return failed(reason, `${repaired.output}\n${left}`, { after: Object.fromEntries(now) });
    }
  }
  const before: Versions | undefined =
    remembered.before && new Map(Object.entries(remembered.before));
  const now = await tool.versions(machine, names);
  const short = action.packages.filter((target) => !reached(tool, action, target, before, now));
  const evidence = { exitCodes: [], changed: changedBetween(before ?? now, now), output: words };
  const rebootNeeded = evidence.changed.length > 0 && (await tool.rebootNeeded(machine, evidence));
  if (short.length === 0) {
    return {
      state: rebootNeeded ? 'reboot-pending' : 'done',
      ...said(before ?? now, now),
      rebootNeeded,
      output: words,
    };
  }
  const missing = short.map(({ name }) => `${name}: ${now.get(name) ?? 'not installed'}`);
  return failed('INTERRUPTED', `${words}\n${missing.join('\n')}`, {
    ...said(before ?? now, now),
    rebootNeeded,
  });
}

/** Of an update that needs a restart: done with the restart, whoever asked for it. */
export async function packagesAfterRestart(
  tool: PackageTool,
  action: PackageAction,
  { machine, remembered }: ActionContext,
): Promise<Outcome | undefined> {
  if (remembered.bootId === undefined || (await machine.bootId()) === remembered.bootId) {
    return undefined;
  }
  const after = await tool.versions(
    machine,
    action.packages.map(({ name }) => name),
  );
  return { state: 'done', after: Object.fromEntries(after), rebootNeeded: false };
}

/** What there is to do, and what of it cannot be done. */
async function sortOut(
  tool: PackageTool,
  action: PackageAction,
  before: Versions,
  { machine }: ActionContext,
  refreshProblem: string | undefined,
): Promise<{ todo: PackageTarget[]; problems: Problem[] }> {
  const names = action.packages.map(({ name }) => name);
  const removing = action.type === 'package-remove';
  const candidates: Versions = removing ? new Map() : await tool.candidates(machine, names);
  const held = removing ? undefined : await tool.held?.(machine, names);
  const todo: PackageTarget[] = [];
  const problems: Problem[] = [];
  for (const target of action.packages) {
    const { name, atLeast } = target;
    const installed = before.get(name) ?? null;
    const candidate = candidates.get(name) ?? null;
    const problem = (reason: string, says: string) =>
      problems.push({ reason, says: `${name}: ${says}` });
    if (removing) {
      if (installed !== null) todo.push(target);
    } else if (installed === null && action.type === 'package-upgrade' && !tool.upgradeInstalls) {
      problem('NOT_INSTALLED', 'not installed, so there is nothing to upgrade');
    } else if (installed !== null && isAtLeast(tool, installed, atLeast ?? candidate)) {
      // There already.
    } else if (held?.has(name)) {
      problem('HELD', `held at ${installed}`);
    } else if (candidate === null) {
      problem(refreshProblem ?? 'NOT_FOUND', 'no version is offered to this machine');
    } else if (atLeast !== undefined && !isAtLeast(tool, candidate, atLeast)) {
      problem(
        refreshProblem ?? 'NOT_AVAILABLE',
        `${atLeast} is asked for, ${candidate} is the newest that is offered to this machine`,
      );
    } else todo.push(target);
  }
  return { todo, problems };
}

async function attemptChange(
  tool: PackageTool,
  action: PackageAction,
  todo: readonly PackageTarget[],
  before: Versions,
  problems: readonly Problem[],
  context: ActionContext,
): Promise<Outcome> {
  const { machine } = context;
  const names = todo.map(({ name }) => name);
  const all = action.packages.map(({ name }) => name);
  const fault = (output: string, exitCode: number | null, otherwise: string) =>
    failed(tool.explain(output, exitCode) ?? otherwise, withProblems(output, problems), {
      ...said(before, before),
      ...(exitCode !== null && { exitCode }),
    });

  let changed: string[] = names;
  if (tool.plan && tool.readPlan) {
    const command = tool.plan(action.type, names);
    const planned = await machine.ask(command.command, command.args, { timeoutMs: refreshMs });
    const words = `${planned.stdout}${planned.stderr}`;
    const fine = [0, ...(tool.planExits ?? [])].includes(planned.exitCode ?? -1);
    if (!fine) return fault(words, planned.exitCode, 'PLAN_FAILED');
    const plan = tool.readPlan(planned.stdout, names);
    changed = [...plan.keys()];
    // Nobody asked for, and nobody saw, the end of something else.
    const others = [...plan].filter(([name, to]) => to === null && !namesOneOf(name, names));
    if (others.length > 0) {
      const list = others.map(([name]) => name).join(', ');
      return fault(`this would also remove: ${list}\n${words}`, null, 'WOULD_REMOVE');
    }
    if (context.dryRun) {
      const after = await asPlanned(tool, machine, before, plan, names);
      return conclude(action, before, after, problems, names, false, words);
    }
  } else if (context.dryRun) {
    const candidates = await tool.candidates(machine, names);
    const after = new Map(before);
    for (const name of names) {
      after.set(name, action.type === 'package-remove' ? null : (candidates.get(name) ?? null));
    }
    return conclude(action, before, after, problems, names, false);
  }

  const room = await roomProblem(tool, action, names, machine);
  if (room !== undefined) return fault(room, null, 'DISK_FULL');

  const fetching = tool.fetch?.(action.type, names);
  if (fetching) {
    const fetched = await run(tool, fetching, context, fetchMs, 'may-stop');
    if (fetched.ending !== 'exited') return { ...brokenOff(fetched)!, ...said(before, before) };
    if (fetched.exitCode !== 0) return fault(fetched.output, fetched.exitCode, 'FETCH_FAILED');
  }

  const exitCodes: (number | null)[] = [];
  let words = '';
  let broken: Outcome | undefined;
  for (const command of tool.apply(action.type, todo)) {
    if (context.signal.aborted) {
      broken = failed('CANCELLED', words);
      break;
    }
    context.remember({ step: 'apply' });
    const applied = await run(tool, command, context, applyMs, 'must-end');
    words += applied.output;
    exitCodes.push(applied.exitCode);
    const fine = [0, ...(tool.goodExits ?? [])].includes(applied.exitCode ?? -1);
    broken ??= brokenOff(applied);
    if (!broken && !fine) {
      const reason = tool.explain(applied.output, applied.exitCode) ?? 'TOOL_FAILED';
      broken = failed(reason, words, { exitCode: applied.exitCode ?? -1 });
    }
  }
  const after = await tool.versions(machine, all);
  const rebootNeeded =
    changedBetween(before, after).length > 0 &&
    (await tool.rebootNeeded(machine, { exitCodes, changed, output: words }));
  if (broken) {
    return {
      ...broken,
      output: withProblems(words || broken.output || '', problems),
      ...said(before, after),
      rebootNeeded,
    };
  }
  return conclude(action, before, after, problems, names, rebootNeeded, words, tool, todo);
}

/** What has come of it, by what is there and not by what the tool said. */
function conclude(
  action: PackageAction,
  before: Versions,
  after: Versions,
  problems: readonly Problem[],
  names: readonly string[],
  rebootNeeded: boolean,
  output = '',
  tool?: PackageTool,
  todo: readonly PackageTarget[] = [],
): Outcome {
  const short = tool ? todo.filter((target) => !reached(tool, action, target, before, after)) : [];
  const all = [
    ...problems,
    ...short.map(({ name, atLeast }) => ({
      reason: 'NO_EFFECT',
      says: `${name}: still ${after.get(name) ?? 'not installed'}${atLeast ? `, ${atLeast} was asked for` : ''}`,
    })),
  ];
  const more = { ...said(before, after), rebootNeeded };
  const [first] = all;
  if (first) {
    const text = withProblems(output, all);
    // All that can be said is that nothing came of it: not a failure of any tool.
    const without = ['NO_EFFECT', 'NOT_INSTALLED'];
    const nothing =
      all.every(({ reason }) => without.includes(reason)) &&
      changedBetween(before, after).length === 0;
    return nothing
      ? { state: 'no-effect', reason: first.reason, output: text, ...more }
      : failed(first.reason, text, more);
  }
  if (names.length === 0) {
    // Everything was as it was asked for, before anything was done.
    return { state: 'done', reason: 'ALREADY', output, ...more };
  }
  return { state: rebootNeeded ? 'reboot-pending' : 'done', output, ...more };
}

function reached(
  tool: PackageTool,
  action: PackageAction,
  { name, atLeast }: PackageTarget,
  before: Versions | undefined,
  after: Versions,
): boolean {
  const now = after.get(name) ?? null;
  if (action.type === 'package-remove') return now === null;
  if (now === null) return false;
  if (atLeast !== undefined) return isAtLeast(tool, now, atLeast);
  const then = before?.get(name);
  return then === null || (then !== undefined && tool.compare(now, then) === 1);
}

const isAtLeast = (tool: PackageTool, version: string, least: string | null): boolean =>
  least !== null && [0, 1].includes(tool.compare(version, least) as number);

function run(
  tool: PackageTool,
  { command, args }: Command,
  context: ActionContext,
  timeoutMs: number,
  breaking: 'may-stop' | 'must-end',
) {
  return context.work(command, args, {
    timeoutMs,
    lowPriority: true,
    ...(tool.environment && { environment: tool.environment }),
    ...(breaking === 'may-stop' && { signal: context.signal }),
  });
}

async function roomProblem(
  tool: PackageTool,
  action: PackageAction,
  names: readonly string[],
  machine: Machine,
): Promise<string | undefined> {
  if (!tool.sizes || !tool.readSizes || action.type === 'package-remove') return undefined;
  const { command, args } = tool.sizes(action.type, names);
  const { downloadBytes = 0, diskBytes = 0 } = tool.readSizes(
    (await machine.ask(command, args)).stdout,
  );
  const places = [
    [tool.downloadFolder, downloadBytes],
    [tool.installFolder, diskBytes + spareBytes],
  ] as const;
  for (const [folder, needed] of places) {
    if (!folder || needed === 0) continue;
    const free = freeBytes(machine.path(folder));
    if (free !== undefined && free < needed) {
      return `${folder}: ${needed} bytes are needed, ${free} are free`;
    }
  }
  return undefined;
}

function freeBytes(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

const bare = (name: string) => name.replace(/:[a-z0-9-]+$/, '');
const namesOneOf = (name: string, names: readonly string[]) =>
  names.some((asked) => asked === name || bare(asked) === bare(name));

async function asPlanned(
  tool: PackageTool,
  machine: Machine,
  before: Versions,
  plan: Plan,
  names: readonly string[],
): Promise<Versions> {
  const after = new Map(before);
  for (const [name, version] of plan) {
    for (const asked of names) if (namesOneOf(name, [asked])) after.set(asked, version);
  }
  if (![...after.values()].includes('')) return after;
  const candidates = await tool.candidates(machine, names);
  return new Map(
    [...after].map(([name, version]) => [name, version || (candidates.get(name) ?? null)]),
  );
}

const changedBetween = (before: Versions, after: Versions): string[] =>
  [...after].filter(([name, version]) => before.get(name) !== version).map(([name]) => name);

const said = (before: Versions, after: Versions = before) => ({
  before: Object.fromEntries(before),
  after: Object.fromEntries(after),
});

/** Each problem in a line of its own at the end, where a cut leaves it. */
const withProblems = (output: string, problems: readonly Problem[]) =>
  [output.trimEnd(), ...problems.map(({ says }) => says)].filter(Boolean).join('\n');
