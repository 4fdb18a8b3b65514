import { expect, it } from 'vitest';
import { vdrVulnerability } from './vdr.ts';

const weakness = {
  title: 'Overread in OpenSSL',
  severity: null,
  cvssScore: null,
  cvssVector: null,
  publishedAt: null,
  modifiedAt: null,
} as const;
const recommendationWith = (fixes: Parameters<typeof vdrVulnerability>[2]['fixes']) =>
  vdrVulnerability(weakness, 'CVE-2026-1', { affects: [], source: null, fixes, analysis: null })
    .recommendation;

it('recommends every package that has to be upgraded, and says where no fix is known', () => {
  expect(
    recommendationWith([
      { name: 'openssl', version: '3.0.15' },
      { name: 'openssl1.0', version: '1.0.2zz' },
      { name: 'old', version: null },
    ]),
  ).toBe('Upgrade openssl to 3.0.15. Upgrade openssl1.0 to 1.0.2zz. No fix of old is known.');
  expect(recommendationWith([])).toBeUndefined();
});
