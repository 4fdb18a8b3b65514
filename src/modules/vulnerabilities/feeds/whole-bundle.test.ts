import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestDatabase } from '../../../testing/database.ts';
import { sharedFeeds, writeBundle } from '../../../testing/feeds.ts';
import { importBundle } from './bundle-store.ts';

it('imports a whole bundle; the second time nothing changes', async () => {
  await using db = await openTestDatabase();
  const folder = sharedFeeds ?? writeBundle(mkdtempSync(join(tmpdir(), 'yojin-test-')));
  const at = new Date('2026-11-21T12:00:00Z');
  const startedAt = performance.now();
  let peak = 0;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage().rss);
  }, 50);
  const first = await importBundle(db, folder, { at });
  clearInterval(timer);
  console.log(
    `import of ${folder}: ${Math.round(performance.now() - startedAt)} ms, peak ${Math.round(peak / 1e6)} MB RSS`,
  );
  expect(first.feeds.filter(({ outcome }) => outcome !== 'imported')).toEqual([]);
  const again = await importBundle(db, folder, { at });
  expect(new Set(again.feeds.map(({ outcome }) => outcome))).toEqual(new Set(['unchanged']));
}, 300_000);
