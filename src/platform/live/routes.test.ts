import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { type PlatformServer, startPlatformServer } from '../../testing/platform-server.ts';
import type { Database } from '../db/queryable.ts';

let db: Database & AsyncDisposable;
let server: PlatformServer;
let port = 0;
beforeAll(async () => {
  db = await openTestDatabase();
  server = await startPlatformServer(db, { quiet: true });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  port = (server.app.server.address() as { port: number }).port;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

/** Opens a stream as a page does, over a real socket. */
async function open(headers: Record<string, string>, toPort = port) {
  const request = httpRequest({
    host: '127.0.0.1',
    port: toPort,
    path: '/api/live',
    headers: { host: 'localhost', ...headers },
  });
  request.on('error', () => undefined);
  request.end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  const stream = {
    status: response.statusCode!,
    headers: response.headers,
    text: '',
    ended: false,
    request,
  };
  response.setEncoding('utf8');
  response.on('data', (chunk) => {
    stream.text += chunk;
  });
  response.on('error', () => undefined);
  response.on('close', () => {
    stream.ended = true;
  });
  if (stream.status === 200) await expect.poll(() => stream.text).toContain('retry: 2000');
  return stream;
}

const asLocal = () => ({ authorization: `Bearer ${server.local}` });
const newsIn = (text: string) =>
  [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, event, data]) => [
    event,
    JSON.parse(data!),
  ]);
const waitFor = (check: () => unknown) => expect.poll(check, { timeout: 10_000 });

describe('GET /api/live', () => {
  it('is for the signed-in', async () => {
    const stream = await open({});
    expect(stream.status).toBe(401);
  });

  it('tells news, merged by topic; many ids are not named', async () => {
    const stream = await open(asLocal());
    expect(stream.headers['content-type']).toBe('text/event-stream');
    expect(stream.headers['cache-control']).toContain('no-store');
    server.live.publish({ topic: 'a', ids: ['1', '2'] });
    server.live.publish({ topic: 'a', ids: ['2', '3'] });
    server.live.publish({ topic: 'b', ids: Array.from({ length: 101 }, (_, n) => String(n)) });
    server.live.publish({ topic: 'c', ids: ['1'] });
    server.live.publish({ topic: 'c' });
    server.live.publish({
      topic: 'd',
      ids: Array.from({ length: 100 }, (_, n) => `${n}火`.repeat(30)),
    });
    await waitFor(() => newsIn(stream.text).length).toBe(4);
    expect(newsIn(stream.text)).toEqual([
      ['news', { topic: 'a', ids: ['1', '2', '3'] }],
      ['news', { topic: 'b' }],
      ['news', { topic: 'c' }],
      ['news', { topic: 'd' }],
    ]);
    stream.request.destroy();
    await waitFor(() => server.live.subscriberCount).toBe(0);
  });

  it('tells the pages of another server', async () => {
    await using other = await startPlatformServer(db, { quiet: true });
    const stream = await open(asLocal());
    other.live.publish({ topic: 'elsewhere' });
    await waitFor(() => newsIn(stream.text)).toEqual([['news', { topic: 'elsewhere' }]]);
    stream.request.destroy();
  });

  it('survives notices that are not ours', async () => {
    const stream = await open(asLocal());
    for (const payload of ['', '{', 'null', '[]', '{"topic": 5}', '{"ids": []}']) {
      await db.query(`select pg_notify('yojin_live', $1)`, [payload]);
    }
    server.live.publish({ topic: 'still' });
    await waitFor(() => newsIn(stream.text)).toEqual([['news', { topic: 'still' }]]);
    stream.request.destroy();
  });

  it('asks for everything again after the listening connection was cut', async () => {
    const stream = await open(asLocal());
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'yojin listen' and datname = current_database()`,
    );
    await waitFor(() => newsIn(stream.text)).toEqual([['resync', { topic: 'resync' }]]);
    server.live.publish({ topic: 'after' });
    await waitFor(() => newsIn(stream.text).at(-1)).toEqual(['news', { topic: 'after' }]);
    stream.request.destroy();
  });

  it('ends when its user signs out, or is disabled', async () => {
    const id = await server.addUser('anna', { role: 'viewer' });
    const jar = await server.signIn('anna');
    const signedOut = await open({ cookie: jar.cookie });
    const stays = await open(asLocal());
    await server.call('DELETE', '/session', { jar });
    await waitFor(() => signedOut.ended).toBe(true);
    const disabled = await open({ cookie: (await server.signIn('anna')).cookie });
    await server.call('PATCH', `/users/${id}`, { body: { disabled: true }, token: server.local });
    await waitFor(() => disabled.ended).toBe(true);
    expect(stays.ended).toBe(false);
    stays.request.destroy();
  });

  it('has a limit for each user, and gives places back', async () => {
    const streams = await Promise.all(Array.from({ length: 20 }, () => open(asLocal())));
    const refused = await open(asLocal());
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '30']);
    await server.addUser('other');
    const other = await open({ cookie: (await server.signIn('other')).cookie });
    expect(other.status).toBe(200);
    for (const { request } of [...streams, other]) request.destroy();
    await waitFor(() => server.live.subscriberCount).toBe(0);
    const again = await open(asLocal());
    expect(again.status).toBe(200);
    again.request.destroy();
    await waitFor(() => server.live.subscriberCount).toBe(0);
  });

  it('leaves nothing behind of a page that went away at once', async () => {
    for (let n = 0; n < 30; n += 1) {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => undefined);
      await once(socket, 'connect');
      socket.write(
        `GET /api/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.local}\r\n\r\n`,
      );
      socket.destroy();
    }
    const last = await open(asLocal());
    await waitFor(() => server.live.subscriberCount).toBe(1);
    last.request.destroy();
    await waitFor(() => server.live.subscriberCount).toBe(0);
  });

  it('cuts a page that does not read', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `GET /api/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${server.local}\r\n\r\n`,
    );
    await once(socket, 'data');
    socket.pause();
    expect(server.live.subscriberCount).toBe(1);
    for (let round = 0; round < 60 && server.live.subscriberCount > 0; round += 1) {
      await db.query(
        `select pg_notify('yojin_live', jsonb_build_object('topic', 't' || n, 'ids', jsonb_build_array(repeat('y', 7000)))::text)
           from generate_series(1, 100) n`,
      );
    }
    await waitFor(() => server.live.subscriberCount).toBe(0);
    socket.destroy();
  });

  it('ends when the server closes, and does not keep it from closing', async () => {
    const closing = await startPlatformServer(db, { quiet: true });
    await closing.app.listen({ host: '127.0.0.1', port: 0 });
    const address = closing.app.server.address() as { port: number };
    const stream = await open({ authorization: `Bearer ${closing.local}` }, address.port);
    const deaf = connect(address.port, '127.0.0.1');
    deaf.on('error', () => undefined);
    deaf.write(
      `GET /api/live HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${closing.local}\r\n\r\n`,
    );
    await once(deaf, 'data');
    deaf.pause();
    await closing[Symbol.asyncDispose]();
    await waitFor(() => stream.ended).toBe(true);
    closing.live.publish({ topic: 'nobody hears' });
  });
});
