import type { Severity } from './weakness.ts';

/**
 * By when a finding is to be removed.
 *
 * The default profile is CISA's Binding Operational Directive 26-04 (2026-06-10, "Prioritizing
 * Security Updates Based on Risk"); its table is the SSVC decision table published by CERT/CC
 * (data/csv/cisa/cisa_bod_26_04_1_0_0.csv, commit e3b00a2). Four inputs decide: listed in KEV,
 * publicly exposed, automatable, technical impact. The clock starts at the earlier of the KEV
 * listing and the detection on the asset; units are calendar days.
 *
 * Unknown inputs are not guessed away: exposure nobody has stated counts as exposed, as the
 * directive says; a vulnerability outside KEV of which neither automatable nor technical impact is
 * known gets 60 days. Where only one of the two is unknown the stricter value is taken. The
 * decision names every input that was unknown.
 */
export const dueProfiles = ['bod-26-04', 'kev-dates', 'severity-days'] as const;
export type DueProfile = (typeof dueProfiles)[number];

/** `next-upgrade`: no date; with the next scheduled upgrade or rebuild. */
export type DueOutcome = 'next-upgrade' | '60-days' | '14-days' | '3-days' | '3-days-forensic';

export interface DueInputs {
  /** Calendar day of the KEV listing, or null while it is not listed. */
  readonly kevListedOn: string | null;
  /** The date CISA set for this entry. */
  readonly kevDueOn: string | null;
  readonly exposed: boolean | null;
  readonly automatable: boolean | null;
  readonly technicalImpact: 'partial' | 'total' | null;
  readonly severity: Severity | null;
  /** Calendar day on which the finding was first seen on the asset. */
  readonly detectedOn: string;
  /** Days on which the clock stood still because the finding was excepted. Default: none. */
  readonly pausedDays?: number;
}

export interface DueDecision {
  readonly profile: DueProfile;
  /** `2026-12-01`; null: no date, with the next scheduled upgrade. */
  readonly dueOn: string | null;
  readonly outcome: DueOutcome | 'kev-date' | 'severity-days';
  readonly clockStartedOn: string;
  readonly days: number | null;
  /** Each input as it was used; `unknown: true` where it was not known. */
  readonly path: readonly {
    readonly input: string;
    readonly value: string;
    readonly unknown: boolean;
  }[];
}

const outcomeDays: Record<DueOutcome, number | null> = {
  'next-upgrade': null,
  '60-days': 60,
  '14-days': 14,
  '3-days': 3,
  '3-days-forensic': 3,
};

/** kev, exposed, automatable, impact → outcome, as published. */
const bod2604: Readonly<Record<string, DueOutcome>> = {
  'no no no partial': 'next-upgrade',
  'yes no no partial': '14-days',
  'no yes no partial': '60-days',
  'no no yes partial': '60-days',
  'no no no total': 'next-upgrade',
  'yes yes no partial': '14-days',
  'yes no yes partial': '14-days',
  'no yes yes partial': '14-days',
  'yes no no total': '14-days',
  'no yes no total': '14-days',
  'no no yes total': '60-days',
  'yes yes yes partial': '3-days',
  'yes yes no total': '3-days-forensic',
  'yes no yes total': '3-days-forensic',
  'no yes yes total': '3-days',
  'yes yes yes total': '3-days-forensic',
};

/** FedRAMP's long-standing figures: critical and high 30, moderate 90, low 180 days. */
const severityDays: Readonly<Record<Severity, number | null>> = {
  critical: 30,
  high: 30,
  medium: 90,
  low: 180,
  none: null,
};

export function decideDue(profile: DueProfile, inputs: DueInputs): DueDecision {
  const decision = decideUnpaused(profile, inputs);
  const { pausedDays = 0 } = inputs;
  if (pausedDays === 0 || decision.dueOn === null) return decision;
  return {
    ...decision,
    dueOn: addDays(decision.dueOn, pausedDays),
    path: [...decision.path, { input: 'paused-days', value: String(pausedDays), unknown: false }],
  };
}

function decideUnpaused(profile: DueProfile, inputs: DueInputs): DueDecision {
  switch (profile) {
    case 'bod-26-04':
      return decideByDirective(inputs);
    case 'kev-dates':
      return decideByKevDates(inputs);
    case 'severity-days':
      return decideBySeverity(inputs);
  }
}

function decideByDirective(inputs: DueInputs): DueDecision {
  const { kevListedOn, exposed, automatable, technicalImpact, detectedOn } = inputs;
  const kev = kevListedOn !== null;
  const clockStartedOn = earlier(kevListedOn, detectedOn);
  const path = [
    { input: 'kev', value: yesNo(kev), unknown: false },
    { input: 'exposed', value: yesNo(exposed ?? true), unknown: exposed === null },
    { input: 'automatable', value: yesNo(automatable ?? true), unknown: automatable === null },
    {
      input: 'technical-impact',
      value: technicalImpact ?? 'total',
      unknown: technicalImpact === null,
    },
  ];
  const outcome =
    !kev && automatable === null && technicalImpact === null
      ? '60-days'
      : bod2604[path.map(({ value }) => value).join(' ')]!;
  const days = outcomeDays[outcome];
  return {
    profile: 'bod-26-04',
    outcome,
    days,
    clockStartedOn,
    dueOn: days === null ? null : addDays(clockStartedOn, days),
    path,
  };
}

/** Only what is exploited has a date: the one that CISA set. */
function decideByKevDates({ kevListedOn, kevDueOn, detectedOn }: DueInputs): DueDecision {
  return {
    profile: 'kev-dates',
    outcome: kevListedOn === null ? 'next-upgrade' : 'kev-date',
    days: null,
    clockStartedOn: earlier(kevListedOn, detectedOn),
    dueOn: kevListedOn === null ? null : (kevDueOn ?? addDays(kevListedOn, 14)),
    path: [
      { input: 'kev', value: yesNo(kevListedOn !== null), unknown: false },
      {
        input: 'kev-due',
        value: kevDueOn ?? '—',
        unknown: kevListedOn !== null && kevDueOn === null,
      },
    ],
  };
}

function decideBySeverity({ severity, kevListedOn, detectedOn }: DueInputs): DueDecision {
  // Not scored yet is not harmless: it gets the days of "high" until somebody scores it.
  const days = severityDays[severity ?? 'high'];
  // Whatever the profile: what is known to be exploited has been urgent since that was published.
  const clockStartedOn = earlier(kevListedOn, detectedOn);
  return {
    profile: 'severity-days',
    outcome: 'severity-days',
    days,
    clockStartedOn,
    dueOn: days === null ? null : addDays(clockStartedOn, days),
    path: [{ input: 'severity', value: severity ?? 'high', unknown: severity === null }],
  };
}

const yesNo = (value: boolean) => (value ? 'yes' : 'no');
const earlier = (a: string | null, b: string) => (a !== null && a < b ? a : b);

/** Calendar arithmetic on `2026-12-01`, without any time zone. */
export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Days from `from` until `to`; negative once `to` has passed. */
export function daysUntil(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
