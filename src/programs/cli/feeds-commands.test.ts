import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { FeedActivity, FeedList } from '../../modules/vulnerabilities/api.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { writeBundle } from '../../testing/feeds.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { barLine } from './progress-bars.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'yojin-test-'));
const program = join(import.meta.dirname, 'yojin.ts');

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function yojin(url: string, token: string, ...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const env = { ...process.env, YOJIN_TOKEN: token, YOJIN_URL: url };
    const child = spawn(process.execPath, [program, '--lang', 'en', ...args], { env });
    let [out, err] = ['', ''];
    child.stdout.on('data', (chunk) => (out += chunk));
    child.stderr.on('data', (chunk) => (err += chunk));
    child.on('close', (code) => resolve({ code, out, err }));
  });
}

it('imports a folder, shows the feeds, exports them, and imports the archive elsewhere', async () => {
  await using db = await openTestDatabase();
  await using server = await startTestServer(db);
  const run = (...args: string[]) => yojin(server.consoleUrl, server.localToken, ...args);

  const missing = await run('feeds', 'import', join(folder(), 'nothing'));
  expect([missing.code, missing.err]).toEqual([2, expect.stringContaining('nothing')]);
  const empty = await run('feeds', 'import', folder());
  expect([empty.code, empty.err]).toEqual([2, expect.stringContaining('no file of a feed bundle')]);

  const bundle = writeBundle(folder());
  const imported = await run('--json', 'feeds', 'import', bundle);
  expect([imported.code, imported.err]).toEqual([0, '']);
  const activity = JSON.parse(imported.out) as FeedActivity;
  expect(activity.feeds.map(({ phase }) => phase)).toEqual(activity.feeds.map(() => 'imported'));

  const status = await run('feeds');
  expect(status.code).toBe(0);
  expect(status.out).toMatch(/^osv\/Debian:12 +(fresh|too old) /m);
  expect(status.out).toMatch(/^kev +too old +\d/m);
  expect(status.err).toContain('fetches nothing by itself');
  const { items } = JSON.parse((await run('--json', 'feeds', 'status')).out) as FeedList;
  expect(items.length).toBeGreaterThan(8);

  const file = join(folder(), 'bundle.tar.gz');
  const exported = await run('feeds', 'export', file);
  expect([exported.code, exported.out]).toEqual([0, expect.stringContaining('SHA256:')]);
  expect(existsSync(`${file}.part`)).toBe(false);

  const damaged = join(folder(), 'damaged.tar.gz');
  writeFileSync(damaged, readFileSync(file).subarray(0, 3_000));
  const refused = await run('feeds', 'import', damaged);
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringMatching(/Nothing was changed: .*ARCHIVE_DAMAGED/),
  ]);

  await using other = await openTestDatabase();
  await using elsewhere = await startTestServer(other);
  const again = await yojin(elsewhere.consoleUrl, elsewhere.localToken, 'feeds', 'import', file);
  expect(again.code).toBe(0);
  expect(again.out).toMatch(/^osv\/Debian:12 +imported +\d/m);
  expect(again.err).toContain('Checksums verified.');
  expect(again.err).toContain('no key is pinned');

  const stranger = await yojin(server.consoleUrl, 'yjn_wrong', 'feeds', 'import', file);
  expect(stranger.code).toBe(4);
}, 300_000);

it('draws a bar no wider than the terminal', () => {
  const bar = { label: 'osv/Debian:12', done: 50, total: 200, note: 'reading' };
  expect(barLine(bar, 80)).toBe(
    `osv/Debian:12          ${'█'.repeat(6)}${'░'.repeat(18)}  25%  reading`,
  );
  expect(barLine({ ...bar, total: null }, 80)).toContain('····');
  expect(barLine(bar, 30).length).toBeLessThan(30);
});
