import { expect, it } from 'vitest';
import { everyDay } from './days.ts';

const span = { from: '2026-02-27T13:00:00Z', to: '2026-03-02T01:00:00Z' };

it('gives each day its place, also those of which nothing is said', () => {
  expect(everyDay(span, [{ day: '2026-03-01', findings: 7 }])).toEqual([
    { day: '2026-02-27', findings: 0 },
    { day: '2026-02-28', findings: 0 },
    { day: '2026-03-01', findings: 7 },
    { day: '2026-03-02', findings: 0 },
  ]);
});

it('draws nothing of a span that makes no sense', () => {
  expect(everyDay({ from: span.to, to: span.from }, [])).toEqual([]);
  expect(everyDay({ from: 'never', to: span.to }, [])).toEqual([]);
});
