import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../platform/db/queryable.ts';
import { createFacets } from '../../../platform/facets/facets-index.ts';
import type { Facets } from '../../../platform/facets/public.ts';
import { createLog } from '../../../platform/log.ts';
import { addEndpoint, addScope } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { storeInventory } from '../../../testing/inventory.ts';
import { recordContacts } from '../public.ts';
import { createAssetFacets } from './asset-facets-store.ts';
import { createContactIndex } from './contacts-store.ts';

const now = new Date('2026-11-21T12:00:00Z');
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000);

/** The facets of assets alone, as a server process holds them. */
async function openFacets(db: Database): Promise<Facets> {
  const log = createLog('warn');
  const facets = createFacets({ db, log, clock: () => now });
  const hearing = db.listen('assets_contacts', (notice) => contacts.apply(notice));
  const contacts = createContactIndex(hearing);
  facets.register({ ...createAssetFacets({ contacts }), bareWord: 'text' });
  await facets.start();
  return facets;
}

describe('facets of assets', () => {
  let db: Database & AsyncDisposable;
  let facets: Facets;
  let osaka: string;

  /** Host names that a selector selects. */
  async function selected(where: string, reach: 'all' | string[] = 'all'): Promise<string[]> {
    using selection = await facets.select(where, { reach, now });
    const { rows } = await db.query<{ hostname: string }>(
      `select hostname from assets.endpoints where ordinal = any($1::int[]) order by hostname`,
      [selection.positions()],
    );
    return rows.map(({ hostname }) => hostname);
  }

  beforeAll(async () => {
    db = await openTestDatabase();
    facets = await openFacets(db);
    const { rows } = await db.query<{ id: string }>(
      `update assets.scopes set name = 'Acme' where is_default returning id`,
    );
    const acme = rows[0]!.id;
    osaka = await addScope(db, 'Osaka', acme);
    const plant = await addScope(db, 'Plant', osaka);
    const other = await addScope(db, 'Other', acme);
    const otherOsaka = await addScope(db, 'Osaka', other);
    await db.query(`update assets.scopes set relation = 'overseas' where id = $1`, [other]);

    const web = await addEndpoint(
      db,
      { hostname: 'web-01', osVersion: '12 (bookworm)', agentVersion: '5.23.1' },
      { scopeId: osaka, at: ago(60 * 24 * 10) },
    );
    const laptop = await addEndpoint(
      db,
      {
        hostname: 'laptop-7',
        hostIdentifier: 'h2',
        platform: 'windows',
        osName: 'Microsoft Windows 11 Pro',
        osVersion: '10.0.26100',
        arch: '64-bit',
        agentVersion: '5.9.0',
      },
      { scopeId: plant, at: ago(60) },
    );
    await addEndpoint(
      db,
      {
        hostname: 'mac-3',
        hostIdentifier: 'h3',
        platform: 'darwin',
        osName: 'macOS',
        osVersion: '15.1',
        arch: 'arm64',
      },
      { scopeId: otherOsaka, at: ago(60) },
    );
    await db.query(
      `update assets.endpoints set owner = '佐藤 花子', tags = '{pci,東京}', criticality = 'high'
        where hostname = 'web-01'`,
    );
    await recordContacts(db, [
      { endpointId: web, at: ago(1) },
      { endpointId: laptop, at: ago(60 * 24 * 3) },
    ]);
    const store = (part: string, list: readonly Record<string, string>[], endpoint = web) =>
      storeInventory(db, endpoint, part, list, ago(1));
    await store('software-deb', [
      { name: 'openssl', version: '3.0.11-1~deb12u2', arch: 'amd64', source: '', maintainer: '' },
      { name: 'openssh-server', version: '1:9.2p1-2', arch: 'amd64', source: '', maintainer: '' },
      { name: 'python3.11', version: '3.11.2-6', arch: 'amd64', source: '', maintainer: '' },
    ]);
    await store('software-chrome-extension', [
      { name: 'uBlock Origin', version: '1.57.0', identifier: 'cjpalhdl', browser_type: 'chrome' },
    ]);
    await store(
      'software-windows-program',
      [{ name: 'OpenSSL', version: '3.4.0', publisher: '', identifying_number: '' }],
      laptop,
    );
    await store('ports', [
      { protocol: 'tcp', address: '0.0.0.0', port: '22', process: 'sshd', path: '' },
      { protocol: 'tcp', address: '127.0.0.1', port: '5432', process: 'postgres', path: '' },
      { protocol: 'udp', address: '::', port: '53', process: 'named', path: '' },
    ]);
    await store('users', [{ username: 'root' }, { username: 'sato' }]);
    await store('administrators', [{ username: 'root', uid: '0', granted_by: 'uid 0' }]);
    await store('services', [
      { name: 'ssh.service', state: 'running' },
      { name: 'cups.service', state: 'stopped' },
    ]);
    await store('interfaces', [
      { interface: 'eth0', label: '', mac: '00:0C:29:ab:cd:ef', mtu: '' },
    ]);
    await store('addresses', [
      { interface: 'eth0', address: '10.1.2.3', mask: '' },
      { interface: 'eth0', address: '2001:db8::7', mask: '' },
    ]);
    await facets.settled();
  }, 60_000);

  afterAll(async () => {
    await facets.close();
    await db[Symbol.asyncDispose]();
  });

  const all = ['laptop-7', 'mac-3', 'web-01'];
  it.each<[string, string[]]>([
    ['', all],
    ['os:windows', ['laptop-7']],
    ['os:macos', ['mac-3']],
    ['os:linux', ['web-01']],
    ['os:debian', ['web-01']],
    ['os:"Microsoft Windows 11 Pro"', ['laptop-7']],
    ['os:"Windows"', []],
    ['platform:mac', ['mac-3']],
    ['osversion:12', ['web-01']],
    ['osversion:1', []],
    ['osversion:bookworm', ['web-01']],
    ['osversion:>=12', ['mac-3', 'web-01']],
    ['osversion:10..12', ['laptop-7', 'web-01']],
    ['osversion:15', ['mac-3']],
    ['arch:amd64', ['laptop-7', 'web-01']],
    ['arch:aarch64', ['mac-3']],
    ['scope:Acme', all],
    ['scope:osaka', all],
    ['scope:Acme/Osaka', ['laptop-7', 'web-01']],
    ['scope:Other/Osaka', ['mac-3']],
    ['scope:Plant', ['laptop-7']],
    ['scope:Nowhere', []],
    ['relation:overseas', []],
    ['relation:domestic', all],
    ['tag:PCI', ['web-01']],
    ['tag:東京', ['web-01']],
    ['tag:none', ['laptop-7', 'mac-3']],
    ['owner:"佐藤 花子"', ['web-01']],
    ['criticality:>=high', ['web-01']],
    ['criticality:<high', ['laptop-7', 'mac-3']],
    ['hostname:web-*', ['web-01']],
    ['ip:10.0.0.0/8', ['web-01']],
    ['ip:2001:db8::/32', ['web-01']],
    ['mac:000c29', ['web-01']],
    ['mac:00-0C-29-AB-CD-EF', ['web-01']],
    ['lastseen:<7d', ['laptop-7', 'web-01']],
    ['lastseen:>1d', ['laptop-7']],
    ['lastseen:never', ['mac-3']],
    ['firstseen:>7d', ['web-01']],
    ['presence:online', ['web-01']],
    ['presence:silent', ['laptop-7']],
    ['presence:never', ['mac-3']],
    ['agentversion:<5.20', ['laptop-7']],
    ['software:openssl', ['laptop-7', 'web-01']],
    ['software:openssl<3.0.13', ['web-01']],
    ['software:"openssl>=3.0,<3.0.11"', []],
    ['software:"openssl>=3.0,<=3.0.11"', ['web-01']],
    ['software:openssl>=3.1', ['laptop-7']],
    ['software:openssl=3.0.*', ['web-01']],
    ['software:openssh-server<9.6', ['web-01']],
    ['software:openssh-server<1:9.2p1-1', []],
    ['software:python3*', ['web-01']],
    ['software:*', ['laptop-7', 'web-01']],
    ['software:none', ['mac-3']],
    ['software:log4j', []],
    ['extension:ublock*', ['web-01']],
    ['extension:cjpalhdl', ['web-01']],
    ['extension:openssl', []],
    ['port:22', ['web-01']],
    ['port:5000..6000', ['web-01']],
    ['port:53/tcp', []],
    ['port:53/udp', ['web-01']],
    ['openport:5432', []],
    ['openport:<100', ['web-01']],
    ['user:sato', ['web-01']],
    ['administrator:sato', []],
    ['administrator:root', ['web-01']],
    ['service:cups', ['web-01']],
    ['running:cups', []],
    ['running:ssh', ['web-01']],
    ['cloned:no', all],
    ['web', ['web-01']],
    ['花子', ['web-01']],
    ['10.1.2', ['web-01']],
    ['-os:windows', ['mac-3', 'web-01']],
    ['os:windows or port:22', ['laptop-7', 'web-01']],
  ])('%s', async (where, expected) => {
    expect(await selected(where)).toEqual(expected);
  });

  it('selects within reach only', async () => {
    expect(await selected('', [osaka])).toEqual(['web-01']);
    expect(await selected('-os:linux', [osaka])).toEqual([]);
  });

  it.each<[string, string]>([
    ['presence:here', 'here'],
    ['port:99999', '99999'],
    ['software:<3', '<3'],
    ['mac:xyz', 'xyz'],
    ['macvendor:vmware', 'not assessed'],
    ['osversion:>bookworm', 'no order'],
    ['os:>3', 'no order'],
  ])('says why it cannot read %s', async (where, reason) => {
    const resolved = await facets.resolve(where, { reach: 'all', now });
    expect(resolved.ok).toBe(false);
    expect(!resolved.ok && resolved.problem.text.en).toContain(reason);
  });

  it('offers values with their numbers, of what is within reach', async () => {
    const offered = async (text: string, reach: 'all' | string[] = 'all') =>
      (await facets.complete(text, text.length, { reach, now })).map(({ insert, count }) => [
        insert.trim(),
        count,
      ]);
    expect(await offered('software:open')).toContainEqual(['openssl', 2]);
    expect(await offered('software:open', [osaka])).toContainEqual(['openssl', 1]);
    expect(await offered('scope:o')).toContainEqual(['Acme/Osaka', 2]);
    expect(await offered('openport:')).toContainEqual(['22/tcp', 1]);
    expect(await offered('presence:')).toContainEqual(['never', 1]);
  });
});
