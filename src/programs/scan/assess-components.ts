import { daysUntil } from '../../modules/findings/due.ts';
import { judge } from '../../modules/findings/judge.ts';
import type { Weakness } from '../../modules/findings/weakness.ts';
import { whyOf } from '../../modules/findings/why.ts';
import { describeVulnerability } from '../../modules/vulnerabilities/describe.ts';
import {
  type Match,
  matchesOf,
  type SourcedRecord,
} from '../../modules/vulnerabilities/matching.ts';
import type { Subject } from '../../modules/vulnerabilities/subject.ts';
import { canonicalName } from '../../standards/osv/ecosystem.ts';
import type { OsvRecord } from '../../standards/osv/record.ts';
import { parseVersion, versionRuleOf } from '../../standards/versions/ecosystem.ts';
import type { Expression } from './expression.ts';
import {
  type Advisories,
  type Enriched,
  type FeedState,
  readAdvisories,
  readEnrichment,
} from './feed-folder.ts';
import { type IgnoreEntry, ignoredBy } from './ignore-file.ts';
import type { NotAssessed, Reason, ScanFinding, ScannedComponent } from './scan-report.ts';

export interface AssessOptions {
  readonly feedFolder: string;
  readonly today: string;
  readonly maxFeedAgeDays: number;
  /** Reachable from the internet, as the caller says; null: nobody said. */
  readonly exposed: boolean | null;
  readonly failOn: Expression | null;
  /** What an expression that stays unknown does. */
  readonly onUnknown: 'fail' | 'pass';
  readonly ignores: readonly IgnoreEntry[];
}

export interface Assessed {
  readonly findings: readonly ScanFinding[];
  readonly notAssessed: readonly NotAssessed[];
  readonly assessedCount: number;
  readonly feeds: readonly FeedState[];
}

interface Found {
  readonly subject: Subject;
  readonly components: readonly ScannedComponent[];
  readonly match: Match;
  readonly records: readonly OsvRecord[];
}

/** Matches components against a feed folder, explains and orders what was found. */
export async function assessComponents(
  components: readonly ScannedComponent[],
  options: AssessOptions,
): Promise<Assessed> {
  const bySubject = new Map<string, { subject: Subject; components: ScannedComponent[] }>();
  for (const component of components) {
    if (component.subject === null) continue;
    const { ecosystem, name, version } = component.subject;
    const key = `${ecosystem}\n${name}\n${version}`;
    const entry = bySubject.get(key) ?? { subject: component.subject, components: [] };
    entry.components.push(component);
    bySubject.set(key, entry);
  }
  const feeds: FeedState[] = [];
  const found: Found[] = [];
  const notAssessed: NotAssessed[] = [];
  let assessedCount = 0;
  const ecosystems = Map.groupBy(bySubject.values(), ({ subject }) => subject.ecosystem);
  for (const ecosystem of [...ecosystems.keys()].sort()) {
    const entries = ecosystems.get(ecosystem)!;
    const nameOf = ({ name }: Subject) => canonicalName(ecosystem, name);
    const names = new Set(entries.map(({ subject }) => nameOf(subject)));
    const advisories = await readAdvisories(options.feedFolder, ecosystem, names, options.today);
    if (!feeds.some(({ name }) => name === advisories.feed.name)) feeds.push(advisories.feed);
    const whole = unusable(ecosystem, advisories, options);
    for (const { subject, components } of entries) {
      if (whole !== null && whole.reason !== 'feed-too-old') {
        for (const component of components) notAssessed.push(withoutAnswer(component, whole));
        continue;
      }
      const records = advisories.byName.get(nameOf(subject)) ?? [];
      const answer = matchSubject(subject, components, records);
      found.push(...answer.found);
      assessedCount += components.length;
      // Old advisories still find what they knew; that there is nothing newer they cannot say.
      const doubt = answer.doubt ?? (answer.found.length === 0 ? whole : null);
      if (doubt === null) continue;
      if (answer.found.length === 0) assessedCount -= components.length;
      for (const component of components) notAssessed.push(withoutAnswer(component, doubt));
    }
  }
  const cves = new Set(found.map(({ match }) => match.weaknessKey));
  const enriched = await readEnrichment(options.feedFolder, cves);
  const findings = found
    .map((each) => findingOf(each, enriched, options))
    .sort(
      (a, b) =>
        Number(a.ignored !== null) - Number(b.ignored !== null) ||
        a.rank - b.rank ||
        compareText(a.weakness.key, b.weakness.key) ||
        compareText(a.subject.name, b.subject.name) ||
        compareText(a.subject.version, b.subject.version),
    );
  return { findings, notAssessed, assessedCount, feeds: [...feeds, ...enriched.feeds] };
}

const compareText = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

interface Doubt {
  readonly reason: Reason;
  readonly detail: string | null;
}

/** Why an ecosystem's feed cannot answer, if it cannot. */
function unusable(
  ecosystem: string,
  { feed }: Advisories,
  { today, maxFeedAgeDays }: AssessOptions,
): Doubt | null {
  if (versionRuleOf(ecosystem) === undefined) {
    return { reason: 'ecosystem-not-covered', detail: ecosystem };
  }
  if (feed.state === 'missing') return { reason: 'feed-never-imported', detail: ecosystem };
  if (feed.state === 'failed') {
    return { reason: 'feed-damaged', detail: `${feed.name}: ${feed.error}` };
  }
  if (feed.newestOn === null) return { reason: 'feed-too-old', detail: `${feed.name}: ?` };
  const ageDays = daysUntil(feed.newestOn, today);
  return ageDays > maxFeedAgeDays
    ? { reason: 'feed-too-old', detail: `${feed.name}: ${feed.newestOn}` }
    : null;
}

function matchSubject(
  subject: Subject,
  components: readonly ScannedComponent[],
  records: readonly SourcedRecord[],
): { found: readonly Found[]; doubt: Doubt | null } {
  const matches = matchesOf(subject, records);
  const found = matches
    .filter(({ verdict }) => verdict === 'affected')
    .map((match) => {
      const ids = new Set(match.evidence.map(({ advisoryId }) => advisoryId));
      const named = records.map(({ record }) => record).filter(({ id }) => ids.has(id));
      return { subject, components, match, records: named };
    });
  const unknown = matches.filter(({ verdict }) => verdict === 'unknown');
  if (unknown.length > 0) {
    const ids = unknown.map(({ weaknessKey }) => weaknessKey);
    const more = ids.length > 5 ? ` (+${ids.length - 5})` : '';
    return {
      found,
      doubt: { reason: 'version-unreadable', detail: `${ids.slice(0, 5).join(', ')}${more}` },
    };
  }
  // No advisory today, but the version could not be compared with one tomorrow either.
  const rule = versionRuleOf(subject.ecosystem);
  const readable = rule !== undefined && parseVersion(rule, subject.version) !== undefined;
  return {
    found,
    doubt: readable ? null : { reason: 'version-unreadable', detail: subject.version },
  };
}

function withoutAnswer(
  { file, line, name, version, ecosystem }: ScannedComponent,
  doubt: Doubt,
): NotAssessed {
  return { file, line, name, version, ecosystem, ...doubt };
}

function findingOf(
  { subject, components, match, records }: Found,
  { byCve, kevKnown }: Enriched,
  options: AssessOptions,
): ScanFinding {
  const { today, exposed, failOn, onUnknown, ignores } = options;
  const weakness = describeVulnerability(
    match.weaknessKey,
    records,
    byCve.get(match.weaknessKey) ?? {},
  );
  const fixable = match.fixedVersion !== null;
  const { due, rank } = judge('bod-26-04', factsOf(weakness), {
    findingClass: match.class,
    fixable,
    reachable: null,
    exposed,
    criticality: 'normal',
    detectedOn: today,
  });
  // For the product if any place needs it for the product; unknown unless all say "development".
  const flags = components.map(({ dev }) => dev);
  const dev = flags.includes(false) ? false : flags.includes(null) ? null : true;
  const ignored = ignoredBy(ignores, {
    ids: weakness.ids,
    package: subject.name,
    ecosystem: subject.ecosystem,
  });
  const counts = match.class === 'normal' && ignored === null;
  const dueDays = due.dueOn === null ? null : daysUntil(today, due.dueOn);
  const verdict =
    failOn === null || !counts
      ? null
      : failOn.evaluate({
          kev: weakness.exploited !== null ? true : kevKnown ? false : null,
          severity: weakness.severity,
          cvss: weakness.cvssScore,
          epss: weakness.epss,
          // Without KEV the date could be an earlier one.
          dueDays: kevKnown ? (dueDays ?? 'never') : null,
          today,
          fixable,
          dev,
          ecosystem: subject.ecosystem,
          package: subject.name,
          ids: weakness.ids,
        });
  return {
    weakness,
    match,
    subject,
    components,
    dev,
    due,
    dueDays,
    rank,
    why: whyOf(
      {
        findingClass: match.class,
        dueOn: due.dueOn,
        dueOutcome: due.outcome,
        exploited: weakness.exploited !== null,
        ransomware: weakness.exploited?.ransomware ?? null,
        epss: weakness.epss,
        reachable: null,
        exposed,
        fixes: [{ name: subject.name, version: match.fixedVersion }],
      },
      today,
    ),
    verdict,
    fails: verdict !== null && (verdict.value === 'unknown' ? onUnknown === 'fail' : verdict.value),
    ignored,
  };
}

function factsOf(weakness: Weakness) {
  const { severity, exploited, epss, automatable, technicalImpact } = weakness;
  return {
    severity,
    kevListedOn: exploited?.since ?? null,
    kevDueOn: exploited?.dueOn ?? null,
    epss,
    automatable,
    technicalImpact,
  };
}
