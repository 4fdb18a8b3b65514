/** First and last address of a network; both of one family. */
export interface AddressRange {
  readonly family: 4 | 6;
  /** IPv4: a number below 2^32. IPv6: 32 hexadecimal digits, which sort like the addresses. */
  readonly first: number | string;
  readonly last: number | string;
}

/**
 * One address. A zone (`fe80::1%eth0`) is left out; an IPv4 address within IPv6
 * (`::ffff:192.0.2.1`) is the IPv4 address. Undefined: not an address.
 */
export function readAddress(text: string): number | string | undefined {
  const plain = text.trim().toLowerCase();
  return plain.includes(':') ? readIpv6(plain.split('%')[0]!) : readIpv4(plain);
}

/** An address, a network (`10.0.0.0/8`, `fe80::/10`), or leading octets (`10.1.*`). */
export function readNetwork(text: string): AddressRange | undefined {
  const plain = text.trim().toLowerCase();
  const leading = /^((?:\d{1,3}\.){1,3})\*$/.exec(plain);
  if (leading) {
    const octets = leading[1]!.split('.').slice(0, -1);
    const padded = [...octets, '0', '0', '0'].slice(0, 4).join('.');
    return readNetwork(`${padded}/${octets.length * 8}`);
  }
  const [base, bits, ...more] = plain.split('/');
  const address = readAddress(base ?? '');
  if (address === undefined || more.length > 0) return undefined;
  const width = typeof address === 'number' ? 32 : 128;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return undefined;
  const prefix = bits === undefined ? width : Number(bits);
  if (prefix > width) return undefined;
  return typeof address === 'number' ? ipv4Network(address, prefix) : ipv6Network(address, prefix);
}

/** From the first address of one to the last of the other, of the same family. */
export function rangeBetween(from: AddressRange, to: AddressRange): AddressRange | undefined {
  if (from.family !== to.family || from.first > to.last) return undefined;
  return { family: from.family, first: from.first, last: to.last };
}

export function ipv4Text(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join('.');
}

/** RFC 5952: lower case, the longest run of zeros left out. */
export function ipv6Text(digits: string): string {
  const groups = (digits.match(/.{4}/g) ?? []).map((group) => group.replace(/^0{1,3}/, ''));
  let best = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === '0') length += 1;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(':');
  const head = groups.slice(0, best.start).join(':');
  return `${head}::${groups.slice(best.start + best.length).join(':')}`;
}

function readIpv4(text: string): number | undefined {
  const read = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text);
  if (!read) return undefined;
  const octets = read.slice(1).map(Number);
  if (octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((sum, octet) => sum * 256 + octet, 0);
}

function readIpv6(text: string): number | string | undefined {
  let plain = text;
  const tail = /(?<=:)\d{1,3}(?:\.\d{1,3}){3}$/.exec(plain);
  if (tail) {
    const ipv4 = readIpv4(tail[0]);
    if (ipv4 === undefined) return undefined;
    const [high, low] = [Math.floor(ipv4 / 65_536), ipv4 % 65_536];
    plain = `${plain.slice(0, tail.index)}${high.toString(16)}:${low.toString(16)}`;
  }
  const halves = plain.split('::');
  if (halves.length > 2) return undefined;
  const [head, rest] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = head!.length + (rest?.length ?? 0);
  if (rest === undefined ? given !== 8 : given > 7) return undefined;
  const groups = [...head!, ...Array<string>(8 - given).fill('0'), ...(rest ?? [])];
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/.test(group))) return undefined;
  const digits = groups.map((group) => group.padStart(4, '0')).join('');
  const mapped = /^0{20}ffff([0-9a-f]{8})$/.exec(digits);
  return mapped ? Number.parseInt(mapped[1]!, 16) : digits;
}

function ipv4Network(address: number, prefix: number): AddressRange {
  const size = 2 ** (32 - prefix);
  const first = Math.floor(address / size) * size;
  return { family: 4, first, last: first + size - 1 };
}

function ipv6Network(digits: string, prefix: number): AddressRange {
  const address = BigInt(`0x${digits}`);
  const hostMask = (1n << BigInt(128 - prefix)) - 1n;
  const hex = (value: bigint) => value.toString(16).padStart(32, '0');
  const last = address | hostMask;
  return { family: 6, first: hex(last ^ hostMask), last: hex(last) };
}
