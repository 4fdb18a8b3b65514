import { expect, it } from 'vitest';
import { instantOf } from './instants.ts';

it.each`
  text                      | expected
  ${'1700000000'}           | ${'2023-11-14T22:13:20.000Z'}
  ${' 1700000000.5 '}       | ${'2023-11-14T22:13:20.500Z'}
  ${'2026-11-21T00:00:00Z'} | ${'2026-11-21T00:00:00.000Z'}
  ${'0'}                    | ${undefined}
  ${'-1'}                   | ${undefined}
  ${''}                     | ${undefined}
  ${'Nov 21 2026'}          | ${undefined}
  ${'2026-13-99'}           | ${undefined}
`('$text → $expected', ({ text, expected }) => {
  expect(instantOf(text)?.toISOString()).toBe(expected);
});
