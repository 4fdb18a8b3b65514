/**
 * What a version comparison answers, and the few primitives every rule shares.
 *
 * "Cannot compare" is an answer of its own: a version that its ecosystem would
 * refuse is never equal to, older or newer than anything.
 */
export type Order = -1 | 0 | 1;

/** `a` against `b`: older, the same, newer, or no order that the ecosystem defines. */
export type Comparison = Order | 'incomparable';

/** Orders two texts by character code, as strcmp does for ASCII. */
export function compareText(a: string, b: string): Order {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function compareNumbers(a: number, b: number): Order {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

export function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
}

/** The index after the run of digits that starts at `from`; `from` itself if there is none. */
export function endOfDigits(text: string, from: number): number {
  let end = from;
  while (end < text.length && isDigit(text.charCodeAt(end))) end += 1;
  return end;
}

export function endOfLetters(text: string, from: number): number {
  let end = from;
  while (end < text.length && isLetter(text.charCodeAt(end))) end += 1;
  return end;
}

/**
 * A whole number of any length, kept as its decimal digits without leading
 * zeros ('0' for zero): comparing two costs one pass and never overflows.
 */
export type WholeNumber = string;

export function wholeNumber(digits: string): WholeNumber {
  let start = 0;
  while (start < digits.length - 1 && digits.charCodeAt(start) === 48) start += 1;
  return start === 0 ? digits : digits.slice(start);
}

export function compareWhole(a: WholeNumber, b: WholeNumber): Order {
  if (a.length !== b.length) return a.length < b.length ? -1 : 1;
  return compareText(a, b);
}

export function isAllDigits(text: string): boolean {
  return text.length > 0 && endOfDigits(text, 0) === text.length;
}

/** `[2, 0, 0]` and `[2]` are the same to most ecosystems: drops the zeros at the end. */
export function withoutTrailingZeros(parts: readonly WholeNumber[]): readonly WholeNumber[] {
  let end = parts.length;
  while (end > 0 && parts[end - 1] === '0') end -= 1;
  return end === parts.length ? parts : parts.slice(0, end);
}

/** Part by part; where one list ends first, its missing parts count as zero. */
export function compareWholeLists(a: readonly WholeNumber[], b: readonly WholeNumber[]): Order {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i += 1) {
    const order = compareWhole(a[i] ?? '0', b[i] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** Builds the text comparison of a rule from its parser and its order. */
export function comparing<Parsed>(
  parse: (text: string) => Parsed | undefined,
  order: (a: Parsed, b: Parsed) => Comparison,
): (a: string, b: string) => Comparison {
  return (a, b) => {
    const left = parse(a);
    if (left === undefined) return 'incomparable';
    const right = parse(b);
    return right === undefined ? 'incomparable' : order(left, right);
  };
}
