import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  buildPurl,
  canonicalPurl,
  formatPurl,
  type PurlParts,
  parsePurl,
  purlWarnings,
} from './purl.ts';
import { REGISTERED_PURL_TYPES } from './types.ts';

type Valid = [
  input: string,
  canonical: string,
  type: string,
  namespace: string | null,
  name: string,
  version: string | null,
  qualifiers: Record<string, string> | null,
  subpath: string | null,
];

interface Suite {
  readonly valid: readonly Valid[];
  readonly parseFails: readonly string[];
  readonly buildFails: readonly PurlParts[];
}

const suite = JSON.parse(
  readFileSync(new URL('testdata/purl-spec.json', import.meta.url), 'utf8'),
) as Suite;

describe('the purl-spec suite', () => {
  it.each(suite.valid)(
    '%s',
    (input, canonical, type, namespace, name, version, qualifiers, sub) => {
      const parts = { type, namespace, name, version, qualifiers, subpath: sub };
      const purl = parsePurl(input);
      expect(purl).toEqual({ ...parts, qualifiers: qualifiers ?? {} });
      if ('error' in purl) return;
      expect(formatPurl(purl)).toBe(canonical);
      expect(canonicalPurl(canonical)).toBe(canonical);
      expect(buildPurl(parts)).toEqual({ purl: canonical });
    },
  );

  it.each(suite.parseFails)('refuses %s', (input) => {
    expect(parsePurl(input)).toEqual({ error: expect.any(String), at: expect.any(Number) });
  });

  it.each(suite.buildFails)('does not build $type with $name', (parts) => {
    expect(buildPurl(parts)).toHaveProperty('error');
  });
});

describe('parsePurl', () => {
  it.each`
    because                                       | input                              | error
    ${'a key occurs once'}                        | ${'pkg:npm/a?k=1&K=2'}             | ${/twice/}
    ${'percent signs are followed by two digits'} | ${'pkg:npm/a%zz'}                  | ${/percent-encoded/}
    ${'decoded bytes are UTF-8'}                  | ${'pkg:npm/a%ff'}                  | ${/percent-encoded/}
    ${'a segment hides no separator'}             | ${'pkg:github/a%2Fb/c'}            | ${/encoded "\/"/}
    ${'a subpath segment hides no separator'}     | ${'pkg:github/a/c#x%2F..%2Fy'}     | ${/encoded "\/"/}
    ${'the type is plain ASCII'}                  | ${'pkg:np%6D/a'}                   | ${/purl type/}
    ${'a lone surrogate is no text'}              | ${'pkg:npm/\ud800'}                | ${/percent-encoded/}
    ${'pypi has no namespace'}                    | ${'pkg:pypi/ns/django'}            | ${/no namespace/}
    ${'hostile size'}                             | ${`pkg:npm/${'a'.repeat(70_000)}`} | ${/longer/}
  `('refuses because $because', ({ input, error }) => {
    expect(parsePurl(input)).toEqual({
      error: expect.stringMatching(error),
      at: expect.any(Number),
    });
  });

  it.each`
    because                                   | input                             | canonical
    ${'empty values are no values'}           | ${'pkg:npm/a?x=&y=1&'}            | ${'pkg:npm/a?y=1'}
    ${'dots in a subpath are dropped'}        | ${'pkg:npm/a#./b/../%2E%2E/c'}    | ${'pkg:npm/a#b/c'}
    ${'the scheme is not case sensitive'}     | ${'PKG:npm/a'}                    | ${'pkg:npm/a'}
    ${'trailing slashes are not significant'} | ${'pkg:github//o//r/'}            | ${'pkg:github/o/r'}
    ${'Go modules keep their case'}           | ${'pkg:golang/github.com/B/T@v1'} | ${'pkg:golang/github.com/B/T@v1'}
    ${'the Go library has no namespace'}      | ${'pkg:golang/stdlib@1.22.1'}     | ${'pkg:golang/stdlib@1.22.1'}
    ${'a slash in a version is encoded'}      | ${'pkg:opam/git@3/16.1'}          | ${'pkg:opam/git@3%2F16.1'}
    ${'reserved characters are encoded'}      | ${"pkg:generic/a(b)!*'"}          | ${'pkg:generic/a%28b%29%21%2A%27'}
    ${'pub folds to underscores'}             | ${'pkg:pub/My-Pkg'}               | ${'pkg:pub/my_pkg'}
  `('$because', ({ input, canonical }) => {
    expect(canonicalPurl(input)).toBe(canonical);
  });

  it('says what a type definition still asks for', () => {
    const purl = parsePurl('pkg:deb/curl@7.50.3-1');
    expect('error' in purl ? [] : purlWarnings(purl)).toEqual([
      'a deb purl should have a namespace',
    ]);
  });

  it('never throws, and what it accepts has one canonical form', () => {
    const pieces = fc.constantFrom(
      'pkg:',
      'npm/',
      'a',
      '@',
      '/',
      '?',
      '#',
      '&',
      '=',
      '%',
      '%2F',
      'é',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(text, (input) => {
        const purl = parsePurl(input);
        if ('error' in purl) return;
        expect(parsePurl(formatPurl(purl))).toEqual(purl);
      }),
    );
  });

  it('reads back whatever it built', () => {
    const text = fc.string({ unit: 'grapheme' });
    const parts = fc.record({
      type: fc.constantFrom(...REGISTERED_PURL_TYPES, 'unregistered'),
      namespace: fc.option(text),
      name: text,
      version: fc.option(text),
      qualifiers: fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_.-]{0,8}$/), text),
      subpath: fc.option(text),
    });
    fc.assert(
      fc.property(parts, (input) => {
        const built = buildPurl(input);
        if ('error' in built) return;
        expect(built.purl).toMatch(/^[A-Za-z0-9.\-_~%:/@?=&#]+$/);
        expect(canonicalPurl(built.purl)).toBe(built.purl);
      }),
    );
  });
});
