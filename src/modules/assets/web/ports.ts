/** Who can reach a listening port, judged by the address it is bound to. */
export type PortReach = 'everyone' | 'network' | 'this-machine' | 'unknown';

/**
 * `everyone`: bound to all addresses, so reachable from wherever a packet arrives (a firewall may
 * still be in the way; that is another question). `network`: bound to one address. Text that is
 * not an address is `unknown`, which is not the same as closed.
 */
export function portReachOf(address: string | undefined): PortReach {
  const bound = (address ?? '')
    .trim()
    .toLowerCase()
    .replace(/%.*$/, '')
    .replace(/^\[(.*)\]$/, '$1');
  if (bound === '') return 'unknown';
  if (bound === '0.0.0.0' || bound === '::' || bound === '*' || bound === '::ffff:0.0.0.0') {
    return 'everyone';
  }
  if (/^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(bound) || bound === '::1') return 'this-machine';
  if (/^(?:::ffff:)?\d+\.\d+\.\d+\.\d+$/.test(bound)) return 'network';
  return /^[0-9a-f:.]+$/.test(bound) && bound.includes(':') ? 'network' : 'unknown';
}

const order: Readonly<Record<PortReach, number>> = {
  everyone: 0,
  unknown: 1,
  network: 2,
  'this-machine': 3,
};

/** Widest reach first; what cannot be judged right after it. */
export function byReach(a: PortReach, b: PortReach): number {
  return order[a] - order[b];
}
