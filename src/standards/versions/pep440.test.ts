import { describe, expect, it } from 'vitest';
import { comparePep440, parsePep440 } from './pep440.ts';

// Source: pypa/packaging 26.0, tests/test_version.py, VERSIONS: in order; once more with epoch 1.
const SORTED = [
  '1.0.dev456',
  '1.0a1',
  '1.0a2.dev456',
  '1.0a12.dev456',
  '1.0a12',
  '1.0b1.dev456',
  '1.0b2',
  '1.0b2.post345.dev456',
  '1.0b2.post345',
  '1.0b2-346',
  '1.0c1.dev456',
  '1.0c1',
  '1.0rc2',
  '1.0c3',
  '1.0',
  '1.0.post456.dev34',
  '1.0.post456',
  '1.1.dev1',
  '1.2+123abc',
  '1.2+123abc456',
  '1.2+abc',
  '1.2+abc123',
  '1.2+abc123def',
  '1.2+1234.abc',
  '1.2+123456',
  '1.2.r32+123456',
  '1.2.rev33+123456',
];
const WITH_EPOCH = [...SORTED, ...SORTED.map((text) => `1!${text}`)];

// Source: the same file, test_normalized_versions.
const NORMALISED: readonly (readonly [text: string, normal: string])[] = [
  ['1.0dev', '1.0.dev0'],
  ['1.0.dev', '1.0.dev0'],
  ['1.0dev1', '1.0.dev1'],
  ['1.0-dev', '1.0.dev0'],
  ['1.0-dev1', '1.0.dev1'],
  ['1.0DEV', '1.0.dev0'],
  ['1.0.DEV', '1.0.dev0'],
  ['1.0DEV1', '1.0.dev1'],
  ['1.0.DEV1', '1.0.dev1'],
  ['1.0-DEV', '1.0.dev0'],
  ['1.0-DEV1', '1.0.dev1'],
  ['1.0a', '1.0a0'],
  ['1.0.a', '1.0a0'],
  ['1.0.a1', '1.0a1'],
  ['1.0-a', '1.0a0'],
  ['1.0-a1', '1.0a1'],
  ['1.0alpha', '1.0a0'],
  ['1.0.alpha', '1.0a0'],
  ['1.0.alpha1', '1.0a1'],
  ['1.0-alpha', '1.0a0'],
  ['1.0-alpha1', '1.0a1'],
  ['1.0A', '1.0a0'],
  ['1.0.A', '1.0a0'],
  ['1.0.A1', '1.0a1'],
  ['1.0-A', '1.0a0'],
  ['1.0-A1', '1.0a1'],
  ['1.0ALPHA', '1.0a0'],
  ['1.0.ALPHA', '1.0a0'],
  ['1.0.ALPHA1', '1.0a1'],
  ['1.0-ALPHA', '1.0a0'],
  ['1.0-ALPHA1', '1.0a1'],
  ['1.0b', '1.0b0'],
  ['1.0.b', '1.0b0'],
  ['1.0.b1', '1.0b1'],
  ['1.0-b', '1.0b0'],
  ['1.0-b1', '1.0b1'],
  ['1.0beta', '1.0b0'],
  ['1.0.beta', '1.0b0'],
  ['1.0.beta1', '1.0b1'],
  ['1.0-beta', '1.0b0'],
  ['1.0-beta1', '1.0b1'],
  ['1.0B', '1.0b0'],
  ['1.0.B', '1.0b0'],
  ['1.0.B1', '1.0b1'],
  ['1.0-B', '1.0b0'],
  ['1.0-B1', '1.0b1'],
  ['1.0BETA', '1.0b0'],
  ['1.0.BETA', '1.0b0'],
  ['1.0.BETA1', '1.0b1'],
  ['1.0-BETA', '1.0b0'],
  ['1.0-BETA1', '1.0b1'],
  ['1.0c', '1.0rc0'],
  ['1.0.c', '1.0rc0'],
  ['1.0.c1', '1.0rc1'],
  ['1.0-c', '1.0rc0'],
  ['1.0-c1', '1.0rc1'],
  ['1.0rc', '1.0rc0'],
  ['1.0.rc', '1.0rc0'],
  ['1.0.rc1', '1.0rc1'],
  ['1.0-rc', '1.0rc0'],
  ['1.0-rc1', '1.0rc1'],
  ['1.0C', '1.0rc0'],
  ['1.0.C', '1.0rc0'],
  ['1.0.C1', '1.0rc1'],
  ['1.0-C', '1.0rc0'],
  ['1.0-C1', '1.0rc1'],
  ['1.0RC', '1.0rc0'],
  ['1.0.RC', '1.0rc0'],
  ['1.0.RC1', '1.0rc1'],
  ['1.0-RC', '1.0rc0'],
  ['1.0-RC1', '1.0rc1'],
  ['1.0post', '1.0.post0'],
  ['1.0.post', '1.0.post0'],
  ['1.0post1', '1.0.post1'],
  ['1.0-post', '1.0.post0'],
  ['1.0-post1', '1.0.post1'],
  ['1.0POST', '1.0.post0'],
  ['1.0.POST', '1.0.post0'],
  ['1.0POST1', '1.0.post1'],
  ['1.0r', '1.0.post0'],
  ['1.0rev', '1.0.post0'],
  ['1.0.POST1', '1.0.post1'],
  ['1.0.r1', '1.0.post1'],
  ['1.0.rev1', '1.0.post1'],
  ['1.0-POST', '1.0.post0'],
  ['1.0-POST1', '1.0.post1'],
  ['1.0-5', '1.0.post5'],
  ['1.0-r5', '1.0.post5'],
  ['1.0-rev5', '1.0.post5'],
  ['1.0+AbC', '1.0+abc'],
  ['1.01', '1.1'],
  ['1.0a05', '1.0a5'],
  ['1.0b07', '1.0b7'],
  ['1.0c056', '1.0rc56'],
  ['1.0rc09', '1.0rc9'],
  ['1.0.post000', '1.0.post0'],
  ['1.1.dev09000', '1.1.dev9000'],
  ['00!1.2', '1.2'],
  ['0100!0.0', '100!0.0'],
  ['v1.0', '1.0'],
  ['   v1.0\t\n', '1.0'],
];

describe('comparePep440', () => {
  it.each(WITH_EPOCH.map((text, index) => [text, index] as const))(
    'puts %s in its place',
    (a, i) => {
      for (const [j, b] of WITH_EPOCH.entries()) {
        expect(comparePep440(a, b), `${a} ${b}`).toBe(Math.sign(i - j));
      }
    },
  );

  it.each(NORMALISED)('%j is %s', (text, normal) => {
    expect(comparePep440(text, normal)).toBe(0);
  });

  it.each`
    because                                    | a                | b               | expected
    ${'labels need no separator between them'} | ${'1betadev'}    | ${'1.0b0.dev0'} | ${0}
    ${'zeros at the end mean nothing'}         | ${'1'}           | ${'1.0.0'}      | ${0}
    ${'a local label is newer'}                | ${'1.0+ubuntu'}  | ${'1.0'}        | ${1}
    ${'numbers in it are newer than words'}    | ${'1.0+a'}       | ${'1.0+1'}      | ${-1}
    ${'a post release of a pre-release'}       | ${'1.0a1.post1'} | ${'1.0a2'}      | ${-1}
  `('$because', ({ a, b, expected }) => {
    expect(comparePep440(a, b)).toBe(expected);
  });
});

describe('parsePep440', () => {
  // Source: the same file, test_invalid_versions; and versions from before PEP 440.
  it.each([
    'french toast',
    '1.0+a+',
    '1.0++',
    '1.0+_foobar',
    '1.0+foo&asd',
    '1.0+1+1',
    'lolwat',
    '0.1-bulbasaur',
    '2013-01-21T20:33:09+0100',
    '1.0.',
    '1..0',
    '!1.0',
  ])('refuses %j', (text) => {
    expect(parsePep440(text)).toBeUndefined();
    expect(comparePep440(text, text)).toBe('incomparable');
  });
});
