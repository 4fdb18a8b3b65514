import { expect, test } from 'vitest';
import type { Schedule } from './api.ts';
import { dueTime, isTimeZone } from './schedule.ts';

const schedule: Schedule = {
  mode: 'at-once',
  timeZone: 'Asia/Tokyo',
  dailyAt: '09:00',
  quiet: null,
  urgentAtOnce: true,
};
const due = (given: Partial<Schedule>, at: string, severity: 'warning' | 'urgent' = 'warning') =>
  dueTime({ ...schedule, ...given }, severity, new Date(at)).toISOString();

test('at once is now', () => {
  expect(due({}, '2026-11-21T18:00:01.500Z')).toBe('2026-11-21T18:00:01.500Z');
});

test('a digest each hour comes at the full hour of the zone, also where it is half an hour off', () => {
  expect(due({ mode: 'hourly' }, '2026-11-21T18:10:20.500Z')).toBe('2026-11-21T19:00:00.000Z');
  expect(due({ mode: 'hourly', timeZone: 'Asia/Kolkata' }, '2026-11-21T18:10:00Z')).toBe(
    '2026-11-21T18:30:00.000Z',
  );
});

test('a digest each day comes at the next 09:00 in Tokyo', () => {
  expect(due({ mode: 'daily' }, '2026-11-21T23:59:59Z')).toBe('2026-11-22T00:00:00.000Z');
  expect(due({ mode: 'daily' }, '2026-11-22T00:00:00Z')).toBe('2026-11-23T00:00:00.000Z');
});

test('quiet hours over midnight put it off to their end; before and after them it goes at once', () => {
  const quiet = { from: '22:00', to: '07:30' };
  expect(due({ quiet }, '2026-11-21T12:59:59Z')).toBe('2026-11-21T12:59:59.000Z');
  expect(due({ quiet }, '2026-11-21T13:00:00Z')).toBe('2026-11-21T22:30:00.000Z');
  expect(due({ quiet }, '2026-11-21T20:00:00Z')).toBe('2026-11-21T22:30:00.000Z');
  expect(due({ quiet }, '2026-11-21T22:30:00Z')).toBe('2026-11-21T22:30:00.000Z');
});

test('a digest that falls into quiet hours waits for their end', () => {
  const quiet = { from: '08:00', to: '10:00' };
  expect(due({ mode: 'daily', quiet }, '2026-11-21T12:00:00Z')).toBe('2026-11-22T01:00:00.000Z');
});

test('urgent notices pass both, unless they are told not to', () => {
  const quiet = { from: '00:00', to: '23:59' };
  const at = '2026-11-21T12:00:00.000Z';
  expect(due({ mode: 'daily', quiet }, at, 'urgent')).toBe(at);
  expect(due({ mode: 'daily', quiet, urgentAtOnce: false }, at, 'urgent')).not.toBe(at);
});

test('the time of day holds over a change of the clocks, and in the hour that a spring lacks', () => {
  const berlin = { mode: 'daily', timeZone: 'Europe/Berlin' } as const;
  // Summer time ends on 25 October 2026.
  expect(due(berlin, '2026-10-24T12:00:00Z')).toBe('2026-10-25T08:00:00.000Z');
  expect(due(berlin, '2026-10-23T12:00:00Z')).toBe('2026-10-24T07:00:00.000Z');
  // 02:30 does not exist on 29 March 2026.
  const missing = new Date(due({ ...berlin, dailyAt: '02:30' }, '2026-03-28T12:00:00Z'));
  expect(missing.toISOString().slice(0, 14)).toMatch(/2026-03-29T0[01]:/);
});

test('time zones are known or not', () => {
  expect(isTimeZone('Asia/Tokyo')).toBe(true);
  expect(isTimeZone('Asia/Tokio')).toBe(false);
});
