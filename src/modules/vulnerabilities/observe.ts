import type { Evidence, FindingClass, Observed } from '../findings/public.ts';
import type { Match } from './matching.ts';
import { isKernelSource, orderOf } from './matching.ts';
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
      ...fixesOf(counting),
      reachable: reachableOn(asset, counting),
      evidence: evidenceOfAll(counting).slice(0, 50),
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

/**
 * Every package to upgrade, each with the version that removes every piece of its evidence: the
 * highest. The first with a fix leads; one without a fix is named as such, for the others alone do
 * not end it.
 */
function fixesOf(items: readonly InstalledMatch[]): Pick<Observed, 'fix' | 'furtherFixes'> {
  const packages = new Map<string, { ecosystem: string; name: string; version: string | null }>();
  for (const { subject, match } of items) {
    const { ecosystem, name } = subject;
    const key = `${ecosystem}\n${name}`;
    const before = packages.get(key);
    const version =
      before === undefined || before.version === null
        ? match.fixedVersion
        : match.fixedVersion !== null && higher(ecosystem, match.fixedVersion, before.version)
          ? match.fixedVersion
          : before.version;
    packages.set(key, { ecosystem, name, version });
  }
  const all = [...packages.values()];
  const first = all.find(({ version }) => version !== null);
  if (first === undefined) return { fix: null };
  const further = all.filter((each) => each !== first).slice(0, 50);
  return {
    fix: { ...first, version: first.version! },
    ...(further.length > 0 && { furtherFixes: further }),
  };
}

function higher(ecosystem: string, a: string, b: string): boolean {
  return orderOf(ecosystem)(a, b) === 1;
}

function reachableOn(
  { listening }: AssetCircumstances,
  items: readonly InstalledMatch[],
): boolean | null {
  if (listening === null) return null;
  return items.some(({ component }) => listening.has(component)) ? true : null;
}

/** One piece of each package comes first, so that a limit leaves none of them out. */
function evidenceOfAll(items: readonly InstalledMatch[]): readonly Evidence[] {
  const seen = new Set<string>();
  const [first, rest]: [Evidence[], Evidence[]] = [[], []];
  for (const item of items) {
    const [one, ...others] = evidenceOf(item);
    if (one) (seen.has(item.subject.name) ? rest : first).push(one);
    rest.push(...others);
    seen.add(item.subject.name);
  }
  return [...first, ...rest];
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
