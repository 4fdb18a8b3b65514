import { createHash } from 'node:crypto';
import type { AuditEntry } from './public.ts';

/**
 * What of a record is hashed, and how the records hang together.
 *
 * canonical = the UTF-8 text of one JSON object with the members `action`, `actor` {`address`,
 *   `id`, `kind`, `name`}, `at` (ISO 8601, UTC, milliseconds), `details` and `target` (null or
 *   {`id`, `kind`, `name`}); all of them present, absent values null; members ordered by UTF-16
 *   code units at every depth, no white space, numbers and strings as ECMAScript's
 *   `JSON.stringify` writes them. That is the JSON Canonicalization Scheme, RFC 8785.
 * hash(n) = SHA-256(hash(n-1) ‖ canonical(n)), hash(0) = 32 zero bytes.
 *
 * The sequence number is not hashed: the position in the chain is the number. A record that was
 * moved is therefore told from a record that was changed.
 */
export interface ChainedRecord {
  readonly at: Date;
  readonly actorKind: string;
  readonly actorId: string | null;
  readonly actorName: string;
  readonly actorAddress: string | null;
  readonly action: string;
  readonly targetKind: string | null;
  readonly targetId: string | null;
  readonly targetName: string | null;
  readonly details: Json;
}

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export const genesisHash = Buffer.alloc(32);

/** Larger details are left out of the record, which says so: an audit record is a sentence. */
const maxDetailsCharacters = 262_144;

/** The record of an entry, in exactly the form in which PostgreSQL will give it back. */
export function recordOf(entry: AuditEntry, at: Date): ChainedRecord {
  return {
    at,
    actorKind: entry.actor.kind,
    actorId: entry.actor.id === null ? null : named(entry.actor.id),
    actorName: named(entry.actor.name),
    actorAddress: entry.actor.address === undefined ? null : named(entry.actor.address),
    action: named(entry.action),
    targetKind: entry.target === undefined ? null : named(entry.target.kind),
    targetId: entry.target === undefined ? null : named(entry.target.id),
    targetName: entry.target?.name === undefined ? null : named(entry.target.name),
    details: detailsOf(entry.details ?? {}),
  };
}

export function canonicalOf(record: ChainedRecord): string {
  const target =
    record.targetKind === null || record.targetId === null
      ? null
      : { kind: record.targetKind, id: record.targetId, name: record.targetName };
  return canonicalJson({
    at: record.at.toISOString(),
    actor: {
      kind: record.actorKind,
      id: record.actorId,
      name: record.actorName,
      address: record.actorAddress,
    },
    action: record.action,
    target,
    details: record.details,
  });
}

export function hashOf(prevHash: Buffer, record: ChainedRecord): Buffer {
  return createHash('sha256').update(prevHash).update(canonicalOf(record), 'utf8').digest();
}

function canonicalJson(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key] ?? null)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** Longer names and ids are cut: an index holds them, of 2,704 bytes at most. */
const maxNameCharacters = 500;

const named = (text: string) => storable(text.slice(0, maxNameCharacters));

/** PostgreSQL stores neither NUL nor half a surrogate pair; a deed must not fail for its name. */
function storable(text: string): string {
  return text.replaceAll('\0', '\ufffd').toWellFormed();
}

function detailsOf(details: Readonly<Record<string, unknown>>): Json {
  const text = JSON.stringify(details);
  if (text.length > maxDetailsCharacters) return { omittedCharacters: text.length };
  return storableJson(JSON.parse(text) as Json);
}

function storableJson(value: Json): Json {
  if (typeof value === 'string') return storable(value);
  if (Array.isArray(value)) return value.map(storableJson);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [storable(key), storableJson(member)]),
    );
  }
  return value;
}
