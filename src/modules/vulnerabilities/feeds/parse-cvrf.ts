/**
 * MSRC's monthly security update as a CVRF 1.1 document (ICASI), one file per month: which build of
 * which product fixes a CVE, by which KB.
 *
 * Hostile XML: a DOCTYPE or an entity of one's own is refused before anything is parsed; size, number
 * of tags and depth are bounded. Elements are taken by their local names.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { cleanText, cveId, dayOf, isObject } from './clean-json.ts';
import { buildOf, type WindowsFix } from './parse-windows.ts';
import { FeedDamaged, type Parsed, Rejections } from './rejections.ts';

/** The largest real ones have 3.2 million characters and about a hundred thousand tags. */
const mostCharacters = 32 * 1024 * 1024;
const mostTags = 2_000_000;
const mostDepth = 40;
/** Fixes of one CVE: remediations times the products that each names. */
const mostFixesOfCve = 5_000;

type Xml = Readonly<Record<string, unknown>>;

const lists = new Set([
  'Branch',
  'FullProductName',
  'Vulnerability',
  'Remediation',
  'ProductID',
  'Threat',
  'ScoreSet',
]);

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  removeNSPrefix: true,
  parseTagValue: false,
  parseAttributeValue: false,
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: mostDepth,
  isArray: (name) => lists.has(name),
});

/**
 * The vendor fixes of one document that name a fixed build. Those of other products than Windows
 * are kept as text (`fixedBuild` null): Office and .NET count otherwise.
 *
 * A vulnerability that cannot be read is skipped and listed, by its number in the document; `asOf`
 * is the day of the document's first release, which later revisions leave as it is: a revised old
 * month makes nothing young.
 *
 * @param place names the document in what is rejected
 * @throws FeedDamaged when the document as a whole is of no use
 */
export function parseCvrf(
  text: string,
  place = 'the document',
  rejected = new Rejections(),
): Parsed<WindowsFix> {
  const root = rootOf(text);
  const tracking = child(root, 'DocumentTracking');
  const released = dayOf(textOf(tracking?.['InitialReleaseDate']));
  if (released === null) {
    throw new FeedDamaged('WRONG_SHAPE', 'it has no readable InitialReleaseDate');
  }
  const products = productsOf(child(root, 'ProductTree'));
  const items = new Map<string, WindowsFix>();
  for (const [index, vulnerability] of listOf(root, 'Vulnerability').entries()) {
    const at = `${place}: Vulnerability[${index + 1}]`;
    const cve = textOf(vulnerability['CVE']);
    try {
      const fixes = fixesOf(cve, vulnerability, products, `${released.slice(0, 7)}-01`, (why) =>
        rejected.add(at, `${cve}: ${why}`),
      );
      for (const fix of fixes) {
        items.set([fix.cve, fix.product, fix.kb, fix.fixedVersion].join('\n'), fix);
      }
    } catch (error) {
      if (!(error instanceof BadVulnerability)) throw error;
      const known = cveId.test(cve);
      rejected.add(at, known ? `${cve}: ${error.message}` : error.message, known ? [cve] : []);
    }
  }
  return { items: [...items.values()], rejected, asOf: new Date(released) };
}

class BadVulnerability extends Error {}

function fixesOf(
  cve: string,
  vulnerability: Xml,
  products: ReadonlyMap<string, string>,
  month: string,
  tell: (why: string) => void,
): readonly WindowsFix[] {
  if (!cveId.test(cve)) throw new BadVulnerability('not a CVE id');
  const scores = byProduct(child(vulnerability, 'CVSSScoreSets'), 'ScoreSet', (set) =>
    textOf(set['BaseScore']),
  );
  const exploits = byProduct(child(vulnerability, 'Threats'), 'Threat', (threat) =>
    threat['@Type'] === 'Exploit Status' ? textOf(threat['Description']) : '',
  );
  const fixes: WindowsFix[] = [];
  for (const remediation of listOf(child(vulnerability, 'Remediations'), 'Remediation')) {
    if (remediation['@Type'] !== 'Vendor Fix') continue;
    const description = textOf(remediation['Description']);
    const fixedVersion = textOf(remediation['FixedBuild']);
    const kb = /^(?:KB)?(\d{5,8})$/i.exec(description)?.[1];
    const hotpatch = /hotpatch/i.test(textOf(remediation['SubType']));
    let withoutBuild: string | undefined;
    for (const id of textsOf(remediation['ProductID'])) {
      const product = products.get(id);
      if (product === undefined) {
        throw new BadVulnerability(`its product ${id.slice(0, 40)} is not in the product tree`);
      }
      const windows = isWindows(product);
      if (fixedVersion === '') {
        if (windows) withoutBuild ??= product;
        continue;
      }
      if (windows && kb === undefined) {
        throw new BadVulnerability(`"${description.slice(0, 40)}" is no number of a KB`);
      }
      const [fixedBuild, fixedRevision] = windows ? buildOf(fixedVersion) : [null, null];
      const score = scores.get(id) ?? '';
      fixes.push({
        cve,
        product,
        release: releaseOf(product),
        kb: kb === undefined ? description : `KB${kb}`,
        fixedVersion,
        fixedBuild,
        fixedRevision,
        month,
        score: /^(?:10|\d)(?:\.\d)?$/.test(score) && Number(score) <= 10 ? Number(score) : null,
        exploitStatus: exploits.get(id) ?? exploits.get('') ?? null,
        // Written `SecurityHotpatchUpdate` until 2025, `Security Hotpatch Update` since.
        ...(windows && hotpatch && { hotpatch }),
      });
      if (fixes.length > mostFixesOfCve) {
        throw new BadVulnerability(`it names more than ${mostFixesOfCve} fixes`);
      }
    }
    // What else fixes it is still worth knowing.
    if (withoutBuild !== undefined) tell(`a fix of ${withoutBuild} lacks its FixedBuild`);
  }
  return fixes;
}

/** The system itself; the ADK, SDK, Admin Center and others have builds of their own. */
function isWindows(product: string): boolean {
  return /^Windows (?:10|11|Server)\b/i.test(product);
}

function releaseOf(product: string): string | null {
  if (!isWindows(product)) return null;
  return /(?:version|Server) (\w+(?: R2)?)/i.exec(product)?.[1] ?? null;
}

function rootOf(text: string): Xml {
  if (text.length > mostCharacters) {
    throw new FeedDamaged('TOO_LARGE', `it has more than ${mostCharacters} characters`);
  }
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) {
    throw new FeedDamaged('DOCTYPE_REFUSED', 'it declares a document type or entities');
  }
  let tags = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) tags += 1;
  if (tags > mostTags) throw new FeedDamaged('TOO_LARGE', `it has more than ${mostTags} tags`);
  const valid = XMLValidator.validate(text);
  if (valid !== true) {
    const { msg, line } = valid.err;
    throw new FeedDamaged('NOT_XML', `line ${line}: not well-formed: ${msg.slice(0, 150)}`);
  }
  let document: unknown;
  try {
    document = parser.parse(text);
  } catch (error) {
    throw new FeedDamaged('NOT_XML', `not readable: ${(error as Error).message.slice(0, 150)}`);
  }
  const root = isObject(document) ? document['cvrfdoc'] : undefined;
  if (!isObject(root)) throw new FeedDamaged('WRONG_SHAPE', 'its root is no cvrfdoc');
  return root;
}

/** ProductID to name, wherever in the tree: families are branches, which may hold branches. */
function productsOf(tree: Xml | undefined): ReadonlyMap<string, string> {
  const products = new Map<string, string>();
  // Its depth is the document's, which is bounded.
  const walk = (branch: Xml | undefined): void => {
    for (const product of listOf(branch, 'FullProductName')) {
      const id = product['@ProductID'];
      const name = textOf(product);
      if (typeof id === 'string' && name !== '') products.set(id, name);
    }
    for (const inner of listOf(branch, 'Branch')) walk(inner);
  };
  walk(tree);
  return products;
}

/** What is said of a product; under '' what is said without naming one. The first answer stays. */
function byProduct(
  within: Xml | undefined,
  name: string,
  said: (entry: Xml) => string,
): ReadonlyMap<string, string> {
  const answers = new Map<string, string>();
  for (const entry of listOf(within, name)) {
    const answer = said(entry);
    if (answer === '') continue;
    const ids = textsOf(entry['ProductID']);
    for (const id of ids.length === 0 ? [''] : ids) {
      if (!answers.has(id)) answers.set(id, answer);
    }
  }
  return answers;
}

function child(within: Xml | undefined, name: string): Xml | undefined {
  const value = within?.[name];
  const first: unknown = Array.isArray(value) ? value[0] : value;
  return isObject(first) ? first : undefined;
}

/** An element without attributes and children is its text alone. */
function listOf(within: Xml | undefined, name: string): readonly Xml[] {
  const value = within?.[name];
  return Array.isArray(value)
    ? value.map((item: unknown) => (isObject(item) ? item : { '#text': item }))
    : [];
}

function textsOf(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(textOf).filter((text) => text !== '');
}

function textOf(value: unknown): string {
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const text = isObject(first) ? first['#text'] : first;
  return typeof text === 'string' ? cleanText(plain(text).trim(), 300) : '';
}

const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/** The five entities of XML and characters by number; one pass, so that nothing is read twice. */
function plain(text: string): string {
  return text
    .slice(0, 2_000)
    .replace(
      /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\da-f]{1,6}));/gi,
      (all, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
        if (name !== undefined) return named[name] ?? all;
        const code = decimal === undefined ? Number.parseInt(hex!, 16) : Number(decimal);
        return code > 0x10_ff_ff ? all : String.fromCodePoint(code);
      },
    );
}
