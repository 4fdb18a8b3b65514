/**
 * CVSS vectors of every version: parse, score, severity band.
 *
 * Source: FIRST, CVSS v2.0 Complete Guide, v3.0, v3.1 and v4.0 Specification Documents,
 * https://www.first.org/cvss/. Severity bands: §5 (v3), §6 (v4); for v2, which has none, NVD's.
 * Units: every score is 0..10 with one decimal.
 */
import { type CvssVersion, METRICS, type MetricDefinition } from './metrics.ts';
import type { Metrics } from './score.ts';
import { scoreV2 } from './score-v2.ts';
import { scoreV3 } from './score-v3.ts';
import { macroVector, scoreV4 } from './score-v4.ts';

export type { CvssVersion } from './metrics.ts';
export type CvssSeverity = 'none' | 'low' | 'medium' | 'high' | 'critical';

export interface Cvss {
  readonly version: CvssVersion;
  /** The metrics of the vector in the order of the specification, "not defined" left out. */
  readonly vector: string;
  /** Every metric as given, "not defined" included. */
  readonly metrics: Metrics;
  /** The score of all that the vector carries: environmental before temporal before base. */
  readonly score: number;
  readonly severity: CvssSeverity;
  readonly baseScore: number;
  /** Null when the vector carries no metric of the group. v4.0: with the threat metric alone. */
  readonly temporalScore: number | null;
  readonly environmentalScore: number | null;
  /** v4.0 only: which groups the score rests on (CVSS-B, -BT, -BE, -BTE), and its MacroVector. */
  readonly nomenclature: string | null;
  readonly macroVector: string | null;
  /** False when the metrics stand in another order than the specification's. */
  readonly inOrder: boolean;
}

export interface CvssError {
  readonly error: string;
  /** Offset into the vector. */
  readonly at: number;
}

const MAX_LENGTH = 1024;
const NOT_DEFINED = new Set(['X', 'ND']);

export function parseCvss(vector: string): Cvss | CvssError {
  if (typeof vector !== 'string') return { error: 'a CVSS vector must be a string', at: 0 };
  if (vector.length > MAX_LENGTH) return { error: `longer than ${MAX_LENGTH} characters`, at: 0 };
  const head = readPrefix(vector);
  if ('error' in head) return head;
  const { version } = head;
  const definitions = METRICS[version];

  const metrics: Record<string, string> = {};
  let at = head.start;
  let last = -1;
  let inOrder = true;
  for (const field of vector.slice(head.start, head.end).split('/')) {
    const colon = field.indexOf(':');
    if (colon < 0) return { error: `"${field}" is not a metric`, at };
    const name = field.slice(0, colon);
    const value = field.slice(colon + 1);
    const index = definitions.findIndex((definition) => definition.name === name);
    const definition = definitions[index];
    if (definition === undefined) {
      return { error: `CVSS ${version} has no metric "${name}"`, at };
    }
    if (!definition.values.includes(value)) {
      return { error: `"${value}" is not a value of ${name}`, at: at + colon + 1 };
    }
    if (Object.hasOwn(metrics, name)) return { error: `${name} occurs twice`, at };
    metrics[name] = value;
    if (index < last) inOrder = false;
    last = index;
    at += field.length + 1;
  }
  for (const { name, group } of definitions) {
    if (group === 'base' && !Object.hasOwn(metrics, name)) {
      return { error: `the base metric ${name} is missing`, at: head.end };
    }
  }

  const defined = (group: MetricDefinition['group']): boolean =>
    definitions.some(
      (definition) =>
        definition.group === group &&
        metrics[definition.name] !== undefined &&
        !NOT_DEFINED.has(metrics[definition.name] ?? 'X'),
    );
  const scores = scoresOf(version, metrics, definitions);
  const temporalScore = defined('temporal') ? scores.temporal : null;
  const environmentalScore = defined('environmental') ? scores.environmental : null;
  const score = environmentalScore ?? temporalScore ?? scores.base;
  return {
    version,
    vector: format(version, metrics, definitions),
    metrics,
    score,
    severity: cvssSeverity(score, version),
    baseScore: scores.base,
    temporalScore,
    environmentalScore,
    nomenclature:
      version === '4.0'
        ? `CVSS-B${temporalScore === null ? '' : 'T'}${environmentalScore === null ? '' : 'E'}`
        : null,
    macroVector: version === '4.0' ? macroVector(metrics) : null,
    inOrder,
  };
}

/** The band of a score. Scores outside 0..10 belong to the nearest band. */
export function cvssSeverity(score: number, version: CvssVersion): CvssSeverity {
  if (version === '2.0') return score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low';
  if (score >= 9) return 'critical';
  if (score >= 7) return 'high';
  if (score >= 4) return 'medium';
  return score > 0 ? 'low' : 'none';
}

type Head = { readonly version: CvssVersion; readonly start: number; readonly end: number };

/** v3 and v4 name their version; a v2 vector starts with a metric, often in parentheses. */
function readPrefix(vector: string): Head | CvssError {
  if (vector.startsWith('CVSS:')) {
    const slash = vector.indexOf('/');
    const version = vector.slice(5, slash < 0 ? vector.length : slash);
    if (version !== '3.0' && version !== '3.1' && version !== '4.0') {
      return { error: `unknown CVSS version "${version.slice(0, 20)}"`, at: 5 };
    }
    if (slash < 0) return { error: 'a vector without metrics', at: vector.length };
    return { version, start: slash + 1, end: vector.length };
  }
  const wrapped = vector.startsWith('(') && vector.endsWith(')');
  const [start, end] = wrapped ? [1, vector.length - 1] : [0, vector.length];
  return vector.startsWith('AV:', start)
    ? { version: '2.0', start, end }
    : { error: 'neither a "CVSS:" prefix nor the first metric of a v2 vector', at: start };
}

function scoresOf(
  version: CvssVersion,
  metrics: Metrics,
  definitions: readonly MetricDefinition[],
): { base: number; temporal: number; environmental: number } {
  if (version === '2.0') return scoreV2(metrics);
  if (version !== '4.0') return scoreV3(metrics, version);
  const only = (...groups: readonly MetricDefinition['group'][]): Metrics =>
    Object.fromEntries(
      definitions
        .filter(({ name, group }) => groups.includes(group) && metrics[name] !== undefined)
        .map(({ name }) => [name, metrics[name] ?? 'X']),
    );
  return {
    base: scoreV4(only('base')),
    temporal: scoreV4(only('base', 'temporal')),
    environmental: scoreV4(metrics),
  };
}

function format(
  version: CvssVersion,
  metrics: Metrics,
  definitions: readonly MetricDefinition[],
): string {
  const fields = definitions
    .filter(({ name }) => metrics[name] !== undefined && !NOT_DEFINED.has(metrics[name] ?? 'X'))
    .map(({ name }) => `${name}:${metrics[name]}`);
  return version === '2.0' ? fields.join('/') : `CVSS:${version}/${fields.join('/')}`;
}
