/**
 * CVSS v4.0 scoring: the score of the MacroVector, lowered by how far the vector lies below the
 * most severe vector of it, in proportion to the distance to the next lower MacroVectors.
 *
 * Source: FIRST, CVSS v4.0 Specification §8.2 and §8.3.
 */
import {
  EQ1,
  EQ2,
  EQ3_EQ6,
  EQ4,
  EQ5,
  type Level,
  MACRO_VECTOR_SCORES,
} from './macro-vectors-v4.ts';
import type { Metrics } from './score.ts';

/** Values from the most to the least severe; the distance is in steps. */
const SEVERITY: Readonly<Record<string, readonly string[]>> = {
  AV: ['N', 'A', 'L', 'P'],
  PR: ['N', 'L', 'H'],
  UI: ['N', 'P', 'A'],
  AC: ['L', 'H'],
  AT: ['N', 'P'],
  VC: ['H', 'L', 'N'],
  VI: ['H', 'L', 'N'],
  VA: ['H', 'L', 'N'],
  SC: ['S', 'H', 'L', 'N'],
  SI: ['S', 'H', 'L', 'N'],
  SA: ['S', 'H', 'L', 'N'],
  CR: ['H', 'M', 'L'],
  IR: ['H', 'M', 'L'],
  AR: ['H', 'M', 'L'],
  E: ['A', 'P', 'U'],
};

type Value = (metric: string) => string;

export function scoreV4(metrics: Metrics): number {
  const value = effectiveValue(metrics);
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((metric) => value(metric) === 'N')) return 0;

  const [eq1, eq2, eq3, eq4, eq5, eq6] = equivalenceClasses(value);
  const score = (...classes: readonly number[]): number | undefined =>
    MACRO_VECTOR_SCORES[classes.join('')];
  const top = score(eq1, eq2, eq3, eq4, eq5, eq6) ?? 0;

  // From both worst, either may fall first; otherwise EQ6 falls before EQ3.
  const lowerByEq3OrEq6 = [
    eq3 === 0 || eq6 === 1 ? score(eq1, eq2, eq3 + 1, eq4, eq5, eq6) : undefined,
    eq6 === 0 ? score(eq1, eq2, eq3, eq4, eq5, 1) : undefined,
  ].filter((lower) => lower !== undefined);
  const steps: readonly (readonly [number | undefined, Level | undefined])[] = [
    [score(eq1 + 1, eq2, eq3, eq4, eq5, eq6), EQ1[eq1]],
    [score(eq1, eq2 + 1, eq3, eq4, eq5, eq6), EQ2[eq2]],
    [
      lowerByEq3OrEq6.length === 0 ? undefined : Math.max(...lowerByEq3OrEq6),
      EQ3_EQ6[`${eq3}${eq6}`],
    ],
    [score(eq1, eq2, eq3, eq4 + 1, eq5, eq6), EQ4[eq4]],
    [score(eq1, eq2, eq3, eq4, eq5 + 1, eq6), EQ5[eq5]],
  ];

  let lowered = 0;
  let existing = 0;
  for (const [lower, level] of steps) {
    if (lower === undefined || level === undefined) continue;
    existing += 1;
    lowered += (top - lower) * (distance(value, level) / level.depth);
  }
  const result = existing === 0 ? top : top - lowered / existing;
  // The reference adds 10⁻⁶ so that 8.6 − 7.15 rounds to 1.5 although binary fractions fall short.
  return Math.round((Math.min(10, Math.max(0, result)) + 1e-6) * 10) / 10;
}

/** MacroVector of a vector: the six equivalence classes, as in the tables of §8.2. */
export function macroVector(metrics: Metrics): string {
  return equivalenceClasses(effectiveValue(metrics)).join('');
}

/** Modified metrics replace their base metrics; what is not defined counts at its worst. */
function effectiveValue(metrics: Metrics): Value {
  return (metric) => {
    const modified = metrics[`M${metric}`];
    if (modified !== undefined && modified !== 'X') return modified;
    const given = metrics[metric];
    if (given !== undefined && given !== 'X') return given;
    return metric === 'E' ? 'A' : 'H';
  };
}

type Classes = readonly [number, number, number, number, number, number];

function equivalenceClasses(value: Value): Classes {
  const is = (metric: string, expected: string): boolean => value(metric) === expected;
  const open = [is('AV', 'N'), is('PR', 'N'), is('UI', 'N')];
  let eq1 = 2;
  if (open.every(Boolean)) eq1 = 0;
  else if (open.some(Boolean) && !is('AV', 'P')) eq1 = 1;

  const eq2 = is('AC', 'L') && is('AT', 'N') ? 0 : 1;

  let eq3 = 2;
  if (is('VC', 'H') && is('VI', 'H')) eq3 = 0;
  else if (is('VC', 'H') || is('VI', 'H') || is('VA', 'H')) eq3 = 1;

  let eq4 = 2;
  if (is('SI', 'S') || is('SA', 'S')) eq4 = 0;
  else if (is('SC', 'H') || is('SI', 'H') || is('SA', 'H')) eq4 = 1;

  const eq5 = is('E', 'A') ? 0 : is('E', 'P') ? 1 : 2;

  const needed =
    (is('CR', 'H') && is('VC', 'H')) ||
    (is('IR', 'H') && is('VI', 'H')) ||
    (is('AR', 'H') && is('VA', 'H'));
  return [eq1, eq2, eq3, eq4, eq5, needed ? 0 : 1];
}

/** Steps below the first highest vector that is nowhere less severe than this one. */
function distance(value: Value, level: Level): number {
  for (const highest of level.highest) {
    let steps = 0;
    let below = true;
    for (const [metric, worst] of Object.entries(highest)) {
      const scale = SEVERITY[metric] ?? [];
      const step = scale.indexOf(value(metric)) - scale.indexOf(worst);
      if (step < 0) below = false;
      steps += step;
    }
    if (below) return steps;
  }
  return 0;
}
