/**
 * Which rule orders the versions of an ecosystem, named as OSV or as purl name it.
 *
 * Source: the OSV schema's list of defined ecosystems (schema 1.7,
 * https://ossf.github.io/osv-schema/#defined-ecosystems) and the purl types
 * (https://github.com/package-url/purl-spec). An ecosystem without an entry has no
 * rule we know: its versions cannot be compared, and nobody should guess.
 */
import { orderAlpm, parseAlpm } from './alpm.ts';
import { compareApk, orderApk, parseApk } from './apk.ts';
import { orderBitnami, parseBitnami } from './bitnami.ts';
import type { Comparison, Order } from './comparison.ts';
import { orderCran, parseCran } from './cran.ts';
import { orderDpkg, parseDpkg } from './dpkg.ts';
import { orderGeneric, parseGeneric } from './generic.ts';
import { orderGo, parseGo } from './go.ts';
import { orderHackage, parseHackage } from './hackage.ts';
import { orderHex, parseHex } from './hex.ts';
import { orderMaven, parseMaven } from './maven.ts';
import { orderNuget, parseNuget } from './nuget.ts';
import { orderPackagist, parsePackagist } from './packagist.ts';
import { orderPep440, parsePep440 } from './pep440.ts';
import { orderPub, parsePub } from './pub.ts';
import { orderRpm, parseRpm } from './rpm.ts';
import { orderRubyGems, parseRubyGems } from './rubygems.ts';
import { orderSemver, parseNpm, parseSemver } from './semver.ts';

export type { Comparison, Order };

export type VersionRule =
  | 'alpm'
  | 'apk'
  | 'bitnami'
  | 'cran'
  | 'dpkg'
  | 'generic'
  | 'go'
  | 'hackage'
  | 'hex'
  | 'maven'
  | 'npm'
  | 'nuget'
  | 'packagist'
  | 'pep440'
  | 'pub'
  | 'rpm'
  | 'rubygems'
  | 'semver';

/** A version read once, to be compared many times. */
export interface ParsedVersion {
  readonly rule: VersionRule;
  readonly text: string;
  readonly parsed: unknown;
}

interface Rule {
  readonly parse: (text: string) => unknown;
  readonly order: (a: unknown, b: unknown) => Comparison;
}

const RULES: Readonly<Record<VersionRule, Rule>> = {
  alpm: ruleOf(parseAlpm, orderAlpm),
  apk: ruleOf(parseApk, orderApk),
  bitnami: ruleOf(parseBitnami, orderBitnami),
  cran: ruleOf(parseCran, orderCran),
  dpkg: ruleOf(parseDpkg, orderDpkg),
  generic: ruleOf(parseGeneric, orderGeneric),
  go: ruleOf(parseGo, orderGo),
  hackage: ruleOf(parseHackage, orderHackage),
  hex: ruleOf(parseHex, orderHex),
  maven: ruleOf(parseMaven, orderMaven),
  npm: ruleOf(parseNpm, orderSemver),
  nuget: ruleOf(parseNuget, orderNuget),
  packagist: ruleOf(parsePackagist, orderPackagist),
  pep440: ruleOf(parsePep440, orderPep440),
  pub: ruleOf(parsePub, orderPub),
  rpm: ruleOf(parseRpm, orderRpm),
  rubygems: ruleOf(parseRubyGems, orderRubyGems),
  semver: ruleOf(parseSemver, orderSemver),
};

export const VERSION_RULES: readonly VersionRule[] = Object.keys(RULES) as VersionRule[];

export function compareVersions(rule: VersionRule, a: string, b: string): Comparison {
  if (rule === 'apk') return compareApk(a, b);
  const { parse, order } = RULES[rule];
  const left = parse(a);
  if (left === undefined) return 'incomparable';
  const right = parse(b);
  return right === undefined ? 'incomparable' : order(left, right);
}

/** Undefined for a text that the rule refuses. */
export function parseVersion(rule: VersionRule, text: string): ParsedVersion | undefined {
  const parsed = RULES[rule].parse(text);
  return parsed === undefined ? undefined : { rule, text, parsed };
}

/** Versions of two different rules cannot be compared. */
export function compareParsed(a: ParsedVersion, b: ParsedVersion): Comparison {
  return a.rule === b.rule ? RULES[a.rule].order(a.parsed, b.parsed) : 'incomparable';
}

/** The parameters only hide which parsed type belongs to which rule. */
function ruleOf<Parsed>(
  parse: (text: string) => Parsed | undefined,
  order: (a: Parsed, b: Parsed) => Comparison,
): Rule {
  return { parse, order: (a, b) => order(a as Parsed, b as Parsed) };
}

const OSV_ECOSYSTEMS: ReadonlyMap<string, VersionRule> = new Map([
  ['AlmaLinux', 'rpm'],
  ['Alpaquita', 'apk'],
  ['Alpine', 'apk'],
  ['Azure Linux', 'rpm'],
  ['BellSoft Hardened Containers', 'apk'],
  ['Bioconductor', 'semver'],
  ['Bitnami', 'bitnami'],
  ['CRAN', 'cran'],
  ['Chainguard', 'apk'],
  ['ConanCenter', 'semver'],
  ['Debian', 'dpkg'],
  ['Docker Hardened Images', 'semver'],
  ['Echo', 'dpkg'],
  ['GHC', 'semver'],
  ['GitHub Actions', 'semver'],
  ['Go', 'go'],
  ['Hackage', 'hackage'],
  ['Hex', 'hex'],
  ['Julia', 'semver'],
  ['Kubernetes', 'semver'],
  ['Linux', 'generic'],
  ['Mageia', 'rpm'],
  ['Maven', 'maven'],
  ['MinimOS', 'apk'],
  ['NuGet', 'nuget'],
  ['Packagist', 'packagist'],
  ['Photon OS', 'rpm'],
  ['Pub', 'pub'],
  ['PyPI', 'pep440'],
  ['Red Hat', 'rpm'],
  ['Rocky Linux', 'rpm'],
  ['RubyGems', 'rubygems'],
  ['SUSE', 'rpm'],
  ['SwiftURL', 'semver'],
  ['Ubuntu', 'dpkg'],
  ['VSCode', 'semver'],
  ['Wolfi', 'apk'],
  ['crates.io', 'semver'],
  ['npm', 'npm'],
  ['openEuler', 'rpm'],
  ['openSUSE', 'rpm'],
]);

/** Vendors that rebuild others' packages and name the ecosystem after the colon. */
const REBUILDERS: ReadonlySet<string> = new Set(['Echo', 'Root', 'TuxCare']);

/** `Debian:12`, `Ubuntu:22.04:LTS`, `Root:Alpine:3.18`, `npm`; undefined for `GIT` and others. */
export function versionRuleOf(ecosystem: string): VersionRule | undefined {
  const colon = ecosystem.indexOf(':');
  const name = colon < 0 ? ecosystem : ecosystem.slice(0, colon);
  if (colon >= 0 && REBUILDERS.has(name)) {
    const rebuilt = versionRuleOf(ecosystem.slice(colon + 1));
    if (rebuilt !== undefined) return rebuilt;
  }
  return OSV_ECOSYSTEMS.get(name);
}

const PURL_TYPES: ReadonlyMap<string, VersionRule> = new Map([
  ['alpm', 'alpm'],
  ['apk', 'apk'],
  ['bitnami', 'bitnami'],
  ['cargo', 'semver'],
  ['cocoapods', 'rubygems'],
  ['composer', 'packagist'],
  ['conan', 'semver'],
  ['cran', 'cran'],
  ['deb', 'dpkg'],
  ['gem', 'rubygems'],
  ['generic', 'generic'],
  ['golang', 'go'],
  ['hackage', 'hackage'],
  ['hex', 'hex'],
  ['julia', 'semver'],
  ['maven', 'maven'],
  ['npm', 'npm'],
  ['nuget', 'nuget'],
  ['pub', 'pub'],
  ['pypi', 'pep440'],
  ['rpm', 'rpm'],
  ['swift', 'semver'],
  ['vscode-extension', 'semver'],
]);

/** A purl type is written in lower case; other cases are read as well. */
export function versionRuleOfPurlType(type: string): VersionRule | undefined {
  return PURL_TYPES.get(type.toLowerCase());
}
