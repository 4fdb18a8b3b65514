import { execFileSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAnswerTable, startAgentServer, storedQuery } from '../../../testing/agent-server.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { prepareOsqueryd, until } from '../../../testing/real-osqueryd.ts';
import { startRecordingFront } from '../../../testing/recording-front.ts';
import type { Row } from '../../assets/public.ts';
import { agentPaths } from '../api.ts';
import { digestOf } from '../digest.ts';

/** The real osqueryd against the real server, over TLS. */
describe('the real osqueryd', { timeout: 120_000 }, () => {
  let osqueryd: Awaited<ReturnType<typeof prepareOsqueryd>>;
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  const watched = join(tmpdir(), `yojin-watched-${process.pid}`);

  /** One line per row; changes when the test writes it. */
  const lines = storedQuery('lines', {
    sql: {
      linux: `select size as name, sha256 as version from file join hash using (path) where path = '${watched}'`,
    },
    intervalSeconds: 1,
  });
  const fast = { osqueryOptions: { distributed_interval: 1, logger_tls_period: 1 } };

  beforeAll(async () => {
    writeFileSync(watched, 'one\n');
    osqueryd = await prepareOsqueryd();
    db = await openTestDatabase();
    await createAnswerTable(db);
  });
  afterAll(async () => {
    await osqueryd[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });

  const nodes = async () =>
    (
      await db.query<{ endpointId: string; standing: string; hostname: string }>(
        `select endpoint_id as "endpointId", standing, hostname from agent_protocol.nodes
          order by enrolled_at`,
      )
    ).rows;
  const answersOf = async (endpointId: string) =>
    (
      await db.query(`select content from test_answers where endpoint_id = $1 order by id`, [
        endpointId,
      ])
    ).rows;
  const forgetAll = () => db.query(`delete from assets.endpoints`);

  it('is complete after its first read over TLS, with the packages that dpkg has', async () => {
    await using server = await startAgentServer(db, { tls: osqueryd.tls });
    await server.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.app.server.address() as AddressInfo;
    const daemon = osqueryd.start('tls', port, await server.newSecret());
    const names = server.queries.filter(({ sql }) => sql.linux).map(({ name }) => name);
    const parts = await until(async () => {
      const { rows } = await db.query<{ query: string; held: boolean }>(
        `select query, digest is not null as held from agent_protocol.parts order by query`,
      );
      return rows.length === names.length && rows;
    });
    await daemon.stop();
    expect(parts.map(({ query }) => query)).toEqual(names.toSorted());
    expect(parts.filter(({ held }) => !held)).toEqual([]);
    const { rows } = await db.query<{ count: number }>(
      `select software_count as count from assets.endpoint_view`,
    );
    const installed = execFileSync('dpkg-query', ['-W', '-f', '${db:Status-Status}\n'], {
      encoding: 'utf8',
    });
    expect(rows[0]?.count).toBeGreaterThanOrEqual(
      installed.split('\n').filter((s) => s === 'installed').length,
    );
    await forgetAll();
  });

  it('computes the digests that we compute, for every query of assets', async () => {
    await using server = await startAgentServer(db, { ...fast, reportSeconds: 2 });
    await using front = await startRecordingFront(osqueryd.tls, { current: server });
    const daemon = osqueryd.start('digests', front.port, await server.newSecret());
    const names = server.queries.filter(({ sql }) => sql.linux).map(({ name }) => name);
    const columns = new Map(server.queries.map((query) => [query.name, query.columns]));
    await until(async () => {
      const ours = new Set<string>();
      for (const { body } of front.of(agentPaths.distributedWrite)) {
        for (const [id, rows] of Object.entries(body['queries'] as Record<string, Row[]>)) {
          const digest = digestOf(columns.get(id.replace('yojin:', ''))!, rows).toString('hex');
          ours.add(`${id} ${digest}`);
        }
      }
      const equal = new Set<string>();
      for (const { body } of front.of(agentPaths.log)) {
        for (const line of body['data'] as { name?: string; snapshot?: Row[] }[]) {
          const reported = `${line.name} ${line.snapshot?.[0]?.['digest']}`;
          if (ours.has(reported)) equal.add(line.name!);
        }
      }
      return equal.size === names.length;
    });
    await daemon.stop();
    // An unchanged inventory is not fetched again.
    const { rows: odd } = await db.query(
      `select query from agent_protocol.parts where odd_count > 0`,
    );
    expect(odd).toEqual([]);
    await forgetAll();
  });

  it('has one part fetched when it changes, and none when it does not', async () => {
    await using server = await startAgentServer(db, { ...fast, queries: [lines] });
    await using front = await startRecordingFront(osqueryd.tls, { current: server });
    const daemon = osqueryd.start('changes', front.port, await server.newSecret());
    const [node] = await until(async () => {
      const found = await nodes();
      return found.length === 1 && (await answersOf(found[0]!.endpointId)).length === 1 && found;
    });
    await until(
      async () =>
        front.of(agentPaths.log).filter(({ body }) => body['log_type'] === 'result').length > 3,
    );
    expect(await answersOf(node!.endpointId)).toHaveLength(1);
    appendFileSync(watched, 'two\n');
    await until(async () => (await answersOf(node!.endpointId)).length === 2);
    expect(await answersOf(node!.endpointId)).toMatchObject([
      { content: [{ name: '4' }] },
      { content: [{ name: '8' }] },
    ]);
    expect(front.of(agentPaths.distributedWrite)).toHaveLength(2);
    await daemon.stop();
    await forgetAll();
  });

  it('keeps its logs while the server answers with errors, and its node over restarts of both', async () => {
    const current = { current: await startAgentServer(db, { ...fast, queries: [lines] }) };
    await using front = await startRecordingFront(osqueryd.tls, current);
    const secret = await current.current.newSecret();
    const first = osqueryd.start('keeps', front.port, secret);
    await until(async () => front.of(agentPaths.log).some(({ status }) => status === 200));
    // As the server says it itself when it is overloaded.
    front.instead = (path) =>
      path === agentPaths.log ? { status: 503, body: '{"error":"the server is busy"}' } : undefined;
    await until(
      async () => front.of(agentPaths.log).filter(({ status }) => status === 503).length >= 3,
    );
    front.instead = () => undefined;
    const resultTimes = (from: (status: number) => boolean) =>
      front
        .of(agentPaths.log)
        .filter(({ status }) => from(status))
        .flatMap(({ body }) => body['data'] as { name?: string; unixTime: number }[])
        .filter(({ name }) => name === 'yojin:lines')
        .map(({ unixTime }) => unixTime);
    const refused = resultTimes((status) => status === 503);
    expect(refused.length).toBeGreaterThan(0);
    await until(async () => {
      const taken = new Set(resultTimes((status) => status === 200));
      return refused.every((unixTime) => taken.has(unixTime));
    });

    await first.stop('SIGKILL');
    await current.current[Symbol.asyncDispose]();
    current.current = await startAgentServer(db, { ...fast, queries: [lines] });
    const before = front.requests.length;
    const again = osqueryd.start('keeps', front.port, secret);
    await until(async () =>
      front.requests.slice(before).some(({ path }) => path === agentPaths.log),
    );
    await again.stop();
    expect(front.of(agentPaths.enrol)).toHaveLength(1);
    expect(await nodes()).toHaveLength(1);
    // Nothing is asked again of a host that is known.
    const reads = front.requests
      .slice(before)
      .filter(({ path }) => path === agentPaths.distributedRead);
    expect(reads.map(({ reply }) => reply)).toEqual(reads.map(() => ({ queries: {} })));
    await current.current[Symbol.asyncDispose]();
    await forgetAll();
  });

  it('enrols anew when its endpoint was forgotten, and never with a wrong secret', async () => {
    await using server = await startAgentServer(db, { ...fast, queries: [lines] });
    await using front = await startRecordingFront(osqueryd.tls, { current: server });
    const stranger = osqueryd.start('stranger', front.port, 'wrong');
    await until(async () => front.of(agentPaths.enrol).length >= 2);
    await stranger.stop('SIGKILL');
    expect(await nodes()).toEqual([]);

    const daemon = osqueryd.start('forgotten', front.port, await server.newSecret());
    const [first] = await until(async () => {
      const found = await nodes();
      return found.length === 1 && (await answersOf(found[0]!.endpointId)).length === 1 && found;
    });
    await forgetAll();
    const [second] = await until(async () => {
      const found = await nodes();
      return found.length === 1 && (await answersOf(found[0]!.endpointId)).length === 1 && found;
    });
    expect(second!.endpointId).not.toBe(first!.endpointId);
    expect(front.requests.some(({ reply }) => reply['node_invalid'] === true)).toBe(true);
    await daemon.stop();
    await forgetAll();
  });

  describe('with one identity', () => {
    const same = ['--host_identifier=specified', '--specified_identifier=twin'];

    it('that lost its database keeps its endpoint, and never uses its old key', async () => {
      let aheadSeconds = 0;
      const clock = () => new Date(Date.now() + aheadSeconds * 1000);
      await using server = await startAgentServer(db, { ...fast, queries: [lines], clock });
      await using front = await startRecordingFront(osqueryd.tls, { current: server });
      const secret = await server.newSecret();
      const first = osqueryd.start('lost', front.port, secret, same);
      const [node] = await until(async () => {
        const found = await nodes();
        return found.length === 1 && (await answersOf(found[0]!.endpointId)).length === 1 && found;
      });
      await first.stop();
      osqueryd.forgetDatabase('lost');
      const second = osqueryd.start('lost', front.port, secret, same);
      await until(async () => (await nodes()).length === 2);
      const enrolled = front.requests.length;
      await until(async () =>
        front.requests
          .slice(enrolled)
          .some(({ path, status }) => path === agentPaths.log && status === 503),
      );
      expect(await nodes()).toMatchObject([{ standing: 'current' }, { standing: 'challenger' }]);
      aheadSeconds = 61;
      await until(async () => (await nodes())[1]?.standing === 'current');
      expect(await nodes()).toEqual([
        { ...node, standing: 'superseded' },
        { ...node, standing: 'current' },
      ]);
      const keys = new Set(front.requests.slice(enrolled).map(({ key }) => key));
      expect(keys.size).toBe(1);
      await second.stop();
      await forgetAll();
    });

    it('but two of them alive are told apart and flagged; neither gets what the other sent', async () => {
      let aheadSeconds = 0;
      const clock = () => new Date(Date.now() + aheadSeconds * 1000);
      // What differs between the two, although they run on one machine.
      const own = storedQuery('own', {
        sql: { linux: `select instance_id as name, '' as version from osquery_info` },
        intervalSeconds: 1,
      });
      await using server = await startAgentServer(db, { ...fast, queries: [own], clock });
      await using front = await startRecordingFront(osqueryd.tls, { current: server });
      const secret = await server.newSecret();
      const first = osqueryd.start('twin-1', front.port, secret, same);
      await until(
        async () =>
          (await db.query(`select 1 from test_answers where query = 'own'`)).rows.length === 1,
      );
      const second = osqueryd.start('twin-2', front.port, secret, same);
      await until(async () => (await nodes()).length === 2);
      const enrolled = front.requests.length;
      await until(
        async () => new Set(front.requests.slice(enrolled).map(({ key }) => key)).size === 2,
      );
      expect((await db.query(`select 1 from test_answers where query = 'own'`)).rows).toHaveLength(
        1,
      );
      aheadSeconds = 31;
      const { rows } = await until(async () => {
        const found = await db.query<{ endpoints: number; own: number }>(
          `select n.endpoint_id, n.standing, e.shared_hardware_uuid as shared,
                  array_agg(distinct a.content -> 0 ->> 'name') = array[n.instance_id] as own
             from agent_protocol.nodes n join assets.endpoints e on e.id = n.endpoint_id
             join test_answers a on a.endpoint_id = n.endpoint_id and a.query = 'own'
            where n.standing = 'current' group by n.id, e.id`,
        );
        return found.rows.length === 2 && found;
      });
      expect(rows).toMatchObject([
        { standing: 'current', shared: true, own: true },
        { standing: 'current', shared: true, own: true },
      ]);
      await first.stop();
      await second.stop();
    });
  });
});
