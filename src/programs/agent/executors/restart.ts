import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '../../../modules/agent-protocol/api.ts';
import { type ActionContext, type Executor, failed, type Outcome } from './executor.ts';

type Restart = Extract<Action, { type: 'restart' }>;

/**
 * Where users of the machine put a restart off: any file that they make here counts as one
 * deferral. They may write and not read (sticky, like /tmp).
 */
export const deferralFolder = '/run/yojin/postpone-restart';
const soonSeconds = 60;
const lastNoticeSeconds = 600;
/** A restart that the system was told to make and that did not come in this time has not worked. */
const overdueSeconds = 15 * 60;

/** Times in seconds since 1970. */
export interface RestartPlan {
  readonly dueAt: number;
  readonly deadlineAt: number;
  readonly deferralsLeft: number;
  readonly slotSeconds: number;
}

/**
 * When to restart: soon where nobody is signed in, else after an equal share of the time that there
 * is for each deferral, so that the last one ends at the deadline.
 */
export function planRestart(
  { atMostSeconds, deferrals }: Pick<Restart, 'atMostSeconds' | 'deferrals'>,
  nowSeconds: number,
  somebodyIsSignedIn: boolean,
): RestartPlan {
  const slotSeconds = Math.floor(atMostSeconds / (deferrals + 1));
  const wait = somebodyIsSignedIn ? slotSeconds : Math.min(soonSeconds, atMostSeconds);
  return {
    dueAt: nowSeconds + wait,
    deadlineAt: nowSeconds + atMostSeconds,
    deferralsLeft: deferrals,
    slotSeconds,
  };
}

/** The plan after somebody put it off; the same when no deferral is left. */
export function postpone(plan: RestartPlan): RestartPlan {
  if (plan.deferralsLeft === 0) return plan;
  return {
    ...plan,
    deferralsLeft: plan.deferralsLeft - 1,
    dueAt: Math.min(plan.deadlineAt, plan.dueAt + plan.slotSeconds),
  };
}

export const restartExecutor: Executor<'restart'> = {
  async perform(action, context) {
    const { machine, remember } = context;
    const users = await signedIn(context);
    const plan = planRestart(action, seconds(context), users > 0);
    const when = new Date(plan.dueAt * 1000).toISOString();
    if (context.dryRun) {
      return { state: 'done', output: `${users} signed in; would restart at ${when}` };
    }
    remember({
      bootId: await machine.bootId(),
      step: 'planned',
      numbers: { ...plan, noticedAt: seconds(context) },
    });
    if (plan.deferralsLeft > 0) openDeferrals(context);
    await notify(context, action, plan);
    return { state: 'reboot-pending', rebootNeeded: true, output: `restarts at ${when}` };
  },
  async recover(action, context) {
    // Killed while it planned: either the restart came anyway, or nothing was planned.
    const done = await hasRestarted(context);
    if (done) return { state: 'done', rebootNeeded: false };
    if (context.remembered.numbers?.['dueAt'] === undefined) {
      return failed('INTERRUPTED', 'the agent ended before the restart was planned');
    }
    return (
      (await restartExecutor.tick?.(action, context)) ?? {
        state: 'reboot-pending',
        rebootNeeded: true,
      }
    );
  },
  async tick(action, context) {
    const { remembered, remember } = context;
    if (await hasRestarted(context)) return { state: 'done', rebootNeeded: false };
    const numbers = remembered.numbers ?? {};
    const now = seconds(context);
    if (remembered.step === 'told') {
      const toldAt = numbers['toldAt'] ?? now;
      return now - toldAt > overdueSeconds
        ? { state: 'no-effect', reason: 'NO_EFFECT', output: 'the restart did not come' }
        : undefined;
    }
    if (context.signal.aborted) return failed('CANCELLED', 'the restart was called off');
    let plan: RestartPlan = {
      dueAt: numbers['dueAt'] ?? now,
      deadlineAt: numbers['deadlineAt'] ?? now,
      deferralsLeft: numbers['deferralsLeft'] ?? 0,
      slotSeconds: numbers['slotSeconds'] ?? 0,
    };
    if (plan.deferralsLeft > 0 && takeDeferral(context)) {
      plan = postpone(plan);
      remember({ numbers: { ...numbers, ...plan } });
      await notify(context, action, plan);
    }
    if (now >= plan.dueAt) return restartNow(action, context);
    const lastNotice = plan.dueAt - lastNoticeSeconds;
    if (now >= lastNotice && (numbers['noticedAt'] ?? 0) < lastNotice) {
      remember({ numbers: { ...numbers, ...plan, noticedAt: now } });
      await notify(context, action, plan);
    }
    return undefined;
  },
};

async function restartNow(action: Restart, context: ActionContext): Promise<Outcome | undefined> {
  const { machine, remember, remembered } = context;
  const notice = action.notice.replaceAll(/\s+/g, ' ');
  const [command, args] = restartCommand(machine.platform, notice);
  remember({ step: 'told', numbers: { ...remembered.numbers, toldAt: seconds(context) } });
  const { exitCode, stdout, stderr } = await machine.ask(command, args);
  if (exitCode === 0) return undefined;
  return failed('RESTART_FAILED', `${stdout}${stderr}`, { exitCode: exitCode ?? -1 });
}

/** The words come after everything that could be taken for an option. */
export function restartCommand(
  platform: NodeJS.Platform,
  notice: string,
): readonly [string, readonly string[]] {
  if (platform === 'win32') {
    const comment = notice.slice(0, 500) || 'Yojin';
    return ['shutdown.exe', ['/r', '/t', '60', '/d', 'p:0:0', '/c', comment]];
  }
  return ['shutdown', ['-r', '+1', ...(notice ? [`Yojin: ${notice}`] : [])]];
}

async function notify(context: ActionContext, action: Restart, plan: RestartPlan): Promise<void> {
  const { machine } = context;
  const when = `${new Date(plan.dueAt * 1000).toISOString().slice(0, 16)}Z`;
  const text = [
    action.notice,
    `This machine restarts at ${when}. / このコンピューターは ${when} に再起動します。`,
    plan.deferralsLeft > 0
      ? `To put it off (${plan.deferralsLeft} left) / 延期するには（残り ${plan.deferralsLeft} 回）: touch ${deferralFolder}/$USER`
      : '',
  ]
    .filter(Boolean)
    .join('\n');
  if (machine.platform === 'win32') await machine.ask('msg.exe', ['*', '/time:300', text]);
  else await machine.ask('wall', [], { input: `${text}\n` });
}

function openDeferrals({ machine }: ActionContext): void {
  if (machine.platform === 'win32') return;
  const folder = machine.path(deferralFolder);
  try {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o1733);
  } catch {
    // Without the folder nobody can put it off; the deadline stays what it was.
  }
}

/** True: somebody asked for more time since the last look. */
function takeDeferral({ machine }: ActionContext): boolean {
  const folder = machine.path(deferralFolder);
  try {
    const wishes = readdirSync(folder);
    for (const wish of wishes) rmSync(join(folder, wish), { recursive: true, force: true });
    return wishes.length > 0;
  } catch {
    return false;
  }
}

async function signedIn({ machine }: ActionContext): Promise<number> {
  const [command, args] =
    machine.platform === 'win32' ? (['quser.exe', []] as const) : (['who', []] as const);
  const { stdout } = await machine.ask(command, args);
  const lines = stdout.split('\n').filter((line) => line.trim() !== '').length;
  return machine.platform === 'win32' ? Math.max(0, lines - 1) : lines;
}

async function hasRestarted({ machine, remembered }: ActionContext): Promise<boolean> {
  return remembered.bootId !== undefined && (await machine.bootId()) !== remembered.bootId;
}

const seconds = ({ now }: ActionContext) => Math.floor(now().getTime() / 1000);
