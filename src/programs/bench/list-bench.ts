import type { Database } from '../../platform/db/queryable.ts';
import { addManyEndpoints } from '../../testing/assets.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { type Measurement, percentiles } from './measurement.ts';

/** Lists of the console over a large fleet, through the whole server over HTTP. */
export async function benchLists(db: Database, count: number): Promise<readonly Measurement[]> {
  await addManyEndpoints(db, {
    count,
    at: new Date(),
    softwarePerEndpoint: 60,
    distinctSoftware: 20_000,
  });
  await db.query('analyze');
  await using server = await startTestServer(db);
  const asked: Record<string, readonly string[]> = {
    'endpoints, first page': [
      '/endpoints',
      '/endpoints?sort=-lastSeenAt',
      '/endpoints?sort=osName',
      '/endpoints?platform=windows&sort=owner',
      '/endpoints?q=host-0042',
      '/endpoints?tag=tag-7',
    ],
    'software, first page': [
      '/software',
      '/software?sort=-endpointCount',
      '/software?q=package-12',
    ],
    overview: ['/assets/overview'],
  };
  const measurements: Measurement[] = [];
  for (const [what, paths] of Object.entries(asked)) {
    const timesMs: number[] = [];
    for (const path of paths) {
      for (let round = 0; round < 5; round += 1) {
        const start = performance.now();
        await server.api(path);
        timesMs.push(performance.now() - start);
      }
    }
    measurements.push({
      what: `${what}, ${count.toLocaleString('en')} endpoints × 60 packages`,
      value: percentiles(timesMs),
      target: '—',
      note: `over HTTP, ${paths.length} forms × 5; the first of each is cold`,
    });
  }
  const rss = Math.round(process.memoryUsage.rss() / 1e6);
  measurements.push({
    what: `memory of the server process then`,
    value: `${rss} MB`,
    target: '< 1.5 GB',
    note: 'the bench and its clients included',
  });
  return measurements;
}
