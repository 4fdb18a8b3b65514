import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import {
  goodPassword,
  type PlatformServer,
  startPlatformServer,
} from '../../testing/platform-server.ts';
import { verifyAudit } from '../audit/store.ts';
import type { Database } from '../db/queryable.ts';
import { createAuth } from './auth.ts';

const administrator = (secret: string, more = {}) => ({
  secret,
  login: 'root',
  displayName: 'Root',
  password: goodPassword,
  language: 'ja',
  ...more,
});

describe('set-up', () => {
  it('makes the first administrator, once, and signs in', async () => {
    await using db = await openTestDatabase();
    await using server = await startPlatformServer(db);
    const { call } = server;
    expect((await call('GET', '/session')).body).toMatchObject({ user: null, needsSetup: true });
    const secret = (await server.setupSecret())!;
    const jar = { cookie: '', csrfToken: '' };
    const done = await call('POST', '/setup', { body: administrator(secret), jar });
    expect(done.status).toBe(200);
    expect(done.body.user).toMatchObject({ login: 'root', role: 'administrator', scopeIds: null });
    expect((await call('GET', '/session', { jar })).body).toMatchObject({
      user: { login: 'root', language: 'ja' },
      csrfToken: jar.csrfToken,
      needsSetup: false,
    });
    const again = await call('POST', '/setup', { body: administrator(secret, { login: 'other' }) });
    expect(again).toMatchObject({ status: 403, body: { code: 'SETUP_LINK_INVALID' } });
    expect(await server.setupSecret()).toBeUndefined();
    const { rows } = await db.query(
      `select action, actor_name from platform.audit_log order by seq`,
    );
    expect(rows).toEqual([
      { action: 'setup.done', actor_name: 'set-up link' },
      { action: 'session.started', actor_name: 'root' },
    ]);
    expect(JSON.stringify((await db.query(`select * from platform.users`)).rows)).not.toContain(
      goodPassword,
    );
  });

  it('lets only one of many at once through', async () => {
    await using db = await openTestDatabase();
    await using server = await startPlatformServer(db);
    const secret = (await server.setupSecret())!;
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        server.call('POST', '/setup', { body: administrator(secret, { login: `root${n}` }) }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 403, 403, 403, 403, 403]);
    expect((await db.query(`select from platform.users`)).rowCount).toBe(1);
  });

  it('takes neither an old, nor a replaced, nor a wrong link; and does not hash for it', async () => {
    await using db = await openTestDatabase();
    await using server = await startPlatformServer(db);
    const first = (await server.setupSecret())!;
    const second = (await server.setupSecret())!;
    const attempt = async (secret: string) =>
      (await server.call('POST', '/setup', { body: administrator(secret) })).body.code;
    expect(await attempt(first)).toBe('SETUP_LINK_INVALID');
    expect(await attempt('x')).toBe('SETUP_LINK_INVALID');
    server.clock.advance(86_401);
    expect(await attempt(second)).toBe('SETUP_LINK_INVALID');
    // A common password is not even looked at without the link.
    const body = administrator('x', { password: 'password1234' });
    expect((await server.call('POST', '/setup', { body })).body.code).toBe('SETUP_LINK_INVALID');
    const third = (await server.setupSecret())!;
    const weak = administrator(third, { password: 'password1234' });
    expect(await server.call('POST', '/setup', { body: weak })).toMatchObject({
      status: 400,
      body: { code: 'PASSWORD_COMMON', errors: [{ at: '/body/password' }] },
    });
    expect(await attempt(third)).toBeUndefined();
  });
});

describe('a session', () => {
  let db: Database & AsyncDisposable;
  let server: PlatformServer;
  beforeAll(async () => {
    db = await openTestDatabase();
    server = await startPlatformServer(db);
    await server.addUser('anna');
    await server.addUser('keeper');
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await db[Symbol.asyncDispose]();
  });

  const who = async (jar: { cookie: string; csrfToken: string }) =>
    (await server.call('GET', '/session', { jar: { ...jar } })).body.user?.login ?? null;

  it('starts with the right password, in whatever case the login is, and ends with sign-out', async () => {
    const jar = await server.signIn('ANNA');
    expect(await who(jar)).toBe('anna');
    const ended = await server.call('DELETE', '/session', { jar: { ...jar } });
    expect(ended.status).toBe(204);
    expect(String(ended.headers['set-cookie'])).toMatch(
      /^yojin-session=;.*Expires=Thu, 01 Jan 1970/,
    );
    expect(await who(jar)).toBeNull();
    expect((await server.call('GET', '/users', { jar })).status).toBe(401);
  });

  it('has a cookie that no script reads and no other site sends; plain HTTP', async () => {
    const { headers } = await server.call('POST', '/session', {
      body: { login: 'anna', password: goodPassword },
    });
    const cookie = String(headers['set-cookie']);
    expect(cookie).toMatch(/^yojin-session=[\w-]{43};/);
    expect(cookie.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Max-Age=604800',
      'Path=/',
      'SameSite=Strict',
    ]);
    expect(headers['cache-control']).toBe('no-store');
  });

  it('is refused alike for a wrong password, an unknown and a disabled user', async () => {
    const id = await server.addUser('gone');
    await server.call('DELETE', `/users/${id}`, { token: server.local });
    const refusals = [];
    for (const [login, password] of [
      ['anna', 'not the password'],
      ['nobody', goodPassword],
      ['gone', goodPassword],
      ['gone', 'not the password'],
    ]) {
      const { status, text, headers } = await server.call('POST', '/session', {
        body: { login, password },
        address: '192.0.2.77',
      });
      expect(status).toBe(401);
      expect(headers['set-cookie']).toBeUndefined();
      refusals.push(text);
    }
    expect(new Set(refusals).size).toBe(1);
    const { rows } = await db.query<{ name: string; action: string }>(
      `select actor_name as name, action from platform.audit_log
        where actor_address = '192.0.2.77' order by seq`,
    );
    // What was typed as a login may be a password: it is not recorded.
    expect(rows.map(({ name }) => name)).toEqual(['anna', 'unknown', 'gone', 'gone']);
    expect(new Set(rows.map(({ action }) => action))).toEqual(new Set(['session.refused']));
  });

  it('ends after 12 idle hours; being used keeps it, until 7 days are over', async () => {
    const idle = await server.signIn('anna');
    const used = await server.signIn('anna');
    for (let hours = 0; hours < 7 * 24 - 11; hours += 11) {
      server.clock.advance(11 * 3_600);
      expect(await who(used)).toBe('anna');
    }
    expect(await who(idle)).toBeNull();
    server.clock.advance(11 * 3_600);
    expect(await who(used)).toBeNull();
  });

  it('is not kept by a mere look, as an open page has one every 15 seconds', async () => {
    const jar = await server.signIn('anna');
    const sessionSecret = jar.cookie.split('=')[1];
    const look = { bearer: undefined, sessionSecret, allowLocal: false, touch: false };
    server.clock.advance(11 * 3_600);
    expect(await server.auth.authenticate(look)).not.toBeNull();
    server.clock.advance(2 * 3_600);
    expect(await server.auth.authenticate(look)).toBeNull();
    expect(await who(jar)).toBeNull();
  });

  it.each([
    ['the role', { role: 'operator' }],
    ['the scopes', { scopeIds: ['11111111-1111-4111-8111-111111111111'] }],
    ['the password', { password: 'another long password 7' }],
    ['being enabled', { disabled: true }],
  ])('ends when an administrator changes %s', async (what, change) => {
    const login = `changed-${what.split(' ').at(-1)}`;
    const id = await server.addUser(login);
    const jar = await server.signIn(login);
    expect(await who(jar)).toBe(login);
    const changed = await server.call('PATCH', `/users/${id}`, {
      body: change,
      token: server.local,
    });
    expect(changed.status).toBe(200);
    expect(await who(jar)).toBeNull();
    // Not even when the user is let in again.
    await server.call('PATCH', `/users/${id}`, { body: { disabled: false }, token: server.local });
    expect(await who(jar)).toBeNull();
  });

  it('of the same user elsewhere ends with a new own password, which needs the current one', async () => {
    await server.addUser('mover');
    const here = await server.signIn('mover');
    const there = await server.signIn('mover');
    const change = (body: object) =>
      server.call('PATCH', '/session/user', { body, jar: { ...here } });
    const newPassword = 'a whole new sentence 9';
    expect(await change({ newPassword })).toMatchObject({
      status: 403,
      body: { code: 'CURRENT_PASSWORD_WRONG', errors: [{ at: '/body/currentPassword' }] },
    });
    expect(
      await change({ newPassword: 'mover-mover-mover', currentPassword: goodPassword }),
    ).toMatchObject({
      status: 400,
      body: { code: 'PASSWORD_IS_LOGIN', errors: [{ at: '/body/newPassword' }] },
    });
    expect((await change({ newPassword, currentPassword: goodPassword })).status).toBe(200);
    expect(await who(here)).toBe('mover');
    expect(await who(there)).toBeNull();
    await expect(server.signIn('mover')).rejects.toThrow('SIGN_IN_REFUSED');
    expect(await who(await server.signIn('mover', newPassword))).toBe('mover');
  });

  it('does not start when the password changed while it was being checked', async () => {
    const id = await server.addUser('racer');
    const body = { login: 'racer', password: goodPassword };
    const signingIn = await db.transaction(async (tx) => {
      await tx.query(`select from platform.users where id = $1 for update`, [id]);
      const started = server.call('POST', '/session', { body });
      // It has found the password right, and now waits for the row to begin its session.
      await expect
        .poll(
          async () => {
            const { rowCount } = await db.query(
              `select from pg_stat_activity
              where datname = current_database() and wait_event_type = 'Lock'`,
            );
            return rowCount;
          },
          { timeout: 10_000 },
        )
        .toBe(1);
      await tx.query(`update platform.users set password_hash = 'x' where id = $1`, [id]);
      return { started };
    });
    expect((await signingIn.started).status).toBe(401);
    expect(
      (await db.query(`select from platform.sessions where user_id = $1`, [id])).rowCount,
    ).toBe(0);
  });

  it('asked for during a sign-out is not remembered after it', async () => {
    const jar = await server.signIn('anna');
    const sessionSecret = jar.cookie.split('=')[1]!;
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const auth = createAuth({
      db: {
        ...db,
        query: async (text: string, values?: readonly unknown[]) => {
          const answer = await db.query(text, values);
          await held;
          return answer as never;
        },
      },
      clock: server.clock.read,
      expandScopes: async (_db, ids) => ids,
    });
    const credentials = { bearer: undefined, sessionSecret, allowLocal: false };
    const asking = auth.authenticate(credentials);
    await db.query(`delete from platform.sessions`);
    auth.forget();
    release();
    await asking;
    expect(await auth.authenticate(credentials)).toBeNull();
  });

  it('has no session secret, token or password in database and log', async () => {
    const jar = await server.signIn('anna');
    const secret = jar.cookie.split('=')[1]!;
    const { rows } = await db.query(`select * from platform.sessions`);
    expect(JSON.stringify(rows)).not.toContain(secret);
    const { rows: audit } = await db.query(`select * from platform.audit_log`);
    for (const text of [JSON.stringify(audit), server.lines.join('')]) {
      expect(text).not.toContain(secret);
      expect(text).not.toContain(goodPassword);
    }
    expect(await verifyAudit(db)).toMatchObject({ ok: true });
  });
});

describe('requests that change something', () => {
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

  const change = async (headers: Record<string, string>, without: 'csrf' | '' = '') => {
    const jar = await server.signIn('anna');
    const sent = without === 'csrf' ? { ...jar, csrfToken: '' } : jar;
    return server.call('PATCH', '/session/user', {
      body: { displayName: 'A' },
      jar: sent,
      headers,
    });
  };

  it('need the CSRF token of their session', async () => {
    expect((await change({})).status).toBe(200);
    expect((await change({}, 'csrf')).body.code).toBe('CSRF_TOKEN_INVALID');
    expect((await change({ 'x-csrf-token': 'x' })).body.code).toBe('CSRF_TOKEN_INVALID');
    const other = await server.signIn('anna');
    expect((await change({ 'x-csrf-token': other.csrfToken })).body.code).toBe(
      'CSRF_TOKEN_INVALID',
    );
  });

  it.each([
    [{ origin: 'https://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://localhost:9999' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ origin: 'http://localhost:8642', 'sec-fetch-site': 'same-origin' }, 200],
    [{ origin: 'https://localhost:8642' }, 200],
  ])('must come from our own pages: %j', async (headers, status) => {
    expect((await change(headers as Record<string, string>)).status).toBe(status);
  });

  it('sign-in itself included, which an attacker would do to the victim', async () => {
    const body = { login: 'anna', password: goodPassword };
    const headers = { origin: 'https://evil.example' };
    expect((await server.call('POST', '/session', { body, headers })).body.code).toBe(
      'OTHER_ORIGIN',
    );
  });

  it('are JSON, which a form of another site cannot send', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']) {
      const answer = await server.call('POST', '/session', {
        body: JSON.stringify({ login: 'anna', password: goodPassword }),
        headers: { 'content-type': type },
      });
      expect(answer).toMatchObject({ status: 415, body: { code: 'MEDIA_TYPE_UNSUPPORTED' } });
    }
  });
});
