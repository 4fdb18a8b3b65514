import { describe, expect, it } from 'vitest';
import { addDays, type DueInputs, daysUntil, decideDue, dueProfiles } from './due.ts';

const inputs = (more: Partial<DueInputs> = {}): DueInputs => ({
  kevListedOn: null,
  kevDueOn: null,
  exposed: false,
  automatable: false,
  technicalImpact: 'partial',
  severity: 'high',
  detectedOn: '2026-11-01',
  ...more,
});
const kev = { kevListedOn: '2026-10-20', kevDueOn: '2026-11-10' };

describe('BOD 26-04', () => {
  // All sixteen rows of the published table.
  it.each`
    kev      | exposed  | automatable | impact       | outcome              | dueOn
    ${false} | ${false} | ${false}    | ${'partial'} | ${'next-upgrade'}    | ${null}
    ${true}  | ${false} | ${false}    | ${'partial'} | ${'14-days'}         | ${'2026-11-03'}
    ${false} | ${true}  | ${false}    | ${'partial'} | ${'60-days'}         | ${'2026-12-31'}
    ${false} | ${false} | ${true}     | ${'partial'} | ${'60-days'}         | ${'2026-12-31'}
    ${false} | ${false} | ${false}    | ${'total'}   | ${'next-upgrade'}    | ${null}
    ${true}  | ${true}  | ${false}    | ${'partial'} | ${'14-days'}         | ${'2026-11-03'}
    ${true}  | ${false} | ${true}     | ${'partial'} | ${'14-days'}         | ${'2026-11-03'}
    ${false} | ${true}  | ${true}     | ${'partial'} | ${'14-days'}         | ${'2026-11-15'}
    ${true}  | ${false} | ${false}    | ${'total'}   | ${'14-days'}         | ${'2026-11-03'}
    ${false} | ${true}  | ${false}    | ${'total'}   | ${'14-days'}         | ${'2026-11-15'}
    ${false} | ${false} | ${true}     | ${'total'}   | ${'60-days'}         | ${'2026-12-31'}
    ${true}  | ${true}  | ${true}     | ${'partial'} | ${'3-days'}          | ${'2026-10-23'}
    ${true}  | ${true}  | ${false}    | ${'total'}   | ${'3-days-forensic'} | ${'2026-10-23'}
    ${true}  | ${false} | ${true}     | ${'total'}   | ${'3-days-forensic'} | ${'2026-10-23'}
    ${false} | ${true}  | ${true}     | ${'total'}   | ${'3-days'}          | ${'2026-11-04'}
    ${true}  | ${true}  | ${true}     | ${'total'}   | ${'3-days-forensic'} | ${'2026-10-23'}
  `(
    'kev $kev, exposed $exposed, automatable $automatable, $impact: $outcome',
    ({ kev: listed, exposed, automatable, impact, outcome, dueOn }) => {
      const decision = decideDue(
        'bod-26-04',
        inputs({ ...(listed ? kev : {}), exposed, automatable, technicalImpact: impact }),
      );
      expect(decision).toMatchObject({ outcome, dueOn });
      expect(decision.path.some(({ unknown }) => unknown)).toBe(false);
    },
  );

  it.each`
    because                                          | more                                                           | outcome              | unknown
    ${'exposure nobody stated counts as exposed'}    | ${{ exposed: null }}                                           | ${'60-days'}         | ${['exposed']}
    ${'outside KEV with neither input known'}        | ${{ automatable: null, technicalImpact: null }}                | ${'60-days'}         | ${['automatable', 'technical-impact']}
    ${'and exposed: still the sixty days it says'}   | ${{ automatable: null, technicalImpact: null, exposed: true }} | ${'60-days'}         | ${['automatable', 'technical-impact']}
    ${'one unknown input takes the stricter value'}  | ${{ automatable: null, exposed: true }}                        | ${'14-days'}         | ${['automatable']}
    ${'in KEV unknown inputs are the stricter ones'} | ${{ ...kev, automatable: null, technicalImpact: null }}        | ${'3-days-forensic'} | ${['automatable', 'technical-impact']}
  `('$because', ({ more, outcome, unknown }) => {
    const decision = decideDue('bod-26-04', inputs(more));
    expect(decision.outcome).toBe(outcome);
    expect(decision.path.filter((step) => step.unknown).map(({ input }) => input)).toEqual(unknown);
  });

  it('starts the clock at detection when that came before the listing', () => {
    const decision = decideDue('bod-26-04', inputs({ ...kev, detectedOn: '2026-10-01' }));
    expect(decision).toMatchObject({ clockStartedOn: '2026-10-01', dueOn: '2026-10-15' });
  });
});

describe('other profiles', () => {
  it('takes the date that CISA set, and none outside KEV', () => {
    expect(decideDue('kev-dates', inputs(kev)).dueOn).toBe('2026-11-10');
    expect(decideDue('kev-dates', inputs({ kevListedOn: '2026-10-20' })).dueOn).toBe('2026-11-03');
    expect(decideDue('kev-dates', inputs()).dueOn).toBeNull();
  });

  it('gives a vulnerability that nobody has scored the days of "high", and says so', () => {
    const decision = decideDue('severity-days', inputs({ severity: null }));
    expect(decision).toMatchObject({ dueOn: '2026-12-01', path: [{ unknown: true }] });
  });
});

describe('the clock', () => {
  it('starts with the listing in KEV where that came first, whatever the profile', () => {
    const decision = decideDue('severity-days', inputs({ ...kev, severity: 'high' }));
    expect(decision.clockStartedOn).toBe(kev.kevListedOn);
    expect(decision.dueOn).toBe(addDays(kev.kevListedOn, 30));
  });

  it.each(dueProfiles)('stands still while it is excepted: %s', (profile) => {
    const before = decideDue(profile, inputs(kev));
    const after = decideDue(profile, inputs({ ...kev, pausedDays: 12 }));
    expect(after.dueOn).toBe(addDays(before.dueOn!, 12));
    expect(after.clockStartedOn).toBe(before.clockStartedOn);
    expect(after.path.at(-1)).toEqual({ input: 'paused-days', value: '12', unknown: false });
  });

  it('starts no deadline where there is none', () => {
    expect(decideDue('kev-dates', inputs({ pausedDays: 12 })).dueOn).toBeNull();
  });
});

it('counts calendar days over the ends of months and years', () => {
  expect(addDays('2026-12-30', 3)).toBe('2027-01-02');
  expect(daysUntil('2026-11-21', '2026-11-20')).toBe(-1);
  expect(daysUntil('2028-02-28', '2028-03-01')).toBe(2);
});
