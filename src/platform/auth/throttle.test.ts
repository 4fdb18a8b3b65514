import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import {
  goodPassword,
  type PlatformServer,
  startPlatformServer,
} from '../../testing/platform-server.ts';
import type { Database } from '../db/queryable.ts';
import {
  addressSubject,
  countAttempt,
  loginSubject,
  networkOf,
  uncountAttempt,
} from './throttle.ts';

const start = new Date('2026-11-21T18:00:00Z');
const later = (seconds: number) => new Date(start.getTime() + seconds * 1000);

let db: Database & AsyncDisposable;
let server: PlatformServer;
beforeAll(async () => {
  db = await openTestDatabase();
  server = await startPlatformServer(db);
  await server.addUser('anna');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

describe('countAttempt', () => {
  it('makes each failure after the free ones wait twice as long, up to 15 minutes', async () => {
    const subject = loginSubject('growing');
    let now = 0;
    const waits: number[] = [];
    for (let attempt = 0; attempt < 17; attempt += 1) {
      expect(await countAttempt(db, subject, later(now))).toBe(0);
      const wait = await countAttempt(db, subject, later(now));
      waits.push(wait);
      if (wait === 0) attempt += 1; // That one counted, too.
      now += wait;
    }
    expect(waits).toEqual([0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]);
  });

  it('forgets an hour after the last attempt', async () => {
    const subject = loginSubject('forgotten');
    for (let attempt = 0; attempt < 5; attempt += 1) await countAttempt(db, subject, start);
    expect(await countAttempt(db, subject, start)).toBe(1);
    expect(await countAttempt(db, subject, later(3_700))).toBe(0);
    expect(await countAttempt(db, subject, later(3_700))).toBe(0);
  });

  it('lets no more through at once than one after another', async () => {
    const subject = loginSubject('crowd');
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => countAttempt(db, subject, start)),
    );
    expect(answers.filter((seconds) => seconds === 0)).toHaveLength(5);
  });

  it('takes back an attempt that was right', async () => {
    const subject = addressSubject('192.0.2.200');
    for (let attempt = 0; attempt < 100; attempt += 1) {
      expect(await countAttempt(db, subject, start)).toBe(0);
      await uncountAttempt(db, subject);
    }
  });
});

describe('networkOf', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is one with %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('sign-in', () => {
  const attempt = (login: string, password: string, address: string) =>
    server.call('POST', '/session', { body: { login, password }, address });

  it('is throttled by login, from any address, the right password included', async () => {
    for (let n = 0; n < 5; n += 1) {
      expect((await attempt('anna', 'wrong', `198.51.100.${n}`)).status).toBe(401);
    }
    const blocked = await attempt('Anna', goodPassword, '198.51.100.99');
    expect(blocked).toMatchObject({ status: 429, body: { code: 'SIGN_IN_THROTTLED' } });
    expect(blocked.headers['retry-after']).toBe('1');
    // A second process, or the same one after a restart, knows it.
    await using other = await startPlatformServer(db, { clock: server.clock });
    const body = { login: 'anna', password: goodPassword };
    expect((await other.call('POST', '/session', { body })).status).toBe(429);
    server.clock.advance(2);
    expect((await attempt('anna', goodPassword, '198.51.100.99')).status).toBe(200);
    // That cleared the login.
    expect((await attempt('anna', 'wrong', '198.51.100.99')).status).toBe(401);
    expect((await attempt('anna', goodPassword, '198.51.100.99')).status).toBe(200);
  });

  it('is throttled alike for a login that nobody has', async () => {
    for (let n = 0; n < 5; n += 1) await attempt('nobody', 'wrong', '203.0.113.1');
    expect((await attempt('nobody', 'wrong', '203.0.113.1')).status).toBe(429);
  });

  it('is throttled by address, and by /64 of IPv6', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 21; n += 1) {
      statuses.push((await attempt(`user${n}`, 'wrong', `2001:db8::${n + 1}`)).status);
    }
    expect(statuses.indexOf(429)).toBe(20);
    expect((await attempt('other', 'wrong', '2001:db8::ffff')).status).toBe(429);
    expect((await attempt('other', 'wrong', '2001:db8:0:1::1')).status).toBe(401);
  });

  it('guesses at once get no further than five passwords', async () => {
    await server.addUser('target');
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => attempt('target', `guess ${n}`, `10.0.${n}.1`)),
    );
    const count = (status: number) => answers.filter((answer) => answer.status === status).length;
    expect([count(401), count(429)]).toEqual([5, 25]);
  });

  it('turns a crowd away instead of queueing for minutes', async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, n) => attempt(`crowd${n}`, 'x', `10.1.${n}.1`)),
    );
    const codes = answers.map(({ body }) => body.code);
    expect(codes.filter((code) => code === 'SIGN_IN_BUSY').length).toBeGreaterThan(10);
    expect(new Set(codes)).toEqual(new Set(['SIGN_IN_BUSY', 'SIGN_IN_REFUSED']));
    server.clock.advance(60);
    expect((await attempt('anna', goodPassword, '10.2.0.1')).status).toBe(200);
  }, 90_000);

  it('opens again when an administrator sets a new password', async () => {
    const id = await server.addUser('locked');
    for (let n = 0; n < 6; n += 1) await attempt('locked', 'wrong', `10.3.0.${n}`);
    expect((await attempt('locked', goodPassword, '10.3.1.1')).status).toBe(429);
    const body = { password: 'a fresh start of words' };
    await server.call('PATCH', `/users/${id}`, { body, token: server.local });
    expect((await attempt('locked', body.password, '10.3.1.1')).status).toBe(200);
  });
});
