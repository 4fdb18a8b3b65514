import { describe, expect, it } from 'vitest';
import { byReach, type PortReach, portReachOf } from './ports.ts';

describe('portReachOf', () => {
  it.each`
    address               | reach
    ${'0.0.0.0'}          | ${'everyone'}
    ${'::'}               | ${'everyone'}
    ${'[::]'}             | ${'everyone'}
    ${'*'}                | ${'everyone'}
    ${'::ffff:0.0.0.0'}   | ${'everyone'}
    ${'127.0.0.1'}        | ${'this-machine'}
    ${'127.0.0.53%lo'}    | ${'this-machine'}
    ${'::1'}              | ${'this-machine'}
    ${'::ffff:127.0.0.1'} | ${'this-machine'}
    ${'192.168.10.4'}     | ${'network'}
    ${'fe80::1%eth0'}     | ${'network'}
    ${''}                 | ${'unknown'}
    ${'/run/x.sock'}      | ${'unknown'}
  `('$address is open to: $reach', ({ address, reach }) => {
    expect(portReachOf(address)).toBe(reach);
  });

  it('does not read an absent address as closed', () => {
    expect(portReachOf(undefined)).toBe('unknown');
  });
});

describe('byReach', () => {
  it('puts the most open first', () => {
    const reaches: PortReach[] = ['this-machine', 'network', 'everyone', 'unknown'];
    expect(reaches.sort(byReach)).toEqual(['everyone', 'unknown', 'network', 'this-machine']);
  });
});
