import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAuditLog } from '../../platform/audit/audit-log.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { createLog } from '../../platform/log.ts';
import { addEndpoint } from '../../testing/assets.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { feedFixture, writeBundle } from '../../testing/feeds.ts';
import { debRow, storeInventory } from '../../testing/inventory.ts';
import { startPlatformServer } from '../../testing/platform-server.ts';
import { zipOf } from '../../testing/zip.ts';
import type { FeedActivity, FeedList } from './api.ts';
import { importBundle } from './feeds/bundle-store.ts';
import { signingKey } from './feeds/connectors/signature.ts';
import { vulnerabilitiesModule } from './module.ts';

const at = new Date('2026-11-21T12:00:00Z');
/** Parts of a server that this module has no business with. */
const notUsed = { bus: null as never, facets: null as never };
const folder = () => mkdtempSync(join(tmpdir(), 'yojin-test-'));

async function start(db: Database, environment: Record<string, string> = {}, home = folder()) {
  const clock = () => at;
  const live = { publish: () => undefined, subscribe: () => () => undefined };
  const module = vulnerabilitiesModule(
    { db, log: createLog('silent'), live, clock, audit: createAuditLog({ clock }), ...notUsed },
    { home, environment, limits: { attempts: 1, silenceMs: 500 } },
  );
  const server = await startPlatformServer(db, { modules: [module], quiet: true });
  const { call, local: token } = server;
  return {
    ...server,
    module,
    token,
    feeds: async () => (await call('GET', '/feeds', { token })).body as FeedList,
    /** Sends an archive and waits for the end of the import. */
    upload: (archive: Buffer, query = '') =>
      server.app.inject({
        method: 'POST',
        url: `/api/feeds/import${query}`,
        remoteAddress: '127.0.0.1',
        headers: {
          host: 'localhost:8642',
          authorization: `Bearer ${token}`,
          'content-type': 'application/octet-stream',
        },
        payload: archive,
      }),
    async ended(): Promise<FeedActivity> {
      for (;;) {
        const { body } = await call('GET', '/feeds/activity', { token });
        if (body?.phase === 'done') return body as FeedActivity;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async [Symbol.asyncDispose]() {
      await module.close?.();
      await server.app.close();
      await server.live.close();
    },
  };
}

const smallBundle = () => zipOf([{ name: 'kev.json', content: feedFixture('kev.json') }]);

describe('feeds over HTTP', () => {
  it('lists what there is and what is missing, each with its remedy', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db, {}, { at });
    await storeInventory(db, id, 'software-deb', [debRow('libc6', '2.36-9')], at);
    await using server = await start(db);
    const { items, syncEnabled } = await server.feeds();
    expect(syncEnabled).toBe(false);
    expect(items.find(({ name }) => name === 'osv/Debian')).toMatchObject({
      state: 'never',
      needed: true,
      recordCount: null,
      remedy: { en: expect.stringContaining('yojin feeds'), ja: expect.stringContaining('未取得') },
      licence: expect.stringMatching(/CC-BY/),
    });
    expect(items.find(({ name }) => name === 'windows-fixes')?.remedy?.en).toContain('bundle');
    expect(new Set(items.map(({ state }) => state))).toEqual(new Set(['never']));
    const rows = await server.module.state!();
    expect(rows.find(({ key }) => key === 'vulnerabilities.feeds_never')).toMatchObject({
      state: 'unknown',
    });
  });

  it('imports an uploaded bundle in the background, and assesses what waited for it', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db, {}, { at });
    await storeInventory(
      db,
      id,
      'software-deb',
      [debRow('libc6', '2.36-9+deb12u1', 'glibc (2.36-9+deb12u1)')],
      at,
    );
    await using server = await start(db);
    const home = folder();
    await using other = await openTestDatabase();
    await using exporter = await start(other, {}, home);
    // What one server exports another imports.
    await importBundle(other, writeBundle(folder()), { at });
    const exported = await exporter.app.inject({
      method: 'GET',
      url: '/api/feeds/export',
      headers: { host: 'localhost:8642', authorization: `Bearer ${exporter.token}` },
    });
    expect(exported.statusCode).toBe(200);
    expect(exported.headers['x-signing-key']).toMatch(/^SHA256:/);

    const accepted = await server.upload(exported.rawPayload);
    expect(accepted.statusCode).toBe(202);
    expect(await server.ended()).toMatchObject({
      kind: 'import',
      error: null,
      bundle: { checksums: 'verified', signature: 'signer-not-pinned' },
      settled: { endpoints: 1 },
    });
    const { items } = await server.feeds();
    expect(items.find(({ name }) => name === 'osv/Debian:12')).toMatchObject({
      state: 'fresh',
      recordCount: 4,
    });
    // The data of August are too old in November.
    expect(items.find(({ name }) => name === 'epss')).toMatchObject({
      state: 'too-old',
      tooOld: true,
    });
    const assessment = await server.call('GET', `/endpoints/${id}/assessment`, {
      token: server.token,
    });
    expect(assessment.body).toMatchObject({
      ecosystem: 'Debian:12',
      assessedCount: 1,
      support: { state: 'lts-only' },
    });
    const coverage = await server.call('GET', '/vulnerabilities/coverage', { token: server.token });
    expect(coverage.body).toMatchObject({ endpoints: { total: 1, assessed: 1 } });
    const audit = await server.call('GET', '/audit?action=feeds', { token: server.token });
    expect(audit.body.items).toMatchObject([{ action: 'feeds.import_started' }]);
  });

  it('says what is wrong with an upload, and changes nothing', async () => {
    await using db = await openTestDatabase();
    await using server = await start(db);
    for (const [archive, code] of [
      [Buffer.from('hello'), 'NOT_AN_ARCHIVE'],
      [Buffer.alloc(0), 'NOT_AN_ARCHIVE'],
      [smallBundle().subarray(0, 200), 'ARCHIVE_DAMAGED'],
      [zipOf([{ name: 'readme.txt', content: 'x' }]), 'NO_FEEDS'],
    ] as const) {
      expect((await server.upload(archive)).statusCode).toBe(202);
      expect(await server.ended()).toMatchObject({ error: { code }, feeds: [] });
    }
    expect((await db.query(`select from vulnerabilities.feeds`)).rows).toEqual([]);
  });

  it('refuses a path, and whoever may not', async () => {
    await using db = await openTestDatabase();
    await using server = await start(db);
    const path = await server.call('POST', '/feeds/import', {
      token: server.token,
      body: { path: '/etc' },
    });
    expect([path.status, path.body.code]).toEqual([415, 'ARCHIVE_EXPECTED']);
    await server.addUser('sato', { role: 'operator' });
    const jar = await server.signIn('sato');
    for (const [method, url] of [
      ['POST', '/feeds/import'],
      ['POST', '/feeds/sync'],
      ['POST', '/feeds/settings'],
      ['GET', '/feeds/export'],
    ] as const) {
      const body = method === 'POST' ? {} : undefined;
      expect((await server.call(method, url, { jar, ...(body && { body }) })).status).toBe(403);
    }
    expect((await server.call('GET', '/feeds', { jar })).status).toBe(200);
    const nobody = await server.call(
      'GET',
      '/endpoints/00000000-0000-4000-8000-000000000000/assessment',
      { jar },
    );
    expect(nobody.body.code).toBe('ENDPOINT_NOT_FOUND');
  });

  it('demands the signature of a pinned key', async () => {
    await using db = await openTestDatabase();
    const home = folder();
    await signingKey(home);
    mkdirSync(join(home, 'feeds', 'trusted'));
    const pem = readFileSync(join(home, 'feeds', 'signing-key.pub.pem'));
    writeFileSync(join(home, 'feeds', 'trusted', 'headquarters.pem'), pem);
    await using server = await start(db, {}, home);
    await server.upload(smallBundle());
    expect(await server.ended()).toMatchObject({ error: { code: 'NOT_SIGNED' } });
    await using other = await openTestDatabase();
    await using exporter = await start(other, {}, home);
    await importBundle(other, writeBundle(folder()), { at });
    const exported = await exporter.app.inject({
      method: 'GET',
      url: '/api/feeds/export',
      headers: { host: 'localhost:8642', authorization: `Bearer ${exporter.token}` },
    });
    await server.upload(exported.rawPayload);
    expect(await server.ended()).toMatchObject({ error: null, bundle: { signature: 'verified' } });
  });

  it('fetches nothing until it is told to, and then every day', async () => {
    await using db = await openTestDatabase();
    const asked: string[] = [];
    const source = createServer((request, response) => {
      asked.push(request.url!);
      if (request.url === '/kev.json') response.end(feedFixture('kev.json'));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(source.address() as AddressInfo).port}`;
    const environment = Object.fromEntries(
      ['KEV', 'EPSS', 'VULNRICHMENT', 'ENDOFLIFE', 'DEBIAN_SUPPORT', 'UBUNTU_SUPPORT'].map(
        (name) => [`YOJIN_FEED_${name}_URL`, `${base}/${name.toLowerCase()}.json`],
      ),
    );
    {
      await using server = await start(db, environment);
      const daily = server.module.jobs!.find(({ name }) => name === 'vulnerabilities/sync-feeds')!;
      await daily.run({}, new AbortController().signal);
      expect(asked).toEqual([]);
      const answer = await server.call('POST', '/feeds/sync', { token: server.token });
      expect(answer.status).toBe(202);
      const { feeds } = await server.ended();
      expect(feeds.find(({ name }) => name === 'kev')).toMatchObject({
        phase: 'imported',
        recordCount: 2,
      });
      expect(feeds.find(({ name }) => name === 'epss')).toMatchObject({
        phase: 'failed',
        error: { code: 'HTTP_404' },
      });
      const before = asked.length;
      await daily.run({}, new AbortController().signal);
      expect(asked.length).toBe(before * 2);
      expect((await server.feeds()).syncEnabled).toBe(true);
      await server.call('POST', '/feeds/settings', {
        token: server.token,
        body: { syncEnabled: false },
      });
      await daily.run({}, new AbortController().signal);
      expect(asked.length).toBe(before * 2);
    }
    await using forbidden = await start(db, { ...environment, YOJIN_FEEDS: 'off' });
    const refused = await forbidden.call('POST', '/feeds/sync', { token: forbidden.token });
    expect([refused.status, refused.body.code]).toEqual([409, 'FEEDS_OFF']);
    source.close();
  });
});

it('assesses an inventory soon after it changed, without being asked', async () => {
  await using db = await openTestDatabase();
  await importBundle(db, writeBundle(folder()), { at });
  await using server = await start(db);
  await server.feeds();
  const id = await addEndpoint(db, {}, { at });
  await storeInventory(
    db,
    id,
    'software-deb',
    [debRow('libc6', '2.36-9+deb12u1', 'glibc (2.36-9+deb12u1)')],
    at,
  );
  await expect
    .poll(
      async () =>
        (await db.query(`select from findings.findings where state = 'open'`)).rows.length,
      { timeout: 20_000 },
    )
    .toBeGreaterThan(0);
});
