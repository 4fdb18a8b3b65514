import { expect, it } from 'vitest';
import { dayAsTime, tomorrow } from './instants.ts';

it('reads a calendar day in the reader’s own calendar', () => {
  expect(new Date(dayAsTime('2026-12-01')).getDate()).toBe(1);
});

it.each`
  now                               | next
  ${new Date(2026, 10, 21, 23, 59)} | ${'2026-11-22'}
  ${new Date(2026, 11, 31, 0, 0)}   | ${'2027-01-01'}
  ${new Date(2028, 1, 28, 12)}      | ${'2028-02-29'}
`('the day after $now is $next', ({ now, next }) => {
  expect(tomorrow(now)).toBe(next);
});
