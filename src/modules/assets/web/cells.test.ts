import { describe, expect, it } from 'vitest';
import { cellKindOf, compareCells, yesNoOf } from './cells.ts';

const collator = new Intl.Collator('ja', { numeric: true });

describe('cellKindOf', () => {
  it.each`
    column               | kind
    ${'not_valid_after'} | ${'time'}
    ${'size_bytes'}      | ${'bytes'}
    ${'changed_at'}      | ${'time'}
    ${'encrypted'}       | ${'yes-no'}
    ${'nobody_knows'}    | ${'text'}
  `('$column is $kind', ({ column, kind }) => {
    expect(cellKindOf(column)).toBe(kind);
  });
});

describe('yesNoOf', () => {
  it('does not read an empty answer as no', () => {
    expect(['1', '0', 'true', '', 'unknown'].map(yesNoOf)).toEqual([true, false, true, null, null]);
  });
});

describe('compareCells', () => {
  it.each`
    because                              | kind        | values                   | expected
    ${'numbers are numbers'}             | ${'number'} | ${['443', '22', '8080']} | ${['22', '443', '8080']}
    ${'unknown is last, not first'}      | ${'number'} | ${['', '22', '0']}       | ${['0', '22', '']}
    ${'numbers inside text count'}       | ${'text'}   | ${['sda10', 'sda9', '']} | ${['sda9', 'sda10', '']}
    ${'a number column may carry words'} | ${'number'} | ${['any', '22']}         | ${['22', 'any']}
  `('$because', ({ kind, values, expected }) => {
    expect([...values].sort((a, b) => compareCells(kind, a, b, collator))).toEqual(expected);
  });
});
