/**
 * Package URLs: parse and build.
 *
 * Source: ECMA-427 / package-url/purl-spec, "Core Specification" and "How to parse/build",
 * https://github.com/package-url/purl-spec. Type rules: `types.ts`.
 * Limits: what `REGISTERED_PURL_TYPES` does not list follows the core rules alone.
 */
import { purlTypeRule } from './types.ts';

export interface Purl {
  readonly type: string;
  /** Decoded segments joined by `/`; null when absent. */
  readonly namespace: string | null;
  readonly name: string;
  readonly version: string | null;
  /** Lowercase keys in lexicographic order; never an empty value. */
  readonly qualifiers: Readonly<Record<string, string>>;
  readonly subpath: string | null;
}

export interface PurlError {
  readonly error: string;
  /** Offset into the text, where the text can be blamed. */
  readonly at?: number;
}

/** The components of a purl that is still to be checked. */
export interface PurlParts {
  readonly type: string | null;
  readonly namespace?: string | null;
  readonly name: string | null;
  readonly version?: string | null;
  readonly qualifiers?: Readonly<Record<string, string | null>> | null;
  readonly subpath?: string | null;
}

const MAX_LENGTH = 65_536;
const TYPE = /^[a-z][a-z0-9.-]*$/;
const QUALIFIER_KEY = /^[a-z][a-z0-9._-]*$/;

export function parsePurl(text: string): Purl | PurlError {
  if (typeof text !== 'string') return { error: 'a purl must be a string' };
  if (text.length > MAX_LENGTH) return { error: `longer than ${MAX_LENGTH} characters`, at: 0 };

  const hash = text.lastIndexOf('#');
  const beforeSubpath = hash < 0 ? text : text.slice(0, hash);
  const question = beforeSubpath.lastIndexOf('?');
  const path = question < 0 ? beforeSubpath : beforeSubpath.slice(0, question);

  const colon = path.indexOf(':');
  if (colon < 0 || path.slice(0, colon).toLowerCase() !== 'pkg') {
    return { error: 'the scheme must be "pkg:"', at: 0 };
  }
  let start = colon + 1;
  while (path[start] === '/') start += 1;
  const slash = path.indexOf('/', start);
  const type = path.slice(start, slash < 0 ? path.length : slash).toLowerCase();
  if (type === '') return { error: 'the type is required', at: start };
  if (slash < 0) return { error: 'the name is required', at: path.length };

  const nameStart = slash + 1;
  const nameAndVersion = path.slice(nameStart);
  const versionAt = versionSeparator(nameAndVersion);
  if (versionAt === 0 || nameAndVersion[versionAt - 1] === '/') {
    return { error: 'the name is required', at: nameStart + versionAt };
  }
  const version = versionAt < 0 ? '' : decode(nameAndVersion.slice(versionAt + 1));
  if (version === undefined) return badEncoding('version', nameStart + versionAt + 1);

  const names = (versionAt < 0 ? nameAndVersion : nameAndVersion.slice(0, versionAt)).split('/');
  while (names.at(-1) === '') names.pop();
  const name = decode(names.pop() ?? '');
  if (name === undefined) return badEncoding('name', nameStart);
  const namespace: string[] = [];
  for (const raw of names) {
    if (raw === '') continue;
    const segment = decode(raw);
    if (segment === undefined) return badEncoding('namespace', nameStart);
    if (segment.includes('/')) {
      return { error: 'a namespace segment contains an encoded "/"', at: nameStart };
    }
    namespace.push(segment);
  }

  const qualifiers = new Map<string, string>();
  if (question >= 0) {
    let at = question + 1;
    for (const pair of beforeSubpath.slice(at).split('&')) {
      const problem = addRawQualifier(qualifiers, pair, at);
      if (problem !== undefined) return problem;
      at += pair.length + 1;
    }
  }

  const subpath: string[] = [];
  if (hash >= 0) {
    for (const raw of text.slice(hash + 1).split('/')) {
      const segment = decode(raw);
      if (segment === undefined) return badEncoding('subpath', hash + 1);
      if (segment.includes('/')) {
        return { error: 'a subpath segment contains an encoded "/"', at: hash + 1 };
      }
      if (segment !== '' && segment !== '.' && segment !== '..') subpath.push(segment);
    }
  }
  const checked = normalise(
    type,
    namespace.join('/'),
    name,
    version,
    qualifiers,
    subpath.join('/'),
  );
  return 'error' in checked ? { error: checked.error, at: start } : checked;
}

/** Check and normalise components, and write the canonical purl. */
export function buildPurl(parts: PurlParts): { readonly purl: string } | PurlError {
  const texts = [parts.type, parts.namespace, parts.name, parts.version, parts.subpath];
  for (const text of texts) {
    if (text === null || text === undefined) continue;
    if (typeof text !== 'string') return { error: 'every component must be a string' };
    if (!text.isWellFormed()) return { error: 'a component is not well-formed Unicode' };
    if (text.length > MAX_LENGTH) return { error: `longer than ${MAX_LENGTH} characters` };
  }
  const qualifiers = new Map<string, string>();
  for (const [key, value] of Object.entries(parts.qualifiers ?? {})) {
    if (value === null || value === undefined || value === '') continue;
    if (typeof value !== 'string' || !value.isWellFormed()) {
      return { error: `the value of qualifier "${key}" is not well-formed text` };
    }
    const problem = addQualifier(qualifiers, key.toLowerCase(), value);
    if (problem !== undefined) return problem;
  }
  const segments = (parts.namespace ?? '').split('/').filter((segment) => segment !== '');
  const subpath = (parts.subpath ?? '')
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.' && segment !== '..');
  const checked = normalise(
    (parts.type ?? '').toLowerCase(),
    segments.join('/'),
    stripSlashes(parts.name ?? ''),
    parts.version ?? '',
    qualifiers,
    subpath.join('/'),
  );
  return 'error' in checked ? checked : { purl: formatPurl(checked) };
}

/** The canonical text of a purl that `parsePurl` returned. */
export function formatPurl(purl: Purl): string {
  let text = `pkg:${purl.type}/`;
  if (purl.namespace !== null) text += `${purl.namespace.split('/').map(encode).join('/')}/`;
  text += encode(purl.name);
  if (purl.version !== null) text += `@${encode(purl.version)}`;
  const pairs = Object.keys(purl.qualifiers)
    .sort()
    .map((key) => `${key}=${encode(purl.qualifiers[key] ?? '')}`);
  if (pairs.length > 0) text += `?${pairs.join('&')}`;
  if (purl.subpath !== null) text += `#${purl.subpath.split('/').map(encode).join('/')}`;
  return text;
}

/** The same text for every spelling of one purl, or null when it is no purl. */
export function canonicalPurl(text: string): string | null {
  const purl = parsePurl(text);
  return 'error' in purl ? null : formatPurl(purl);
}

/** What the type definition asks for and the purl lacks, without making it unusable. */
export function purlWarnings(purl: Purl): readonly string[] {
  const warnings: string[] = [];
  if (purlTypeRule(purl.type).namespace === 'advised' && purl.namespace === null) {
    warnings.push(`a ${purl.type} purl should have a namespace`);
  }
  if (purl.type === 'cpan' && purl.namespace !== purl.namespace?.toUpperCase()) {
    warnings.push('the author of a cpan purl is written in upper case');
  }
  return warnings;
}

/** Where the version starts, or -1. An `@` that opens a segment is an unencoded npm scope. */
function versionSeparator(path: string): number {
  const at = path.lastIndexOf('@');
  const opensSegment = at === 0 || path[at - 1] === '/';
  return opensSegment && path.includes('/', at) ? -1 : at;
}

function addRawQualifier(
  qualifiers: Map<string, string>,
  pair: string,
  at: number,
): PurlError | undefined {
  if (pair === '') return undefined;
  const equals = pair.indexOf('=');
  const key = (equals < 0 ? pair : pair.slice(0, equals)).toLowerCase();
  const value = equals < 0 ? '' : decode(pair.slice(equals + 1));
  if (value === undefined) return badEncoding('qualifiers', at + equals + 1);
  const problem = addQualifier(qualifiers, key, value);
  return problem === undefined ? undefined : { ...problem, at };
}

function addQualifier(
  qualifiers: Map<string, string>,
  key: string,
  value: string,
): PurlError | undefined {
  if (!QUALIFIER_KEY.test(key)) {
    return { error: `"${key.slice(0, 80)}" is not a qualifier key ([a-z][a-z0-9._-]*)` };
  }
  if (value === '') return undefined;
  if (qualifiers.has(key)) return { error: `the qualifier "${key}" occurs twice` };
  qualifiers.set(key, value);
  return undefined;
}

function normalise(
  type: string,
  namespace: string,
  name: string,
  version: string,
  qualifiers: ReadonlyMap<string, string>,
  subpath: string,
): Purl | PurlError {
  if (type === '') return { error: 'the type is required' };
  if (!TYPE.test(type)) return { error: `"${type.slice(0, 80)}" is not a purl type` };
  if (name === '') return { error: 'the name is required' };

  const rule = purlTypeRule(type);
  const lower = rule.lowercase ?? [];
  const purl = {
    type,
    namespace: (lower.includes('namespace') ? namespace.toLowerCase() : namespace) || null,
    name: normaliseName(type, lower.includes('name') ? name.toLowerCase() : name, qualifiers),
    version: normaliseVersion(type, lower.includes('version') ? version.toLowerCase() : version),
    qualifiers: Object.fromEntries([...qualifiers].sort(([a], [b]) => (a < b ? -1 : 1))),
    subpath: subpath || null,
  };

  if (rule.namespace === 'prohibited' && purl.namespace !== null) {
    return { error: `a ${type} purl has no namespace` };
  }
  if (rule.namespace === 'required' && purl.namespace === null) {
    return { error: `a ${type} purl needs a namespace` };
  }
  if (rule.versionRequired === true && purl.version === null) {
    return { error: `a ${type} purl needs a version` };
  }
  for (const key of rule.qualifiersRequired ?? []) {
    if (!qualifiers.has(key)) return { error: `a ${type} purl needs the qualifier "${key}"` };
  }
  if (rule.namePattern !== undefined && !rule.namePattern.test(purl.name)) {
    return { error: `not a name of a ${type} package` };
  }
  if (purl.version !== null && rule.versionPattern?.test(purl.version) === false) {
    return { error: `not a version of a ${type} package` };
  }
  // Conan: user and channel come together, so one of namespace and qualifiers alone is ambiguous.
  if (type === 'conan') {
    if (purl.namespace === null && qualifiers.has('channel')) {
      return { error: 'a conan purl with a channel needs a namespace' };
    }
    if (purl.namespace !== null && qualifiers.size === 0) {
      return { error: 'a conan purl with a namespace needs qualifiers' };
    }
  }
  return purl;
}

function normaliseName(
  type: string,
  name: string,
  qualifiers: ReadonlyMap<string, string>,
): string {
  if (type === 'pypi') return name.replaceAll('_', '-');
  if (type === 'pub') return name.replace(/[^a-z0-9_]/g, '_');
  // Case sensitivity depends on the server: Databricks folds, Azure ML does not.
  if (type === 'mlflow' && qualifiers.get('repository_url')?.includes('databricks') === true) {
    return name.toLowerCase();
  }
  return name;
}

function normaliseVersion(type: string, version: string): string | null {
  if (version === '') return null;
  // Commit hashes fold; tags such as "100B" are names and do not.
  if (type === 'huggingface' && /^[0-9a-f]{40}$/i.test(version)) return version.toLowerCase();
  return version;
}

function stripSlashes(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text[start] === '/') start += 1;
  while (end > start && text[end - 1] === '/') end -= 1;
  return text.slice(start, end);
}

/** Undefined for a broken percent-encoding, broken UTF-8 or a lone surrogate. */
function decode(text: string): string | undefined {
  if (!text.isWellFormed()) return undefined;
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Everything but letters, digits, `.-_~` and the colon. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%3A', ':')
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function badEncoding(component: string, at: number): PurlError {
  return { error: `the ${component} is not percent-encoded UTF-8`, at };
}
