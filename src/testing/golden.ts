import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect } from 'vitest';

/** Compares with the committed file; `UPDATE=1` writes it instead, to be reviewed as prose. */
export function expectGolden(path: string, actual: string): void {
  if (process.env['UPDATE'] === '1') {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, actual);
  }
  let committed = '';
  try {
    committed = readFileSync(path, 'utf8');
  } catch {
    // Reported below as a difference.
  }
  expect(actual, `${path} is out of date; UPDATE=1 npm test writes it anew`).toBe(committed);
}
