import { describe, expect, it } from 'vitest';
import type { Software } from '../api.ts';
import { newestFirst, spreadOf } from './spread.ts';

let id = 0;
const software = (version: string, more: Partial<Software> = {}): Software => ({
  id: ++id,
  source: 'deb',
  name: 'openssl',
  version,
  arch: 'amd64',
  sourceName: null,
  sourceVersion: null,
  vendor: null,
  endpointCount: 1,
  firstSeenAt: '2026-11-21T12:00:00Z',
  ...more,
});

describe('newestFirst', () => {
  it('orders by the rule of the source, not by text', () => {
    const sorted = newestFirst(
      ['3.0.9-1', '3.0.13-1', '3.0.13-1~deb12u1', '1:1.0-1'].map((version) => software(version)),
    );
    expect(sorted.map(({ version }) => version)).toEqual([
      '1:1.0-1',
      '3.0.13-1',
      '3.0.13-1~deb12u1',
      '3.0.9-1',
    ]);
  });

  it('puts versions that nobody can read last', () => {
    const sorted = newestFirst(
      ['latest build', '2.0', '10.0'].map((version) => software(version, { source: 'python' })),
    );
    expect(sorted.map(({ version }) => version)).toEqual(['10.0', '2.0', 'latest build']);
  });
});

describe('spreadOf', () => {
  it('counts one name of one source and how many versions are newer', () => {
    const mine = software('3.0.11-1', { endpointCount: 4 });
    const spread = spreadOf(mine, [
      mine,
      software('3.0.11-1', { arch: 'i386', endpointCount: 1 }),
      software('3.0.13-1', { endpointCount: 7 }),
      software('3.0.13-1', { arch: 'i386', endpointCount: 1 }),
      software('9.9', { source: 'python', endpointCount: 50 }),
      software('9.9', { name: 'openssl-provider', endpointCount: 50 }),
    ]);
    expect(spread.installations).toBe(13);
    expect(spread.newerVersions).toBe(1);
    expect(spread.versions).toHaveLength(4);
  });

  it('does not claim to be newest when it is not in the list', () => {
    expect(spreadOf(software('1'), [software('2')]).newerVersions).toBeNull();
  });
});
