import { lookup as resolve } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { DeliveryError } from './delivery-error.ts';

/** Networks of the own house: reached only where an administrator allowed it. */
const ownHouse = blockListOf([
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['::1', 128],
  ['fc00::', 7],
]);

/**
 * Never anybody's mail server: link-local (the metadata of clouds among them), multicast,
 * unspecified, reserved, and forms of IPv6 that hide an address of IPv4.
 */
const never = blockListOf([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['::', 128],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]);

export type AddressClass = 'public' | 'private' | 'never';

/** Where an IP address lies; IPv6 forms of IPv4 addresses count as what they stand for. */
export function addressClass(address: string): AddressClass {
  const family = isIP(address);
  if (family === 0) return 'never';
  const kind = family === 4 ? 'ipv4' : 'ipv6';
  if (never.check(address, kind)) return 'never';
  return ownHouse.check(address, kind) ? 'private' : 'public';
}

/**
 * The addresses of a host, all of which may be used. One that may not refuses the whole name:
 * else a name of several addresses would be tried until the wrong one is met. The caller connects
 * to what is answered here, so that the name cannot mean something else a moment later.
 *
 * @throws DeliveryError `name-unknown`, `address-refused`
 */
export async function resolveAllowed(
  host: string,
  { allowPrivate, plain }: { readonly allowPrivate: boolean; readonly plain: boolean },
): Promise<readonly { address: string; family: 4 | 6; place: AddressClass }[]> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const found =
    isIP(bare) !== 0
      ? [{ address: bare, family: isIP(bare) }]
      : await resolve(bare, { all: true }).catch((error: NodeJS.ErrnoException) => {
          throw new DeliveryError('name-unknown', `${bare}: ${error.code ?? error.message}`);
        });
  return found.map(({ address, family }) => {
    const place = addressClass(address);
    if (place === 'never') {
      throw new DeliveryError('address-refused', `${bare} is ${address}, which is never used`);
    }
    if (place === 'private' && !allowPrivate) {
      throw new DeliveryError(
        'address-refused',
        `${bare} is ${address}; private addresses are not allowed for this channel`,
      );
    }
    if (place === 'public' && plain) {
      throw new DeliveryError(
        'address-refused',
        `${bare} is ${address}; without encryption only private addresses are reached`,
      );
    }
    return { address, family: family === 4 ? 4 : 6, place };
  });
}

function blockListOf(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of subnets) {
    list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}
