import { describe, expect, it } from 'vitest';
import { ignoredBy, parseIgnoreFile } from './ignore-file.ts';

const today = '2026-11-21';
function parse(text: string) {
  const parsed = parseIgnoreFile(text, today);
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed;
}

describe('parseIgnoreFile', () => {
  it('takes an entry with its reason until its day has passed', () => {
    const { entries, problems } = parse(
      'ignore:\n  - id: CVE-2024-1\n    package: lodash\n    reason: not reachable\n    expires: 2026-11-21\n',
    );
    expect(problems).toEqual([]);
    expect(entries).toEqual([
      {
        id: 'CVE-2024-1',
        package: 'lodash',
        ecosystem: null,
        reason: 'not reachable',
        expires: '2026-11-21',
        line: 2,
      },
    ]);
  });

  it('reads JSON', () => {
    const text = '{"ignore":[{"id":"CVE-1","reason":"r","expires":"2027-01-01"}]}';
    expect(parse(text).entries).toHaveLength(1);
  });

  it.each`
    because                 | entry                                                       | code
    ${'no reason'}          | ${'{id: CVE-1, expires: 2027-01-01}'}                       | ${'no-reason'}
    ${'an empty reason'}    | ${'{id: CVE-1, reason: " ", expires: 2027-01-01}'}          | ${'no-reason'}
    ${'no expiry'}          | ${'{id: CVE-1, reason: r}'}                                 | ${'no-expiry'}
    ${'no such day'}        | ${'{id: CVE-1, reason: r, expires: 2027-02-30}'}            | ${'bad-expiry'}
    ${'never'}              | ${'{id: CVE-1, reason: r, expires: never}'}                 | ${'bad-expiry'}
    ${'yesterday'}          | ${'{id: CVE-1, reason: r, expires: 2026-11-20}'}            | ${'expired'}
    ${'no id'}              | ${'{reason: r, expires: 2027-01-01}'}                       | ${'no-id'}
    ${'everything'}         | ${'{id: "*", reason: r, expires: 2027-01-01}'}              | ${'no-id'}
    ${'a typo in a key'}    | ${'{id: CVE-1, packge: a, reason: r, expires: 2027-01-01}'} | ${'unknown-key'}
    ${'a list as a value'}  | ${'{id: [a], reason: r, expires: 2027-01-01}'}              | ${'bad-value'}
    ${'a text as an entry'} | ${'CVE-1'}                                                  | ${'not-an-entry'}
  `('$because: shown, and it ignores nothing', ({ entry, code }) => {
    const good = '{id: CVE-9, reason: r, expires: 2027-01-01}';
    const { entries, problems } = parse(`ignore:\n  - ${entry}\n  - ${good}\n`);
    expect(problems).toMatchObject([{ code, line: 2 }]);
    expect(entries.map(({ id }) => id)).toEqual(['CVE-9']);
  });

  it.each([
    ['ignore: nothing', 'not-a-list'],
    ['ignored: []', 'unknown-key'],
    ['hello', 'not-a-list'],
  ])('%s is no list of entries', (text, code) => {
    expect(parse(text).problems.map((problem) => problem.code)).toContain(code);
  });

  it('names the place of what is not YAML', () => {
    expect(parseIgnoreFile('ignore:\n  - {id: "x\n', today)).toMatchObject({
      at: expect.stringMatching(/^\d+:\d+$/),
    });
  });

  it('survives aliases and depth', () => {
    expect(parse('a: &a [x]\nignore: *a\n').entries).toEqual([]);
    expect(() => parseIgnoreFile(`ignore: ${'['.repeat(20_000)}`, today)).not.toThrow();
  });
});

it('an entry covers by any id, with wildcards, and only its package and ecosystem', () => {
  const entry = {
    id: 'GHSA-*',
    package: 'lo*',
    ecosystem: 'Debian',
    reason: 'r',
    expires: today,
    line: 1,
  };
  const finding = { ids: ['CVE-1', 'GHSA-x'], package: 'lodash', ecosystem: 'Debian:12' };
  expect(ignoredBy([entry], finding)).toBe(entry);
  expect(ignoredBy([entry], { ...finding, ids: ['CVE-1'] })).toBeNull();
  expect(ignoredBy([entry], { ...finding, package: 'axios' })).toBeNull();
  expect(ignoredBy([entry], { ...finding, ecosystem: 'npm' })).toBeNull();
});
