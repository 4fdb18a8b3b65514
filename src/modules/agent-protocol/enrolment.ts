import type { EndpointIdentity, Platform } from '../assets/public.ts';
import { isObject, type JsonObject, member } from './json-body.ts';
import type { Refusal } from './refusals.ts';
import { cleanText } from './rows.ts';

/** Who wants to enrol, as it says itself. */
export interface Newcomer {
  readonly secret: string;
  readonly identity: EndpointIdentity;
  /** What the host is recognised by; null when it is a placeholder that many hosts share. */
  readonly hostKey: string | null;
  /** osquery's own id of its database: new when the database is. */
  readonly instanceId: string | null;
}

export type EnrolmentResult =
  | { readonly ok: true; readonly newcomer: Newcomer }
  | { readonly ok: false; readonly refusal: Refusal };

const LONGEST = 255;

/** Reads the body of an enrolment. Tables that the host could not answer may be absent. */
export function parseEnrolment(body: JsonObject): EnrolmentResult {
  const refuse = (reason: Refusal['reason'], detail: string): EnrolmentResult => ({
    ok: false,
    refusal: { reason, detail },
  });
  const secret = member(body, 'enroll_secret');
  if (typeof secret !== 'string') return refuse('WRONG_TYPE', 'enroll_secret is not a text');
  const identifier = member(body, 'host_identifier');
  if (identifier !== undefined && typeof identifier !== 'string') {
    return refuse('WRONG_TYPE', 'host_identifier is not a text');
  }
  const details = member(body, 'host_details');
  if (details !== undefined && !isObject(details)) {
    return refuse('WRONG_TYPE', 'host_details is not an object');
  }
  const from = (table: string, column: string): string | null => {
    const row = details === undefined ? undefined : member(details, table);
    const value = isObject(row) ? member(row, column) : undefined;
    return typeof value === 'string' ? shortText(value) : null;
  };

  const platform = platformOf(
    member(body, 'platform_type'),
    from('os_version', 'platform') ?? from('osquery_info', 'build_platform'),
  );
  if (platform === undefined) {
    return refuse(
      'PLATFORM_UNSUPPORTED',
      `platform_type ${JSON.stringify(member(body, 'platform_type'))}`,
    );
  }
  // Without firmware tables (containers, some virtual machines) osquery makes a UUID up for its
  // database. It shows in the maker of the hardware, which is then unknown too.
  const hasHardware = ['hardware_vendor', 'hardware_model', 'hardware_serial'].some(
    (column) => from('system_info', column) !== null,
  );
  const hardwareUuid = hasHardware
    ? (knownUuid(from('system_info', 'uuid')) ?? knownUuid(from('osquery_info', 'uuid')))
    : null;
  const hostIdentifier = shortText(identifier ?? '') ?? '';
  const hostKey = hostKeyOf(hostIdentifier);
  const instanceId = from('osquery_info', 'instance_id');
  const hostname =
    from('system_info', 'hostname') ?? from('system_info', 'computer_name') ?? hostIdentifier;
  if (hostKey === null && hardwareUuid === null && instanceId === null) {
    return refuse('HOST_NOT_IDENTIFIED', `host_identifier "${hostIdentifier}", no hardware UUID`);
  }
  return {
    ok: true,
    newcomer: {
      secret,
      hostKey,
      instanceId,
      identity: {
        hostIdentifier: hostIdentifier || (hardwareUuid ?? instanceId ?? ''),
        hardwareUuid,
        hostname: hostname || hostIdentifier || '(no name)',
        platform,
        agentVersion: from('osquery_info', 'version'),
        osName: from('os_version', 'name'),
        osVersion: from('os_version', 'version'),
        arch: from('os_version', 'arch'),
      },
    },
  };
}

function shortText(text: string): string | null {
  return cleanText(text).slice(0, LONGEST).toWellFormed().trim() || null;
}

/** `platform_type` is a bit mask: 1 POSIX, 2 Windows, 4 BSD, 8 Linux, 16 macOS. */
function platformOf(type: unknown, name: string | null): Platform | undefined {
  const mask = typeof type === 'string' || typeof type === 'number' ? Number(type) : Number.NaN;
  if (Number.isInteger(mask) && mask > 0) {
    if (mask & 2) return 'windows';
    if (mask & 16) return 'darwin';
    if (mask & 8) return 'linux';
    return undefined;
  }
  if (name === null || name === 'freebsd') return undefined;
  if (name === 'darwin' || name === 'windows') return name;
  return 'linux';
}

/** UUIDs that boards carry when nobody set one; found on many machines each. */
const PLACEHOLDERS = new Set([
  '03000200-0400-0500-0006-000700080009',
  '00020003-0004-0005-0006-000700080009',
  '4c4c4544-0000-2010-8020-80c04f202020',
  '12345678-1234-5678-90ab-cddeefaabbcc',
  '11111111-2222-3333-4444-555555555555',
  '01234567-89ab-cdef-0123-456789abcdef',
]);

/** The hardware UUID in lower case, or null when it says nothing about the hardware. */
export function knownUuid(text: string | null): string | null {
  const uuid = text?.trim().toLowerCase();
  if (!uuid || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(uuid)) return null;
  const digits = uuid.replaceAll('-', '');
  // All digits, or all bytes, the same: 00000000-…, ffffffff-…, fefefefe-….
  if (digits === digits.slice(0, 2).repeat(16)) return null;
  return PLACEHOLDERS.has(uuid) ? null : uuid;
}

const NAMES_OF_ANYBODY =
  /^(localhost(\.localdomain)?|localhost[46]|default string|default|none|unknown|n\/a|not (specified|applicable|available)|to be filled by o\.?e\.?m\.?|system serial number|\(none\)|null|0+)$/;

/** What two enrolments of one host have in common besides the hardware UUID, or null. */
function hostKeyOf(hostIdentifier: string): string | null {
  const key = hostIdentifier.toLowerCase();
  if (key === '' || NAMES_OF_ANYBODY.test(key)) return null;
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(key)) return knownUuid(key);
  return key;
}
