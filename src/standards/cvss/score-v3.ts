/**
 * CVSS v3.0 and v3.1 equations.
 *
 * Source: FIRST, CVSS v3.0 Specification §8 and v3.1 Specification §7 and Appendix A (Roundup).
 * The versions differ in the impact of a changed scope after modification, and in rounding.
 */
import type { Metrics, Scores } from './score.ts';

const IMPACT = { H: 0.56, L: 0.22, N: 0 };
const REQUIREMENT = { X: 1, H: 1.5, M: 1, L: 0.5 };
const WEIGHTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  UI: { N: 0.85, R: 0.62 },
  C: IMPACT,
  I: IMPACT,
  A: IMPACT,
  E: { X: 1, H: 1, F: 0.97, P: 0.94, U: 0.91 },
  RL: { X: 1, U: 1, W: 0.97, T: 0.96, O: 0.95 },
  RC: { X: 1, C: 1, R: 0.96, U: 0.92 },
  CR: REQUIREMENT,
  IR: REQUIREMENT,
  AR: REQUIREMENT,
};
const PRIVILEGES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  U: { N: 0.85, L: 0.62, H: 0.27 },
  C: { N: 0.85, L: 0.68, H: 0.5 },
};

export function scoreV3(metrics: Metrics, version: '3.0' | '3.1'): Scores {
  const roundup = version === '3.1' ? roundup31 : roundup30;
  const weight = (name: string, value: string | undefined): number =>
    WEIGHTS[name]?.[value ?? 'X'] ?? 0;
  const given = (name: string): string | undefined => metrics[name];
  const modified = (name: string): string | undefined => {
    const value = metrics[`M${name}`];
    return value === undefined || value === 'X' ? metrics[name] : value;
  };
  const exploitability = (pick: (name: string) => string | undefined): number =>
    8.22 *
    weight('AV', pick('AV')) *
    weight('AC', pick('AC')) *
    (PRIVILEGES[pick('S') ?? 'U']?.[pick('PR') ?? 'N'] ?? 0) *
    weight('UI', pick('UI'));
  const combined = (impact: number, ease: number, changed: boolean): number =>
    impact <= 0 ? 0 : roundup(Math.min((changed ? 1.08 : 1) * (impact + ease), 10));
  const temporalFactor =
    weight('E', given('E')) * weight('RL', given('RL')) * weight('RC', given('RC'));

  const iss = 1 - ['C', 'I', 'A'].reduce((rest, name) => rest * (1 - weight(name, given(name))), 1);
  const changed = given('S') === 'C';
  const impact = changed ? 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02) ** 15 : 6.42 * iss;
  const base = combined(impact, exploitability(given), changed);

  const miss = Math.min(
    0.915,
    1 -
      ['C', 'I', 'A'].reduce(
        (rest, name) =>
          rest * (1 - weight(`${name}R`, given(`${name}R`)) * weight(name, modified(name))),
        1,
      ),
  );
  const modifiedChanged = modified('S') === 'C';
  const changedImpact =
    version === '3.1'
      ? 7.52 * (miss - 0.029) - 3.25 * (miss * 0.9731 - 0.02) ** 13
      : 7.52 * (miss - 0.029) - 3.25 * (miss - 0.02) ** 15;
  const environmental = combined(
    modifiedChanged ? changedImpact : 6.42 * miss,
    exploitability(modified),
    modifiedChanged,
  );
  return {
    base,
    temporal: roundup(base * temporalFactor),
    environmental: roundup(environmental * temporalFactor),
  };
}

/** v3.1, Appendix A: whole hundred-thousandths, so that binary noise does not count. */
function roundup31(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}

/** v3.0 asks for the next tenth of the exact value; only noise below 10⁻⁹ is removed. */
function roundup30(value: number): number {
  return Math.ceil(Number((value * 10).toFixed(8))) / 10;
}
