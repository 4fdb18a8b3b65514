/**
 * Columns of an endpoint that lists sort and filter by, taken from the parts of its inventory. An
 * empty text is unknown (null), never a value.
 */
export type DerivedValue = string | number | readonly string[] | null;

export interface DerivedColumn {
  readonly column: string;
  readonly type: 'text' | 'integer' | 'bigint' | 'timestamptz' | 'text[]';
  /** When the part says nothing of it: what the endpoint said when it enrolled stays. */
  readonly keepWhenNull?: true;
}

export interface Derivation {
  readonly columns: readonly DerivedColumn[];
  /** One value for each of `columns`, from the rows as stored (values in the order of `names`). */
  readonly derive: (rows: readonly Readonly<Record<string, string>>[]) => readonly DerivedValue[];
}

export const derivations: Readonly<Record<string, Derivation>> = {
  os: {
    columns: [
      { column: 'os_name', type: 'text', keepWhenNull: true },
      { column: 'os_version', type: 'text', keepWhenNull: true },
      { column: 'os_build', type: 'text' },
      { column: 'os_codename', type: 'text' },
      { column: 'arch', type: 'text', keepWhenNull: true },
      { column: 'kernel_version', type: 'text' },
    ],
    derive: ([row]) => [
      textOf(row?.['name']),
      textOf(row?.['version']),
      textOf(row?.['build']),
      textOf(row?.['codename']),
      textOf(row?.['arch']),
      textOf(row?.['kernel_version']),
    ],
  },
  hardware: {
    columns: [
      { column: 'computer_name', type: 'text' },
      { column: 'cpu_brand', type: 'text' },
      { column: 'cpu_logical_cores', type: 'integer' },
      { column: 'memory_bytes', type: 'bigint' },
      { column: 'hardware_vendor', type: 'text' },
      { column: 'hardware_model', type: 'text' },
      { column: 'hardware_serial', type: 'text' },
    ],
    derive: ([row]) => [
      textOf(row?.['computer_name']),
      textOf(row?.['cpu_brand']),
      countOf(row?.['cpu_logical_cores'], 2 ** 31 - 1),
      countOf(row?.['physical_memory'], Number.MAX_SAFE_INTEGER),
      textOf(row?.['hardware_vendor']),
      textOf(row?.['hardware_model']),
      textOf(row?.['hardware_serial']),
    ],
  },
  boot: {
    columns: [{ column: 'booted_at', type: 'timestamptz' }],
    derive: ([row]) => [timeOf(row?.['booted_at'])],
  },
  addresses: {
    columns: [
      { column: 'primary_address', type: 'text' },
      { column: 'addresses', type: 'text[]' },
    ],
    derive: (rows) => {
      const found = rows.map((row) => row['address'] ?? '').filter((address) => address !== '');
      const distinct = [...new Set(found)];
      return [primaryAddress(rows), distinct.slice(0, 100)];
    },
  },
  logins: {
    columns: [{ column: 'last_user', type: 'text' }],
    derive: (rows) => [textOf(rows.find((row) => row['latest'] === '1')?.['username'])],
  },
};

/**
 * The address to show for a machine that has many: IPv4 before IPv6, an interface of its own
 * before bridges of containers and tunnels, then in order of interface and address.
 */
export function primaryAddress(rows: readonly Readonly<Record<string, string>>[]): string | null {
  const ranked = rows
    .filter((row) => (row['address'] ?? '') !== '')
    .map((row) => ({
      address: row['address'] ?? '',
      rank: [
        /^(docker|br-|virbr|cni|flannel|tun|tap|wg|utun|vboxnet|vmnet)/.test(row['interface'] ?? '')
          ? 1
          : 0,
        (row['address'] ?? '').includes(':') ? 1 : 0,
        (row['address'] ?? '').startsWith('169.254.') ? 1 : 0,
      ].join(''),
      order: `${row['interface'] ?? ''}\u001f${row['address'] ?? ''}`,
    }))
    .sort((a, b) => compare(a.rank, b.rank) || compare(a.order, b.order));
  return ranked[0]?.address ?? null;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function textOf(value: string | undefined): string | null {
  const text = value?.trim() ?? '';
  return text === '' ? null : text.slice(0, 500).toWellFormed();
}

/** A whole number from 1 to `most`; anything else is unknown (osquery says -1 or 0 then). */
function countOf(value: string | undefined, most: number): number | null {
  if (value === undefined || !/^\d{1,16}$/.test(value)) return null;
  const count = Number(value);
  return count >= 1 && count <= most ? count : null;
}

/** From seconds since 1970, between 1990 and 2200: a clock that was never set says 1970. */
function timeOf(value: string | undefined): string | null {
  if (value === undefined || !/^\d{9,10}$/.test(value)) return null;
  const seconds = Number(value);
  return seconds > 631_152_000 && seconds < 7_258_118_400
    ? new Date(seconds * 1000).toISOString()
    : null;
}
