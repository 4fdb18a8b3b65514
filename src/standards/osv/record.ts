/**
 * The OSV record, as far as Yojin reads it: plain types with the names of the JSON format, and a
 * validator that tolerates what feeds do and names the place of what it refuses.
 *
 * Source: Open Source Vulnerability format 1.7 (docs/schema.md, validation/schema.json),
 * https://github.com/ossf/osv-schema. Unknown fields are ignored, null counts as absent.
 */
export interface OsvRecord {
  readonly schema_version: string;
  readonly id: string;
  readonly modified: string;
  readonly published?: string;
  readonly withdrawn?: string;
  readonly aliases: readonly string[];
  readonly upstream: readonly string[];
  readonly related: readonly string[];
  readonly summary?: string;
  readonly details?: string;
  readonly severity: readonly OsvSeverity[];
  readonly affected: readonly OsvAffected[];
  readonly references: readonly OsvReference[];
  readonly credits: readonly OsvCredit[];
  readonly database_specific?: JsonObject;
}

export interface OsvSeverity {
  /** CVSS_V2, CVSS_V3, CVSS_V4, Ubuntu; others are kept. */
  readonly type: string;
  readonly score: string;
}

export interface OsvAffected {
  readonly package?: OsvPackage;
  readonly severity: readonly OsvSeverity[];
  readonly ranges: readonly OsvRange[];
  readonly versions: readonly string[];
  readonly ecosystem_specific?: JsonObject;
  readonly database_specific?: JsonObject;
}

export interface OsvPackage {
  readonly ecosystem: string;
  readonly name: string;
  readonly purl?: string;
}

export interface OsvRange {
  readonly type: 'SEMVER' | 'ECOSYSTEM' | 'GIT';
  readonly repo?: string;
  readonly events: readonly OsvEvent[];
  readonly database_specific?: JsonObject;
}

export type OsvEvent =
  | { readonly introduced: string }
  | { readonly fixed: string }
  | { readonly last_affected: string }
  | { readonly limit: string };

export interface OsvReference {
  readonly type: string;
  readonly url: string;
}

export interface OsvCredit {
  readonly name: string;
  readonly contact: readonly string[];
  readonly type?: string;
}

export type JsonObject = Readonly<Record<string, unknown>>;

export type OsvParse =
  | { readonly record: OsvRecord }
  | { readonly error: string; readonly at: string };

/** Far above what any database publishes; beyond them a record is hostile or broken. */
export const OSV_LIMITS = {
  text: 8_388_608,
  id: 512,
  short: 4096,
  ids: 50_000,
  affected: 50_000,
  ranges: 10_000,
  events: 50_000,
  versions: 500_000,
  entries: 50_000,
} as const;

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(?:\.\d{1,18})?(?:[Zz]|[+-]\d{2}:\d{2})$/;
const EVENT_KINDS = ['introduced', 'fixed', 'last_affected', 'limit'] as const;

/** From JSON text or from a value that was parsed from it. */
export function parseOsvRecord(json: unknown): OsvParse {
  let value = json;
  if (typeof json === 'string') {
    try {
      value = JSON.parse(json);
    } catch (cause) {
      return { error: `not JSON: ${cause instanceof Error ? cause.message : ''}`, at: '$' };
    }
  }
  try {
    return { record: readRecord(value) };
  } catch (problem) {
    if (problem instanceof Refusal) return { error: problem.message, at: problem.at };
    throw problem;
  }
}

/** Carries the place of a refusal up to `parseOsvRecord`; never leaves this file. */
class Refusal extends Error {
  readonly at: string;
  constructor(message: string, at: string) {
    super(message);
    this.at = at;
  }
}

function readRecord(value: unknown): OsvRecord {
  const from = object(value, '$');
  const schemaVersion = optionalText(from, 'schema_version', '$', OSV_LIMITS.id) ?? '1.0.0';
  if (!/^1\./.test(schemaVersion)) {
    throw new Refusal(`schema version ${schemaVersion} is not 1.x`, '$.schema_version');
  }
  const published = optionalTime(from, 'published');
  const withdrawn = optionalTime(from, 'withdrawn');
  const summary = optionalText(from, 'summary', '$', OSV_LIMITS.text);
  const details = optionalText(from, 'details', '$', OSV_LIMITS.text);
  const database = optionalObject(from, 'database_specific', '$');
  return {
    schema_version: schemaVersion,
    id: text(from['id'], '$.id', OSV_LIMITS.id),
    modified: time(from['modified'], '$.modified'),
    ...(published === undefined ? {} : { published }),
    ...(withdrawn === undefined ? {} : { withdrawn }),
    aliases: ids(from, 'aliases'),
    upstream: ids(from, 'upstream'),
    related: ids(from, 'related'),
    ...(summary === undefined ? {} : { summary }),
    ...(details === undefined ? {} : { details }),
    severity: readSeverity(from['severity'], '$.severity'),
    affected: list(from['affected'], '$.affected', OSV_LIMITS.affected, readAffected),
    references: list(from['references'], '$.references', OSV_LIMITS.entries, readReference),
    credits: list(from['credits'], '$.credits', OSV_LIMITS.entries, readCredit),
    ...(database === undefined ? {} : { database_specific: database }),
  };
}

function readAffected(value: unknown, at: string): OsvAffected {
  const from = object(value, at);
  const ecosystem = optionalObject(from, 'ecosystem_specific', at);
  const database = optionalObject(from, 'database_specific', at);
  const named = from['package'];
  return {
    ...(named === undefined || named === null
      ? {}
      : { package: readPackage(named, `${at}.package`) }),
    severity: readSeverity(from['severity'], `${at}.severity`),
    ranges: list(from['ranges'], `${at}.ranges`, OSV_LIMITS.ranges, readRange),
    versions: list(from['versions'], `${at}.versions`, OSV_LIMITS.versions, (version, place) =>
      text(version, place, OSV_LIMITS.short),
    ),
    ...(ecosystem === undefined ? {} : { ecosystem_specific: ecosystem }),
    ...(database === undefined ? {} : { database_specific: database }),
  };
}

function readPackage(value: unknown, at: string): OsvPackage {
  const from = object(value, at);
  const purl = optionalText(from, 'purl', at, OSV_LIMITS.short);
  return {
    ecosystem: text(from['ecosystem'], `${at}.ecosystem`, OSV_LIMITS.id),
    name: text(from['name'], `${at}.name`, OSV_LIMITS.short),
    ...(purl === undefined || purl === '' ? {} : { purl }),
  };
}

function readRange(value: unknown, at: string): OsvRange {
  const from = object(value, at);
  const type = from['type'];
  if (type !== 'SEMVER' && type !== 'ECOSYSTEM' && type !== 'GIT') {
    throw new Refusal('the type of a range is SEMVER, ECOSYSTEM or GIT', `${at}.type`);
  }
  const repo = optionalText(from, 'repo', at, OSV_LIMITS.short);
  if (type === 'GIT' && repo === undefined) {
    throw new Refusal('a GIT range names its repo', `${at}.repo`);
  }
  const events = list(from['events'], `${at}.events`, OSV_LIMITS.events, readEvent);
  if (!events.some((event) => 'introduced' in event)) {
    throw new Refusal('a range needs an "introduced" event', `${at}.events`);
  }
  const database = optionalObject(from, 'database_specific', at);
  return {
    type,
    ...(repo === undefined ? {} : { repo }),
    events,
    ...(database === undefined ? {} : { database_specific: database }),
  };
}

function readEvent(value: unknown, at: string): OsvEvent {
  const from = object(value, at);
  const kinds = EVENT_KINDS.filter((kind) => from[kind] !== undefined && from[kind] !== null);
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) {
    throw new Refusal(`an event is exactly one of ${EVENT_KINDS.join(', ')}`, at);
  }
  const version = text(from[kind], `${at}.${kind}`, OSV_LIMITS.short);
  if (kind === 'introduced') return { introduced: version };
  if (kind === 'fixed') return { fixed: version };
  return kind === 'last_affected' ? { last_affected: version } : { limit: version };
}

function readSeverity(value: unknown, at: string): readonly OsvSeverity[] {
  return list(value, at, OSV_LIMITS.entries, (item, place) => {
    const from = object(item, place);
    return {
      type: text(from['type'], `${place}.type`, OSV_LIMITS.id),
      score: text(from['score'], `${place}.score`, OSV_LIMITS.short),
    };
  });
}

function readReference(value: unknown, at: string): OsvReference {
  const from = object(value, at);
  return {
    type: text(from['type'], `${at}.type`, OSV_LIMITS.id),
    url: text(from['url'], `${at}.url`, OSV_LIMITS.text),
  };
}

function readCredit(value: unknown, at: string): OsvCredit {
  const from = object(value, at);
  const type = optionalText(from, 'type', at, OSV_LIMITS.id);
  return {
    name: text(from['name'], `${at}.name`, OSV_LIMITS.short),
    contact: list(from['contact'], `${at}.contact`, OSV_LIMITS.entries, (item, place) =>
      text(item, place, OSV_LIMITS.short),
    ),
    ...(type === undefined ? {} : { type }),
  };
}

function ids(from: JsonObject, key: string): readonly string[] {
  return list(from[key], `$.${key}`, OSV_LIMITS.ids, (item, at) => text(item, at, OSV_LIMITS.id));
}

function object(value: unknown, at: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Refusal('an object is expected', at);
  }
  return value as JsonObject;
}

function optionalObject(from: JsonObject, key: string, at: string): JsonObject | undefined {
  const value = from[key];
  return value === undefined || value === null ? undefined : object(value, `${at}.${key}`);
}

function list<T>(
  value: unknown,
  at: string,
  limit: number,
  read: (item: unknown, at: string) => T,
): readonly T[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw new Refusal('a list is expected', at);
  if (value.length > limit) throw new Refusal(`more than ${limit} entries`, at);
  return value.map((item, index) => read(item, `${at}[${index}]`));
}

function text(value: unknown, at: string, limit: number): string {
  if (typeof value !== 'string') throw new Refusal('text is expected', at);
  if (value === '') throw new Refusal('the text is empty', at);
  if (value.length > limit) throw new Refusal(`longer than ${limit} characters`, at);
  return value;
}

function optionalText(
  from: JsonObject,
  key: string,
  at: string,
  limit: number,
): string | undefined {
  const value = from[key];
  if (value === undefined || value === null || value === '') return undefined;
  return text(value, `${at}.${key}`, limit);
}

function time(value: unknown, at: string): string {
  const given = text(value, at, OSV_LIMITS.id);
  if (!TIMESTAMP.test(given)) throw new Refusal('not an RFC 3339 time', at);
  return given;
}

function optionalTime(from: JsonObject, key: string): string | undefined {
  const value = from[key];
  return value === undefined || value === null ? undefined : time(value, `$.${key}`);
}
