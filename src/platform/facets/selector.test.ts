import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completionsOf } from './complete.ts';
import type { Test } from './facet.ts';
import { parseSelector, printSelector, type Selector } from './selector.ts';
import { exampleFacets } from './testdata/example-facets.ts';

const example = exampleFacets();
const context = { now: new Date(), within: example.everyone(), limit: 20 };

/** Without places: what it says. */
function meaning(selector: Selector | null): unknown {
  if (selector === null) return null;
  if (selector.kind === 'term') {
    return [selector.key, ...selector.tests.map(({ test }) => test)];
  }
  if (selector.kind === 'not') return { not: meaning(selector.of) };
  return { [selector.kind]: selector.of.map(meaning) };
}

function read(text: string): unknown {
  const parsed = parseSelector(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem.text.en}`);
  return meaning(parsed.selector);
}

function wrong(text: string) {
  const parsed = parseSelector(text);
  if (parsed.ok) throw new Error(`${text} was read`);
  return parsed.problem;
}

const is = (value: string, quoted = false): Test => ({ kind: 'is', value, quoted });
const word = (value: string, quoted = false): Test =>
  ({ ...is(value, quoted), anywhere: true }) as Test;

describe('parseSelector', () => {
  it.each<[string, unknown]>([
    ['', null],
    ['  　 ', null],
    ['os:windows', ['os', is('windows')]],
    ['OS:Windows', ['os', is('Windows')]],
    [
      'os:a tag:b',
      {
        and: [
          ['os', is('a')],
          ['tag', is('b')],
        ],
      },
    ],
    [
      'os:a and tag:b',
      {
        and: [
          ['os', is('a')],
          ['tag', is('b')],
        ],
      },
    ],
    [
      'os:a OR tag:b x:c',
      {
        or: [
          ['os', is('a')],
          {
            and: [
              ['tag', is('b')],
              ['x', is('c')],
            ],
          },
        ],
      },
    ],
    ['-os:a', { not: ['os', is('a')] }],
    ['not os:a', { not: ['os', is('a')] }],
    ['not -os:a', { not: { not: ['os', is('a')] } }],
    [
      '-(os:a or tag:b)',
      {
        not: {
          or: [
            ['os', is('a')],
            ['tag', is('b')],
          ],
        },
      },
    ],
    ['os:a,b,"c d"', ['os', is('a'), is('b'), is('c d', true)]],
    ['os:<7d', ['os', { kind: 'compare', operator: '<', value: '7d' }]],
    ['os:>=12', ['os', { kind: 'compare', operator: '>=', value: '12' }]],
    ['os:1..9', ['os', { kind: 'range', from: '1', to: '9' }]],
    ['os:..9', ['os', { kind: 'range', from: null, to: '9' }]],
    ['os:1..', ['os', { kind: 'range', from: '1', to: null }]],
    ['os:"a b".."c d"', ['os', { kind: 'range', from: 'a b', to: 'c d' }]],
    ['software:openssl<3.0.13', ['software', is('openssl<3.0.13')]],
    ['software:"openssl<3.0.13"', ['software', is('openssl<3.0.13', true)]],
    ['software:"Google Chrome"<120', ['software', is('Google Chrome<120', true)]],
    ['owner:"a \\"b\\" \\\\ c\\d"', ['owner', is('a "b" \\ c\\d', true)]],
    ['ip:fe80::1', ['ip', is('fe80::1')]],
    ['lastseen:2026-04-01T09:00', ['lastseen', is('2026-04-01T09:00')]],
    ['web', [null, word('web')]],
    ['"or"', [null, word('or', true)]],
    ['order', [null, word('order')]],
    ['or:x', ['or', is('x')]],
    ['00:1a:2b', [null, word('00:1a:2b')]],
    ['web-01', [null, word('web-01')]],
    // As a Japanese keyboard writes it.
    [
      'ｏｓ：ｗｉｎ＊　ｔａｇ：b',
      {
        and: [
          ['os', is('ｗｉｎ*')],
          ['tag', is('b')],
        ],
      },
    ],
    [
      '（os:a　or　os:b）',
      {
        or: [
          ['os', is('a')],
          ['os', is('b')],
        ],
      },
    ],
    ['－os:a', { not: ['os', is('a')] }],
    ['owner:“佐藤 花子”', ['owner', is('佐藤 花子', true)]],
    ['lastseen:＜7d', ['lastseen', { kind: 'compare', operator: '<', value: '7d' }]],
    ['所属', [null, word('所属')]],
  ])('reads %j', (text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it.each<[string, number, number]>([
    ['os:', 3, 3],
    ['os: x', 3, 3],
    ['os:a,', 5, 5],
    ['os:a,,b', 5, 5],
    ['os:<', 3, 4],
    ['os:..', 3, 5],
    ['(os:a', 0, 1],
    ['os:a)', 4, 5],
    ['()', 1, 2],
    ['-', 0, 1],
    ['- os:a', 0, 1],
    ['os:a or', 7, 7],
    ['or os:a', 0, 2],
    ['os:a and or', 9, 11],
    ['not', 3, 3],
    ['os:"abc', 3, 7],
    ['os:a"b"', 4, 5],
  ])('says where %j is wrong', (text, from, to) => {
    const problem = wrong(text);
    expect([problem.code, problem.from, problem.to]).toEqual(['SYNTAX', from, to]);
    expect(problem.text.ja).not.toBe('');
  });

  it('offers to close a quotation mark', () => {
    expect(wrong('os:"abc').nearest).toEqual(['"abc"']);
  });

  it('has limits', () => {
    expect(wrong('x'.repeat(4_001))).toMatchObject({ code: 'TOO_LONG', from: 4_000, to: 4_001 });
    expect(wrong(`${'('.repeat(51)}os:a${')'.repeat(51)}`).code).toBe('TOO_DEEP');
    expect(wrong(`${'-'.repeat(60)}os:a`).code).toBe('TOO_DEEP');
    expect(wrong(`os:${'a,'.repeat(500)}a`).code).toBe('TOO_LONG');
    expect(parseSelector(`${'('.repeat(50)}os:a${')'.repeat(50)}`).ok).toBe(true);
  });

  it('never throws, and places every problem inside the text', () => {
    const pieces = fc.constantFrom(
      ...['os', ':', '"', '\\', '(', ')', '-', ' ', 'or', 'and', 'not', ',', '<', '>=', '..', '.'],
      ...['：', '（', '）', '“', '”', '　', '火', '*', '𠮷', '\u0000', '\n', 'x'],
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(pieces, { maxLength: 25 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(texts, fc.nat(60), (text, cursor) => {
        const parsed = parseSelector(text);
        if (!parsed.ok) {
          const { from, to } = parsed.problem;
          expect(0 <= from && from <= to && to <= text.length).toBe(true);
        } else if (parsed.selector !== null) {
          expect(meaning(parseSelected(printSelector(parsed.selector)))).toEqual(
            meaning(parsed.selector),
          );
        }
        for (const { from, to } of completionsOf(text, cursor, example.vocabulary, context)) {
          expect(0 <= from && from <= to && to <= text.length).toBe(true);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

function parseSelected(text: string): Selector | null {
  const parsed = parseSelector(text);
  if (!parsed.ok) throw new Error(`${JSON.stringify(text)}: ${parsed.problem.text.en}`);
  return parsed.selector;
}

const anyText = fc.string({ unit: 'binary', maxLength: 12 });
const plain = fc
  .stringMatching(/^[a-z0-9*_.火-]{1,8}$/)
  .filter((text) => !text.includes('..') && !text.startsWith('-'));
const keyed: fc.Arbitrary<Test> = fc.oneof(
  plain.map((value) => is(value)),
  anyText.map((value) => is(value, true)),
  fc.record({
    kind: fc.constant('compare' as const),
    operator: fc.constantFrom('<' as const, '<=' as const, '>' as const, '>=' as const),
    value: anyText,
  }),
  fc
    .tuple(fc.option(anyText), fc.option(anyText))
    .filter(([from, to]) => from !== null || to !== null)
    .map(([from, to]) => ({ kind: 'range' as const, from, to })),
);
const at = { from: 0, to: 0 };
const term: fc.Arbitrary<Selector> = fc.oneof(
  fc
    .tuple(
      fc.stringMatching(/^[a-z][a-z0-9-]{0,6}$/),
      fc.array(keyed, { minLength: 1, maxLength: 3 }),
    )
    .map(([key, tests]) => ({
      ...at,
      kind: 'term' as const,
      key,
      keyTo: 0,
      tests: tests.map((test) => ({ ...at, test })),
    })),
  fc
    .oneof(
      plain.map((value) => word(value)),
      anyText.map((value) => word(value, true)),
    )
    .map((test) => ({
      ...at,
      kind: 'term' as const,
      key: null,
      keyTo: 0,
      tests: [{ ...at, test }],
    })),
);
const { tree } = fc.letrec<{ tree: Selector }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    term,
    tie('tree').map((of) => ({ ...at, kind: 'not' as const, of })),
    fc
      .tuple(
        fc.constantFrom('and' as const, 'or' as const),
        fc.array(tie('tree'), { minLength: 2, maxLength: 4 }),
      )
      .map(([kind, of]) => ({ ...at, kind, of })),
  ),
}));

it('what is printed is read the same again', () => {
  fc.assert(
    fc.property(tree, (selector) => {
      const isKeyword = (of: Selector): boolean => {
        if (of.kind === 'term') {
          const [first] = of.tests;
          return first?.test.kind === 'is' && /^(and|or|not)$/.test(first.test.value);
        }
        return of.kind === 'not' ? isKeyword(of.of) : of.of.some(isKeyword);
      };
      fc.pre(!isKeyword(selector));
      expect(meaning(parseSelected(printSelector(selector)))).toEqual(meaning(selector));
    }),
    { numRuns: 2_000 },
  );
});
