import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect as connectSocket, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import type { Database } from '../db/queryable.ts';
import { createLog } from '../log.ts';
import type { Bus } from './bus.ts';
import { natsOptions, startBus } from './start-bus.ts';

const log = createLog('silent');
let db: Database & AsyncDisposable;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db[Symbol.asyncDispose]());

const heard = (bus: Bus, topic: string) => {
  const payloads: unknown[] = [];
  bus.subscribe(topic, (payload) => payloads.push(payload));
  return payloads;
};
const waitFor = (check: () => unknown) => expect.poll(check, { timeout: 15_000 });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** A real nats-server that asks for a password. */
async function startNats(port: number): Promise<ChildProcess> {
  const child = spawn('nats-server', [
    ...['-a', '127.0.0.1', '-p', String(port), '--user', 'yojin', '--pass', 'p@ss word'],
  ]);
  await waitFor(
    () =>
      new Promise((resolve) => {
        const socket = connectSocket(port, '127.0.0.1');
        socket.on('connect', () => resolve(true)).on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      }),
  ).toBe(true);
  return child;
}

async function stopNats(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

async function sendsNotices(one: Bus, other: Bus): Promise<void> {
  const atOne = heard(one, 'questions.changed');
  const atOther = heard(other, 'questions.changed');
  const elsewhere = heard(other, 'else');
  for (let id = 1; id <= 500; id += 1) one.publish('questions.changed', { id, text: '用心' });
  one.publish('questions.changed', 'x'.repeat(8_000));
  one.publish('questions.changed', null);
  await waitFor(() => atOther.length).toBe(501);
  await waitFor(() => atOne.length).toBe(501);
  expect(atOther.slice(0, 2)).toEqual([
    { id: 1, text: '用心' },
    { id: 2, text: '用心' },
  ]);
  expect(atOther.at(-1)).toBeNull();
  expect(elsewhere).toEqual([]);
}

describe('the bus over PostgreSQL', () => {
  it('carries notices to other servers and back, in order; what is too large is not sent', async () => {
    const one = await startBus({ db, log });
    const other = await startBus({ db, log });
    expect(one.kind).toBe('postgresql');
    await sendsNotices(one, other);
    await Promise.all([one.close(), other.close()]);
  });

  it('survives what is not ours, and says when notices may have been missed', async () => {
    const bus = await startBus({ db, log });
    const payloads = heard(bus, 'a');
    let gaps = 0;
    bus.onGap(() => {
      gaps += 1;
    });
    for (const text of ['', '{', 'null', '[]', '[1,2]', '["a"]', '["a",1,2]']) {
      await db.query(`select pg_notify('yojin_bus', $1)`, [text]);
    }
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'yojin listen' and datname = current_database()`,
    );
    await waitFor(() => gaps).toBe(1);
    bus.publish('a', 1);
    await waitFor(() => payloads).toEqual([1]);
    await bus.close();
  });

  it('outlives a listener that fails on what came: the others still hear it', async () => {
    const failures: unknown[] = [];
    const bus = await startBus({
      db,
      log: createLog('error', { write: (line) => failures.push(JSON.parse(line)) }),
    });
    bus.subscribe('a', (payload) => {
      const { id } = payload as { id: number };
      return id;
    });
    const payloads = heard(bus, 'a');
    bus.publish('a', null);
    bus.publish('a', { id: 1 });
    await waitFor(() => payloads).toEqual([null, { id: 1 }]);
    expect(failures).toMatchObject([{ topic: 'a' }]);
    await bus.close();
  });

  it('sends what was published just before it closes', async () => {
    const one = await startBus({ db, log });
    const other = await startBus({ db, log });
    const payloads = heard(other, 'last');
    one.publish('last', 'words');
    await one.close();
    await waitFor(() => payloads).toEqual(['words']);
    await other.close();
  });
});

describe('the bus over a real NATS', { timeout: 60_000 }, () => {
  it('carries notices, outlives a killed NATS, and keeps to its own installation', async () => {
    const port = await freePort();
    let nats = await startNats(port);
    const natsUrl = `nats://yojin:${encodeURIComponent('p@ss word')}@127.0.0.1:${port}`;
    const one = await startBus({ db, log, natsUrl });
    const other = await startBus({ db, log, natsUrl });
    await using elsewhere = await openTestDatabase();
    await elsewhere.query(`update platform.installation set id = gen_random_uuid()`);
    const stranger = await startBus({ db: elsewhere, log, natsUrl });
    const atStranger = heard(stranger, 'questions.changed');
    expect(one.kind).toBe('nats');
    await sendsNotices(one, other);
    expect(atStranger).toEqual([]);

    let gaps = 0;
    other.onGap(() => {
      gaps += 1;
    });
    await stopNats(nats);
    await waitFor(() => one.connected || other.connected).toBe(false);
    one.publish('lost', 1);
    nats = await startNats(port);
    await waitFor(() => one.connected && other.connected && gaps).toBe(1);
    const payloads = heard(other, 'again');
    one.publish('again', 1);
    await waitFor(() => payloads).toEqual([1]);
    await Promise.all([one.close(), other.close(), stranger.close()]);
    await stopNats(nats);
  });

  it('says why it cannot connect', async () => {
    const port = await freePort();
    await expect(startBus({ db, log, natsUrl: `nats://127.0.0.1:${port}` })).rejects.toThrow();
    const nats = await startNats(port);
    await expect(
      startBus({ db, log, natsUrl: `nats://yojin:wrong@127.0.0.1:${port}` }),
    ).rejects.toThrow(/authoriz/i);
    await stopNats(nats);
  });
});

describe('natsOptions', () => {
  it.each([
    ['nats://127.0.0.1:4222', { servers: ['127.0.0.1:4222'] }],
    ['nats://a:1,nats://b:2', { servers: ['a:1', 'b:2'] }],
    ['nats://u:p%40@h:4222', { servers: ['h:4222'], user: 'u', pass: 'p@' }],
    ['tls://token@h:4222', { servers: ['h:4222'], token: 'token', tls: {} }],
  ])('%s', (text, options) => expect(natsOptions(text)).toEqual(options));

  it('refuses what is no address', () => expect(() => natsOptions('somewhere')).toThrow());
});
