/**
 * CSAF 2.0 documents of the VEX profile into neutral statements.
 *
 * Source: OASIS CSAF 2.0, §3.2 (product tree, vulnerabilities), §4.5 (profile VEX) and the tests
 * 6.1.1 (undefined product), 6.1.6 (contradicting status), 6.1.27.9 and 6.1.27.10 (impact and
 * action statement). What fails a test is rejected for that product; the rest stays.
 */
import {
  attempt,
  type JsonObject,
  list,
  MAX_DEPTH,
  MAX_ITEMS,
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

const STATUS_OF: Readonly<Record<string, VexStatus>> = {
  known_affected: 'affected',
  first_affected: 'affected',
  last_affected: 'affected',
  known_not_affected: 'not_affected',
  fixed: 'fixed',
  first_fixed: 'fixed',
  under_investigation: 'under_investigation',
};

interface Head {
  readonly id: string;
  readonly author: string;
  readonly timestamp: string | null;
}

interface Tree {
  readonly products: ReadonlyMap<string, VexProduct>;
  readonly rejected: readonly RejectedStatement[];
  readonly groups: ReadonlyMap<string, readonly string[]>;
}

export function parseCsafVex(tree: JsonObject): VexParse {
  return attempt(() => {
    const document = object(tree['document'] ?? null, '$.document');
    oneOf(someText(document, 'csaf_version', '$.document'), ['2.0'], '$.document.csaf_version');
    oneOf(someText(document, 'category', '$.document'), ['csaf_vex'], '$.document.category');
    const publisher = object(document['publisher'] ?? null, '$.document.publisher');
    const tracking = object(document['tracking'] ?? null, '$.document.tracking');
    const at = '$.document.tracking';
    someText(tracking, 'current_release_date', at);
    const head: Head = {
      id: someText(tracking, 'id', at),
      author: someText(publisher, 'name', '$.document.publisher'),
      timestamp: optionalTime(tracking, 'current_release_date', at),
    };
    const products = readProductTree(tree);
    const statements: VexStatement[] = [];
    const rejected: RejectedStatement[] = [...products.rejected];
    list(tree, 'vulnerabilities', '$', (item, place) => {
      const read = attempt(() => readVulnerability(item, place, head, products));
      if ('error' in read) rejected.push({ reason: read.error, at: read.at });
      else {
        statements.push(...read.statements);
        rejected.push(...read.rejected);
      }
    });
    return {
      document: {
        format: 'CSAF' as const,
        id: head.id,
        version: someText(tracking, 'version', at),
        author: head.author,
        timestamp: head.timestamp,
        statements,
        rejected,
      },
    };
  });
}

function readProductTree(from: JsonObject): Tree {
  const tree = optionalObject(from, 'product_tree', '$') ?? {};
  const at = '$.product_tree';
  const products = new Map<string, VexProduct>();
  const rejected: RejectedStatement[] = [];
  const add = (item: unknown, place: string, base: VexProduct = NO_PRODUCT): void => {
    const product = object(item, place);
    const id = someText(product, 'product_id', place);
    if (products.has(id)) throw new Refusal(`product ${id.slice(0, 80)} occurs twice`, place);
    products.set(id, readProduct(product, id, place, base));
  };
  const branch = (item: unknown, place: string, depth: number): void => {
    if (depth > MAX_DEPTH) throw new Refusal(`nested deeper than ${MAX_DEPTH}`, place);
    const node = object(item, place);
    if (node['product'] !== undefined) {
      add(node['product'], `${place}.product`, {
        ...NO_PRODUCT,
        versions: versionsOf(node, place),
      });
    }
    list(node, 'branches', place, (inner, where) => branch(inner, where, depth + 1));
  };
  list(tree, 'branches', at, (item, place) => branch(item, place, 0));
  list(tree, 'full_product_names', at, (item, place) => add(item, place));
  // A relationship may refer to the product of another one that stands further down.
  let pending = list(tree, 'relationships', at, (item, place) => ({
    from: object(item, place),
    at: place,
  }));
  for (let pass = 0; pending.length > 0; pass += 1) {
    const later: { from: JsonObject; at: string }[] = [];
    for (const entry of pending) {
      const part = products.get(someText(entry.from, 'product_reference', entry.at));
      const whole = products.get(someText(entry.from, 'relates_to_product_reference', entry.at));
      if (part === undefined || whole === undefined) later.push(entry);
      else {
        const base = { ...part, within: whole };
        add(entry.from['full_product_name'], `${entry.at}.full_product_name`, base);
      }
    }
    if (later.length === pending.length || pass === MAX_DEPTH) {
      const reason = 'the relationship refers to an undefined product';
      rejected.push(...later.map((entry) => ({ reason, at: entry.at })));
      break;
    }
    pending = later;
  }
  const groups = new Map<string, readonly string[]>();
  list(tree, 'product_groups', at, (item, place) => {
    const group = object(item, place);
    groups.set(someText(group, 'group_id', place), texts(group, 'product_ids', place));
  });
  return { products, groups, rejected };
}

/** A branch names one version, or a range in vers notation. */
function versionsOf(branch: JsonObject, at: string): VexProduct['versions'] {
  const name = optionalText(branch, 'name', at);
  const category = optionalText(branch, 'category', at);
  if (category === 'product_version') return [{ version: name, range: null, status: null }];
  return category === 'product_version_range' ? [{ version: null, range: name, status: null }] : [];
}

function readProduct(from: JsonObject, id: string, at: string, base: VexProduct): VexProduct {
  const helper = optionalObject(from, 'product_identification_helper', at) ?? {};
  const place = `${at}.product_identification_helper`;
  const cpe = optionalText(helper, 'cpe', place);
  // CSAF 2.1 writes a list.
  const single = typeof helper['purl'] === 'string' ? optionalText(helper, 'purl', place) : null;
  const purls = single === null ? texts(helper, 'purls', place) : [single];
  const hashes = list(helper, 'hashes', place, (item, where) => {
    const file = object(item, where);
    return list(file, 'file_hashes', where, (hash, spot) => {
      const one = object(hash, spot);
      return {
        algorithm: someText(one, 'algorithm', spot),
        value: someText(one, 'value', spot).toLowerCase(),
      };
    });
  }).flat();
  return {
    ...base,
    id,
    name: optionalText(from, 'name', at),
    purls: purls.length === 0 ? base.purls : purls,
    cpes: cpe === null ? base.cpes : [cpe],
    hashes: hashes.length === 0 ? base.hashes : hashes,
  };
}

function readVulnerability(
  item: unknown,
  at: string,
  head: Head,
  tree: Tree,
): { statements: readonly VexStatement[]; rejected: readonly RejectedStatement[] } {
  const from = object(item, at);
  const cve = optionalText(from, 'cve', at);
  const ids = list(from, 'ids', at, (entry, place) =>
    someText(object(entry, place), 'text', place),
  );
  const [vulnerability, ...aliases] = cve === null ? ids : [cve, ...ids];
  if (vulnerability === undefined) throw new Refusal('neither a CVE nor another id', at);

  const place = `${at}.product_status`;
  const given = optionalObject(from, 'product_status', at);
  if (given === null) throw new Refusal('no product status', at);
  /** product id → status → places. */
  const found = new Map<string, Map<VexStatus, string>>();
  for (const [key, status] of Object.entries(STATUS_OF)) {
    for (const [index, id] of texts(given, key, place).entries()) {
      const statuses = found.get(id) ?? new Map<VexStatus, string>();
      found.set(id, statuses);
      if (!statuses.has(status)) statuses.set(status, `${place}.${key}[${index}]`);
    }
  }

  const flags = byProduct(from, 'flags', at, tree, (flag, where) => {
    const label = someText(flag, 'label', where);
    return oneOf(label, VEX_JUSTIFICATIONS, `${where}.label`);
  });
  const impacts = byProduct(from, 'threats', at, tree, (threat, where) =>
    optionalText(threat, 'category', where) === 'impact'
      ? someText(threat, 'details', where)
      : null,
  );
  const actions = byProduct(from, 'remediations', at, tree, (remediation, where) =>
    someText(remediation, 'details', where),
  );

  // Texts may be long and shared by many products; a number stands for each.
  const numbers = new Map<string | null, number>();
  const number = (said: string | null): number => {
    const known = numbers.get(said) ?? numbers.size;
    numbers.set(said, known);
    return known;
  };
  const rejected: RejectedStatement[] = [];
  const grouped = new Map<string, VexStatement & { products: VexProduct[] }>();
  for (const [id, statuses] of found) {
    const [entry, ...others] = statuses;
    if (entry === undefined) continue;
    const [status, where] = entry;
    const product = tree.products.get(id);
    const justification = status === 'not_affected' ? (flags.get(id)?.[0] ?? null) : null;
    const impact = status === 'not_affected' ? (impacts.get(id)?.join('\n') ?? null) : null;
    const action = actions.get(id)?.join('\n') ?? null;
    const reason =
      product === undefined
        ? `undefined product ${id.slice(0, 80)}`
        : others.length > 0
          ? `contradicting status of product ${id.slice(0, 80)}`
          : status === 'not_affected' && justification === null && impact === null
            ? 'not affected without flag or impact'
            : status === 'affected' && action === null
              ? 'affected without remediation'
              : null;
    if (reason !== null || product === undefined) {
      rejected.push({ reason: reason ?? '', at: where });
      continue;
    }
    const key = [status, justification, number(impact), number(action)].join();
    const statement = grouped.get(key);
    if (statement !== undefined) statement.products.push(product);
    else {
      grouped.set(key, {
        vulnerability,
        aliases,
        products: [product],
        status,
        justification: justification as VexJustification | null,
        sourceJustification: null,
        impactStatement: impact,
        actionStatement: action,
        notes: null,
        timestamp: head.timestamp,
        author: head.author,
        documentId: head.id,
        at: where,
      });
    }
  }
  return { statements: [...grouped.values()], rejected };
}

/** product id → what the entries of a list say of it. An entry without products speaks of none. */
function byProduct(
  from: JsonObject,
  key: string,
  at: string,
  tree: Tree,
  read: (entry: JsonObject, at: string) => string | null,
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  let total = 0;
  list(from, key, at, (item, place) => {
    const entry = object(item, place);
    const value = read(entry, place);
    if (value === null) return;
    const groups = texts(entry, 'group_ids', place).flatMap((id) => tree.groups.get(id) ?? []);
    for (const id of new Set([...texts(entry, 'product_ids', place), ...groups])) {
      total += 1;
      if (total > MAX_ITEMS) throw new Refusal(`more than ${MAX_ITEMS} products`, place);
      const said = found.get(id) ?? [];
      found.set(id, said);
      said.push(value);
    }
  });
  return found;
}
