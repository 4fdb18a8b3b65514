import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../../platform/http/principal.ts';
import { ActionAgent, endpointNamed, testOrderKey } from '../../../testing/action-agent.ts';
import { type AgentServer, startAgentServer } from '../../../testing/agent-server.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { actionPaths, uploadHeaders } from '../api.ts';
import type { Action } from './action.ts';
import type { OrderKey } from './order-key.ts';

const ada: Principal = {
  userId: '00000000-0000-4000-8000-000000000001',
  userName: 'ada',
  role: 'administrator',
  scopes: 'all',
};

describe('files that agents collect', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: AgentServer;
  let orderKey: OrderKey;
  let agent: ActionAgent;
  let endpointId: string;

  beforeAll(async () => {
    db = await openTestDatabase();
    orderKey = await testOrderKey(db);
    server = await startAgentServer(db, { queries: [], quiet: true, orderKey, principal: ada });
    agent = await ActionAgent.enrol(server, await server.newSecret());
    await agent.enrolOsquery({ hostname: 'collected' });
    endpointId = await endpointNamed(db, 'collected');
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });

  const collect: Action = {
    type: 'collect',
    paths: ['/var/log/auth.log'],
    mostBytes: 3_000_000,
  };
  async function order(action: Action = collect, dryRun = false, says = true): Promise<string> {
    const [issued] = await db.transaction((tx) =>
      server.module.issueOrders(tx, [
        {
          endpointId,
          action,
          expiresAt: new Date(Date.now() + 3_600_000),
          dryRun,
          requestedBy: { kind: 'user', id: ada.userId, name: 'ada' },
          reference: 'incident:1',
        },
      ]),
    );
    if (says) await agent.say(issued!.orderId!, 'running');
    return issued!.orderId!;
  }
  const download = (id: string, on = server) =>
    on.app.inject({ url: `/api/agents/uploads/${id}`, headers: { host: 'localhost' } });
  const chunks = async () => {
    const { rows } = await db.query<{ count: number }>(
      `select count(*)::int as count from agent_protocol.upload_chunks`,
    );
    return rows[0]!.count;
  };

  it('are stored once, whatever is sent again, and read by administrators', async () => {
    const orderId = await order();
    const uploadId = randomUUID();
    const content = randomBytes(2_500_000);
    for (const _try of [1, 2]) {
      expect(await agent.upload(orderId, content, { uploadId, name: '記録 1.tar' })).toEqual({
        status: 200,
        body: { uploadId, bytes: 2_500_000 },
      });
    }
    const { statusCode, rawPayload, headers } = await download(uploadId);
    expect(statusCode).toBe(200);
    expect(rawPayload.equals(content)).toBe(true);
    expect(headers['content-disposition']).toBe(
      `attachment; filename*=UTF-8''${encodeURIComponent('記録 1.tar')}`,
    );
    await agent.say(orderId, 'done', { uploadId });
    const { rows } = await db.query(
      `select state, upload_id from agent_protocol.order_view where id = $1`,
      [orderId],
    );
    expect(rows).toEqual([{ state: 'done', upload_id: uploadId }]);
    expect(await agent.upload(orderId, Buffer.from('other'), { uploadId })).toMatchObject({
      status: 422,
      body: { code: 'HASH_WRONG' },
    });
    const { rows: read } = await db.query(
      `select details from platform.audit_log where action = 'upload.read'`,
    );
    expect(read).toMatchObject([{ details: { orderId, bytes: 2_500_000 } }]);
  });

  it('are not read from outside the scope, and not when incomplete', async () => {
    const orderId = await order();
    const { body } = await agent.upload(orderId, Buffer.from('x'));
    await using elsewhere = await startAgentServer(db, {
      queries: [],
      quiet: true,
      orderKey,
      principal: { ...ada, scopes: [randomUUID()] },
    });
    expect((await download(body.uploadId, elsewhere)).statusCode).toBe(404);
    expect((await download(randomUUID())).statusCode).toBe(404);
  });

  it('are bounded by the order, all of them together', async () => {
    const orderId = await order({ ...collect, mostBytes: 1_000_000 });
    const before = await chunks();
    expect(await agent.upload(orderId, randomBytes(1_000_001))).toMatchObject({
      status: 413,
      body: { code: 'UPLOAD_TOO_LARGE' },
    });
    expect((await agent.upload(orderId, randomBytes(600_000))).status).toBe(200);
    expect((await agent.upload(orderId, randomBytes(400_001))).status).toBe(413);
    expect((await agent.upload(orderId, randomBytes(400_000))).status).toBe(200);
    expect((await agent.upload(orderId, Buffer.from('x'))).status).toBe(413);
    expect(await chunks()).toBe(before + 2);
  });

  it('are taken for a running order of this agent that collects, and nothing else', async () => {
    const content = Buffer.from('x');
    const running = await order();
    const other = await ActionAgent.enrol(server, await server.newSecret());
    expect(await other.upload(running, content)).toMatchObject({ status: 404 });
    expect(await agent.upload(randomUUID(), content)).toMatchObject({ status: 404 });
    const dry = await order(collect, true);
    const ended = await order();
    await agent.say(ended, 'done');
    const unheard = await order(collect, false, false);
    expect((await agent.upload(unheard, content)).status).toBe(200);
    const collectsNothing = await order({ type: 'report-now', parts: [] });
    for (const orderId of [dry, ended, collectsNothing]) {
      expect(await agent.upload(orderId, content)).toMatchObject({
        status: 409,
        body: { code: 'NOT_ASKED_FOR' },
      });
    }
    expect(await agent.upload(running, content, { sha256: 'a'.repeat(64) })).toMatchObject({
      status: 422,
      body: { code: 'HASH_WRONG' },
    });
    for (const headers of [
      { [uploadHeaders.order]: 'x' },
      { [uploadHeaders.order]: running, [uploadHeaders.upload]: randomUUID() },
      {
        [uploadHeaders.order]: running,
        [uploadHeaders.upload]: randomUUID(),
        [uploadHeaders.sha256]: 'a'.repeat(64),
        [uploadHeaders.name]: '%zz',
      },
    ]) {
      expect((await agent.post(actionPaths.upload, content, headers)).status).toBe(400);
    }
    const gzip = { 'content-encoding': 'gzip', [uploadHeaders.order]: running };
    expect((await agent.post(actionPaths.upload, content, gzip)).status).toBe(400);
  });

  it('whose connection breaks are begun again under the same id', async () => {
    const orderId = await order();
    await server.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = server.app.server.address() as AddressInfo;
    const uploadId = randomUUID();
    const content = randomBytes(2_000_000);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const before = await chunks();
    const broken = httpRequest({
      host: '127.0.0.1',
      port,
      method: 'POST',
      path: actionPaths.upload,
      headers: {
        authorization: `AgentKey ${agent.enrolled.agentKey}`,
        'content-type': 'application/octet-stream',
        'content-length': content.length,
        [uploadHeaders.order]: orderId,
        [uploadHeaders.upload]: uploadId,
        [uploadHeaders.sha256]: sha256,
      },
    });
    broken.on('error', () => undefined);
    broken.write(content.subarray(0, 1_500_000));
    // The first piece is there.
    await expect.poll(chunks).toBe(before + 1);
    const closed = new Promise((resolve) => broken.once('close', resolve));
    broken.destroy();
    await closed;
    expect((await download(uploadId)).statusCode).toBe(404);
    expect((await agent.upload(orderId, content, { uploadId })).status).toBe(200);
    expect((await download(uploadId)).rawPayload.equals(content)).toBe(true);
    const { rows } = await db.query(
      `select distinct attempt from agent_protocol.upload_chunks where upload_id = $1`,
      [uploadId],
    );
    expect(rows).toEqual([{ attempt: 2 }]);
  });
});
