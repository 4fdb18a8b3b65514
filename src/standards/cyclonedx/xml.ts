/**
 * CycloneDX XML to the tree that CycloneDX JSON would have, so that one reader serves both.
 *
 * Source: CycloneDX XSD 1.2–1.7 and the JSON schemas of the same versions. Elements and attributes
 * of other namespaces are extensions and are skipped. A DOCTYPE is refused before parsing: no entity
 * is ever expanded but the five of XML and character references.
 */
import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { type JsonObject, lineColumn, lineIndex, MAX_DEPTH, MAX_TEXT, Refusal } from './reader.ts';
import { BOM, type Child, type Shape } from './xml-shapes.ts';

const NAMESPACE = /^http:\/\/cyclonedx\.org\/schema\/bom\/(1\.\d+)$/;

export interface XmlBom {
  readonly tree: JsonObject;
  /** Line and column of the element that became the value at a path of the tree. */
  readonly place: (path: string) => string;
}

/** Throws a `Refusal` whose place is line:column. */
export function parseBomXml(xml: string): XmlBom {
  if (xml.length > MAX_TEXT) throw new Refusal(`longer than ${MAX_TEXT} characters`, '1:1');
  refuseDoctype(xml);
  const valid = XMLValidator.validate(xml);
  if (valid !== true) {
    const { msg, line, col } = valid.err;
    throw new Refusal(`not well-formed XML: ${msg.slice(0, 200)}`, `${line}:${col ?? 1}`);
  }
  const root = parseElements(xml);
  const offsets = new Map<string, number>();
  const locate = lineIndex(xml);
  const place = (path: string): string => {
    for (let known = path; known !== ''; known = known.replace(/(?:\.[^.[\]]+|\[\d+\])$/, '')) {
      const offset = offsets.get(known);
      if (offset !== undefined) return locate(offset);
      if (known === '$') break;
    }
    return locate(root.offset);
  };
  try {
    const version = NAMESPACE.exec(root.namespace)?.[1];
    if (root.name !== 'bom' || version === undefined) {
      throw new Refusal('the root is not a bom of a CycloneDX namespace', '$');
    }
    const tree = { ...convert(root, BOM, '$', offsets, 0) };
    tree['bomFormat'] = 'CycloneDX';
    tree['specVersion'] = version;
    if (typeof tree['version'] === 'string') tree['version'] = Number(tree['version']);
    return { tree, place };
  } catch (problem) {
    if (problem instanceof Refusal) throw new Refusal(problem.message, place(problem.at));
    throw problem;
  }
}

interface Element {
  readonly name: string;
  readonly namespace: string;
  /** Without a prefix only: attributes of CycloneDX have none. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  readonly text: string;
  readonly offset: number;
}

function convert(
  element: Element,
  shape: Shape,
  path: string,
  offsets: Map<string, number>,
  depth: number,
): Record<string, unknown> {
  if (depth > MAX_DEPTH) throw new Refusal(`nested deeper than ${MAX_DEPTH}`, path);
  offsets.set(path, element.offset);
  const result: Record<string, unknown> = {};
  for (const [attribute, key] of Object.entries(shape.attributes ?? {})) {
    const value = element.attributes.get(attribute);
    if (value !== undefined) result[key] = key === 'isExternal' ? isTrue(value) : value;
  }
  if (shape.text !== undefined) result[shape.text] = element.text.trim();
  for (const child of element.children) {
    if (child.namespace !== element.namespace) continue;
    const target =
      shape.children !== undefined && Object.hasOwn(shape.children, child.name)
        ? shape.children[child.name]
        : undefined;
    if (target === undefined) {
      if (shape.closed !== true) continue;
      throw new Refusal(`unknown element <${child.name.slice(0, 80)}>`, path);
    }
    put(result, target, child, path, offsets, depth);
  }
  return result;
}

function put(
  result: Record<string, unknown>,
  target: Child,
  child: Element,
  path: string,
  offsets: Map<string, number>,
  depth: number,
): void {
  const at = `${path}.${target.key}`;
  if (target.kind === 'repeat') {
    result[target.key] ??= [];
    const items = result[target.key] as unknown[];
    items.push(item(child, target.of, `${at}[${items.length}]`, offsets, depth));
    return;
  }
  if (Object.hasOwn(result, target.key)) {
    offsets.set(at, child.offset);
    throw new Refusal(`<${child.name}> occurs twice`, at);
  }
  offsets.set(at, child.offset);
  if (target.kind === 'text') result[target.key] = child.text.trim();
  else if (target.kind === 'number') result[target.key] = Number(child.text.trim());
  else if (target.kind === 'object') {
    result[target.key] = convert(child, target.of, at, offsets, depth + 1);
  } else {
    const items: unknown[] = [];
    for (const entry of child.children) {
      if (entry.namespace !== child.namespace || !Object.hasOwn(target.items, entry.name)) continue;
      const of = target.items[entry.name];
      const value = item(entry, of?.shape, `${at}[${items.length}]`, offsets, depth, of?.wrap);
      items.push(value);
    }
    result[target.key] = items;
  }
}

function item(
  element: Element,
  shape: Shape | undefined,
  at: string,
  offsets: Map<string, number>,
  depth: number,
  wrap?: string,
): unknown {
  offsets.set(at, element.offset);
  const inner = wrap === undefined ? at : `${at}.${wrap}`;
  const value =
    shape === undefined ? element.text.trim() : convert(element, shape, inner, offsets, depth + 1);
  return wrap === undefined ? value : { [wrap]: value };
}

function isTrue(text: string): boolean {
  return text === 'true' || text === '1';
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  captureMetaData: true,
  cdataPropName: '#cdata',
  ignoreDeclaration: true,
  ignorePiTags: true,
});
// Typed as an object by the library; it is a symbol.
const META = XMLParser.getMetaDataSymbol() as unknown as symbol;

type ParsedNode = Readonly<Record<string, unknown>>;

function parseElements(xml: string): Element {
  let nodes: ParsedNode[];
  try {
    nodes = parser.parse(xml) as ParsedNode[];
  } catch (cause) {
    throw new Refusal(
      `not readable XML: ${cause instanceof Error ? cause.message.slice(0, 200) : ''}`,
      '1:1',
    );
  }
  const [root, ...more] = nodes.filter((node) => nameOf(node) !== '#text');
  if (root === undefined || more.length > 0) throw new Refusal('not one root element', '1:1');
  return toElement(root, new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]), xml, 0, 0);
}

function nameOf(node: ParsedNode): string {
  return Object.keys(node).find((key) => key !== ':@') ?? '#text';
}

function toElement(
  node: ParsedNode,
  scope: ReadonlyMap<string, string>,
  xml: string,
  depth: number,
  parentOffset: number,
): Element {
  const tag = nameOf(node);
  const meta = (node as Record<symbol, { startIndex?: number } | undefined>)[META];
  const offset = meta?.startIndex ?? parentOffset;
  if (depth > MAX_DEPTH * 2) throw new Refusal('nested too deeply', lineColumn(xml, offset));
  const attributes = new Map<string, string>();
  let inner = scope;
  for (const [name, value] of Object.entries((node[':@'] as object | undefined) ?? {})) {
    const decoded = decodeEntities(String(value), xml, offset);
    if (name === 'xmlns' || name.startsWith('xmlns:')) {
      inner = new Map(inner).set(name === 'xmlns' ? '' : name.slice(6), decoded);
    } else if (!name.includes(':')) attributes.set(name, decoded);
  }
  const colon = tag.indexOf(':');
  const namespace = inner.get(colon < 0 ? '' : tag.slice(0, colon)) ?? '';
  const children: Element[] = [];
  let text = '';
  for (const child of (node[tag] as ParsedNode[] | undefined) ?? []) {
    const name = nameOf(child);
    if (name === '#text') text += decodeEntities(String(child['#text'] ?? ''), xml, offset);
    else if (name === '#cdata') {
      for (const part of child['#cdata'] as ParsedNode[]) text += String(part['#text'] ?? '');
    } else children.push(toElement(child, inner, xml, depth + 1, offset));
  }
  return {
    name: colon < 0 ? tag : tag.slice(colon + 1),
    namespace,
    attributes,
    children,
    text,
    offset,
  };
}

const ENTITIES: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
};

function decodeEntities(text: string, xml: string, offset: number): string {
  if (!text.includes('&')) return text;
  return text.replace(/&([^;\s]{0,32};?)/g, (_, body: string) => {
    const name = body.endsWith(';') ? body.slice(0, -1) : '';
    const known = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (known !== undefined) return known;
    const digits = /^#(?:x([0-9a-fA-F]{1,6})|([0-9]{1,7}))$/.exec(name);
    const code =
      digits === null
        ? Number.NaN
        : Number.parseInt(digits[1] ?? digits[2] ?? '', digits[1] === undefined ? 10 : 16);
    if (!(code > 0 && code <= 0x10ffff) || (code >= 0xd800 && code <= 0xdfff)) {
      throw new Refusal(`unknown entity "&${body.slice(0, 20)}"`, lineColumn(xml, offset));
    }
    return String.fromCodePoint(code);
  });
}

/** Finds a DOCTYPE outside comments and CDATA. */
function refuseDoctype(xml: string): void {
  let at = xml.indexOf('<!');
  while (at >= 0) {
    const end = xml.startsWith('<!--', at) ? '-->' : xml.startsWith('<![CDATA[', at) ? ']]>' : null;
    if (end === null) {
      throw new Refusal('a document type or entity declaration is refused', lineColumn(xml, at));
    }
    const close = xml.indexOf(end, at + 4);
    if (close < 0) return;
    at = xml.indexOf('<!', close + 3);
  }
}
