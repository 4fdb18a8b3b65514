/**
 * What stands behind `software:`, and which rows of the catalogue it means.
 *
 * `openssl`, `python3*`, `openssl<3.0.13`, `log4j-core>=2.0,<2.17`, `openssl=3.0.*`.
 *
 * Versions are compared by the rule of the row's own ecosystem. What the writer leaves out, the epoch
 * or the revision of a distribution, is not compared either: `openssl<=3.0.13` holds for
 * `3.0.13-1~deb12u1`, and `openssh-server<9.6` for `1:9.2p1-2`. That is how rpm reads its own
 * dependencies, and what people mean who read an advisory of the project itself.
 * Limits: a version that its rule refuses (an empty one, a word) is neither older nor newer than
 * anything, so such a row fits no term with a version.
 */
import {
  compareParsed,
  type ParsedVersion,
  parseVersion,
  type VersionRule,
} from '../../../standards/versions/ecosystem.ts';

interface SoftwareTerm {
  readonly name: string;
  readonly limits: readonly VersionLimit[];
}

interface VersionLimit {
  readonly operator: '<' | '<=' | '>' | '>=' | '=';
  readonly version: string;
}

const mostLimits = 8;

/** Undefined: it cannot be read. */
export function parseSoftwareTerm(text: string): SoftwareTerm | undefined {
  const at = text.search(/[<>=]/);
  const name = (at < 0 ? text : text.slice(0, at)).trim();
  if (name === '') return undefined;
  if (at < 0) return { name, limits: [] };
  const limits: VersionLimit[] = [];
  for (const piece of text.slice(at).split(',')) {
    const [, operator, version] = /^\s*(<=|>=|==?|<|>)\s*([^\s<>=]+)\s*$/.exec(piece) ?? [];
    if (operator === undefined || version === undefined) return undefined;
    limits.push({
      operator: (operator === '==' ? '=' : operator) as VersionLimit['operator'],
      version,
    });
  }
  return limits.length > mostLimits ? undefined : { name, limits };
}

const rules: Readonly<Record<string, VersionRule>> = {
  deb: 'dpkg',
  rpm: 'rpm',
  python: 'pep440',
  npm: 'npm',
  'vscode-extension': 'semver',
};

/** Programs, applications and browser extensions follow no published rule. */
function ruleOfSource(source: string): VersionRule {
  return rules[source] ?? 'generic';
}

/** Answers whether an installed version keeps all limits. Made once, asked for many versions. */
export function createVersionFilter(
  limits: readonly VersionLimit[],
): (source: string, version: string) => boolean {
  const readers = limits.map(createLimit);
  // Many packages have the same version, which takes a microsecond to read.
  const known = new Map<string, Map<string, boolean>>();
  return (source, version) => {
    let ofSource = known.get(source);
    if (ofSource === undefined) {
      ofSource = new Map();
      known.set(source, ofSource);
    }
    let keeps = ofSource.get(version);
    if (keeps === undefined) {
      keeps = readers.every((fits) => fits(source, version));
      ofSource.set(version, keeps);
    }
    return keeps;
  };
}

function createLimit({ operator, version }: VersionLimit): (source: string, v: string) => boolean {
  if (operator === '=' && version.includes('*')) {
    const pattern = new RegExp(
      `^${version.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll(/\*+/g, '.*')}$`,
      'i',
    );
    return (source, installed) =>
      pattern.test(comparable(ruleOfSource(source), installed, version));
  }
  const parsedByRule = new Map<VersionRule, ParsedVersion | undefined>();
  return (source, installed) => {
    const rule = ruleOfSource(source);
    let limit = parsedByRule.get(rule);
    if (limit === undefined && !parsedByRule.has(rule)) {
      limit = parseVersion(rule, version);
      parsedByRule.set(rule, limit);
    }
    if (limit === undefined) return false;
    const parsed = parseVersion(rule, comparable(rule, installed, version));
    if (parsed === undefined) return false;
    const order = compareParsed(parsed, limit);
    if (order === 'incomparable') return false;
    switch (operator) {
      case '<':
        return order < 0;
      case '<=':
        return order <= 0;
      case '>':
        return order > 0;
      case '>=':
        return order >= 0;
      case '=':
        return order === 0;
    }
  };
}

/** The installed version without what the writer of the limit left out. */
function comparable(rule: VersionRule, installed: string, limit: string): string {
  if (rule !== 'dpkg' && rule !== 'rpm') return installed;
  let text = installed;
  if (!/^\d+:/.test(limit)) text = text.replace(/^\d+:/, '');
  const hyphen = text.lastIndexOf('-');
  if (!limit.includes('-') && hyphen > 0) text = text.slice(0, hyphen);
  return text;
}
