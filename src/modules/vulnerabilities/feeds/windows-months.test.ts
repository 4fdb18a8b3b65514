import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addEndpoint } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { feedFixture } from '../../../testing/feeds.ts';
import { zipOf } from '../../../testing/zip.ts';
import { coverageOf } from '../coverage-store.ts';
import { settle } from '../settle-store.ts';
import { importFeed } from './import-store.ts';
import { feedStates } from './status-store.ts';

const at = new Date('2025-09-30T12:00:00Z');
const september = feedFixture('cvrf.xml');
/** The same document as if it were of another month, with CVEs of its own. */
const of = (month: string) =>
  september
    .replaceAll('2025-09', `2025-${month}`)
    .replaceAll('CVE-2025-9', `CVE-2025-${month}9`)
    .replaceAll('CVE-2025-54916', `CVE-2025-${month}5491`);

it('an archive that lacks months says which, and is no ground to call anything assessed', async () => {
  await using db = await openTestDatabase();
  const clock = () => at;
  const bring = async (...months: string[]) => {
    const path = join(mkdtempSync(join(tmpdir(), 'yojin-test-')), 'cvrf.zip');
    writeFileSync(
      path,
      zipOf(months.map((month) => ({ name: `2025-${month}.xml`, content: of(month) }))),
    );
    const source = {
      origin: 'bundle' as const,
      url: null,
      etag: null,
      lastModified: null,
      currentAsOf: null,
    };
    const outcome = await importFeed(db, 'windows-cvrf', path, { at, source });
    expect(outcome).toMatchObject({ outcome: 'imported' });
    await settle(db, { clock });
    const feeds = await feedStates(db, { at, enabled: false, environment: {}, activity: null });
    const coverage = await coverageOf(db, 'all', at);
    return { feed: feeds.find(({ name }) => name === 'windows-cvrf'), coverage };
  };
  const id = await addEndpoint(db, {
    hostname: 'srv',
    platform: 'windows',
    osName: 'Windows Server 2022',
  });
  await db.query(`update assets.endpoints set os_build = '20348.4000' where id = $1`, [id]);
  await db.query(
    `insert into assets.endpoint_parts (endpoint_id, part, content_hash, row_count, observed_at, changed_at)
     values ($1, 'os', sha256(''), 1, $2, $2)`,
    [id, at],
  );

  const lacking = await bring('05', '06', '09');
  expect(lacking.feed).toMatchObject({ state: 'fresh', missing: ['2025-07', '2025-08'] });
  expect(lacking.feed!.remedy!.en).toContain('Months are missing: 2025-07, 2025-08.');
  expect(lacking.coverage).toMatchObject({
    endpoints: { total: 1, assessed: 0, notAssessed: 1 },
    reasons: [
      {
        reason: 'feed-incomplete',
        count: 1,
        ecosystems: ['Windows 2025-07', 'Windows 2025-08'],
        remedy: { ja: expect.stringContaining('欠けている月: 2025-07, 2025-08') },
      },
    ],
  });

  const whole = await bring('05', '06', '07', '08', '09');
  expect(whole.feed).toMatchObject({ state: 'fresh', missing: [], remedy: null });
  expect(whole.coverage).toMatchObject({ endpoints: { assessed: 1, notAssessed: 0 }, reasons: [] });
});
