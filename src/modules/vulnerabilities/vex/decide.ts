import type { SbomComponent } from '../../../standards/cyclonedx/sbom.ts';
import { canonicalName, compareEcosystems } from '../../../standards/osv/ecosystem.ts';
import { parsePurl } from '../../../standards/purl/purl.ts';
import type { VexProduct, VexStatement } from '../../../standards/vex/statement.ts';
import type { Evidence, OpenFinding, StatedState } from '../../findings/public.ts';
import { componentSubject } from '../sbom/component-subject.ts';
import type { Subject } from '../subject.ts';

/** Why a statement decides nothing. Codes: the console and the documentation know them. */
export type NotAppliedReason =
  /** No open finding of that vulnerability anywhere. */
  | 'no-such-finding'
  /** There are findings of it, but of other products or versions. */
  | 'product-not-found'
  /** The product is named by CPE, hash or free text only, which decides nothing exactly. */
  | 'product-not-identifiable'
  /** It speaks of some, but not of all components that the finding rests on. */
  | 'covers-only-a-part'
  /** A newer statement says otherwise. */
  | 'superseded'
  /** A person has excepted the finding. */
  | 'excepted-by-hand';

export interface StoredStatement {
  readonly id: number;
  readonly documentId: string;
  readonly ids: readonly string[];
  readonly statement: VexStatement;
  /** ISO time; the newest statement about a finding decides. */
  readonly statedAt: string;
}

/** What is known of applications that findings are on: how statements may name them. */
export interface KnownApplication {
  readonly name: string;
  readonly version: string | null;
  readonly serialNumber: string | null;
  readonly purl: string | null;
  /** Component names with versions by bom-ref: `lodash\n4.17.20`. */
  readonly refs: ReadonlyMap<string, string>;
  /** Purls of components by name with version, as evidence writes them. */
  readonly purls: ReadonlyMap<string, readonly string[]>;
}

export interface StatementOutcome {
  readonly id: number;
  readonly outcome: 'applied' | 'not-applied';
  readonly reason: NotAppliedReason | null;
  readonly findings: number;
}

export interface DecidedChange {
  readonly findingId: number;
  readonly state: StatedState;
  readonly source: string | null;
  readonly reason: string | null;
}

export interface Decisions {
  readonly outcomes: readonly StatementOutcome[];
  /** For every finding that a statement decides, or that one decided before. */
  readonly changes: readonly DecidedChange[];
}

const states: Readonly<Record<VexStatement['status'], StatedState>> = {
  not_affected: 'not-affected',
  fixed: 'fixed-claimed',
  under_investigation: 'under-investigation',
  affected: 'open',
};

export const sourceOf = (documentId: string) => `vex:${documentId}`;

/**
 * Which statement decides which finding. The newest that covers a finding wins; a finding that a
 * statement decided before and none decides now is open again.
 */
export function decide(
  statements: readonly StoredStatement[],
  findings: readonly OpenFinding[],
  applications: ReadonlyMap<string, KnownApplication>,
): Decisions {
  const byWeakness = new Map<string, OpenFinding[]>();
  for (const finding of findings) {
    for (const id of new Set([finding.weaknessKey, ...finding.weaknessIds])) {
      byWeakness.set(id, [...(byWeakness.get(id) ?? []), finding]);
    }
  }
  const winners = new Map<number, StoredStatement>();
  const outcomes = new Map<number, { reason: NotAppliedReason | null; covered: OpenFinding[] }>();
  const newestFirst = [...statements].sort((a, b) =>
    a.statedAt < b.statedAt ? 1 : a.statedAt > b.statedAt ? -1 : b.id - a.id,
  );
  for (const stored of newestFirst) {
    const concerned = new Set(stored.ids.flatMap((id) => byWeakness.get(id) ?? []));
    const covered: OpenFinding[] = [];
    let partly = false;
    for (const finding of concerned) {
      const extent = extentOf(stored.statement, finding, applications.get(finding.assetId));
      if (extent === 'whole') covered.push(finding);
      else if (extent === 'part') partly = true;
    }
    const free = covered.filter(({ id, state }) => state !== 'excepted' && !winners.has(id));
    for (const { id } of free) winners.set(id, stored);
    let reason: NotAppliedReason | null = null;
    if (concerned.size === 0) reason = 'no-such-finding';
    else if (covered.length === 0 && partly) reason = 'covers-only-a-part';
    else if (covered.length === 0) {
      reason = stored.statement.products.some(isIdentifiable)
        ? 'product-not-found'
        : 'product-not-identifiable';
    } else if (free.length === 0) {
      reason = covered.every(({ state }) => state === 'excepted')
        ? 'excepted-by-hand'
        : 'superseded';
    }
    outcomes.set(stored.id, { reason, covered: free });
  }
  const changes: DecidedChange[] = [];
  for (const finding of findings) {
    const winner = winners.get(finding.id);
    const state = winner === undefined ? undefined : states[winner.statement.status];
    if (winner !== undefined && state !== undefined && state !== 'open') {
      const source = sourceOf(winner.documentId);
      changes.push({ findingId: finding.id, state, source, reason: wordsOf(winner.statement) });
    } else if (finding.stateSource?.startsWith('vex:')) {
      changes.push({ findingId: finding.id, state: 'open', source: null, reason: null });
    }
  }
  return {
    changes,
    outcomes: statements.map(({ id }) => {
      const { reason, covered } = outcomes.get(id)!;
      const outcome = reason === null ? 'applied' : 'not-applied';
      return { id, outcome, reason, findings: covered.length };
    }),
  };
}

function wordsOf({ status, justification, sourceJustification, ...rest }: VexStatement): string {
  const label = justification ?? sourceJustification;
  const text = rest.impactStatement ?? rest.actionStatement ?? rest.notes;
  const words = [label, text].filter((part) => part !== null).join(': ') || status;
  return words.length <= 500 ? words : `${words.slice(0, 499)}…`;
}

type Extent = 'whole' | 'part' | 'none';

/** Does a statement speak of all that a finding rests on? Its products count together. */
function extentOf(
  { products }: VexStatement,
  finding: OpenFinding,
  application: KnownApplication | undefined,
): Extent {
  if (finding.evidence.length === 0) return 'none';
  const spoken = finding.evidence.filter((evidence) =>
    products.some((product) => covers(product, evidence, finding, application)),
  );
  if (spoken.length === finding.evidence.length) return 'whole';
  return spoken.length > 0 ? 'part' : 'none';
}

function covers(
  product: VexProduct,
  evidence: Evidence,
  finding: OpenFinding,
  application: KnownApplication | undefined,
): boolean {
  // A product on a platform: we would have to know that this asset is that platform.
  if (product.within !== null && !isApplication(product.within, application)) return false;
  if (application !== undefined && isApplication(product, application)) {
    if (product.bomRef !== null && application.refs.has(product.bomRef)) {
      return application.refs.get(product.bomRef) === `${evidence.component}\n${evidence.version}`;
    }
    return (
      product.subcomponents.length === 0 ||
      product.subcomponents.some((inner) => isComponent(inner, evidence, finding, application))
    );
  }
  // With subcomponents the product is something that we have not been told the asset is.
  if (product.subcomponents.length > 0) return false;
  return isComponent(product, evidence, finding, application);
}

/** Is the product the application itself, or a document about its bill of materials? */
function isApplication(product: VexProduct, application: KnownApplication | undefined): boolean {
  if (application === undefined) return false;
  const serial = application.serialNumber?.toLowerCase();
  if (product.bomLink !== null && serial !== undefined) {
    // urn:cdx:<uuid>/<version>[#ref]
    const uuid = /^urn:cdx:([0-9a-f-]{36})/i.exec(product.bomLink)?.[1]?.toLowerCase();
    if (uuid !== undefined && serial === `urn:uuid:${uuid}`) return true;
  }
  const bare = (purl: string) => purl.split(/[?#]/, 1)[0]!;
  const own = application.purl === null ? null : bare(application.purl);
  for (const purl of purlsOf(product)) {
    if (own === null) break;
    if (bare(purl) === own || bare(purl) === own.replace(/@[^/]*$/, '')) {
      return versionIncluded(product, application.version);
    }
  }
  return (
    product.purls.length === 0 &&
    product.name === application.name &&
    product.versions.length > 0 &&
    versionIncluded(product, application.version)
  );
}

/** OpenVEX names products by an `@id` that is usually a purl. */
function purlsOf({ id, purls }: VexProduct): readonly string[] {
  return id?.startsWith('pkg:') && !purls.includes(id) ? [id, ...purls] : purls;
}

function isComponent(
  product: VexProduct,
  evidence: Evidence,
  finding: OpenFinding,
  application: KnownApplication | undefined,
): boolean {
  if (product.bomRef !== null && application?.refs.has(product.bomRef)) {
    return application.refs.get(product.bomRef) === `${evidence.component}\n${evidence.version}`;
  }
  const names = registryNames(evidence, finding, application);
  return purlsOf(product).some((text) => isPackage(text, names, product, evidence));
}

/** The names under which advisories know what the evidence is about. */
function registryNames(
  { component, version, ecosystem, fixedVersion }: Evidence,
  { fix }: OpenFinding,
  application: KnownApplication | undefined,
): ReadonlySet<string> {
  if (application !== undefined) {
    const purls = application.purls.get(`${component}\n${version}`) ?? [];
    return new Set(purls.flatMap((text) => subjectOf(text, version)?.name ?? []));
  }
  const names = new Set([canonicalName(ecosystem, component)]);
  // The source package, when this evidence is what the fix is for.
  if (fix?.ecosystem === ecosystem && fix.version === fixedVersion) names.add(fix.name);
  return names;
}

function isPackage(
  text: string,
  names: ReadonlySet<string>,
  product: VexProduct,
  evidence: Evidence,
): boolean {
  const purl = parsePurl(text);
  if ('error' in purl) return false;
  const subject = subjectOf(text, evidence.version);
  if (subject === undefined) return false;
  if (compareEcosystems(subject.ecosystem, evidence.ecosystem) !== 'same') return false;
  // Distributions: the binary package as well as its source.
  const isDistribution = ['deb', 'rpm', 'apk'].includes(purl.type);
  if (!names.has(subject.name) && !(isDistribution && names.has(purl.name))) return false;
  // Without a version a purl speaks of every version.
  const { version } = purl;
  if (version !== null && version !== evidence.version && subject.version !== evidence.version) {
    return false;
  }
  return versionIncluded(product, evidence.version);
}

/** `version` stands in where the purl has none. */
function subjectOf(purl: string, version: string): Subject | undefined {
  const subject = componentSubject({ ...noComponent, purl, version }, null);
  return 'notAssessed' in subject ? undefined : subject;
}

function versionIncluded({ versions }: VexProduct, version: string | null): boolean {
  if (versions.length === 0) return true;
  return versions.some((each) => each.version !== null && each.version === version);
}

/** Can the product be told from others exactly? */
function isIdentifiable(product: VexProduct): boolean {
  return (
    purlsOf(product).length > 0 ||
    product.bomRef !== null ||
    product.bomLink !== null ||
    product.versions.length > 0 ||
    product.subcomponents.some(isIdentifiable)
  );
}

const noComponent: SbomComponent = {
  ref: '',
  refGiven: false,
  parent: null,
  type: 'library',
  group: null,
  name: '',
  version: null,
  versionRange: null,
  description: null,
  scope: null,
  purl: null,
  cpes: [],
  swidTagId: null,
  hashes: [],
  licences: [],
  copyright: null,
  supplier: null,
  manufacturer: null,
  authors: [],
  publisher: null,
  externalReferences: [],
  properties: [],
};
