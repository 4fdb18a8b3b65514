import { expect, it } from 'vitest';
import { evidenceGroups } from './evidence.ts';

const met = (component: string, fixedVersion: string | null, softwareId: number | null = null) => ({
  softwareId,
  component,
  version: '1.0',
  ecosystem: 'Debian:12',
  advisoryId: 'DSA-1',
  source: 'osv/Debian:12',
  matched: `fixed ${fixedVersion}`,
  fixedVersion,
});

it('says once what several packages of one source met', () => {
  const groups = evidenceGroups([met('libssl3', '2'), met('other', null), met('openssl', '2', 7)]);
  expect(groups.map(({ seen }) => seen.map(({ component }) => component))).toEqual([
    ['libssl3', 'openssl'],
    ['other'],
  ]);
});
