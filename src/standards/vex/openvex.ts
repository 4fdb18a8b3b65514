/**
 * OpenVEX 0.0.x and 0.2.0 into neutral statements.
 *
 * Source: OpenVEX Specification v0.2.0 and its JSON schema, https://github.com/openvex/spec. One bad
 * statement is rejected and the others stay. A justification together with an impact statement is
 * accepted: the text recommends it although the schema excludes it.
 */
import {
  attempt,
  type JsonObject,
  list,
  object,
  oneOf,
  optionalObject,
  optionalText,
  optionalTime,
  Refusal,
  someText,
  texts,
} from '../cyclonedx/reader.ts';
import {
  NO_PRODUCT,
  type RejectedStatement,
  VEX_JUSTIFICATIONS,
  type VexJustification,
  type VexParse,
  type VexProduct,
  type VexStatement,
  type VexStatus,
} from './statement.ts';

const CONTEXT = /^https:\/\/openvex\.dev\/ns(?:\/v\d+(?:\.\d+){0,2})?\/?$/;
const STATUSES = ['not_affected', 'affected', 'fixed', 'under_investigation'];

export function isOpenVex(tree: JsonObject): boolean {
  return (
    typeof tree['@context'] === 'string' && tree['@context'].startsWith('https://openvex.dev/')
  );
}

export function parseOpenVex(tree: JsonObject): VexParse {
  return attempt(() => {
    const context = someText(tree, '@context', '$');
    if (!CONTEXT.test(context)) throw new Refusal('not a context of OpenVEX', "$['@context']");
    const id = someText(tree, '@id', '$');
    const author = someText(tree, 'author', '$');
    someText(tree, 'timestamp', '$');
    const timestamp = optionalTime(tree, 'timestamp', '$');
    optionalTime(tree, 'last_updated', '$');
    const version = tree['version'];
    // 0.0.x wrote the version as text.
    if (!Number.isInteger(Number(version)) || version === '' || Number(version) < 0) {
      throw new Refusal('the version is a whole number', '$.version');
    }
    if (!Array.isArray(tree['statements'])) throw new Refusal('a list is expected', '$.statements');

    const statements: VexStatement[] = [];
    const rejected: RejectedStatement[] = [];
    list(tree, 'statements', '$', (item, at) => {
      const statement = attempt(() => readStatement(item, at, { id, author, timestamp }));
      if ('error' in statement) rejected.push({ reason: statement.error, at: statement.at });
      else statements.push(statement);
    });
    return {
      document: {
        format: 'OpenVEX' as const,
        id,
        version: String(version),
        author,
        timestamp,
        statements,
        rejected,
      },
    };
  });
}

function readStatement(
  item: unknown,
  at: string,
  document: { id: string; author: string; timestamp: string | null },
): VexStatement {
  const from = object(item, at);
  const { vulnerability, aliases } = readVulnerability(from, at);
  const status = someText(from, 'status', at);
  oneOf(status, STATUSES, `${at}.status`);
  const justification = optionalText(from, 'justification', at);
  if (justification !== null) oneOf(justification, VEX_JUSTIFICATIONS, `${at}.justification`);
  const impactStatement = optionalText(from, 'impact_statement', at);
  const actionStatement = optionalText(from, 'action_statement', at);
  if (status === 'not_affected' && justification === null && impactStatement === null) {
    throw new Refusal('not_affected without justification or impact statement', at);
  }
  if (status !== 'not_affected' && justification !== null) {
    throw new Refusal('a justification belongs to not_affected', `${at}.justification`);
  }
  if (status === 'affected' && actionStatement === null) {
    throw new Refusal('affected without action statement', at);
  }
  const products = list(from, 'products', at, (product, place) => readProduct(product, place));
  if (products.length === 0) throw new Refusal('no product', `${at}.products`);
  // 0.0.x kept the subcomponents beside the products.
  const shared = list(from, 'subcomponents', at, (product, place) => readProduct(product, place));
  if (shared.length > 0 && products.some(({ subcomponents }) => subcomponents.length > 0)) {
    throw new Refusal('subcomponents beside and inside the products', `${at}.subcomponents`);
  }
  return {
    vulnerability,
    aliases,
    products:
      shared.length === 0
        ? products
        : products.map((product) => ({ ...product, subcomponents: shared })),
    status: status as VexStatus,
    justification: justification as VexJustification | null,
    sourceJustification: null,
    impactStatement,
    actionStatement,
    notes: optionalText(from, 'status_notes', at),
    timestamp: optionalTime(from, 'timestamp', at) ?? document.timestamp,
    author: document.author,
    documentId: document.id,
    at,
  };
}

function readVulnerability(
  from: JsonObject,
  at: string,
): { vulnerability: string; aliases: readonly string[] } {
  if (typeof from['vulnerability'] === 'string') {
    return { vulnerability: someText(from, 'vulnerability', at), aliases: [] };
  }
  const place = `${at}.vulnerability`;
  const struct = object(from['vulnerability'] ?? null, place);
  const vulnerability = someText(struct, 'name', place);
  return {
    vulnerability,
    aliases: texts(struct, 'aliases', place).filter((alias) => alias !== vulnerability),
  };
}

function readProduct(item: unknown, at: string, nested = false): VexProduct {
  if (typeof item === 'string') return identified({ '@id': item }, at);
  const from = object(item, at);
  const product = identified(from, at);
  return nested
    ? product
    : {
        ...product,
        subcomponents: list(from, 'subcomponents', at, (sub, place) =>
          readProduct(sub, place, true),
        ),
      };
}

function identified(from: JsonObject, at: string): VexProduct {
  const id = optionalText(from, '@id', at);
  const purls = new Set<string>();
  const cpes = new Set<string>();
  if (id?.startsWith('pkg:') === true) purls.add(id);
  if (id?.startsWith('cpe:') === true) cpes.add(id);
  const identifiers = optionalObject(from, 'identifiers', at) ?? {};
  for (const key of Object.keys(identifiers)) {
    const value = optionalText(identifiers, key, `${at}.identifiers`);
    if (value === null) continue;
    if (key === 'purl') purls.add(value);
    else if (/^@?cpe2[23]$/.test(key)) cpes.add(value);
  }
  const given = optionalObject(from, 'hashes', at) ?? {};
  const hashes = Object.keys(given).map((algorithm) => ({
    algorithm,
    value: someText(given, algorithm, `${at}.hashes`).toLowerCase(),
  }));
  if (id === null && purls.size === 0 && cpes.size === 0 && hashes.length === 0) {
    throw new Refusal('the product is not identified', at);
  }
  return { ...NO_PRODUCT, id, purls: [...purls], cpes: [...cpes], hashes };
}
