import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../../testing/database.ts';
import { macVendorLookup } from '../../assets/public.ts';
import { importBundle } from './bundle-store.ts';
import { signingKey } from './connectors/signature.ts';
import { exportBundle } from './export-store.ts';
import { loadFeed } from './feed-store.ts';
import { importFeed } from './import-store.ts';
import { feedStates } from './status-store.ts';

const at = new Date('2026-11-21T12:00:00Z');
const folder = () => mkdtempSync(join(tmpdir(), 'yojin-test-'));
const bundleOf = (files: Readonly<Record<string, string>>) => {
  const path = folder();
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content);
  return path;
};

const registry = [
  '# made of the public registries (2026-10-01)',
  '00000C\t24\tCisco Systems, Inc',
  '8C5DB2\t24\tIEEE Registration Authority',
  '8C5DB2D\t28\tMedium Block',
  '70B3D5\t24\tIEEE Registration Authority',
  '70B3D50A1\t36\tSmall Block',
  '0050C2\t24\tPrivate',
  'oh no',
].join('\n');

describe('MAC vendors, from a feed to an address', () => {
  it('are found by the longest block, told apart from private addresses', async () => {
    await using db = await openTestDatabase();
    const before = await macVendorLookup(db);
    expect(before.assessed).toBe(false);
    expect(before.answerOf('00:00:0c:01:02:03')).toEqual({ kind: 'not-assessed' });
    // That nobody assigned it is seen in the address itself.
    expect(before.vendorOf('02:42:ac:11:00:02')).toBe('private');

    const [outcome] = (await importBundle(db, bundleOf({ 'oui.txt': registry }), { at })).feeds;
    expect(outcome).toMatchObject({
      feed: 'oui',
      outcome: 'imported',
      recordCount: 6,
      rejectedCount: 1,
      rejections: [{ at: 'line 8', reason: 'neither a block nor an address' }],
    });
    for (const macs of [undefined, ['00:00:0c:01:02:03', '8c:5d:b2:d1:02:03', '70b3.d50a.1fff']]) {
      const { assessed, answerOf, vendorOf } = await macVendorLookup(db, macs);
      expect(assessed).toBe(true);
      expect(vendorOf('00:00:0c:01:02:03')).toBe('Cisco Systems, Inc');
      expect(vendorOf('8C-5D-B2-D1-02-03')).toBe('Medium Block');
      expect(vendorOf('70b3.d50a.1fff')).toBe('Small Block');
      // The rest of a subdivided block is nobody's that we know of.
      expect(answerOf('8c:5d:b2:e1:02:03')).toEqual({ kind: 'unknown' });
    }
    const { answerOf } = await macVendorLookup(db);
    expect(answerOf('00:50:c2:00:00:01')).toEqual({ kind: 'unnamed' });
    expect(answerOf('fc:ff:ff:00:00:01')).toEqual({ kind: 'unknown' });
    expect(answerOf('01:00:5e:00:00:01')).toEqual({ kind: 'group' });
    expect(answerOf('00:00:00:00:00:00')).toEqual({ kind: 'group' });
    expect(answerOf('00:00:0c')).toEqual({ kind: 'unreadable' });
    expect(answerOf('00:00-0c:00:00:01')).toEqual({ kind: 'unreadable' });
  });

  it('are kept when what comes next is damaged, shrunk or older', async () => {
    await using db = await openTestDatabase();
    const many = Array.from(
      { length: 400 },
      (_, i) => `00${(i + 4096).toString(16)}\t24\tVendor ${i}`,
    ).join('\n');
    const next = async (content: string) =>
      (await importBundle(db, bundleOf({ 'oui.txt': content }), { at })).feeds[0]!;
    expect((await next(`# 2026-10-01\n${many}`)).outcome).toBe('imported');
    expect((await next('<html>502 Bad Gateway</html>')).error?.code).toBe('NOTHING_USABLE');
    expect((await next(registry)).error?.code).toBe('SHRUNK');
    expect((await next(`# 2022-08-27\n${many.replace('Vendor 7', 'Old')}`)).outcome).toBe('older');
    const { vendorOf } = await macVendorLookup(db);
    expect(vendorOf('00:10:07:00:00:00')).toBe('Vendor 7');
    expect(await loadFeed(db, 'oui')).toMatchObject({
      recordCount: 400,
      dataAsOf: new Date('2026-10-01T00:00:00Z'),
    });
  });

  it('come from three files of the IEEE as well, each replacing its own', async () => {
    await using db = await openTestDatabase();
    const heading = 'Registry,Assignment,Organization Name,Organization Address\n';
    const path = bundleOf({
      'oui.csv': `${heading}MA-L,8C5DB2,IEEE Registration Authority,x\nMA-L,00000C,"Cisco, Inc",x\n`,
      'mam.csv': `${heading}MA-M,8C5DB2D,Medium Block,x\n`,
      'oui36.csv': `${heading}MA-S,70B3D50A1,Small Block,x\n`,
    });
    await importBundle(db, path, { at });
    const other = join(folder(), 'mam.csv');
    writeFileSync(other, `${heading}MA-M,8C5DB2E,Other Block,x\n`);
    const source = { origin: 'network', url: null, etag: null, lastModified: null } as const;
    const later = new Date('2026-11-22T12:00:00Z');
    await importFeed(db, 'oui-28', other, { at: later, source: { ...source, currentAsOf: later } });
    const { vendorOf } = await macVendorLookup(db);
    expect([
      vendorOf('8c:5d:b2:d0:00:00'),
      vendorOf('8c:5d:b2:e0:00:00'),
      vendorOf('70:b3:d5:0a:10:00'),
      vendorOf('00:00:0c:00:00:00'),
    ]).toEqual([undefined, 'Other Block', 'Small Block', 'Cisco, Inc']);
  });

  it('say how old they are, and need no second feed when one file held all sizes', async () => {
    await using db = await openTestDatabase();
    const ouis = async () => {
      const feeds = await feedStates(db, { at, enabled: false, environment: {}, activity: null });
      return Object.fromEntries(
        feeds
          .filter(({ name }) => name.startsWith('oui'))
          .map(({ name, state, needed, ageDays }) => [name, [state, needed, ageDays]]),
      );
    };
    expect(await ouis()).toEqual({
      oui: ['never', true, null],
      'oui-28': ['never', true, null],
      'oui-36': ['never', true, null],
    });
    const old = registry.replace('2026-10-01', '2025-10-21');
    await importBundle(db, bundleOf({ 'oui.txt': old }), { at });
    expect(await ouis()).toEqual({
      oui: ['too-old', true, 396.5],
      'oui-28': ['never', false, null],
      'oui-36': ['never', false, null],
    });
  });

  it('survive an export and an import', async () => {
    await using db = await openTestDatabase();
    await importBundle(db, bundleOf({ 'oui.txt': registry }), { at });
    const file = join(folder(), 'bundle.tar.gz');
    const exported = await exportBundle(db, file, { at, key: await signingKey(folder()) });
    expect(exported.feeds).toEqual([{ name: 'oui', records: 6 }]);
    await using other = await openTestDatabase();
    await importBundle(other, file, { at });
    expect((await macVendorLookup(other)).vendorOf('70:b3:d5:0a:1f:ff')).toBe('Small Block');
    expect(await loadFeed(other, 'oui')).toMatchObject({
      rejectedCount: 0,
      dataAsOf: new Date('2026-10-01T00:00:00Z'),
    });
  });
});
