import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { addEndpoint } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { feedFixture, osvZip } from '../../../testing/feeds.ts';
import { debRow, storeInventory } from '../../../testing/inventory.ts';
import { isTooOld } from './feed-catalogue.ts';
import { loadFeed } from './feed-store.ts';
import { feedsToSync, syncFeeds } from './sync-store.ts';

const at = new Date('2026-11-21T12:00:00Z');
const limits = { firstPauseMs: 5, longestPauseMs: 20, silenceMs: 300, totalMs: 5_000 };

/** A server of feeds on this machine; `handle` answers, `asked` lists what came. */
async function feedServer(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    base,
    environment: {
      YOJIN_FEED_OSV_URL: `${base}/osv/`,
      YOJIN_FEED_KEV_URL: `${base}/kev.json`,
      YOJIN_FEED_EPSS_URL: `${base}/epss.csv.gz`,
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const options = (server: { environment: Record<string, string> }) => ({
  clock: () => at,
  environment: server.environment,
  limits,
});

describe('sync', () => {
  it('fetches only ecosystems of the inventory, whole ones', async () => {
    await using db = await openTestDatabase();
    expect((await feedsToSync(db)).filter((name) => name.startsWith('osv/'))).toEqual([]);
    const endpointId = await addEndpoint(db, {}, { at });
    await storeInventory(db, endpointId, 'software-deb', [debRow('libc6', '2.36-9')], at);
    await addEndpoint(db, {
      osName: 'Ubuntu',
      osVersion: '22.04.5 LTS (Jammy Jellyfish)',
      hostIdentifier: 'u',
    });
    await addEndpoint(db, {
      platform: 'windows',
      osName: 'Microsoft Windows 11 Pro',
      hostIdentifier: 'w',
    });
    const names = await feedsToSync(db);
    expect(names.filter((name) => name.startsWith('osv/'))).toEqual(['osv/Debian', 'osv/Ubuntu']);
    expect(names).toEqual(expect.arrayContaining(['kev', 'epss', 'vulnrichment', 'endoflife']));
    expect(names).not.toContain('windows-fixes');
  });

  it('downloads once, then asks whether anything changed', async () => {
    await using db = await openTestDatabase();
    await using server = await feedServer((request, response) => {
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
      else if (request.url === '/osv/Rocky%20Linux/all.zip') response.writeHead(404).end();
      else {
        const body =
          request.url === '/kev.json' ? feedFixture('kev.json') : osvZip('osv/Debian12.jsonl');
        response.writeHead(200, { etag: '"v1"' }).end(body);
      }
    });
    const names = ['kev', 'osv/Debian', 'osv/Rocky Linux'];
    const first = await syncFeeds(db, names, options(server));
    expect(first.map(({ outcome, error }) => error?.code ?? outcome)).toEqual([
      'imported',
      'imported',
      'HTTP_404',
    ]);
    expect(server.asked).toEqual([
      '/kev.json',
      '/osv/Debian/all.zip',
      '/osv/Rocky%20Linux/all.zip',
    ]);
    const second = await syncFeeds(db, names.slice(0, 2), {
      ...options(server),
      clock: () => new Date(+at + 60_000),
    });
    expect(second.map(({ outcome }) => outcome)).toEqual(['unchanged', 'unchanged']);
    const [kev, debian] = [await loadFeed(db, 'kev'), await loadFeed(db, 'osv/Debian')];
    expect(debian).toMatchObject({ origin: 'network', etag: '"v1"', generation: 1 });
    // OSV is as current as the answer; KEV as old as the day written in it.
    const soon = new Date(+at + 3_600_000);
    expect([isTooOld('osv/Debian', debian!, soon), isTooOld('kev', kev!, soon)]).toEqual([
      false,
      true,
    ]);
  });

  it('tries again after failures that may pass, and gives up with the reason', async () => {
    await using db = await openTestDatabase();
    let failures = 2;
    await using server = await feedServer((_request, response) => {
      if (failures-- > 0) response.writeHead(503, { 'retry-after': '0' }).end();
      else response.end(feedFixture('kev.json'));
    });
    const [done] = await syncFeeds(db, ['kev'], options(server));
    expect([done?.outcome, server.asked.length]).toEqual(['imported', 3]);
    failures = 1_000;
    const [failed] = await syncFeeds(db, ['kev'], options(server));
    expect(failed).toMatchObject({ outcome: 'failed', error: { code: 'HTTP_503' } });
    expect(server.asked).toHaveLength(7);
    expect(await loadFeed(db, 'kev')).toMatchObject({
      outcome: 'failed',
      recordCount: 2,
      succeededAt: at,
    });
  });

  it.each<[string, string, (request: IncomingMessage, response: ServerResponse) => void]>([
    [
      'ends early',
      'UNREACHABLE',
      (_, r) => void r.writeHead(200, { 'content-length': 9_999 }).write('{', () => r.destroy()),
    ],
    ['falls silent', 'SILENT', (_, r) => void r.writeHead(200).write('{')],
    ['never answers', 'SILENT', () => undefined],
    [
      'announces too much',
      'TOO_LARGE',
      (_, r) => void r.writeHead(200, { 'content-length': 10_737_418_240 }).write('{'),
    ],
    [
      'redirects to a file',
      'REDIRECT_REFUSED',
      (_, r) => void r.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    ],
    [
      'redirects to another scheme',
      'REDIRECT_REFUSED',
      (_, r) => void r.writeHead(302, { location: 'https://example.org/' }).end(),
    ],
    [
      'redirects in a circle',
      'REDIRECT_REFUSED',
      (_, r) => void r.writeHead(302, { location: '/kev.json' }).end(),
    ],
    ['sends a page instead', 'NOT_JSON', (_, r) => void r.end('<html>blocked by the proxy</html>')],
    ['says unchanged to who holds nothing', 'HTTP_304', (_, r) => void r.writeHead(304).end()],
  ])('changes nothing when the server %s', async (_what, code, handle) => {
    await using db = await openTestDatabase();
    await using server = await feedServer(handle);
    const [outcome] = await syncFeeds(db, ['kev'], options(server));
    expect(outcome).toMatchObject({ outcome: 'failed', error: { code } });
    expect((await db.query(`select from vulnerabilities.kev`)).rows).toEqual([]);
    expect((await loadFeed(db, 'kev'))?.error).toContain(code);
  });

  it('follows redirects on the same scheme, and stops a body without length that never ends', async () => {
    await using db = await openTestDatabase();
    await using server = await feedServer((request, response) => {
      if (request.url === '/kev.json') response.writeHead(301, { location: '/moved' }).end();
      else response.end(gzipSync(feedFixture('kev.json')));
    });
    const [outcome] = await syncFeeds(db, ['kev'], options(server));
    expect(outcome).toMatchObject({ outcome: 'imported', recordCount: 2 });

    await using endless = await feedServer((_request, response) => {
      const piece = Buffer.alloc(1024 * 1024, 32);
      const more = () => {
        while (!response.destroyed && response.write(piece));
      };
      response.on('drain', more);
      more();
    });
    const [stopped] = await syncFeeds(db, ['debian-support'], {
      ...options(endless),
      environment: { YOJIN_FEED_DEBIAN_SUPPORT_URL: `${endless.base}/debian.csv` },
    });
    expect(stopped).toMatchObject({ error: { code: 'TOO_LARGE' } });
  });

  it('is asked of nobody when the server is not there', async () => {
    await using db = await openTestDatabase();
    const environment = { YOJIN_FEED_KEV_URL: 'http://127.0.0.1:9/kev.json' };
    const [outcome] = await syncFeeds(db, ['kev'], { ...options({ environment }) });
    expect(outcome).toMatchObject({ outcome: 'failed', error: { code: 'UNREACHABLE' } });
    const wrong = { YOJIN_FEED_KEV_URL: 'ftp://example.org/kev.json' };
    const [other] = await syncFeeds(db, ['kev'], { ...options({ environment: wrong }) });
    expect(other).toMatchObject({ error: { code: 'URL_INVALID' } });
  });
});
