import type { Action, PackageManager } from '../agent-protocol/api.ts';
import { rebootLikely } from './reboot.ts';
import type { Obstacle } from './texts.ts';

/** An endpoint as a plan has to know it. */
export interface EndpointFacts {
  readonly endpointId: string;
  readonly scopeId: string;
  readonly platform: 'linux' | 'darwin' | 'windows';
  readonly criticality: 'low' | 'normal' | 'high' | 'critical';
  /** Its software was confirmed as of; null: never. */
  readonly confirmedAt: Date | null;
  /** Null: stock osqueryd only. */
  readonly agent: AgentFacts | null;
  /** Packages of its last order, if that failed within a week because of one that is held. */
  readonly held: readonly string[];
  /** Metapackages of kernels that are installed. */
  readonly kernelMetapackages: readonly string[];
}

interface AgentFacts {
  readonly managers: readonly string[];
  readonly privileged: boolean;
  readonly scripts: boolean;
}

/** One package that has to be upgraded to be rid of a finding. */
export interface FixNeeded {
  readonly fixId: number;
  readonly ecosystem: string;
  readonly name: string;
  /** Null: no fix is known. */
  readonly version: string | null;
}

export interface FindingFacts {
  readonly id: number;
  readonly excepted: boolean;
  readonly exploited: boolean;
  readonly fixes: readonly FixNeeded[];
  /** What of these packages is installed there. */
  readonly installed: readonly InstalledPackage[];
}

export interface InstalledPackage {
  /** As the catalogue of software has it: `deb`, `rpm`, `apk`, `program`, … */
  readonly source: string;
  readonly name: string;
  readonly version: string;
  readonly sourceName: string;
  readonly sourceVersion: string;
}

export interface PlannedPackage {
  readonly name: string;
  readonly from: string | null;
  /** Null: the newest there is; its own version follows another count than that of the fix. */
  readonly atLeast: string | null;
}

interface EndpointPlan {
  readonly endpointId: string;
  readonly state: 'waiting' | 'no-agent' | 'excluded';
  readonly manager: PackageManager | null;
  readonly packages: readonly PlannedPackage[];
  /** Findings that close when the work is done. */
  readonly findingIds: readonly number[];
  readonly exploited: number;
  readonly rebootLikely: boolean;
  /** Null when the state is `waiting`. */
  readonly obstacle: Obstacle | null;
  /** Findings there that this work leaves, and why; also where other findings are mended. */
  readonly left: ReadonlyMap<Obstacle, number>;
}

/** Unconfirmed for longer than this, what is installed there is not known. */
export const staleAfterMs = 7 * 86_400_000;

const packageName = /^[A-Za-z0-9@][A-Za-z0-9@._+:~/-]{0,199}$/;
const packageVersion = /^[A-Za-z0-9][A-Za-z0-9.+:~_-]{0,199}$/;
/** Of one order; what is beyond follows in another campaign. */
const packagesAtMost = 500;

/** Which package managers bring the fixes of an ecosystem, the first that is there; by OSV's names. */
export function managersOf(ecosystem: string): readonly PackageManager[] {
  const family = ecosystem.split(':', 1)[0]!;
  switch (family) {
    case 'Debian':
    case 'Ubuntu':
    case 'Echo':
      return ['apt'];
    case 'AlmaLinux':
    case 'Rocky Linux':
    case 'Red Hat':
    case 'Oracle Linux':
    case 'CentOS':
    case 'Fedora':
    case 'Amazon Linux':
    case 'openEuler':
    case 'Mageia':
      return ['dnf', 'yum'];
    case 'SUSE':
    case 'openSUSE':
      return ['zypper'];
    case 'Alpine':
    case 'Wolfi':
    case 'Chainguard':
    case 'Alpaquita':
      return ['apk'];
    case 'Windows':
      return ['windows-update'];
    default:
      return [];
  }
}

const languageEcosystems = new Set([
  'npm',
  'PyPI',
  'Go',
  'Maven',
  'NuGet',
  'RubyGems',
  'crates.io',
  'Packagist',
  'Hex',
  'Pub',
  'Hackage',
  'CRAN',
  'ConanCenter',
  'SwiftURL',
  'Julia',
]);

type Mend = { readonly packages: readonly PlannedPackage[] } | { readonly obstacle: Obstacle };

/** How one package is upgraded at one endpoint, if it can be. */
function mendOf(
  fix: FixNeeded,
  installed: readonly InstalledPackage[],
  { kernelMetapackages }: Pick<EndpointFacts, 'kernelMetapackages'>,
  updateOf: (fix: FixNeeded) => string | null = () => null,
): Mend {
  if (languageEcosystems.has(fix.ecosystem.split(':', 1)[0]!)) {
    return { obstacle: 'LANGUAGE_PACKAGE' };
  }
  if (managersOf(fix.ecosystem).length === 0) return { obstacle: 'NO_MANAGER_FOR_ECOSYSTEM' };
  if (fix.version === null) return { obstacle: 'NO_FIX' };
  if (fix.ecosystem === 'Windows') {
    const update = updateOf(fix);
    if (update === null) return { obstacle: 'NO_FIX' };
    return { packages: [{ name: update, from: null, atLeast: null }] };
  }
  const of = installed.filter((each) => each.sourceName === fix.name || each.name === fix.name);
  if (of.length === 0) return { obstacle: 'NOT_INSTALLED' };
  const packages: PlannedPackage[] = [];
  for (const { name, version, sourceVersion } of of) {
    // Each kernel of Debian and Ubuntu is a package of its own; a metapackage brings the next one.
    if (/^linux-(?:image|headers|modules|modules-extra|tools|kbuild|compiler)-.*\d/.test(name)) {
      if (!/^linux-(?:image|modules)/.test(name)) continue;
      if (kernelMetapackages.length === 0) return { obstacle: 'KERNEL_WITHOUT_METAPACKAGE' };
      for (const meta of kernelMetapackages) {
        packages.push({ name: meta, from: null, atLeast: null });
      }
      continue;
    }
    // The fix is counted in versions of the source; a binary that counts by itself (linux-image,
    // default-jre) would never reach it. `+b1` is a rebuild of the same source.
    const sameCount =
      sourceVersion === '' ||
      version.replace(/\+b\d+$/, '') === sourceVersion.replace(/\+b\d+$/, '');
    packages.push({ name, from: version, atLeast: sameCount ? fix.version : null });
  }
  const allowed = packages.every(
    ({ name, atLeast }) =>
      packageName.test(name) && (atLeast === null || packageVersion.test(atLeast)),
  );
  if (!allowed) return { obstacle: 'NAME_NOT_ALLOWED' };
  return packages.length === 0 ? { obstacle: 'NOT_INSTALLED' } : { packages };
}

/**
 * What is done at one endpoint for its findings. A finding counts as closing only when every package
 * that it needs is upgraded; one manager does the work of an endpoint, the one of its system.
 * `higher` says which of two versions of an ecosystem is enough for both. `updateOf` names the KB
 * that brings a Windows version. `only`: a campaign for one fix upgrades nothing else.
 */
export function planEndpoint(
  facts: EndpointFacts,
  findings: readonly FindingFacts[],
  {
    now,
    higher,
    updateOf,
    only,
  }: {
    readonly now: Date;
    readonly higher: (ecosystem: string, a: string, b: string) => string;
    readonly updateOf?: (fix: FixNeeded) => string | null;
    readonly only?: number;
  },
): EndpointPlan {
  const left = new Map<Obstacle, number>();
  const leave = (obstacle: Obstacle) => left.set(obstacle, (left.get(obstacle) ?? 0) + 1);
  const packages = new Map<string, PlannedPackage & { readonly ecosystem: string }>();
  const findingIds: number[] = [];
  let exploited = 0;
  let reboot = false;
  let managers: readonly PackageManager[] | undefined;
  for (const finding of findings) {
    if (finding.excepted) {
      leave('EXCEPTED');
      continue;
    }
    const wanted: { fix: FixNeeded; packages: readonly PlannedPackage[] }[] = [];
    let obstacle: Obstacle | undefined;
    for (const fix of finding.fixes) {
      const mend = mendOf(fix, finding.installed, facts, updateOf);
      if ('obstacle' in mend) obstacle ??= mend.obstacle;
      else if (only === undefined || fix.fixId === only) wanted.push({ fix, ...mend });
      else obstacle ??= 'NOT_CONCERNED';
    }
    if (finding.fixes.length === 0) obstacle = 'NO_FIX';
    for (const { fix, packages: of } of wanted) {
      managers ??= managersOf(fix.ecosystem);
      if (managersOf(fix.ecosystem)[0] !== managers[0]) {
        obstacle = 'NO_MANAGER_FOR_ECOSYSTEM';
        continue;
      }
      reboot ||= rebootLikely(fix.name, fix.ecosystem);
      for (const each of of) {
        reboot ||= rebootLikely(each.name);
        const before = packages.get(each.name);
        const atLeast =
          before?.atLeast && each.atLeast
            ? higher(fix.ecosystem, before.atLeast, each.atLeast)
            : (before?.atLeast ?? each.atLeast);
        packages.set(each.name, {
          name: each.name,
          from: each.from ?? before?.from ?? null,
          atLeast,
          ecosystem: fix.ecosystem,
        });
      }
    }
    if (obstacle === undefined) {
      findingIds.push(finding.id);
      if (finding.exploited) exploited += 1;
    } else leave(obstacle);
  }
  const list = [...packages.values()]
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .slice(0, packagesAtMost)
    .map(({ name, from, atLeast }) => ({ name, from, atLeast }));
  const there = facts.agent?.managers ?? [];
  const manager = managers?.find((each) => there.includes(each)) ?? managers?.[0] ?? null;
  const base = { endpointId: facts.endpointId, left, rebootLikely: reboot };
  if (list.length === 0 || manager === null) {
    const [mostly] = [...left].sort((a, b) => b[1] - a[1]);
    const none = { manager: null, packages: [], findingIds: [], exploited: 0 };
    return {
      ...base,
      ...none,
      rebootLikely: false,
      state: 'excluded',
      obstacle: mostly?.[0] ?? 'NOT_CONCERNED',
    };
  }
  const plan = { ...base, manager, packages: list, findingIds, exploited };
  const obstacle = obstacleAt(facts, manager, list, now);
  if (obstacle === null) return { ...plan, state: 'waiting', obstacle: null };
  return { ...plan, state: obstacle === 'NO_AGENT' ? 'no-agent' : 'excluded', obstacle };
}

function obstacleAt(
  { agent, confirmedAt, held }: EndpointFacts,
  manager: PackageManager,
  packages: readonly PlannedPackage[],
  now: Date,
): Obstacle | null {
  if (confirmedAt === null || now.getTime() - confirmedAt.getTime() > staleAfterMs) {
    return 'STALE_INVENTORY';
  }
  if (agent === null) return 'NO_AGENT';
  if (!agent.managers.includes(manager)) return 'MANAGER_MISSING';
  if (!agent.privileged && manager !== 'brew') return 'NOT_PRIVILEGED';
  return packages.every(({ name }) => held.includes(name)) ? 'HELD' : null;
}

/** Why an endpoint cannot do an action of one's own; null: it can. */
export function actionObstacle(
  { agent, platform }: Pick<EndpointFacts, 'agent' | 'platform'>,
  action: Action,
): Obstacle | null {
  if (agent === null) return 'NO_AGENT';
  switch (action.type) {
    case 'package-upgrade':
    case 'package-install':
    case 'package-remove':
      if (!agent.managers.includes(action.manager)) return 'MANAGER_MISSING';
      return agent.privileged || action.manager === 'brew' ? null : 'NOT_PRIVILEGED';
    case 'service':
    case 'restart':
      return agent.privileged ? null : 'NOT_PRIVILEGED';
    case 'set-value':
      if (platform === 'windows') return 'NOT_ON_THIS_PLATFORM';
      return agent.privileged ? null : 'NOT_PRIVILEGED';
    case 'script':
      if (!agent.scripts) return 'SCRIPTS_DISABLED';
      return (action.interpreter === 'powershell') === (platform === 'windows')
        ? null
        : 'NOT_ON_THIS_PLATFORM';
    case 'collect':
    case 'remove-extension':
    case 'report-now':
      return null;
  }
}

/** The action of a plan; null where nothing is done. */
export function actionOf({
  manager,
  packages,
}: Pick<EndpointPlan, 'manager' | 'packages'>): Action | null {
  if (manager === null || packages.length === 0) return null;
  return {
    type: 'package-upgrade',
    manager,
    packages: packages.map(({ name, atLeast }) => ({ name, ...(atLeast !== null && { atLeast }) })),
  };
}
