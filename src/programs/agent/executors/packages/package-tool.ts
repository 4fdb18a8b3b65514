import type { Action, PackageManager } from '../../../../modules/agent-protocol/api.ts';
import type { Comparison } from '../../../../standards/versions/comparison.ts';
import type { Machine } from '../../machine.ts';

export type PackageAction = Extract<Action, { manager: PackageManager }>;
export type PackageChange = PackageAction['type'];
export type PackageTarget = PackageAction['packages'][number];
/** By the name that was asked for; null: not there. */
export type Versions = ReadonlyMap<string, string | null>;

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** What the tool would do, as it says itself: package to version; null: removed; empty: unsaid. */
export type Plan = Versions;

/** Bytes to fetch and to keep; undefined: the tool does not say. */
export interface Sizes {
  readonly downloadBytes: number | undefined;
  readonly diskBytes: number | undefined;
}

/** How one package manager is asked and told. All texts are those of the C locale. */
export interface PackageTool {
  readonly manager: PackageManager;
  readonly environment?: Readonly<Record<string, string>>;
  /** What is installed of these. Throws when the tool cannot be asked. */
  versions(machine: Machine, names: readonly string[]): Promise<Versions>;
  /** Fetches the lists of what is available; changes no package. */
  readonly refresh?: Command;
  /** The version that an upgrade or installation would give; null: none is offered. */
  candidates(machine: Machine, names: readonly string[]): Promise<Versions>;
  /** Those that the owner of the machine holds at their version. */
  held?(machine: Machine, names: readonly string[]): Promise<ReadonlySet<string>>;
  /** An upgrade also brings what is not there: an update of Windows is not a package of before. */
  readonly upgradeInstalls?: boolean;
  /** A dry run. Absent: the tool has none, and the candidates must do. */
  plan?(change: PackageChange, names: readonly string[]): Command;
  /** Exit codes besides 0 with which a dry run says what would happen. */
  readonly planExits?: readonly number[];
  readPlan?(output: string, names: readonly string[]): Plan;
  sizes?(change: PackageChange, names: readonly string[]): Command;
  readSizes?(output: string): Sizes;
  /** Fetches only, so that it can be broken off, and fail, without any harm. */
  fetch?(change: PackageChange, names: readonly string[]): Command;
  /** More than one where the tool takes one package at a time. */
  apply(change: PackageChange, targets: readonly PackageTarget[]): readonly Command[];
  /** Exit codes besides 0 of a success. */
  readonly goodExits?: readonly number[];
  /** Why it failed, in our words; undefined: not known. */
  explain(output: string, exitCode: number | null): string | undefined;
  /** Brings a half-done state in order. */
  readonly repair?: Command;
  /** Something is half done. Empty: nothing. */
  audit?(machine: Machine): Promise<string>;
  rebootNeeded(machine: Machine, after: RebootEvidence): Promise<boolean>;
  compare(a: string, b: string): Comparison;
  /** Folders whose file systems must have room. */
  readonly downloadFolder?: string;
  readonly installFolder?: string;
}

export interface RebootEvidence {
  readonly exitCodes: readonly (number | null)[];
  /** Names of everything that changed, as far as the plan said. */
  readonly changed: readonly string[];
  readonly output: string;
}

/** The first rule whose pattern is found. */
export function explainBy(
  rules: readonly (readonly [RegExp, string])[],
  output: string,
): string | undefined {
  return rules.find(([pattern]) => pattern.test(output))?.[1];
}

export const kernelPackage = /^(linux-image|linux-lts|linux-virt|kernel)(-|$)/;

/** Bytes of a size as tools write it: `1,234 kB`, `5.1 MiB`, `300 B`, `12 k`. */
export function bytesOf(number: string, unit: string): number | undefined {
  const value = Number(number.replaceAll(',', ''));
  const letter = unit.charAt(0).toUpperCase();
  const power = { B: 0, K: 1, M: 2, G: 3, T: 4 }[letter];
  if (Number.isNaN(value) || power === undefined) return undefined;
  return Math.round(value * (unit.includes('i') ? 1024 : 1000) ** power);
}
