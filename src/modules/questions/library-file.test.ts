import { describe, expect, it } from 'vitest';
import { runOsquery } from '../../testing/osquery.ts';
import { fillParameters, parseLibraryFile } from './library-file.ts';

const good = `key: a-question
title: {ja: 題, en: Title}
description:
  ja: 説明
  en: Description
category: files
cost: low
parameters:
  - name: name
    title: {ja: 名前, en: Name}
    pattern: '[^%]{1,50}'
    example: hosts
  - name: days
    title: {ja: 日数, en: Days}
    pattern: '.{1,20}'
    example: '7'
    default: '30'
sql:
  posix: |
    select '{{name}}' as name, {{days}} as days
  windows: select '{{ name }}' as name, {{days}} as days
source: A page
`;
const entry = parseLibraryFile(good, '/x/a-question.yaml');

describe('a question in a file', () => {
  it('is read', () => {
    expect(entry).toEqual({
      key: 'a-question',
      title: { ja: '題', en: 'Title' },
      description: { ja: '説明', en: 'Description' },
      category: 'files',
      cost: 'low',
      sql: {
        linux: "select '{{name}}' as name, {{days}} as days",
        darwin: "select '{{name}}' as name, {{days}} as days",
        windows: "select '{{ name }}' as name, {{days}} as days",
      },
      parameters: [
        {
          name: 'name',
          title: { ja: '名前', en: 'Name' },
          pattern: '[^%]{1,50}',
          example: 'hosts',
          default: null,
        },
        {
          name: 'days',
          title: { ja: '日数', en: 'Days' },
          pattern: '.{1,20}',
          example: '7',
          default: '30',
        },
      ],
      source: 'A page',
    });
  });

  const changed = (from: string, to: string) => {
    expect(good).toContain(from);
    return good.replace(from, () => to);
  };
  it.each([
    ['', 'q.yaml: the file is missing'],
    ['- 1', 'q.yaml:1: the file is missing, or not of «name: value»'],
    [changed('title: {ja: 題', 'title: [ja: 題'), 'q.yaml:2: '],
    [changed('cost: low', 'cost: low\ncost: high'), 'q.yaml:8: Map keys must be unique'],
    [changed('cost: low', 'price: low'), 'q.yaml:7: the file: «price» is none of key, title'],
    [changed('cost: low', 'cost: free'), 'q.yaml:7: cost is none of low, medium, high'],
    [changed('cost: low\n', ''), 'q.yaml:1: cost is missing'],
    [changed('files', 'filing'), 'q.yaml:6: category is none of software, network'],
    [changed('key: a-question', 'key: A question'), 'q.yaml:1: key «A question» is not of'],
    [changed('key: a-question', 'key: other'), 'q.yaml:1: key is «other», the file is named «q»'],
    [changed('  en: Description\n', ''), 'description.en is missing'],
    [changed('  en: Description', '  en: 12.5.\n  fr: Texte'), '«fr» is none of ja, en'],
    [
      changed('{ja: 題, en: Title}', '&t {ja: 題, en: Title}\nsource: *t'),
      'Map keys must be unique',
    ],
    [changed('source: A page', 'source: *nowhere'), 'q.yaml:22: aliases'],
    [changed("pattern: '[^%]{1,50}'", "pattern: '('"), 'q.yaml:11: «(» is no regular expression'],
    [changed('example: hosts', "example: '%'"), 'q.yaml:12: example «%» does not fit'],
    [changed('name: days', 'name: name'), 'the parameter name is there twice'],
    [changed('name: days', 'name: Days!'), 'q.yaml:13: «Days!» is no name of a parameter'],
    [changed('{{name}}', '{{who}}'), 'sql.posix: there is no parameter who'],
    [good.replaceAll('{{days}}', '7'), 'no statement uses days'],
    [changed("'{{name}}' as name", '"{{name}}" as name'), '{{name}} stands neither in a text nor'],
    [changed("'{{name}}' as name", "x'{{name}}' as name"), '{{name}} stands neither in a text nor'],
    [changed('as days\n', 'as d{{days}}\n'), '{{days}} stands neither in a text nor'],
    [changed('as days\n', 'as days -- {{days}}\n'), '{{days}} stands neither in a text nor'],
    [changed('  posix: |', '  linux: select 1\n  posix: |'), 'there are two statements for linux'],
    [changed('  posix: |', '  bsd: |'), 'sql: «bsd» is none of linux, darwin'],
    [`${good}${'# \n'.repeat(40_000)}`, 'q.yaml: longer than 65536 characters'],
  ])('is refused with its place %#', (content, reason) => {
    const renamed = content.replace('key: a-question', 'key: q');
    expect(() => parseLibraryFile(renamed, 'q.yaml')).toThrow(reason);
  });
});

describe('values of parameters', () => {
  const filled = (values: Record<string, string>) => fillParameters(entry, values);

  it('are put in, defaults where nothing is given', () => {
    expect(filled({ name: 'hosts' })).toEqual({
      ok: true,
      sql: {
        linux: "select 'hosts' as name, 30 as days",
        darwin: "select 'hosts' as name, 30 as days",
        windows: "select 'hosts' as name, 30 as days",
      },
      parameters: { name: 'hosts', days: '30' },
    });
    expect(filled({ name: 'a', days: '' })).toMatchObject({ parameters: { days: '30' } });
  });

  it('stay text, whatever is in them', () => {
    const names = ["'; drop table users --", "a' or '1'='1", '{{days}}', "$& $' \\", "''", '"`['];
    names.push('café 日本');
    const statements = names.map((name) => {
      const result = filled({ name, days: '1' });
      return result.ok ? result.sql.linux! : '';
    });
    expect(runOsquery(statements)).toEqual(names.map((name) => [{ name, days: '1' }]));
  }, 60_000);

  it.each(['1 or 1', '-1', '1;', 'days', '1e9', '１', '9999999999999999'])(
    'outside a text are digits only, whatever the pattern lets through: %s',
    (days) => {
      expect(filled({ name: 'a', days })).toMatchObject({
        ok: false,
        problems: [{ name: 'days', text: { en: 'Days takes digits only.' } }],
      });
    },
  );

  it.each<[Record<string, string>, string, string]>([
    [{}, 'name', 'Name is missing.'],
    [{ name: '50%' }, 'name', 'Name is not of the expected form, for example hosts.'],
    [{ name: 'a\nb' }, 'name', 'Name is not of the expected form'],
    [{ name: 'a\0' }, 'name', 'Name is not of the expected form'],
    [{ name: '\ud800' }, 'name', 'Name is not of the expected form'],
    [{ name: 'a'.repeat(1_001) }, 'name', 'Name is longer than 1000 characters.'],
    [{ name: 'a', colour: 'red' }, 'colour', 'The question has no parameter colour.'],
    [{ name: 'a', constructor: 'red' }, 'constructor', 'The question has no parameter'],
  ])('are refused %#', (values, name, reason) => {
    const result = filled(values);
    expect(result).toMatchObject({ ok: false, problems: [{ name }] });
    if (!result.ok) {
      expect(result.problems[0]!.text.en).toContain(reason);
      expect(result.problems[0]!.text.ja).toMatch(/[\u3040-\u30ff]/);
    }
  });
});
