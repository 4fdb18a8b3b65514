import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  createAnswerTable,
  enrolmentBody,
  startAgentServer,
  storedQuery,
} from '../../../testing/agent-server.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { agentPaths } from '../api.ts';
import { digestOf } from '../digest.ts';
import type { NodeOfWork } from '../public.ts';

let db: Awaited<ReturnType<typeof openTestDatabase>>;
beforeAll(async () => {
  db = await openTestDatabase();
  await createAnswerTable(db);
});
afterAll(() => db[Symbol.asyncDispose]());
beforeEach(() => db.query('delete from assets.endpoints'));

/** Work that the test puts in, for any endpoint, handed out once. */
function workOfTest() {
  const waiting: Record<string, string> = {};
  const taken: NodeOfWork[] = [];
  return {
    waiting,
    taken,
    source: {
      prefix: 'test:',
      take: (node: NodeOfWork) => {
        const statements = { ...waiting };
        for (const id of Object.keys(statements)) delete waiting[id];
        if (Object.keys(statements).length > 0) taken.push(node);
        return statements;
      },
      receive: async () => undefined,
    },
  };
}

/** A read over a real socket, which the test may cut. */
function readFrom(port: number, key: string) {
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    method: 'POST',
    path: agentPaths.distributedRead,
    headers: { authorization: `NodeKey ${key}`, 'content-type': 'application/json' },
  });
  request.on('error', () => undefined);
  request.end(JSON.stringify({ node_key: key }));
  let ended = false;
  const body = (async () => {
    const [response] = await once(request, 'response');
    let text = '';
    for await (const chunk of response) text += chunk;
    ended = true;
    return JSON.parse(text);
  })();
  body.catch(() => undefined);
  return { body, cut: () => request.destroy(), ended: () => ended };
}

async function start(options: Parameters<typeof startAgentServer>[1] = {}) {
  const work = workOfTest();
  const part = storedQuery('part');
  const server = await startAgentServer(db, {
    holdReadsMs: 60_000,
    queries: [part],
    work: [work.source],
    ...options,
  });
  await server.app.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.app.server.address() as AddressInfo;
  const key = await server.enrol(await server.newSecret());
  const rows = [{ name: 'a', version: '1' }];
  // The first read finds the inventory to be fetched; it is never held.
  const first = await server.post(agentPaths.distributedRead, { node_key: key }, { key });
  await server.post(
    agentPaths.distributedWrite,
    { node_key: key, queries: { 'yojin:part': rows }, statuses: { 'yojin:part': 0 } },
    { key },
  );
  const held = async (count = 1) => {
    await expect
      .poll(async () => (await server.module.state!()).find((r) => r.key === 'agents.held_reads'))
      .toMatchObject({ value: count });
  };
  return { server, work, port, key, first, held, part, rows };
}

describe('a read that finds nothing to do', () => {
  it('is held open until there is something, and takes it', async () => {
    const { server, work, port, key, first, held } = await start();
    expect(first.body).toMatchObject({ queries: { 'yojin:part': expect.any(String) } });
    const read = readFrom(port, key);
    await held();
    work.waiting['test:1'] = 'select 1';
    expect(server.module.ringWhere(({ ordinal }) => ordinal === -1)).toBe(0);
    expect(read.ended()).toBe(false);
    expect(server.module.ringWhere(() => true)).toBe(1);
    expect(await read.body).toEqual({ queries: { 'test:1': 'select 1' } });
    const { rows } = await db.query<{ ordinal: number }>('select ordinal from assets.endpoints');
    expect(work.taken).toMatchObject([{ ordinal: rows[0]!.ordinal, platform: 'linux' }]);
    await server[Symbol.asyncDispose]();
  });

  it('is answered with nothing when time is up', async () => {
    const { server, port, key } = await start({ holdReadsMs: 50 });
    expect(await readFrom(port, key).body).toEqual({ queries: {} });
    await server[Symbol.asyncDispose]();
  });

  it('ends when a report says that a part differs: the part is fetched at once', async () => {
    const { server, port, key, held, part } = await start();
    const read = readFrom(port, key);
    await held();
    const digest = digestOf(part.columns, [{ name: 'a', version: '2' }]).toString('hex');
    await server.post(
      agentPaths.log,
      {
        node_key: key,
        log_type: 'result',
        data: [
          {
            name: 'yojin:part',
            action: 'snapshot',
            unixTime: Math.floor(Date.now() / 1000),
            snapshot: [{ digest, row_count: '1' }],
          },
        ],
      },
      { key },
    );
    expect(Object.keys((await read.body).queries)).toEqual(['yojin:part']);
    await server[Symbol.asyncDispose]();
  });

  it('takes nothing for a host that went away: the next read gets it', async () => {
    const { server, work, port, key, held } = await start();
    const read = readFrom(port, key);
    await held();
    read.cut();
    await held(0);
    work.waiting['test:1'] = 'select 1';
    server.module.ringWhere(() => true);
    expect(work.taken).toEqual([]);
    expect(await readFrom(port, key).body).toEqual({ queries: { 'test:1': 'select 1' } });
    await server[Symbol.asyncDispose]();
  });

  it('gives way to a newer read of the same node', async () => {
    const { server, work, port, key, held } = await start();
    const older = readFrom(port, key);
    await held();
    const newer = readFrom(port, key);
    expect(await older.body).toEqual({ queries: {} });
    await held();
    work.waiting['test:1'] = 'select 1';
    server.module.ringWhere(() => true);
    expect(await newer.body).toEqual({ queries: { 'test:1': 'select 1' } });
    await server[Symbol.asyncDispose]();
  });

  it('learns on the way that its key is gone', async () => {
    const { server, port, key, held } = await start();
    const read = readFrom(port, key);
    await held();
    await db.query('delete from agent_protocol.nodes');
    await db.query(
      `select pg_notify('agent_protocol_nodes', 'other:' || id) from assets.endpoints`,
    );
    await expect
      .poll(async () => {
        server.module.ringWhere(() => true);
        return read.ended();
      })
      .toBe(true);
    const body = await read.body;
    // Rung before the notice was heard it was answered with nothing; then the next one is told.
    expect(body.node_invalid ?? (await readFrom(port, key).body).node_invalid).toBe(true);
    await server[Symbol.asyncDispose]();
  });

  it('does not keep the server from closing', async () => {
    const { server, port, key, held } = await start();
    const read = readFrom(port, key);
    await held();
    await server[Symbol.asyncDispose]();
    expect(await read.body).toEqual({ queries: {} });
  });

  it('of a host whose identity is contested is not held', async () => {
    const { server, key } = await start();
    const secret = await server.newSecret();
    await server.post(agentPaths.enrol, enrolmentBody(secret, { instanceId: 'instance-2' }));
    const { body } = await server.post(agentPaths.distributedRead, { node_key: key }, { key });
    expect(body).toHaveProperty('queries');
    await server[Symbol.asyncDispose]();
  });
});
