/** How widely one piece of software is spread, and in how many versions. */
import {
  compareParsed,
  type ParsedVersion,
  parseVersion,
  type VersionRule,
} from '../../../standards/versions/ecosystem.ts';
import type { Software } from '../api.ts';

const rules: Readonly<Record<string, VersionRule>> = {
  deb: 'dpkg',
  rpm: 'rpm',
  apk: 'apk',
  python: 'pep440',
  npm: 'npm',
  'chrome-extension': 'generic',
  'firefox-addon': 'generic',
  'vscode-extension': 'semver',
};

export type Versioned = Pick<Software, 'source' | 'version'>;

/**
 * Newest first, by the rule of the source. Versions that their rule cannot read come after all the
 * others, in the order of their text: guessing a place among them would mislead.
 */
export function newestFirst<Row extends Versioned>(rows: readonly Row[]): readonly Row[] {
  const parsed = new Map<Row, ParsedVersion | undefined>(
    rows.map((row) => [row, parseVersion(rules[row.source] ?? 'generic', row.version)]),
  );
  return [...rows].sort((a, b) => {
    const left = parsed.get(a);
    const right = parsed.get(b);
    if (!left || !right) {
      return Number(!left) - Number(!right) || compareText(b.version, a.version);
    }
    const order = compareParsed(right, left);
    return order === 'incomparable' ? compareText(b.version, a.version) : order;
  });
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export interface Spread {
  /** All versions of this name and source, newest first. */
  readonly versions: readonly Software[];
  /** Sum over the versions: an endpoint with two of them counts twice. */
  readonly installations: number;
  /** How many versions are newer than the one looked at; null when it is not in the list. */
  readonly newerVersions: number | null;
}

/** Of the rows with the same name, those from the same source (a deb is not a Python package). */
export function spreadOf(software: Software, sameName: readonly Software[]): Spread {
  const versions = newestFirst(
    sameName.filter((other) => other.source === software.source && other.name === software.name),
  );
  const index = versions.findIndex((other) => other.version === software.version);
  return {
    versions,
    installations: versions.reduce((sum, { endpointCount }) => sum + endpointCount, 0),
    newerVersions:
      index < 0 ? null : new Set(versions.slice(0, index).map(({ version }) => version)).size,
  };
}
