import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type RankInputs, rankOf } from './rank.ts';

const finding = (more: Partial<RankInputs> = {}): RankInputs => ({
  findingClass: 'normal',
  dueOn: '2026-12-01',
  exploited: false,
  epss: 0.1,
  reachable: false,
  exposed: null,
  criticality: 'normal',
  fixable: true,
  severity: 'high',
  ...more,
});

describe('rankOf', () => {
  it.each`
    because                                            | first                       | second
    ${'earlier due first'}                             | ${{ dueOn: '2026-11-30' }}  | ${{ epss: 0.99, reachable: true }}
    ${'a date before none'}                            | ${{}}                       | ${{ dueOn: null, epss: 0.99 }}
    ${'exploited before an earlier date'}              | ${{ exploited: true }}      | ${{ dueOn: '2026-11-25' }}
    ${'on one day, the likelier first'}                | ${{ epss: 0.5 }}            | ${{ epss: 0.4, criticality: 'critical' }}
    ${'equally likely, the reachable first'}           | ${{ reachable: true }}      | ${{ criticality: 'critical' }}
    ${'unknown reachability before known unreachable'} | ${{ reachable: null }}      | ${{ reachable: false }}
    ${'then the more critical asset'}                  | ${{ criticality: 'high' }}  | ${{ severity: 'critical' }}
    ${'then what has a fix'}                           | ${{ severity: 'low' }}      | ${{ fixable: false, severity: 'critical' }}
    ${'then severity'}                                 | ${{ severity: 'critical' }} | ${{}}
    ${'not scored before medium'}                      | ${{ severity: null }}       | ${{ severity: 'medium' }}
    ${'not in EPSS yet before what EPSS calls low'}    | ${{ epss: null }}           | ${{ epss: 0.001 }}
  `('$because', ({ first, second }) => {
    expect(rankOf(finding(first))).toBeLessThan(rankOf(finding(second)));
  });

  const anything = fc.record<RankInputs>({
    findingClass: fc.constantFrom('normal', 'unimportant', 'unsupported', 'not-running-kernel'),
    dueOn: fc.option(fc.constantFrom('1999-01-01', '2026-11-21', '2030-06-01', '9999-12-31')),
    exploited: fc.boolean(),
    epss: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    reachable: fc.option(fc.boolean()),
    exposed: fc.option(fc.boolean()),
    criticality: fc.constantFrom('low', 'normal', 'high', 'critical'),
    fixable: fc.boolean(),
    severity: fc.option(fc.constantFrom('none', 'low', 'medium', 'high', 'critical')),
  });

  it('never puts what is unimportant or has no fix above what is exploited and fixable', () => {
    fc.assert(
      fc.property(anything, anything, (a, b) => {
        fc.pre(a.exploited && a.fixable && a.findingClass === 'normal');
        fc.pre(b.findingClass !== 'normal' || !b.fixable);
        return rankOf(a) < rankOf(b);
      }),
    );
  });

  it('is a whole number that JavaScript and PostgreSQL agree on', () => {
    fc.assert(
      fc.property(anything, (a) => {
        const rank = rankOf(a);
        return Number.isSafeInteger(rank) && rank >= 0 && rank < 2 ** 51;
      }),
    );
  });
});
