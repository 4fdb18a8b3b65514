import { RoaringBitmap32 } from 'roaring-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { completionsOf } from './complete.ts';
import { evaluate, SelectorFailure } from './evaluate.ts';
import { dayOf } from './moments.ts';
import { parseSelector } from './selector.ts';
import { exampleFacets } from './testdata/example-facets.ts';

const example = exampleFacets();
const now = new Date(2026, 3, 15, 12, 0, 0);
const ago = (hours: number) => now.getTime() - hours * 3_600_000;

beforeAll(() => {
  const { colour, level, name, port, size, seen, due, ip } = example;
  ['red', 'green', 'blue', 'red', 'none of these', 'Red wine'].forEach((value, position) => {
    colour.set(position, [value]);
  });
  level.set(0, ['low']);
  level.set(1, ['middle']);
  level.set(2, ['high']);
  ['web-01', 'WEB-02', 'db-web', 'ｄｂ－０１', 'a,b', '佐藤の端末'].forEach((value, position) => {
    name.set(position, [value]);
  });
  port.set(0, [22, 443]);
  port.set(1, [443, 8080]);
  port.set(2, [22]);
  [1, 2.5, -3, 1000].forEach((value, position) => void size.set(position, value));
  [ago(1), ago(24), ago(24 * 8), ago(24 * 40)].forEach((value, at) => void seen.set(at, value));
  [-1, 0, 3, 7, 30].forEach((days, position) => void due.set(position, dayOf(now) + days));
  ip.set(0, ['10.1.2.3', 'fe80::1%eth0', 'nonsense', '999.1.1.1']);
  ip.set(1, ['10.2.0.1', '2001:db8::5']);
  ip.set(2, ['::ffff:192.0.2.7']);
});

function select(text: string, within = example.everyone()): number[] {
  const parsed = parseSelector(text);
  if (!parsed.ok) throw new Error(parsed.problem.text.en);
  const found = evaluate(parsed.selector, within, example.vocabulary, { now });
  const positions = found.toArray();
  found.dispose();
  within.dispose();
  return positions;
}

function wrong(text: string) {
  try {
    select(text);
  } catch (error) {
    if (error instanceof SelectorFailure) return error.problem;
    throw error;
  }
  throw new Error(`${text} was read`);
}

describe('evaluate', () => {
  it.each<[string, number[]]>([
    ['', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
    // Choices: exact but for case and width.
    ['colour:red', [0, 3]],
    ['color:ＲＥＤ', [0, 3]],
    ['colour:赤', [0, 3]],
    ['colour:red*', [0, 3, 5]],
    ['colour:zzz*', []],
    ['colour:red,blue', [0, 2, 3]],
    ['colour:*', [0, 1, 2, 3, 4, 5]],
    ['colour:none', [6, 7, 8, 9]],
    ['-colour:*', [6, 7, 8, 9]],
    ['level:>=middle', [1, 2]],
    ['level:<middle', [0]],
    ['level:low..middle', [0, 1]],
    ['level:..middle', [0, 1]],
    // Texts.
    ['name:web-01', [0]],
    ['name:web-*', [0, 1]],
    ['name:*web*', [0, 1, 2]],
    ['name:"web-*"', []],
    ['name:db-01', [3]],
    ['name:"a,b"', [4]],
    ['name:nobody', []],
    ['name:none', [6, 7, 8, 9]],
    ['web', [0, 1, 2]],
    ['佐藤', [5]],
    ['"a,b"', [4]],
    ['web-*', [0, 1]],
    ['web 01', [0]],
    // Flags: "no" is not the rest of "yes".
    ['even:yes', [0, 2, 4, 6, 8]],
    ['even:いいえ', [1, 3, 5]],
    ['even:unknown', [7, 9]],
    // Numbers.
    ['port:443', [0, 1]],
    ['port:>1000', [1]],
    ['port:22..100', [0, 2]],
    ['port:none', [3, 4, 5, 6, 7, 8, 9]],
    ['size:2.5', [1]],
    ['size:<0', [2]],
    ['size:1,000', [0]],
    ['size:"1,000"', [3]],
    ['size:..1', [0, 2]],
    // Times: a duration is an age.
    ['seen:<7d', [0, 1]],
    ['seen:>7d', [2, 3]],
    ['seen:<=24h', [0, 1]],
    ['seen:<24h', [0]],
    ['seen:2h', [0]],
    ['seen:7d..30d', [2]],
    ['seen:30d..7d', [2]],
    ['seen:30d..', [3]],
    ['seen:..2d', [0, 1]],
    ['seen:2026-04-14', [1]],
    ['seen:>=2026-04-14', [0, 1]],
    ['seen:>2026-04-14', [0]],
    ['seen:<2026-04-14', [2, 3]],
    ['seen:<=2026-04-14', [1, 2, 3]],
    ['seen:2026-04-01..2026-04-14', [1, 2]],
    ['seen:2026-04-01..3d', [2]],
    ['seen:2026-04-14T12:00', [1]],
    ['seen:"2026/4/14 12:00"', [1]],
    ['seen:today', [0]],
    ['seen:<1週間', [0, 1]],
    ['seen:never', [4, 5, 6, 7, 8, 9]],
    ['-seen:<7d', [2, 3, 4, 5, 6, 7, 8, 9]],
    // Dates: a duration counts from today.
    ['due:<0d', [0]],
    ['due:overdue', [0]],
    ['due:today', [1]],
    ['due:<7d', [0, 1, 2]],
    ['due:7d', [0, 1, 2, 3]],
    ['due:0d..7d', [1, 2, 3]],
    ['due:>7d', [4]],
    ['due:2026-04-18', [2]],
    ['due:<2026-04-16', [0, 1]],
    ['due:none', [5, 6, 7, 8, 9]],
    // Addresses.
    ['ip:10.1.2.3', [0]],
    ['ip:10.0.0.0/8', [0, 1]],
    ['ip:10.1.*', [0]],
    ['ip:10.1.0.0..10.1.255.255', [0]],
    ['ip:192.0.2.7', [2]],
    ['ip:::ffff:192.0.2.7', [2]],
    ['ip:FE80:0::1', [0]],
    ['ip:2001:db8::/32', [1]],
    ['ip:::/0', [0, 1]],
    ['ip:0.0.0.0/0', [0, 1, 2]],
    ['ip:none', [3, 4, 5, 6, 7, 8, 9]],
    // Together.
    ['colour:red port:22', [0]],
    ['colour:red or colour:blue port:22', [0, 2, 3]],
    ['(colour:red or colour:blue) port:22', [0, 2]],
    ['not (colour:red or even:yes)', [1, 5, 7, 9]],
    ['colour:red -colour:red', []],
  ])('%s', (text, expected) => {
    expect(select(text)).toEqual(expected);
  });

  it('stays within the reach, negation too', () => {
    const reach = () => new RoaringBitmap32([1, 2, 3]);
    expect(select('', reach())).toEqual([1, 2, 3]);
    expect(select('-colour:red', reach())).toEqual([1, 2]);
    expect(select('not (colour:red or colour:green)', reach())).toEqual([2]);
    expect(select('colour:none', reach())).toEqual([]);
  });

  it.each<[string, string, string, string[]]>([
    ['port:22 colour:rde', 'BAD_VALUE', 'rde', ['red']],
    ['colour:red,gren', 'BAD_VALUE', 'gren', ['green']],
    ['colour:winee', 'BAD_VALUE', 'winee', []],
    ['colour:"red wnie"', 'BAD_VALUE', '"red wnie"', ['"Red wine"']],
    ['colur:red', 'UNKNOWN_KEY', 'colur:', ['color:', 'colour:']],
    ['xyzzy:red', 'UNKNOWN_KEY', 'xyzzy:', []],
    ['level:>=hgih', 'BAD_VALUE', '>=hgih', ['high']],
    ['colour:>red', 'BAD_VALUE', '>red', []],
    ['even:maybe', 'BAD_VALUE', 'maybe', ['yes', 'no', 'unknown']],
    ['port:ssh', 'BAD_VALUE', 'ssh', []],
    ['seen:<lately', 'BAD_VALUE', '<lately', ['7d', '24h', '2026-04-15']],
    ['seen:2026-02-30', 'BAD_VALUE', '2026-02-30', ['7d', '24h', '2026-04-15']],
    ['due:<7h', 'BAD_VALUE', '<7h', ['7d', '0d', '2026-04-15']],
    ['ip:10.0.0.0/33', 'BAD_VALUE', '10.0.0.0/33', []],
    ['ip:10.0.0.256', 'BAD_VALUE', '10.0.0.256', []],
    ['ip:10.0.0.9..10.0.0.1', 'BAD_VALUE', '10.0.0.9..10.0.0.1', []],
    ['ip:10.0.0.1..fe80::1', 'BAD_VALUE', '10.0.0.1..fe80::1', []],
  ])('%s', (text, code, place, nearest) => {
    const problem = wrong(text);
    expect([problem.code, text.slice(problem.from, problem.to)]).toEqual([code, place]);
    expect(problem.nearest).toEqual(nearest);
    expect(problem.text.ja).not.toBe(problem.text.en);
  });

  it('reads what stands behind a term that selects nothing', () => {
    expect(wrong('name:nobody colour:rde').code).toBe('BAD_VALUE');
    expect(wrong('-name:* and colour:rde').code).toBe('BAD_VALUE');
  });

  it('leaves no bitmap behind, right or wrong', () => {
    const texts = [
      'colour:red or (port:22 -name:web*) seen:<7d due:<7d ip:10.0.0.0/8',
      'colour:red,green,blue or even:yes colour:rde',
      'not (colour:* and port:* and colur:red)',
    ];
    const round = () => {
      for (const text of texts) {
        try {
          select(text);
        } catch (error) {
          expect(error).toBeInstanceOf(SelectorFailure);
        }
      }
    };
    const outside = () => process.memoryUsage().external - process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 200; n += 1) round();
    const before = outside();
    for (let n = 0; n < 5_000; n += 1) round();
    expect(outside() - before).toBeLessThan(1_000_000);
  });
});

describe('completionsOf', () => {
  const complete = (text: string, cursor = text.length, within = example.everyone()) =>
    completionsOf(text, cursor, example.vocabulary, { now, within, limit: 20 });
  const inserts = (text: string, cursor?: number) =>
    complete(text, cursor).map(({ insert }) => insert);

  it('offers keys by key, alias and title in both languages', () => {
    expect(inserts('')).toContain('colour:');
    expect(inserts('col')).toEqual(['colour:']);
    expect(inserts('最終')).toEqual(['seen:']);
    expect(inserts('-(po')).toEqual(['port:']);
    expect(inserts('colour:red o')[0]).toBe('or');
    expect(inserts('o')).not.toContain('or');
  });

  it('offers values with counts within reach, the most frequent first', () => {
    expect(complete('colour:')[0]).toMatchObject({ insert: 'red', count: 2, from: 7, to: 7 });
    expect(inserts('colour:r')).toEqual(['red', '"Red wine"', 'green']);
    const few = complete('colour:', 7, new RoaringBitmap32([1]));
    expect(few.map(({ insert, count }) => [insert, count])).toEqual([['green', 1]]);
    expect(complete('level:', 6, new RoaringBitmap32([1])).map(({ count }) => count)).toEqual([
      1, 0, 0,
    ]);
  });

  it('replaces what is under the cursor, and no more', () => {
    expect(complete('colour:re tag:x', 9)[0]).toMatchObject({ insert: 'red', from: 7, to: 9 });
    expect(complete('colour:green tag', 9)[0]).toMatchObject({ insert: 'green', from: 7, to: 12 });
    expect(complete('colour:red,gr', 13)[0]).toMatchObject({ insert: 'green', from: 11, to: 13 });
    expect(complete('(colour:re)', 10)[0]).toMatchObject({ insert: 'red', from: 8, to: 10 });
    expect(complete('colour:"red w', 13)[0]).toMatchObject({ insert: '"Red wine"', from: 7 });
    expect(complete('col', 1)[0]).toMatchObject({ insert: 'colour:', from: 0, to: 3 });
    expect(complete('colour：re')[0]).toMatchObject({ insert: 'red', from: 7 });
  });

  it('offers ages, dates and comparisons', () => {
    expect(complete('seen:<7')[0]).toMatchObject({ insert: '<7d', count: 2 });
    expect(complete('seen:nev')[0]).toMatchObject({ insert: 'never', count: 6 });
    expect(complete('due:over')[0]).toMatchObject({ insert: 'overdue', count: 1 });
    expect(inserts('due:2026-04-1')).toEqual(['2026-04-14', '2026-04-15', '2026-04-18']);
    expect(inserts('port:')).toEqual(['22', '443', '8080', '<', '>']);
    expect(complete('ip:10.1')[0]).toMatchObject({ insert: '10.1.2.3', count: 1 });
    expect(inserts('even:は')).toEqual(['yes']);
    expect(complete('unheard:')).toEqual([]);
  });
});
