import { agentPaths } from '../../modules/agent-protocol/api.ts';
import { digestOf } from '../../modules/agent-protocol/digest.ts';
import type { Row } from '../../modules/assets/public.ts';
import type { Database } from '../../platform/db/queryable.ts';
import { startAgentServer } from '../../testing/agent-server.ts';
import { type Measurement, short } from './measurement.ts';

/**
 * Check-ins through the real routes, module and database, without sockets and TLS (which the
 * machine's network stack would measure): `endpoints` hosts with one part of `packages` rows.
 */
export async function benchCheckIns(
  db: Database,
  { endpoints, packages }: { endpoints: number; packages: number },
): Promise<readonly Measurement[]> {
  const generous = { capacity: 1e9, perSecond: 1e9 };
  await using server = await startAgentServer(db, {
    quiet: true,
    limits: {
      nodeRequests: generous,
      nodeBytes: generous,
      addressEnrolments: generous,
      hostEnrolments: generous,
    },
  });
  const secret = await server.newSecret();
  const part = server.queries.find(({ name }) => name === 'software-deb')!;
  const rowsOf = (host: number, version: number): Row[] =>
    Array.from({ length: packages }, (_, at) => ({
      name: `package-${at}`,
      // Ten builds of each package in the fleet; the first one moves with `version`.
      version: `1.${(host + at) % 10}.${at === 0 ? version : 0}`,
      arch: 'amd64',
      source: '',
      maintainer: 'Bench <bench@example.org>',
    }));
  const log = (key: string, host: number, version: number, at: number) =>
    server.post(
      agentPaths.log,
      {
        node_key: key,
        log_type: 'result',
        data: [
          {
            name: 'yojin:software-deb',
            hostIdentifier: `host-${host}`,
            unixTime: at,
            action: 'snapshot',
            snapshot: [
              {
                digest: digestOf(part.columns, rowsOf(host, version)).toString('hex'),
                row_count: String(packages),
              },
            ],
          },
        ],
      },
      { key },
    );
  const write = (key: string, host: number, version: number) =>
    server.post(
      agentPaths.distributedWrite,
      {
        node_key: key,
        queries: { 'yojin:software-deb': rowsOf(host, version) },
        statuses: { 'yojin:software-deb': 0 },
      },
      { key },
    );
  const read = (key: string) => server.post(agentPaths.distributedRead, { node_key: key }, { key });

  /** All hosts, so many at a time as a gateway would have under way; answers hosts per second. */
  async function rate(work: (host: number) => Promise<unknown>): Promise<number> {
    let next = 0;
    const start = performance.now();
    await Promise.all(
      Array.from({ length: 200 }, async () => {
        while (next < endpoints) await work(next++);
      }),
    );
    return endpoints / ((performance.now() - start) / 1000);
  }

  const keys: string[] = [];
  const enrolled = await rate(async (host) => {
    keys[host] = await server.enrol(secret, {
      uuid: uuidOf(host),
      hostname: `host-${host}`,
      instanceId: `instance-${host}`,
    });
  });
  await rate((host) => read(keys[host]!));
  const first = await rate((host) => write(keys[host]!, host, 1));
  const unchanged: number[] = [];
  for (const round of [1, 2, 3])
    unchanged.push(await rate((host) => log(keys[host]!, host, 1, round)));
  const changed = await rate(async (host) => {
    await log(keys[host]!, host, 2, 9);
    await read(keys[host]!);
    await write(keys[host]!, host, 2);
  });
  const { rows } = await db.query<{ count: number }>(
    `select count(*)::int as count from assets.inventory_changes where not initial`,
  );
  const lost = endpoints - rows[0]!.count;
  const size = `${endpoints.toLocaleString('en')} endpoints × ${packages} packages, PostgreSQL on the same 2 cores`;
  return [
    { what: 'enrolments', value: `${short(enrolled)} /s`, target: '—', note: size },
    {
      what: 'check-ins, first whole inventory',
      value: `${short(first)} /s`,
      target: '—',
      note: size,
    },
    {
      what: 'check-ins, inventory unchanged',
      value: `${short(Math.max(...unchanged))} /s`,
      target: '> 2,000 /s and core',
      note: `${size}; best of three rounds`,
    },
    {
      what: 'check-ins, inventory changed (report, read, whole answer)',
      value: `${short(changed)} /s`,
      target: '> 300 /s and core',
      note: `${size}; changes lost: ${lost}`,
    },
  ];
}

function uuidOf(host: number): string {
  return `4c4c4544-0000-4000-8000-${host.toString(16).padStart(12, '0')}`;
}
