import { describe, expect, it } from 'vitest';
import { ageOf, formatOf, nextChangeMs } from './format.ts';

const now = Date.parse('2026-11-21T12:00:00Z');
const ja = formatOf('ja', 'Asia/Tokyo');
const en = formatOf('en', 'Europe/London');

describe('ageOf', () => {
  it.each`
    because                                 | at                             | unit        | amount
    ${'just seen'}                          | ${'2026-11-21T11:59:57Z'}      | ${'second'} | ${0}
    ${'clock of the server is a bit ahead'} | ${'2026-11-21T12:00:03Z'}      | ${'second'} | ${0}
    ${'seconds'}                            | ${'2026-11-21T11:59:18Z'}      | ${'second'} | ${-42}
    ${'one second short of two minutes'}    | ${'2026-11-21T11:58:01Z'}      | ${'minute'} | ${-1}
    ${'rounded down: not yet two days'}     | ${'2026-11-19T12:00:01Z'}      | ${'day'}    | ${-1}
    ${'two days'}                           | ${'2026-11-19T12:00:00Z'}      | ${'day'}    | ${-2}
    ${'with an offset'}                     | ${'2026-11-21T20:00:00+09:00'} | ${'hour'}   | ${-1}
    ${'years'}                              | ${'2023-01-01T00:00:00Z'}      | ${'year'}   | ${-3}
    ${'to come'}                            | ${'2026-12-01T12:00:00Z'}      | ${'day'}    | ${10}
  `('$because', ({ at, unit, amount }) => {
    expect(ageOf(at, now)).toMatchObject({ unit, amount });
  });

  it('does not take anything for a time', () => {
    expect(ageOf('yesterday-ish', now)).toBeNull();
    expect(ja.age('yesterday-ish', now)).toBe('yesterday-ish');
  });

  it('looks again before its words are wrong', () => {
    expect(nextChangeMs(-30)).toBe(1000);
    expect(nextChangeMs(600)).toBeLessThan(60_000);
    expect(nextChangeMs(90_000)).toBe(60_000);
  });
});

describe('formatOf', () => {
  it('writes ages in both languages', () => {
    expect(ja.age('2026-11-21T11:57:00Z', now)).toBe('3分前');
    expect(en.age('2026-11-21T11:57:00Z', now)).toBe('3 minutes ago');
    expect(ja.age('2026-11-21T11:59:59Z', now)).toBe('たった今');
    expect(en.age('2026-11-21T11:59:59Z', now)).toBe('just now');
  });

  it('writes times in the zone of the reader', () => {
    expect(ja.time('2026-11-21T15:30:00Z')).toBe('2026/11/22 00:30');
    expect(en.time('2026-11-21T15:30:00Z')).toBe('21 Nov 2026, 15:30');
    expect(ja.exactTime('2026-11-21T15:30:05Z')).toContain('00:30:05');
  });

  it.each`
    bytes             | text
    ${0}              | ${'0 B'}
    ${1023}           | ${'1,023 B'}
    ${1024}           | ${'1 KiB'}
    ${16_777_216_000} | ${'15.6 GiB'}
    ${2 ** 70}        | ${'1,048,576 PiB'}
  `('writes $bytes bytes as $text', ({ bytes, text }) => {
    expect(en.bytes(bytes)).toBe(text);
  });

  it('writes spans in two units at most', () => {
    expect(en.duration(3 * 3600 + 20 * 60 + 5)).toBe('3 hrs 20 mins');
    expect(ja.duration(90_000)).toBe('1日1時間');
    expect(en.duration(0)).toBe('0 secs');
  });

  it('never writes what is not known as zero', () => {
    for (const format of [ja, en]) {
      expect([
        format.time(null),
        format.number(undefined),
        format.bytes(null),
        format.duration(Number.NaN),
        format.percent(null),
        format.age(null, now),
      ]).toEqual(['—', '—', '—', '—', '—', '—']);
    }
  });
});
