import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkSource } from '../../modules/agent-protocol/work.ts';
import { partQueries } from '../../modules/assets/endpoint-queries.ts';
import { startAgentServer } from '../../testing/agent-server.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { until } from '../../testing/real-osqueryd.ts';
import { ownCertificates } from '../launcher/certificates.ts';
import { startSimulation } from './simulation.ts';

describe('simulated endpoints against the real server, over TLS', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'yojin-simulation-'));
  let tls: Awaited<ReturnType<typeof ownCertificates>>['tls'];
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  beforeAll(async () => {
    ({ tls } = await ownCertificates(folder, ['localhost', '127.0.0.1'], new Date()));
    db = await openTestDatabase();
  });
  afterAll(async () => {
    await db[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true, force: true });
  });

  async function start(
    server: Awaited<ReturnType<typeof startAgentServer>>,
    endpoints: number,
    more: Partial<Parameters<typeof startSimulation>[0]> = {},
  ) {
    await server.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.app.server.address() as AddressInfo;
    return startSimulation({
      population: {
        // A fleet of its own each time: one that enrols again is held for a minute.
        seed: `fleet ${endpoints}`,
        profile: 'mixed',
        endpoints,
        clones: 0,
        startsAt: new Date(),
      },
      target: { host: 'localhost', address: '127.0.0.1', port, ca: tls.ca },
      secret: await server.newSecret(),
      sockets: 1,
      connectionsPerSecond: 200,
      offline: 0,
      misbehaving: 0,
      changesPerDay: 0,
      ...more,
    });
  }

  it('enrol, are stored whole, and report digests that confirm what is stored', async () => {
    await using server = await startAgentServer(db, { tls, reportSeconds: 3 });
    const simulation = await start(server, 20);
    const parts = await until(async () => {
      const { rows } = await db.query<{ name: string; platform: string; held: boolean }>(
        `select p.query as name, e.platform, p.digest is not null as held
           from agent_protocol.parts p join assets.endpoints e on e.id = p.endpoint_id`,
      );
      const { settled, digests } = simulation.snapshot();
      return settled === 20 && digests > 20 * 25 && rows;
    });
    await simulation.stop();
    const expected = partQueries.flatMap(({ name, sql }) =>
      Object.keys(sql).map((platform) => `${platform} ${name}`),
    );
    expect(new Set(parts.map(({ platform, name }) => `${platform} ${name}`))).toEqual(
      new Set(expected),
    );
    expect(parts.filter(({ held }) => !held)).toEqual([]);
    const { rows: odd } = await db.query(
      `select query from agent_protocol.parts where odd_count > 0`,
    );
    expect(odd).toEqual([]);
    // Confirmed by its digest, no part was fetched twice.
    const { parts: sent, errors } = simulation.snapshot();
    expect(sent).toBe(parts.length);
    expect(errors).toEqual({});
    const { rows: rejected } = await db.query(`select * from agent_protocol.rejections`);
    expect(rejected).toEqual([]);
  });

  it('answer what they are asked, at the end of a held read; each answer is accounted for', async () => {
    const asked = new Map<string, string>();
    const answers: { endpointId: string; id: string; rows: unknown; message: string }[] = [];
    const statements = {
      'question:1': 'select name, version from os_version',
      'question:2': 'select * from no_such_table',
      'question:3': 'select count(*) as n from users',
    };
    const source: WorkSource = {
      prefix: 'question:',
      take({ endpointId }) {
        if (!asking || asked.has(endpointId)) return {};
        asked.set(endpointId, '');
        return statements;
      },
      async receive({ endpointId }, given) {
        for (const answer of given) answers.push({ endpointId, ...answer });
      },
    };
    let asking = false;
    await using server = await startAgentServer(db, { tls, work: [source], holdReadsMs: 14_000 });
    const simulation = await start(server, 12);
    await until(async () => simulation.snapshot().settled === 12);
    await until(async () => simulation.snapshot().heldReads === 12);
    asking = true;
    server.module.ringWhere(() => true);
    await until(async () => simulation.snapshot().questions.answered === 36);
    const { questions, errors } = simulation.snapshot();
    await simulation.stop();
    expect(questions).toEqual({ received: 36, answered: 36, withheld: 0, unsent: 0 });
    expect(errors).toEqual({});
    expect(asked.size).toBe(12);
    for (const [endpointId] of asked) {
      const own = answers.filter((answer) => answer.endpointId === endpointId);
      expect(own.map(({ id }) => id).sort()).toEqual(Object.keys(statements));
      const { rows: known } = await db.query<{ name: string }>(
        `select os_name as name from assets.endpoints where id = $1`,
        [endpointId],
      );
      const byId = new Map(own.map((answer) => [answer.id, answer]));
      expect(byId.get('question:1')?.rows).toMatchObject([{ name: known[0]!.name }]);
      expect(byId.get('question:2')?.message).toBe('no such table: no_such_table');
      expect(byId.get('question:3')?.rows).toEqual([{ n: expect.stringMatching(/^[1-9]\d*$/) }]);
    }
  });

  it('come back to a server that was away, as the endpoints that they were', async () => {
    const first = await startAgentServer(db, { tls, holdReadsMs: 14_000 });
    const simulation = await start(first, 6);
    await until(async () => simulation.snapshot().heldReads === 6);
    const count = async () =>
      (await db.query<{ n: number }>(`select count(*)::int as n from agent_protocol.nodes`)).rows;
    const before = await count();
    const { port } = first.app.server.address() as AddressInfo;
    (first.app.server as unknown as Server).closeAllConnections();
    await first[Symbol.asyncDispose]();
    await until(async () => (simulation.snapshot().errors['ECONNREFUSED'] ?? 0) > 0);
    await using second = await startAgentServer(db, { tls, holdReadsMs: 14_000 });
    await second.app.listen({ port, host: '127.0.0.1' });
    await until(
      async () => simulation.snapshot().heldReads === 6 && simulation.snapshot().openSockets >= 6,
    );
    await simulation.stop();
    expect(await count()).toEqual(before);
    expect(simulation.snapshot()).toMatchObject({ enrolled: 6, heldReads: 0 });
    await until(async () => simulation.snapshot().openSockets === 0);
  });

  it('that misbehave are refused and counted, and hold up nobody', async () => {
    await using server = await startAgentServer(db, { tls, quiet: true });
    const simulation = await start(server, 16, {
      population: { seed: 'bad', profile: 'linux', endpoints: 16, clones: 0, startsAt: new Date() },
      misbehaving: 0.9,
    });
    await until(async () => simulation.snapshot().settled === 16);
    await simulation.stop();
    expect(simulation.snapshot().misbehaviours).toBeGreaterThan(0);
    await server.module.flush();
    const { rows } = await db.query<{ reason: string }>(
      `select distinct reason from agent_protocol.rejections`,
    );
    expect(rows).toContainEqual({ reason: 'TOO_MANY_ROWS' });
    // Only the part that was too large is missing.
    const { rows: parts } = await db.query<{ held: number }>(
      `select count(p.digest)::int as held from agent_protocol.nodes n
         join agent_protocol.parts p on p.endpoint_id = n.endpoint_id
        where n.enrolled_at >= $1 group by n.endpoint_id`,
      [simulation.options.population.startsAt],
    );
    expect(parts).toHaveLength(16);
    for (const { held } of parts) expect(held).toBeGreaterThan(10);
  });
});
