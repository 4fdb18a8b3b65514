/** What the columns of a part mean, so that their values can be shown for people. */
export type CellKind =
  | 'text'
  | 'bytes'
  | 'time'
  | 'yes-no'
  | 'number'
  /** Machine text that people compare letter by letter: hashes, paths, addresses. */
  | 'code'
  /** State of a service: running, active, failed, stopped, on-demand. */
  | 'state'
  /** State of a password: active, locked, empty, not_set. */
  | 'password';

const kinds: Readonly<Record<string, CellKind>> = {
  physical_memory: 'bytes',
  not_valid_after: 'time',
  not_valid_before: 'time',
  encrypted: 'yes-no',
  ca: 'yes-no',
  self_signed: 'yes-no',
  latest: 'yes-no',
  running: 'yes-no',
  state: 'state',
  password: 'password',
  port: 'number',
  uid: 'number',
  gid: 'number',
  mtu: 'number',
  cpu_physical_cores: 'number',
  cpu_logical_cores: 'number',
  key_strength: 'number',
  address: 'code',
  mask: 'code',
  mac: 'code',
  path: 'code',
  device: 'code',
  directory: 'code',
  shell: 'code',
  sid: 'code',
  serial: 'code',
  sha1: 'code',
  flags: 'code',
  hotfix_id: 'code',
  rule_details: 'code',
};

export function cellKindOf(column: string): CellKind {
  return (
    kinds[column] ?? (/_bytes$/.test(column) ? 'bytes' : /_at$/.test(column) ? 'time' : 'text')
  );
}

/** osquery's booleans: 1 and 0 in text; an empty answer is not "no". */
export function yesNoOf(value: string): boolean | null {
  const text = value.trim().toLowerCase();
  if (text === '1' || text === 'true' || text === 'yes' || text === 'on') return true;
  if (text === '0' || text === 'false' || text === 'no' || text === 'off') return false;
  return null;
}

/** Order of two values of a column: numbers as numbers, everything else as people read it. */
export function compareCells(
  kind: CellKind,
  a: string,
  b: string,
  collator: Intl.Collator,
): number {
  // Empty is unknown: last, whatever the order of the rest.
  if (a === '' || b === '') return Number(a === '') - Number(b === '');
  if (kind === 'bytes' || kind === 'number' || kind === 'time') {
    const left = Number(a);
    const right = Number(b);
    if (!Number.isNaN(left) && !Number.isNaN(right)) return left - right;
  }
  return collator.compare(a, b);
}
