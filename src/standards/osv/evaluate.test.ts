import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareEcosystems, splitEcosystem } from './ecosystem.ts';
import {
  type Affectedness,
  type Comparison,
  isAffected,
  type SoftwareVersion,
} from './evaluate.ts';
import { type OsvRecord, parseOsvRecord } from './record.ts';

/** Dotted numbers; everything else cannot be compared. */
const compare = (a: string, b: string): Comparison => {
  const numbers = (text: string): number[] | null =>
    /^\d+(\.\d+)*$/.test(text) ? text.split('.').map(Number) : null;
  const left = numbers(a);
  const right = numbers(b);
  if (left === null || right === null) return 'incomparable';
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
};

const record = (...affected: object[]): OsvRecord => {
  const parsed = parseOsvRecord({
    schema_version: '1.7.0',
    id: 'TEST-1',
    modified: '2026-08-01T00:00:00Z',
    affected: affected.map((entry) => ({ package: { ecosystem: 'X', name: 'p' }, ...entry })),
  });
  if ('error' in parsed) throw new Error(`${parsed.at}: ${parsed.error}`);
  return parsed.record;
};
const range = (...events: object[]) => ({ ranges: [{ type: 'ECOSYSTEM', events }] });
const ask = (
  subject: OsvRecord,
  version: string,
  software: Partial<SoftwareVersion> = {},
): Affectedness =>
  isAffected(subject, { ecosystem: 'X', name: 'p', version, ...software }, compare);

const intro = (introduced: string) => ({ introduced });
const fixed = (version: string) => ({ fixed: version });
const last = (version: string) => ({ last_affected: version });
const limit = (version: string) => ({ limit: version });

describe('the algorithm of the schema', () => {
  // Ranges from "Examples" of the OSV schema 1.7, and its Evaluation pseudocode.
  it.each`
    because                                   | events                                                              | affected                     | notAffected
    ${'unfixed: every version'}               | ${[intro('0')]}                                                     | ${['0', '1', '99']}          | ${[]}
    ${'fixed: everything before'}             | ${[intro('0'), fixed('1.0.2')]}                                     | ${['0.1', '1.0.1']}          | ${['1.0.2', '2']}
    ${'several intervals in one range'}       | ${[intro('1.0.0'), fixed('1.0.2'), intro('3.0.0'), fixed('3.2.5')]} | ${['1.0.0', '3.0.0', '3.2']} | ${['0.9', '1.0.2', '3.2.5']}
    ${'events are sorted first'}              | ${[fixed('3.2.5'), intro('3.0.0'), fixed('1.0.2'), intro('1.0.0')]} | ${['1.0.1', '3.2.4']}        | ${['0.9', '2', '3.2.5']}
    ${'last_affected is inclusive'}           | ${[intro('0'), last('2.1.214')]}                                    | ${['2.1.214']}               | ${['2.1.215']}
    ${'one version only'}                     | ${[intro('1.0'), last('1.0')]}                                      | ${['1.0', '1.0.0']}          | ${['0.9', '1.0.1']}
    ${'an empty interval'}                    | ${[intro('1.0'), fixed('1.0')]}                                     | ${[]}                        | ${['0.9', '1.0', '1.1']}
    ${'an interval that follows directly'}    | ${[intro('0'), fixed('1.0'), intro('1.0'), fixed('2.0')]}           | ${['0.9', '1.0', '1.9']}     | ${['2.0']}
    ${'fixed before anything was released'}   | ${[intro('0'), fixed('0')]}                                         | ${[]}                        | ${['0', '1']}
    ${'a limit ends the range'}               | ${[intro('1'), limit('2')]}                                         | ${['1', '1.9']}              | ${['0.9', '2', '3']}
    ${'the highest of several limits counts'} | ${[intro('1'), limit('2'), limit('4')]}                             | ${['1', '3.9']}              | ${['4']}
    ${'the limit of all limits'}              | ${[intro('1'), limit('*')]}                                         | ${['1', '99']}               | ${['0.9']}
  `('$because', ({ events, affected, notAffected }) => {
    const subject = record(range(...events));
    for (const version of affected)
      expect([version, ask(subject, version).status]).toEqual([version, 'affected']);
    for (const version of notAffected) {
      expect([version, ask(subject, version).status]).toEqual([version, 'not_affected']);
    }
  });

  it('explains a match by range', () => {
    const subject = record(range(intro('1'), fixed('1.5'), intro('2'), fixed('2.5')));
    expect(ask(subject, '2.1')).toEqual({
      status: 'affected',
      reason: 'in-range',
      entry: 0,
      range: { range: 0, type: 'ECOSYSTEM', introduced: '2', fixed: '2.5', lastAffected: null },
      listed: null,
      fixedVersion: '2.5',
      incomparableWith: null,
    });
  });

  it('takes listed versions, equal spellings of them, and any one of several ranges', () => {
    const subject = record({
      versions: ['0.5', 'weird-1'],
      ranges: [
        { type: 'SEMVER', events: [intro('1'), fixed('1.2')] },
        { type: 'ECOSYSTEM', events: [intro('3'), fixed('3.1')] },
      ],
    });
    expect(ask(subject, '0.5.0')).toMatchObject({
      status: 'affected',
      listed: '0.5',
      fixedVersion: '1.2',
    });
    expect(ask(subject, 'weird-1')).toMatchObject({ status: 'affected', reason: 'listed-version' });
    expect(ask(subject, '3.0').range).toMatchObject({ range: 1, introduced: '3' });
    expect(ask(subject, '2')).toMatchObject({ status: 'not_affected', reason: 'outside-ranges' });
  });

  it('asks the right comparator', () => {
    const subject = record({ ranges: [{ type: 'SEMVER', events: [intro('0'), fixed('2')] }] });
    const never = (): Comparison => 'incomparable';
    const software = { ecosystem: 'X', name: 'p', version: '1' };
    expect(isAffected(subject, software, { semver: compare, ecosystem: never }).status).toBe(
      'affected',
    );
    expect(isAffected(subject, software, { semver: never, ecosystem: compare }).status).toBe(
      'unknown',
    );
  });

  it('tries every entry of the package', () => {
    const subject = record(range(intro('0'), fixed('1')), range(intro('2'), fixed('3')));
    expect(ask(subject, '2.5')).toMatchObject({ status: 'affected', entry: 1 });
    expect(ask(subject, '1.5')).toMatchObject({ status: 'not_affected' });
  });

  it('withdrawn advisories affect nothing', () => {
    const subject = { ...record(range(intro('0'))), withdrawn: '2026-01-01T00:00:00Z' };
    expect(ask(subject, '1')).toMatchObject({ status: 'not_affected', reason: 'withdrawn' });
  });
});

describe('what is not known is not called safe', () => {
  const commit = 'a'.repeat(40);
  const git = { type: 'GIT', repo: 'https://x', events: [intro('0'), fixed(commit)] };

  it.each`
    because                                     | entry                                                         | version           | status            | reason
    ${'the version cannot be ordered'}          | ${range(intro('1'), fixed('2'))}                              | ${'trunk'}        | ${'unknown'}      | ${'incomparable-version'}
    ${'an event cannot be ordered'}             | ${range(intro('0'), fixed('r2'))}                             | ${'1'}            | ${'unknown'}      | ${'incomparable-version'}
    ${'every version is affected all the same'} | ${range(intro('0'))}                                          | ${'trunk'}        | ${'affected'}     | ${'in-range'}
    ${'the events cannot be put in order'}      | ${range(intro('r1'), fixed('r2'), intro('5'))}                | ${'6'}            | ${'unknown'}      | ${'incomparable-version'}
    ${'only commits are given'}                 | ${{ ranges: [git] }}                                          | ${'1.0'}          | ${'unknown'}      | ${'git-range'}
    ${'commits beside a list decide nothing'}   | ${{ ranges: [git], versions: ['1.0'] }}                       | ${'1.1'}          | ${'not_affected'} | ${'outside-ranges'}
    ${'commits beside a range decide nothing'}  | ${{ ranges: [git, range(intro('0'), fixed('1')).ranges[0]] }} | ${'1.1'}          | ${'not_affected'} | ${'outside-ranges'}
    ${'a commit is asked about'}                | ${{ ranges: [git], versions: ['1.0'] }}                       | ${'b'.repeat(40)} | ${'unknown'}      | ${'git-range'}
    ${'the commit is the fix'}                  | ${{ ranges: [git] }}                                          | ${commit}         | ${'not_affected'} | ${'outside-ranges'}
    ${'the entry says nothing of versions'}     | ${{}}                                                         | ${'1'}            | ${'unknown'}      | ${'no-versions-given'}
    ${'the limit cannot be ordered'}            | ${range(intro('0'), limit('r9'))}                             | ${'1'}            | ${'unknown'}      | ${'incomparable-version'}
  `('$because', ({ entry, version, status, reason }) => {
    expect(ask(record(entry), version)).toMatchObject({ status, reason });
  });

  it('the release of the software is not known', () => {
    const subject = record({
      package: { ecosystem: 'Debian:12', name: 'tar' },
      ...range(intro('0'), fixed('2')),
    });
    const tar = { ecosystem: 'Debian', name: 'tar' };
    expect(ask(subject, '1', tar)).toMatchObject({
      status: 'unknown',
      reason: 'release-unspecified',
    });
    expect(ask(subject, '2', tar).status).toBe('not_affected');
    expect(ask(subject, '1', { ...tar, ecosystem: 'Debian:12' }).status).toBe('affected');
    expect(ask(subject, '1', { ...tar, ecosystem: 'Debian:11' }).reason).toBe('package-not-listed');
  });
});

describe('names', () => {
  it.each`
    ecosystem                 | base             | suffix
    ${'npm'}                  | ${'npm'}         | ${null}
    ${'Debian:12'}            | ${'Debian'}      | ${'12'}
    ${'Rocky Linux:9'}        | ${'Rocky Linux'} | ${'9'}
    ${'Ubuntu:Pro:22.04:LTS'} | ${'Ubuntu'}      | ${'Pro:22.04:LTS'}
  `('$ecosystem', ({ ecosystem, base, suffix }) => {
    expect(splitEcosystem(ecosystem)).toEqual({ base, suffix });
  });

  it.each`
    advisory              | software              | answer
    ${'Alpine:v3.18'}     | ${'Alpine:3.18'}      | ${'same'}
    ${'Ubuntu:22.04:LTS'} | ${'Ubuntu:22.04'}     | ${'same'}
    ${'Ubuntu:Pro:22.04'} | ${'Ubuntu:22.04:LTS'} | ${'other'}
    ${'Debian'}           | ${'Debian:12'}        | ${'same'}
    ${'Debian:12'}        | ${'Debian'}           | ${'unspecified'}
    ${'PyPI'}             | ${'pypi'}             | ${'other'}
  `('$advisory for $software: $answer', ({ advisory, software, answer }) => {
    expect(compareEcosystems(advisory, software)).toBe(answer);
  });

  it('compares names as their registry does', () => {
    const subject = record({
      package: { ecosystem: 'PyPI', name: 'ruamel-yaml' },
      versions: ['1'],
    });
    expect(ask(subject, '1', { ecosystem: 'PyPI', name: 'Ruamel.YAML' }).status).toBe('affected');
    expect(ask(subject, '1', { ecosystem: 'PyPI', name: 'pyyaml' }).entry).toBeNull();
  });
});

describe('properties', () => {
  const version = fc.tuple(fc.nat(3), fc.nat(3)).map((parts) => parts.join('.'));
  const event = fc.oneof(
    version.map(intro),
    version.map(fixed),
    version.map(last),
    fc.constant(intro('0')),
  );
  const events = fc.array(event, { maxLength: 6 }).map((some) => [intro('0.1'), ...some]);

  /** The pseudocode of the schema, word for word. */
  const naive = (list: object[], v: string): boolean => {
    const at = (e: object): string => String(Object.values(e)[0]);
    const order = (a: object, b: object): number =>
      at(a) === at(b) ? 0 : at(a) === '0' ? -1 : at(b) === '0' ? 1 : Number(compare(at(a), at(b)));
    let vulnerable = false;
    for (const e of [...list].sort(order)) {
      const sign = at(e) === '0' ? 1 : compare(v, at(e));
      if ('introduced' in e && sign !== -1) vulnerable = true;
      else if ('fixed' in e && sign !== -1) vulnerable = false;
      else if ('last_affected' in e && sign === 1) vulnerable = false;
    }
    return vulnerable;
  };

  it('agrees with the pseudocode', () => {
    fc.assert(
      fc.property(events, version, (list, v) => {
        expect(ask(record(range(...list)), v).status).toBe(
          naive(list, v) ? 'affected' : 'not_affected',
        );
      }),
    );
  });

  it('a comparator that gives up never makes anything safe', () => {
    fc.assert(
      fc.property(events, version, fc.func(fc.boolean()), (list, v, gaveUp) => {
        const partial = (a: string, b: string): Comparison =>
          gaveUp([a, b].sort().join()) ? 'incomparable' : compare(a, b);
        const subject = record(range(...list));
        const software = { ecosystem: 'X', name: 'p', version: v };
        const { status } = isAffected(subject, software, partial);
        expect([isAffected(subject, software, compare).status, 'unknown']).toContain(status);
      }),
    );
  });
});
