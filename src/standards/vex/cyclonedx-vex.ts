/**
 * The vulnerabilities of a CycloneDX document (1.4–1.7) as neutral statements.
 *
 * Source: CycloneDX specification, `vulnerabilities[].analysis`, and "Vulnerability Exploitability
 * eXchange" of the CycloneDX authoritative guide. The document itself is checked by `cyclonedx/`.
 */
import { readCycloneDx } from '../cyclonedx/import.ts';
import {
  attempt,
  type JsonObject,
  list,
  object,
  optionalObject,
  optionalText,
  Refusal,
  someText,
  texts,
} from '../cyclonedx/reader.ts';
import type { SbomComponent, SbomDocument } from '../cyclonedx/sbom.ts';
import {
  NO_PRODUCT,
  type RejectedStatement,
  type VexJustification,
  type VexParse,
  type VexProduct,
  type VexStatement,
  type VexStatus,
  type VexVersion,
} from './statement.ts';

const STATUS_OF: Readonly<Record<string, VexStatus>> = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under_investigation',
  false_positive: 'not_affected',
  not_affected: 'not_affected',
};

/** `requires_*` has no counterpart: it holds only while the environment stays as it is. */
const JUSTIFICATION_OF: Readonly<Record<string, VexJustification>> = {
  code_not_present: 'vulnerable_code_not_present',
  code_not_reachable: 'vulnerable_code_not_in_execute_path',
  protected_by_compiler: 'inline_mitigations_already_exist',
  protected_at_runtime: 'inline_mitigations_already_exist',
  protected_at_perimeter: 'inline_mitigations_already_exist',
  protected_by_mitigating_control: 'inline_mitigations_already_exist',
};

export function parseCycloneDxVex(source: string): VexParse {
  const bom = readCycloneDx(source, { unknownLicenceIds: 'keep' });
  if ('error' in bom) return bom;
  const { document, tree, place } = bom;
  const components = new Map(document.components.map((component) => [component.ref, component]));
  const author = authorOf(document);
  const statements: VexStatement[] = [];
  const rejected: RejectedStatement[] = [];
  list(tree, 'vulnerabilities', '$', (item, at) => {
    const statement = attempt(() => readStatement(item, at, document, author, components), place);
    if ('error' in statement) rejected.push({ reason: statement.error, at: statement.at });
    else statements.push({ ...statement, at: place(statement.at) });
  });
  return {
    document: {
      format: 'CycloneDX',
      id: document.serialNumber,
      version: document.version === null ? null : String(document.version),
      author,
      timestamp: document.created,
      statements,
      rejected,
    },
  };
}

function authorOf(document: SbomDocument): string | null {
  const parties = [document.supplier, document.manufacturer, ...document.authors];
  const named = parties.find((party) => party?.name != null || party?.email != null);
  return named?.name ?? named?.email ?? null;
}

function readStatement(
  item: unknown,
  at: string,
  document: SbomDocument,
  author: string | null,
  components: ReadonlyMap<string, SbomComponent>,
): VexStatement {
  const from = object(item, at);
  const vulnerability = optionalText(from, 'id', at);
  if (vulnerability === null) throw new Refusal('the vulnerability has no id', at);
  const analysis = optionalObject(from, 'analysis', at) ?? {};
  const state = optionalText(analysis, 'state', `${at}.analysis`);
  const status = state === null ? undefined : STATUS_OF[state];
  if (status === undefined) throw new Refusal('no analysis state', `${at}.analysis`);
  const label = optionalText(analysis, 'justification', `${at}.analysis`);
  const products = list(from, 'affects', at, (entry, place) =>
    readTarget(entry, place, components),
  );
  if (products.length === 0) throw new Refusal('no product', `${at}.affects`);
  const aliases = list(from, 'references', at, (entry, place) =>
    someText(object(entry, place), 'id', place),
  );
  const response = texts(analysis, 'response', `${at}.analysis`);
  const advice = ['recommendation', 'workaround'].map((key) => optionalText(from, key, at));
  return {
    vulnerability,
    aliases: [...new Set(aliases)].filter((alias) => alias !== vulnerability),
    products,
    status,
    justification:
      status === 'not_affected' && label !== null ? (JUSTIFICATION_OF[label] ?? null) : null,
    sourceJustification: label,
    impactStatement: optionalText(analysis, 'detail', `${at}.analysis`),
    actionStatement: [...response, ...advice].filter((part) => part !== null).join('\n') || null,
    notes: optionalText(from, 'detail', at),
    timestamp: timestampOf(analysis, from, at) ?? document.created,
    author,
    documentId: document.serialNumber,
    at,
  };
}

function timestampOf(analysis: JsonObject, from: JsonObject, at: string): string | null {
  return (
    optionalText(analysis, 'lastUpdated', `${at}.analysis`) ??
    optionalText(analysis, 'firstIssued', `${at}.analysis`) ??
    optionalText(from, 'updated', at) ??
    optionalText(from, 'published', at)
  );
}

const BOM_LINK = /^(urn:cdx:[0-9a-f-]{36}\/\d+)#(.+)$/i;

function readTarget(
  item: unknown,
  at: string,
  components: ReadonlyMap<string, SbomComponent>,
): VexProduct {
  const from = object(item, at);
  const id = someText(from, 'ref', at);
  const [, bomLink = null, encoded = null] = BOM_LINK.exec(id) ?? [];
  const bomRef = encoded === null ? id : decodeFragment(encoded);
  const component = components.get(id);
  const purl = component?.purl ?? (bomRef.startsWith('pkg:') ? bomRef : null);
  const versions = list(from, 'versions', at, (entry, place): VexVersion => {
    const version = object(entry, place);
    const status = optionalText(version, 'status', place);
    return {
      version: optionalText(version, 'version', place),
      range: optionalText(version, 'range', place),
      status: status === 'unaffected' || status === 'unknown' ? status : 'affected',
    };
  });
  return {
    ...NO_PRODUCT,
    id,
    name: component?.name ?? null,
    purls: purl === null ? [] : [purl],
    cpes: component?.cpes ?? [],
    bomRef,
    bomLink,
    hashes: component?.hashes ?? [],
    versions,
  };
}

function decodeFragment(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
