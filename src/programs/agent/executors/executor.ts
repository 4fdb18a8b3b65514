import type { Action, OrderReport, OrderState } from '../../../modules/agent-protocol/api.ts';
import type { Remembered } from '../journal.ts';
import { type Ending, type Machine, tail, type Worked, type WorkOptions } from '../machine.ts';

/** How an action ended; `reboot-pending`: it ends with the next restart. */
export interface Outcome {
  readonly state: Extract<
    OrderState,
    'done' | 'no-effect' | 'failed' | 'refused' | 'reboot-pending'
  >;
  readonly reason?: string;
  readonly output?: string;
  readonly exitCode?: number;
  readonly before?: Readonly<Record<string, string | null>>;
  readonly after?: Readonly<Record<string, string | null>>;
  readonly rebootNeeded?: boolean;
  readonly uploadId?: string;
}

export type Work = (
  command: string,
  args: readonly string[],
  options: Omit<WorkOptions, 'outputFile' | 'onStart'>,
) => Promise<Worked>;

/** What an action has to do with: the machine, and the order it belongs to. */
export interface ActionContext {
  readonly orderId: string;
  readonly machine: Machine;
  /** Say what would happen; change nothing. */
  readonly dryRun: boolean;
  /** Aborted: the server wants the order stopped, where that is safe. */
  readonly signal: AbortSignal;
  /** A private folder of the agent, for what has to be kept. */
  readonly folder: string;
  /** Runs a process that is written down first, so that a next agent finds it. */
  readonly work: Work;
  readonly remembered: Remembered;
  /** On the disk when it returns; throws when it cannot be. */
  readonly remember: (more: Remembered) => void;
  readonly now: () => Date;
  /** Sends a file up; answers the id of the upload. Throws when that fails for good. */
  readonly upload: (file: string, name: string) => Promise<string>;
}

type ActionOf<T extends Action['type']> = Extract<Action, { type: T }>;

export interface Executor<T extends Action['type'] = Action['type']> {
  perform(action: ActionOf<T>, context: ActionContext): Promise<Outcome>;
  /**
   * The agent was killed, or the machine went down, in the middle of it. Looks what is really the
   * case, repairs what is half done where the tool knows how, and does not do the order again.
   */
  recover(action: ActionOf<T>, context: ActionContext): Promise<Outcome>;
  /** Of one that answered `reboot-pending`: looked at now and then, undefined while it goes on. */
  tick?(action: ActionOf<T>, context: ActionContext): Promise<Outcome | undefined>;
}

export const failed = (reason: string, output: string, more: Partial<Outcome> = {}): Outcome => ({
  state: 'failed',
  reason,
  output: tail(output),
  ...more,
});

/** A process that did not end by itself, or undefined when it did. */
export function brokenOff({
  ending,
  output,
}: {
  ending: Ending;
  output: string;
}): Outcome | undefined {
  if (ending === 'cancelled') return failed('CANCELLED', output);
  if (ending === 'timed-out') return failed('TIMED_OUT', output);
  if (ending === 'not-started') return failed('NOT_STARTED', output);
  return undefined;
}

/** The report's fields of an outcome: nothing undefined, nothing too long. */
export function contentOf(outcome: Outcome): Omit<OrderReport, 'orderId' | 'sequence' | 'at'> {
  const { output, exitCode, ...rest } = outcome;
  const defined = Object.fromEntries(
    Object.entries(rest).filter(([, value]) => value !== undefined),
  ) as typeof rest;
  return {
    ...defined,
    ...(output ? { output: tail(output) } : {}),
    ...(Number.isSafeInteger(exitCode) ? { exitCode: exitCode! } : {}),
  } as Omit<OrderReport, 'orderId' | 'sequence' | 'at'>;
}
