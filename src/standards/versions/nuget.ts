/**
 * NuGet versions: SemVer 2 with an optional fourth number, compared without
 * regard to case.
 *
 * Source: https://learn.microsoft.com/nuget/concepts/package-versioning and
 * NuGet.Client's VersionComparer. One to four numbers, leading zeros allowed; build
 * metadata takes no part. A pre-release label is a number only if it fits into 32
 * bits; longer digit runs are compared as text, as NuGet does.
 */
import {
  compareNumbers,
  compareText,
  compareWholeLists,
  comparing,
  isAllDigits,
  type Order,
  type WholeNumber,
  wholeNumber,
} from './comparison.ts';

export interface NugetVersion {
  readonly numbers: readonly WholeNumber[];
  /** Empty for a release; words in lower case. */
  readonly labels: readonly (number | string)[];
}

const LABEL = /^[0-9a-z-]+$/;

export function parseNuget(text: string): NugetVersion | undefined {
  const version = text.trim();
  const plus = version.indexOf('+');
  if (plus >= 0 && !labelsAreValid(version.slice(plus + 1).toLowerCase())) return undefined;
  const core = plus >= 0 ? version.slice(0, plus) : version;
  const hyphen = core.indexOf('-');
  const numbers = (hyphen >= 0 ? core.slice(0, hyphen) : core).split('.', 5);
  if (numbers.length > 4 || !numbers.every(isAllDigits)) return undefined;
  if (hyphen < 0) return { numbers: numbers.map(wholeNumber), labels: [] };
  const labels = core.slice(hyphen + 1).toLowerCase();
  if (!labelsAreValid(labels)) return undefined;
  return { numbers: numbers.map(wholeNumber), labels: labels.split('.').map(labelOf) };
}

export function orderNuget(a: NugetVersion, b: NugetVersion): Order {
  const byNumbers = compareWholeLists(a.numbers, b.numbers);
  if (byNumbers !== 0) return byNumbers;
  if (a.labels.length === 0 || b.labels.length === 0) {
    if (a.labels.length === b.labels.length) return 0;
    return a.labels.length === 0 ? 1 : -1;
  }
  const shared = Math.min(a.labels.length, b.labels.length);
  for (let i = 0; i < shared; i += 1) {
    const order = compareLabels(a.labels[i] ?? '', b.labels[i] ?? '');
    if (order !== 0) return order;
  }
  return compareNumbers(a.labels.length, b.labels.length);
}

export const compareNuget = comparing(parseNuget, orderNuget);

function compareLabels(a: number | string, b: number | string): Order {
  if (typeof a === 'number') return typeof b === 'number' ? compareNumbers(a, b) : -1;
  if (typeof b === 'number') return 1;
  return compareText(a.toUpperCase(), b.toUpperCase());
}

function labelsAreValid(labels: string): boolean {
  return labels.split('.').every((label) => LABEL.test(label));
}

/** `-5` is a number to .NET as well. */
function labelOf(label: string): number | string {
  const digits = label.startsWith('-') ? label.slice(1) : label;
  if (!isAllDigits(digits) || wholeNumber(digits).length > 10) return label;
  const value = Number(label);
  return value >= -2_147_483_648 && value <= 2_147_483_647 ? value + 0 : label;
}
