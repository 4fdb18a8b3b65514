import { type OsvRecord, parseOsvRecord } from '../../../standards/osv/record.ts';
import { isTooDeep, parseCleanJson } from './clean-json.ts';
import type { Rejections } from './rejections.ts';

/** One record as it stands in its archive: the place (file or line) and its JSON. */
export interface RawRecord {
  readonly at: string;
  readonly text: string;
}

/** Beyond these a record would not fit an index, or is no record. */
const limits = {
  idLength: 200,
  nameLength: 500,
  recordLength: 16 * 1024 * 1024,
  detailsLength: 4_000,
};

/**
 * The records of an OSV archive, one by one. A bad record is left out with its place and reason, so
 * is one whose id came before.
 */
export async function* readOsvRecords(
  raw: AsyncIterable<RawRecord> | Iterable<RawRecord>,
  rejected: Rejections,
): AsyncGenerator<OsvRecord> {
  const seen = new Set<string>();
  for await (const { at, text } of raw) {
    const parsed = parseRecord(text);
    if ('reason' in parsed) rejected.add(at, parsed.reason, idsAt(at, text));
    else if (seen.has(parsed.record.id)) rejected.add(at, `${parsed.record.id} came before`);
    else {
      seen.add(parsed.record.id);
      yield parsed.record;
    }
  }
}

/** Which records this one may be, where it cannot be read: by its text, and by its file's name. */
function idsAt(at: string, text: string): readonly string[] {
  const written = /"id"\s*:\s*"([A-Za-z0-9:._-]{1,200})"/.exec(text.slice(0, 1_000_000))?.[1];
  const file = /([^/]{1,200})\.json$/.exec(at)?.[1];
  // AlmaLinux: the file ALSA-2024_1234.json holds ALSA-2024:1234.
  return [written, file, file?.replace(/_(?=\d+$)/, ':')].filter((id) => id !== undefined);
}

/** One record, checked and without what is never read (credits, the tail of long details). */
export function parseRecord(text: string): { record: OsvRecord } | { reason: string } {
  if (text.length > limits.recordLength) return { reason: `longer than ${limits.recordLength}` };
  let value: unknown;
  try {
    value = parseCleanJson(text);
  } catch (error) {
    return { reason: `not JSON: ${(error as Error).message}` };
  }
  if (isTooDeep(value)) return { reason: 'nested too deeply' };
  const parsed = parseOsvRecord(value);
  if ('error' in parsed) return { reason: `${parsed.at}: ${parsed.error}` };
  const { record } = parsed;
  const reason = unusable(record);
  return reason === null ? { record: compact(record) } : { reason };
}

function unusable(record: OsvRecord): string | null {
  for (const id of [record.id, ...record.aliases, ...record.upstream]) {
    if (id.length > limits.idLength) return `$.id: longer than ${limits.idLength} characters`;
  }
  for (const name of ['modified', 'published', 'withdrawn'] as const) {
    const time = record[name];
    if (time !== undefined && Number.isNaN(Date.parse(time))) return `$.${name}: no such time`;
  }
  for (const [index, { package: named }] of record.affected.entries()) {
    if (named && (named.name.length > limits.nameLength || named.ecosystem.length > 200)) {
      return `$.affected[${index}].package: longer than ${limits.nameLength} characters`;
    }
  }
  return null;
}

function compact(record: OsvRecord): OsvRecord {
  const details = record.details?.slice(0, limits.detailsLength).toWellFormed();
  return { ...record, credits: [], ...(details !== undefined && { details }) };
}
