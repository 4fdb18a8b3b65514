import { lookup } from 'node:dns/promises';
import { BlockList, isIPv6 } from 'node:net';

/** Why a simulation is not begun. */
export type Obstacle =
  | { readonly kind: 'address'; readonly server: string }
  | { readonly kind: 'name'; readonly host: string; readonly reason: string }
  /** The server is not on this machine, and nobody said that it may be elsewhere. */
  | { readonly kind: 'remote'; readonly host: string; readonly address: string }
  | { readonly kind: 'descriptors'; readonly limit: number; readonly needed: number };

export type Found =
  | {
      readonly ok: true;
      readonly target: { readonly host: string; readonly port: number; readonly address: string };
    }
  | { readonly ok: false; readonly obstacle: Obstacle };

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * Where `host:port` leads. A simulation is a flood to whoever did not ask for it: every address
 * that the name stands for has to be this machine's own, unless `allowRemote`.
 */
export async function findTarget(server: string, allowRemote: boolean): Promise<Found> {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(server);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  if (host === undefined || port < 1 || port > 65_535) {
    return { ok: false, obstacle: { kind: 'address', server } };
  }
  let addresses: { address: string }[];
  try {
    addresses = await lookup(host, { all: true, order: 'ipv4first' });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ok: false, obstacle: { kind: 'name', host, reason } };
  }
  const remote = addresses.find(
    ({ address }) => !loopback.check(address, isIPv6(address) ? 'ipv6' : 'ipv4'),
  );
  if (remote && !allowRemote) {
    return { ok: false, obstacle: { kind: 'remote', host, address: remote.address } };
  }
  return { ok: true, target: { host, port, address: addresses[0]!.address } };
}

/** Descriptors besides the connections: files, the database of the system's names, the terminal. */
const spareDescriptors = 100;

/** Undefined: this process may open enough connections, or nobody knows (Windows has no limit). */
export function tooFewDescriptors(endpoints: number, sockets: number): Obstacle | undefined {
  const { userLimits } = process.report.getReport() as {
    userLimits?: { open_files?: { soft: number | string } };
  };
  const limit = Number(userLimits?.open_files?.soft ?? Number.POSITIVE_INFINITY);
  const needed = endpoints * sockets + spareDescriptors;
  return limit < needed ? { kind: 'descriptors', limit, needed } : undefined;
}
