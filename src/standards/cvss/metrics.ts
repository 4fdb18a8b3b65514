/**
 * The metrics of each CVSS version, in the order their specifications print them.
 *
 * Source: FIRST, CVSS v2.0 Complete Guide §2.4; v3.0 and v3.1 Specification §6; v4.0
 * Specification §7 (tables of metric names and values).
 */
export type CvssVersion = '2.0' | '3.0' | '3.1' | '4.0';
export type MetricGroup = 'base' | 'temporal' | 'environmental' | 'supplemental';

export interface MetricDefinition {
  readonly name: string;
  readonly values: readonly string[];
  readonly group: MetricGroup;
}

/** `name values…` per metric; a leading group name opens a group. */
function metrics(...groups: readonly (readonly [MetricGroup, string])[]): MetricDefinition[] {
  return groups.flatMap(([group, text]) =>
    text.split(';').map((entry) => {
      const [name = '', ...values] = entry.trim().split(' ');
      return { name, values, group };
    }),
  );
}

const V2 = metrics(
  ['base', 'AV L A N; AC H M L; Au M S N; C N P C; I N P C; A N P C'],
  ['temporal', 'E U POC F H ND; RL OF TF W U ND; RC UC UR C ND'],
  ['environmental', 'CDP N L LM MH H ND; TD N L M H ND; CR L M H ND; IR L M H ND; AR L M H ND'],
);

const V3 = metrics(
  ['base', 'AV N A L P; AC L H; PR N L H; UI N R; S U C; C H L N; I H L N; A H L N'],
  ['temporal', 'E X H F P U; RL X U W T O; RC X C R U'],
  [
    'environmental',
    'CR X H M L; IR X H M L; AR X H M L; MAV X N A L P; MAC X L H; MPR X N L H; MUI X N R; ' +
      'MS X U C; MC X N L H; MI X N L H; MA X N L H',
  ],
);

const V4 = metrics(
  [
    'base',
    'AV N A L P; AC L H; AT N P; PR N L H; UI N P A; VC H L N; VI H L N; VA H L N; ' +
      'SC H L N; SI H L N; SA H L N',
  ],
  ['temporal', 'E X A P U'],
  [
    'environmental',
    'CR X H M L; IR X H M L; AR X H M L; MAV X N A L P; MAC X L H; MAT X N P; MPR X N L H; ' +
      'MUI X N P A; MVC X H L N; MVI X H L N; MVA X H L N; MSC X H L N; MSI X S H L N; MSA X S H L N',
  ],
  ['supplemental', 'S X N P; AU X N Y; R X A U I; V X D C; RE X L M H; U X Clear Green Amber Red'],
);

export const METRICS: Readonly<Record<CvssVersion, readonly MetricDefinition[]>> = {
  '2.0': V2,
  '3.0': V3,
  '3.1': V3,
  '4.0': V4,
};
