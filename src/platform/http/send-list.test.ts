import { once } from 'node:events';
import { connect } from 'node:net';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { type PlatformServer, startPlatformServer } from '../../testing/platform-server.ts';
import type { Database } from '../db/queryable.ts';
import { listQuery } from './list.ts';
import { sendList } from './send-list.ts';

interface Row {
  readonly n: number;
  readonly text: string;
}
let db: Database & AsyncDisposable;
let server: PlatformServer;
let port = 0;
beforeAll(async () => {
  db = await openTestDatabase();
  await db.query(`create table t as select n, case n when 2 then '=1+1' else repeat('火', 300) end as text
                    from generate_series(1, 20000) n`);
  server = await startPlatformServer(db, {
    modules: [
      {
        name: 'm',
        routes(app) {
          const querystring = Type.Object({ ...listQuery, breakAt: Type.Optional(Type.Integer()) });
          app.get(
            '/rows',
            { config: { permission: 'public' }, schema: { querystring } },
            async (request, reply) =>
              sendList(request, reply, {
                db,
                now: new Date('2026-11-21T18:00:00Z'),
                fileName: 'rows',
                columns: [
                  { header: 'n', cell: (row: Row) => row.n },
                  { header: 'text', cell: (row) => row.text },
                ],
                page: async (tx, { offset, limit }) => {
                  if (offset >= (request.query.breakAt ?? Number.POSITIVE_INFINITY)) {
                    await tx.query('select hunter2');
                  }
                  const { rows } = await tx.query<Row>(
                    'select n, text from t order by n offset $1 limit $2',
                    [offset, limit],
                  );
                  return { items: rows, total: 20_000 };
                },
              }),
          );
        },
      },
    ],
  });
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  port = (server.app.server.address() as { port: number }).port;
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

const url = (query: string) => `http://127.0.0.1:${port}/api/rows?${query}`;

/** Asks for the file, reads its beginning, and then no more. */
async function askAndStall(): Promise<import('node:net').Socket> {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  socket.write('GET /api/rows?format=csv HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await once(socket, 'data');
  socket.pause();
  return socket;
}

describe('sendList', () => {
  it('answers one window as JSON', async () => {
    const { body } = await server.call('GET', '/rows?offset=1&limit=1');
    expect(body).toEqual({
      items: [{ n: 2, text: '=1+1' }],
      total: 20_000,
      asOf: '2026-11-21T18:00:00.000Z',
    });
  });

  it.each([
    'offset=-1',
    'limit=0',
    'limit=1001',
    'limit=1.5',
    'limit=1e2',
    'format=xls',
    'offset=99999999999',
  ])('refuses %s', async (query) => {
    expect((await server.call('GET', `/rows?${query}`)).body.code).toBe('REQUEST_INVALID');
  });

  it('answers the whole list as a file, with what spreadsheets need and without what they run', async () => {
    const response = await fetch(url('format=csv&offset=5&limit=1'));
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe(
      'attachment; filename="rows-20261121-1800Z.csv"',
    );
    const bytes = Buffer.from(await response.arrayBuffer());
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const lines = bytes.subarray(3).toString('utf8').split('\r\n');
    expect(lines).toHaveLength(20_002);
    expect(lines.slice(0, 3)).toEqual(['n,text', `1,${'火'.repeat(300)}`, "2,'=1+1"]);
    expect(lines.slice(-2)).toEqual([`20000,${'火'.repeat(300)}`, '']);
  });

  it('answers a problem when it fails before the first line', async () => {
    const answer = await server.call('GET', '/rows?format=csv&breakAt=0');
    expect(answer).toMatchObject({ status: 500, body: { code: 'INTERNAL_ERROR' } });
    expect(answer.headers['content-disposition']).toBeUndefined();
    expect(answer.text).not.toContain('hunter2');
  });

  it('breaks the connection when it fails on the way: half a file is no file', async () => {
    const response = await fetch(url('format=csv&breakAt=10000')).catch(() => undefined);
    await expect(response?.text() ?? Promise.reject(new Error('broken'))).rejects.toThrow();
  });

  it('lets four slow readers in, and gives their places back when they go away', async () => {
    const readers = await Promise.all([askAndStall(), askAndStall(), askAndStall(), askAndStall()]);
    const busy = await fetch(url('format=csv'));
    expect([busy.status, busy.headers.get('retry-after')]).toEqual([503, '10']);
    expect(((await busy.json()) as { code: string }).code).toBe('EXPORTS_BUSY');
    expect((await server.call('GET', '/rows')).status).toBe(200);
    for (const socket of readers) socket.destroy();
    await expect
      .poll(async () => (await fetch(url('format=csv'))).text().then((text) => text.length), {
        timeout: 20_000,
      })
      .toBeGreaterThan(1_000_000);
    await expect
      .poll(async () => {
        const { rowCount } = await db.query(
          `select from pg_stat_activity
            where datname = current_database() and state = 'idle in transaction'`,
        );
        return rowCount;
      })
      .toBe(0);
    for (const again of await Promise.all([
      askAndStall(),
      askAndStall(),
      askAndStall(),
      askAndStall(),
    ])) {
      again.destroy();
    }
  });
});
