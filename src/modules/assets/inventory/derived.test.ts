import { describe, expect, it } from 'vitest';
import { derivations, primaryAddress } from './derived.ts';

describe('primaryAddress', () => {
  it.each`
    because                               | addresses                                                | expected
    ${'there is none'}                    | ${[]}                                                    | ${null}
    ${'IPv4 before IPv6'}                 | ${[['eth0', '2001:db8::1'], ['eth0', '192.0.2.1']]}      | ${'192.0.2.1'}
    ${'IPv6 where there is nothing else'} | ${[['eth0', '2001:db8::1']]}                             | ${'2001:db8::1'}
    ${'own interface before a bridge'}    | ${[['docker0', '172.17.0.1'], ['ens3', '198.51.100.7']]} | ${'198.51.100.7'}
    ${'IPv6 of its own before a tunnel'}  | ${[['tun0', '10.8.0.2'], ['en0', '2001:db8::2']]}        | ${'2001:db8::2'}
    ${'no self-assigned address'}         | ${[['eth0', '169.254.3.3'], ['eth1', '192.0.2.8']]}      | ${'192.0.2.8'}
    ${'the same whatever the order'}      | ${[['eth1', '192.0.2.9'], ['eth0', '192.0.2.8']]}        | ${'192.0.2.8'}
  `('$because', ({ addresses, expected }) => {
    const rows = addresses.map(([name, address]: [string, string]) => ({
      interface: name,
      address,
    }));
    expect(primaryAddress(rows)).toBe(expected);
    expect(primaryAddress(rows.toReversed())).toBe(expected);
  });
});

describe('derived columns', () => {
  it.each`
    because                     | part          | rows                                                                      | expected
    ${'seconds since 1970'}     | ${'boot'}     | ${[{ booted_at: '1795284337' }]}                                          | ${['2026-11-21T18:05:37.000Z']}
    ${'a clock never set'}      | ${'boot'}     | ${[{ booted_at: '12' }]}                                                  | ${[null]}
    ${'osquery says -1'}        | ${'boot'}     | ${[{ booted_at: '-1' }]}                                                  | ${[null]}
    ${'no row'}                 | ${'boot'}     | ${[]}                                                                     | ${[null]}
    ${'the last of all'}        | ${'logins'}   | ${[{ username: 'a', latest: '0' }, { username: 'b', latest: '1' }]}       | ${['b']}
    ${'nobody ever logged in'}  | ${'logins'}   | ${[]}                                                                     | ${[null]}
    ${'not reported or absurd'} | ${'hardware'} | ${[{ cpu_logical_cores: '-1', physical_memory: '1e99', cpu_brand: ' ' }]} | ${[null, null, null, null, null, null, null]}
    ${'more than can be exact'} | ${'hardware'} | ${[{ cpu_logical_cores: '64', physical_memory: '9999999999999999' }]}     | ${[null, null, 64, null, null, null, null]}
  `('$part: $because', ({ part, rows, expected }) => {
    expect(derivations[part]!.derive(rows)).toEqual(expected);
    expect(derivations[part]!.columns).toHaveLength(expected.length);
  });
});
