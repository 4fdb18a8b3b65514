import { compareVersions, versionRuleOf } from '../../standards/versions/ecosystem.ts';
import type { Evidence, FindingClass, Observed } from '../findings/public.ts';
import type { Match } from './matching.ts';
import { isKernelSource } from './matching.ts';
import type { Subject } from './subject.ts';

/** One installed thing on one asset with what its subject matched. */
export interface InstalledMatch {
  readonly softwareId: number | null;
  /** The name people know it by: the binary package. */
  readonly component: string;
  readonly version: string;
  readonly subject: Subject;
  readonly match: Match;
}

export interface AssetCircumstances {
  readonly assetId: string;
  /** `uname -r` of the kernel that runs; null: not known. */
  readonly runningKernel: string | null;
  /** Packages of which a process listens on an address other than loopback; null: not known. */
  readonly listening: ReadonlySet<string> | null;
}

/**
 * What is to be reported of one asset: its matches, one per vulnerability. Several packages of one
 * source are one finding with several pieces of evidence. A match that is only `unknown` (versions
 * that cannot be compared) is not reported as a finding: it is counted as not assessed.
 */
export function observedOn(
  asset: AssetCircumstances,
  installed: readonly InstalledMatch[],
): readonly Observed[] {
  const byKey = new Map<string, InstalledMatch[]>();
  for (const item of installed) {
    if (item.match.verdict !== 'affected') continue;
    const list = byKey.get(item.match.weaknessKey) ?? [];
    list.push(item);
    byKey.set(item.match.weaknessKey, list);
  }
  return [...byKey].map(([weaknessKey, items]) => {
    const classes = items.map((item) => classOn(asset, item));
    const findingClass = classOrder.find((name) => classes.includes(name))!;
    const counting = items.filter((_, at) => classes[at] === findingClass);
    return {
      assetId: asset.assetId,
      weaknessKey,
      findingClass,
      fix: fixOf(counting),
      reachable: reachableOn(asset, counting),
      evidence: counting.flatMap(evidenceOf).slice(0, 50),
    };
  });
}

/** The first of these that any evidence has is the finding's class. */
const classOrder: readonly FindingClass[] = [
  'normal',
  'unsupported',
  'unimportant',
  'not-running-kernel',
];

function classOn(
  asset: AssetCircumstances,
  { subject, component, match }: InstalledMatch,
): FindingClass {
  if (isKernelSource(subject.ecosystem, subject.name) && !runs(asset.runningKernel, component)) {
    return 'not-running-kernel';
  }
  return match.class;
}

/**
 * Is this package the kernel that runs? Debian and Ubuntu put the release into the package's name
 * (`linux-image-6.1.0-28-amd64`); headers, tools and libraries of the same source run nothing.
 * When the running kernel is not known, an installed image counts: unknown is never safe.
 */
function runs(runningKernel: string | null, component: string): boolean {
  const image = /^linux-image-(?:unsigned-)?(.+)$/.exec(component)?.[1];
  if (image !== undefined) return runningKernel === null || image === runningKernel;
  return /^kernel(-core)?$/.test(component);
}

/** The package to upgrade, and the version that removes every piece of evidence: the highest. */
function fixOf(items: readonly InstalledMatch[]): Observed['fix'] {
  let fix: Observed['fix'] = null;
  for (const { subject, match } of items) {
    if (match.fixedVersion === null) continue;
    const { ecosystem, name } = subject;
    if (fix === null || (fix.name === name && higher(ecosystem, match.fixedVersion, fix.version))) {
      fix = { ecosystem, name, version: match.fixedVersion };
    }
  }
  return fix;
}

function higher(ecosystem: string, a: string, b: string): boolean {
  const rule = versionRuleOf(ecosystem);
  return rule !== undefined && compareVersions(rule, a, b) === 1;
}

function reachableOn(
  { listening }: AssetCircumstances,
  items: readonly InstalledMatch[],
): boolean | null {
  if (listening === null) return null;
  return items.some(({ component }) => listening.has(component)) ? true : null;
}

function evidenceOf({
  softwareId,
  component,
  version,
  subject,
  match,
}: InstalledMatch): Evidence[] {
  return match.evidence.map((evidence) => ({
    softwareId,
    component,
    version,
    ecosystem: subject.ecosystem,
    ...evidence,
  }));
}
