import { describe, expect, it } from 'vitest';
import { terminalLanguage } from './language.ts';
import { catalogueFaults, createTranslator } from './translator.ts';

describe('terminalLanguage', () => {
  it.each`
    because                              | asked        | environment                                        | language
    ${'nothing is set'}                  | ${undefined} | ${{}}                                              | ${'en'}
    ${'LANG is Japanese'}                | ${undefined} | ${{ LANG: 'ja_JP.UTF-8' }}                         | ${'ja'}
    ${'LC_ALL wins over LANG'}           | ${undefined} | ${{ LC_ALL: 'C', LANG: 'ja_JP.UTF-8' }}            | ${'en'}
    ${'an empty LC_ALL is not set'}      | ${undefined} | ${{ LC_ALL: '', LC_MESSAGES: 'ja_JP', LANG: 'C' }} | ${'ja'}
    ${'YOJIN_LANG wins over the locale'} | ${undefined} | ${{ YOJIN_LANG: 'ja', LANG: 'en_US' }}             | ${'ja'}
    ${'--lang wins over everything'}     | ${'en'}      | ${{ YOJIN_LANG: 'ja', LANG: 'ja_JP' }}             | ${'en'}
    ${'we do not speak German'}          | ${undefined} | ${{ LANG: 'de_DE.UTF-8' }}                         | ${'en'}
    ${'jam (Jamaican Creole) is not ja'} | ${undefined} | ${{ LANG: 'jam_JM' }}                              | ${'en'}
  `('$because: $language', ({ asked, environment, language }) => {
    expect(terminalLanguage(asked, environment)).toBe(language);
  });
});

describe('createTranslator', () => {
  const catalogues = {
    en: { greet: 'Hello {{name}}', row_one: '{{count}} row', row_other: '{{count}} rows' },
    ja: { greet: 'こんにちは {{name}}', row_other: '{{count}} 行' },
  } as const;

  it('fills values in as they are, without HTML escapes', () => {
    const t = createTranslator('en', catalogues);
    expect(t('greet', { name: '<a & b>' })).toBe('Hello <a & b>');
  });

  it('does not take a value for a text with places of its own', () => {
    const t = createTranslator('en', catalogues);
    expect(t('greet', { name: '$t(row)' })).toBe('Hello $t(row)');
    expect(t('greet', { name: '{{name}}' })).toBe('Hello {{name}}');
  });

  it('chooses the plural form of the language', () => {
    const en = createTranslator('en', catalogues);
    const ja = createTranslator('ja', catalogues);
    expect([en('row', { count: 1 }), en('row', { count: 2 }), ja('row', { count: 1 })]).toEqual([
      '1 row',
      '2 rows',
      '1 行',
    ]);
  });

  it('throws for a key that does not exist, rather than showing it', () => {
    const t = createTranslator('en', catalogues) as (key: string) => string;
    expect(() => t('nope')).toThrow('no text for nope in en');
  });
});

describe('catalogueFaults', () => {
  const source = "t('a'); t(`b.${kind}`); t('n', { count })";

  it('finds nothing wrong with complete catalogues', () => {
    const en = { a: 'A {{x}}', 'b.one': 'B', n_one: '{{count}} n', n_other: '{{count}} n' };
    const ja = { a: 'あ {{x}}', 'b.one': 'い', n_other: '{{count}}個' };
    expect(catalogueFaults({ en, ja }, [source])).toEqual([]);
  });

  it.each`
    fault                                       | en                  | ja
    ${'a: missing in Japanese'}                 | ${{ a: 'A' }}       | ${{}}
    ${'a: missing in English'}                  | ${{}}               | ${{ a: 'あ' }}
    ${'a: x in English, no values in Japanese'} | ${{ a: 'A {{x}}' }} | ${{ a: 'あ' }}
    ${'a: empty'}                               | ${{ a: 'A' }}       | ${{ a: ' ' }}
    ${'c: unused'}                              | ${{ c: 'C' }}       | ${{ c: 'し' }}
    ${'n_other: missing in English'}            | ${{ n_one: 'n' }}   | ${{ n_other: '個' }}
  `('tells "$fault"', ({ fault, en, ja }) => {
    expect(catalogueFaults({ en, ja }, [source])).toContain(fault);
  });
});
