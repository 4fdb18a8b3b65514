import { createPublicKey } from 'node:crypto';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { isObject, type JsonObject, member } from '../json-body.ts';
import type { Refusal } from '../refusals.ts';
import { cleanText } from '../rows.ts';
import { type AgentSelf, OrderReport } from './action.ts';
import { AgentEnrolment, AgentPoll, mostReports } from './channel.ts';

/** Reads what agents send, of which nothing is believed. */
export type Reading<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: Refusal };

const wrong = (detail: string): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal: { reason: 'WRONG_TYPE', detail },
});

function reader<Value>(schema: TSchema): (value: unknown) => Reading<Value> {
  const check = Compile(schema);
  return (value) => {
    if (check.Check(value)) return { ok: true, value: value as Value };
    const [first] = check.Errors(value);
    return wrong(first === undefined ? 'wrong' : `${first.instancePath || '/'} ${first.message}`);
  };
}

export const readEnrolment = (body: JsonObject): Reading<AgentEnrolment> => {
  const read = checkEnrolment(body);
  if (!read.ok || read.value.publicKey === undefined) return read;
  try {
    if (createPublicKey(read.value.publicKey).asymmetricKeyType === 'ed25519') return read;
  } catch {
    // Told below.
  }
  return wrong('/publicKey is not an Ed25519 public key in PEM');
};
const checkEnrolment = reader<AgentEnrolment>(AgentEnrolment);

export const readPoll = reader<AgentPoll>(AgentPoll);

const checkReport = reader<OrderReport>(OrderReport);
/** Packages of one order, twice over. */
const MOST_STATES = 1_000;
const LONGEST_STATE = 2_000;

/** One report, cleaned of what cannot be stored. */
export function readReport(value: unknown): Reading<OrderReport> {
  const read = checkReport(value);
  if (!read.ok) return read;
  const report = read.value;
  if (Number.isNaN(Date.parse(report.at))) return wrong('/at is no time');
  if (report.sequence > 2_147_483_647) return wrong('/sequence is too large');
  if (report.exitCode !== undefined && Math.abs(report.exitCode) > 2_147_483_647) {
    // Windows' exit codes are unsigned.
    const signed = report.exitCode | 0;
    if (report.exitCode < 0 || report.exitCode > 4_294_967_295) {
      return wrong('/exitCode is too large');
    }
    return readReport({ ...report, exitCode: signed });
  }
  const cleaned: Record<string, unknown> = { ...report };
  if (report.output !== undefined) cleaned['output'] = cleanText(report.output);
  for (const name of ['before', 'after'] as const) {
    const states = report[name];
    if (states === undefined) continue;
    const entries = Object.entries(states);
    if (entries.length > MOST_STATES) return wrong(`/${name} has more than ${MOST_STATES} entries`);
    if (entries.some(([key, text]) => key.length + (text?.length ?? 0) > LONGEST_STATE)) {
      return wrong(`/${name} has an entry longer than ${LONGEST_STATE} characters`);
    }
    cleaned[name] = Object.fromEntries(
      entries.map(([key, text]) => [cleanText(key), text === null ? null : cleanText(text)]),
    );
  }
  return { ok: true, value: cleaned as OrderReport };
}

/** The list of a body of reports; its members are still to be read. */
export function reportsOf(body: JsonObject): Reading<readonly unknown[]> {
  const reports = member(body, 'reports');
  if (!Array.isArray(reports)) return wrong('/reports is not a list');
  if (reports.length > mostReports) return wrong(`/reports has more than ${mostReports} entries`);
  return { ok: true, value: reports };
}

/** The order that a report which cannot be read speaks of, for the log. */
export function shownOrder(value: unknown): string {
  const id = isObject(value) ? member(value, 'orderId') : undefined;
  return typeof id === 'string' ? id.slice(0, 36) : '?';
}

/** As it is stored: no control characters, and a time zone that we know, or null. */
export function cleanSelf(self: AgentSelf): {
  readonly self: AgentSelf;
  readonly timeZone: string | null;
} {
  const version =
    cleanText(self.version)
      .replace(/[\x00-\x1f\x7f]+/g, ' ')
      .trim() || '?';
  let timeZone: string | null = null;
  try {
    // `UTC+3` and other offsets are none: they know no summer time.
    if (/^[A-Za-z]/.test(self.timeZone)) {
      timeZone = new Intl.DateTimeFormat('en', { timeZone: self.timeZone }).resolvedOptions()
        .timeZone;
    }
  } catch {
    // Not a zone.
  }
  return { self: { ...self, version, managers: [...new Set(self.managers)] }, timeZone };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What the headers of an upload say. */
export function readUploadHeaders(
  given: (name: 'order' | 'upload' | 'sha256' | 'name') => string | undefined,
): Reading<{
  readonly orderId: string;
  readonly uploadId: string;
  readonly sha256: Buffer;
  readonly name: string;
}> {
  const orderId = given('order') ?? '';
  const uploadId = given('upload') ?? '';
  const sha256 = given('sha256') ?? '';
  if (!UUID.test(orderId)) return wrong('the order is not a UUID');
  if (!UUID.test(uploadId)) return wrong('the upload is not a UUID');
  if (!/^[0-9a-f]{64}$/i.test(sha256)) return wrong('the SHA-256 is not 64 hex digits');
  let name = 'file';
  try {
    name = decodeURIComponent(given('name') ?? 'file');
  } catch {
    return wrong('the name is not in percent encoding');
  }
  name = cleanText(name)
    .replace(/[\x00-\x1f\x7f/\\]+/g, '_')
    .trim();
  if (name === '' || name.length > 255) return wrong('the name is empty or too long');
  return {
    ok: true,
    value: {
      orderId: orderId.toLowerCase(),
      uploadId: uploadId.toLowerCase(),
      sha256: Buffer.from(sha256, 'hex'),
      name,
    },
  };
}
