/**
 * CVSS v2.0 equations.
 *
 * Source: FIRST, "A Complete Guide to the Common Vulnerability Scoring System Version 2.0", §3.2.
 * Scores are 0..10 with one decimal.
 */
import type { Metrics, Scores } from './score.ts';

const WEIGHTS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { L: 0.395, A: 0.646, N: 1 },
  AC: { H: 0.35, M: 0.61, L: 0.71 },
  Au: { M: 0.45, S: 0.56, N: 0.704 },
  C: { N: 0, P: 0.275, C: 0.66 },
  I: { N: 0, P: 0.275, C: 0.66 },
  A: { N: 0, P: 0.275, C: 0.66 },
  E: { U: 0.85, POC: 0.9, F: 0.95, H: 1, ND: 1 },
  RL: { OF: 0.87, TF: 0.9, W: 0.95, U: 1, ND: 1 },
  RC: { UC: 0.9, UR: 0.95, C: 1, ND: 1 },
  CDP: { N: 0, L: 0.1, LM: 0.3, MH: 0.4, H: 0.5, ND: 0 },
  TD: { N: 0, L: 0.25, M: 0.75, H: 1, ND: 1 },
  CR: { L: 0.5, M: 1, H: 1.51, ND: 1 },
  IR: { L: 0.5, M: 1, H: 1.51, ND: 1 },
  AR: { L: 0.5, M: 1, H: 1.51, ND: 1 },
};

export function scoreV2(metrics: Metrics): Scores {
  const weight = (name: string): number => WEIGHTS[name]?.[metrics[name] ?? 'ND'] ?? 0;
  const exploitability = 20 * weight('AV') * weight('AC') * weight('Au');
  const base = (impact: number): number =>
    impact === 0 ? 0 : roundHalfUp((0.6 * impact + 0.4 * exploitability - 1.5) * 1.176);
  const temporal = (score: number): number =>
    roundHalfUp(score * weight('E') * weight('RL') * weight('RC'));

  const impact = 10.41 * (1 - (1 - weight('C')) * (1 - weight('I')) * (1 - weight('A')));
  const adjustedImpact = Math.min(
    10,
    10.41 *
      (1 -
        (1 - weight('C') * weight('CR')) *
          (1 - weight('I') * weight('IR')) *
          (1 - weight('A') * weight('AR'))),
  );
  const adjustedTemporal = temporal(base(adjustedImpact));
  return {
    base: base(impact),
    temporal: temporal(base(impact)),
    // The adjusted base may fall below zero (the guide sets no floor); the score may not.
    environmental: Math.max(
      0,
      roundHalfUp((adjustedTemporal + (10 - adjustedTemporal) * weight('CDP')) * weight('TD')),
    ),
  };
}

/** To one decimal, halves away from zero, after removing the noise of binary fractions. */
function roundHalfUp(value: number): number {
  const tenths = Math.round(Number((Math.abs(value) * 10).toFixed(8))) / 10;
  return value < 0 ? -tenths : tenths;
}
