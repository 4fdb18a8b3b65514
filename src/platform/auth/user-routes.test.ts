import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import {
  goodPassword,
  type Jar,
  type PlatformServer,
  startPlatformServer,
} from '../../testing/platform-server.ts';
import type { Database } from '../db/queryable.ts';

const [japan, osaka, europe] = [
  '11111111-1111-4111-8111-111111111111',
  '22222222-2222-4222-8222-222222222222',
  '33333333-3333-4333-8333-333333333333',
] as const;
const scopes = { [japan]: [osaka] };
const user = (login: string, more: object = {}) => ({
  login,
  displayName: login,
  password: goodPassword,
  role: 'viewer',
  scopeIds: null,
  language: 'en',
  ...more,
});

let db: Database & AsyncDisposable;
let server: PlatformServer;
let root: Jar;
beforeAll(async () => {
  db = await openTestDatabase();
  server = await startPlatformServer(db, { scopes });
  await server.addUser('root');
  root = await server.signIn('root');
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

describe('users', () => {
  it('are made, listed, sorted and exported by administrators, without their hashes', async () => {
    const body = user('made', { displayName: '=cmd()' });
    const made = await server.call('POST', '/users', { body, jar: root });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ login: 'made', role: 'viewer', disabledAt: null });
    expect(made.text).not.toContain('scrypt');
    const list = await server.call('GET', '/users?sort=-login&limit=1&offset=1', { jar: root });
    expect(list.body).toMatchObject({ total: 2, items: [{ login: 'made' }] });
    expect((await server.call('GET', '/users?offset=99', { jar: root })).body).toMatchObject({
      total: 2,
      items: [],
    });
    expect(list.text).not.toContain('scrypt');
    const csv = await server.call('GET', '/users?format=csv&sort=login', { jar: root });
    expect(csv.text.split('\r\n')[1]).toContain("made,'=cmd(),viewer,");
    expect((await server.call('GET', '/users?sort=password_hash', { jar: root })).body.code).toBe(
      'SORT_UNKNOWN',
    );
  });

  it('have one login each, in any case, also when made at once', async () => {
    const answers = await Promise.all(
      ['twin', 'Twin', 'TWIN'].map((login) =>
        server.call('POST', '/users', { body: user(login), jar: root }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'LOGIN_TAKEN',
      errors: [{ at: '/body/login' }],
    });
  });

  it('are refused with all the places that are wrong', async () => {
    const body = user(' x', { password: 'short', role: 'god', language: 'fr', scopeIds: [] });
    const { status, body: problem } = await server.call('POST', '/users', { body, jar: root });
    expect(status).toBe(400);
    expect(problem.code).toBe('REQUEST_INVALID');
    expect(problem.errors.map(({ at }: { at: string }) => at).sort()).toEqual([
      '/body/language',
      '/body/login',
      '/body/password',
      '/body/role',
      '/body/scopeIds',
    ]);
  });

  it('are not for viewers and operators', async () => {
    for (const role of ['viewer', 'operator']) {
      await server.addUser(`plain-${role}`, { role });
      const jar = await server.signIn(`plain-${role}`);
      for (const [method, path, body] of [
        ['GET', '/users'],
        ['POST', '/users', user('x')],
        ['PATCH', `/users/${japan}`, { role: 'administrator' }],
        ['DELETE', `/users/${japan}`],
        ['GET', '/audit'],
      ] as const) {
        const answer = await server.call(method, path, { jar, ...(body && { body }) });
        expect([path, answer.status, answer.body.code]).toEqual([path, 403, 'PERMISSION_MISSING']);
      }
    }
  });

  it('of other scopes are neither seen nor touched by an administrator with limits', async () => {
    await server.addUser('osaka-admin', { scopeIds: [japan] });
    const inside = await server.addUser('inside', { role: 'viewer', scopeIds: [osaka] });
    const outside = await server.addUser('outside', { role: 'viewer', scopeIds: [europe] });
    const everywhere = await server.addUser('everywhere', { role: 'viewer' });
    const jar = await server.signIn('osaka-admin');
    const { body } = await server.call('GET', '/users?sort=login', { jar });
    expect(body.items.map(({ login }: { login: string }) => login)).toEqual([
      'inside',
      'osaka-admin',
    ]);
    expect(body.total).toBe(2);
    const change = (id: string, what: object) =>
      server.call('PATCH', `/users/${id}`, { body: what, jar });
    expect((await change(inside, { role: 'operator' })).status).toBe(200);
    expect((await change(inside, { scopeIds: null })).body.code).toBe('SCOPE_ABOVE_OWN');
    expect((await change(inside, { scopeIds: [osaka, europe] })).body.code).toBe('SCOPE_ABOVE_OWN');
    expect((await change(outside, { role: 'operator' })).body.code).toBe('SCOPE_ABOVE_OWN');
    expect((await change(everywhere, { password: goodPassword })).body.code).toBe(
      'SCOPE_ABOVE_OWN',
    );
    for (const scopeIds of [null, [europe]]) {
      const made = await server.call('POST', '/users', { body: user('beyond', { scopeIds }), jar });
      expect(made.body.code).toBe('SCOPE_ABOVE_OWN');
    }
    expect((await server.call('GET', '/audit', { jar })).body.code).toBe('ALL_SCOPES_NEEDED');
  });

  it('that do not exist are told so', async () => {
    const body = { role: 'viewer' };
    expect((await server.call('PATCH', `/users/${japan}`, { body, jar: root })).body.code).toBe(
      'USER_NOT_FOUND',
    );
    expect((await server.call('PATCH', `/users/1`, { body, jar: root })).body).toMatchObject({
      status: 400,
      errors: [{ at: '/path/id' }],
    });
  });
});

describe('the last administrator', () => {
  it('cannot be disabled, demoted or limited; not even both of two at once', async () => {
    await using own = await openTestDatabase();
    await using alone = await startPlatformServer(own);
    const one = await alone.addUser('one');
    const change = (id: string, body: object) =>
      alone.call('PATCH', `/users/${id}`, { body, token: alone.local });
    for (const body of [{ disabled: true }, { role: 'operator' }, { scopeIds: [japan] }]) {
      expect((await change(one, body)).body.code).toBe('LAST_ADMINISTRATOR');
    }
    expect((await alone.call('DELETE', `/users/${one}`, { token: alone.local })).status).toBe(409);
    // An administrator with limits, or a disabled one, does not count.
    await alone.addUser('limited', { scopeIds: [japan] });
    const two = await alone.addUser('two');
    await change(two, { disabled: true });
    expect((await change(one, { disabled: true })).status).toBe(409);
    await change(two, { disabled: false });
    const answers = await Promise.all([
      change(one, { disabled: true }),
      change(two, { role: 'viewer' }),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    // What the change is checked against is what is there when it is its turn: a viewer who was
    // just made administrator and is disabled at that moment.
    const left = answers[0].status === 409 ? one : two;
    const third = await alone.addUser('third', { role: 'viewer' });
    const raced = await Promise.all([
      change(third, { role: 'administrator' }),
      change(left, { disabled: true }),
      change(third, { disabled: true }),
    ]);
    expect(raced.some(({ status }) => status === 409)).toBe(true);
    const { rows } = await own.query(
      `select from platform.users
        where role = 'administrator' and scope_ids is null and disabled_at is null`,
    );
    expect(rows).toHaveLength(1);
  });
});

describe('API tokens', () => {
  const token = async (jar: Jar, more: object = {}) => {
    const body = { name: 'script', role: 'viewer', scopeIds: null, expiresInDays: 30, ...more };
    return server.call('POST', '/tokens', { body, jar });
  };
  const reachOf = async (secret: string) =>
    (
      await server.auth.authenticate({
        bearer: secret,
        sessionSecret: undefined,
        allowLocal: false,
      })
    )?.principal ?? null;

  it('show their secret once, and are stored as hashes', async () => {
    const made = await token(root);
    expect(made.status).toBe(201);
    expect(made.body.secret).toMatch(/^yjn_[\w-]{43}$/);
    const list = await server.call('GET', '/tokens', { jar: root });
    expect(list.body.items[0]).toMatchObject({
      name: 'script',
      userLogin: 'root',
      revokedAt: null,
    });
    expect(list.text).not.toContain(made.body.secret);
    for (const table of ['api_tokens', 'audit_log']) {
      const { rows } = await db.query(`select * from platform.${table}`);
      expect(JSON.stringify(rows)).not.toContain(made.body.secret);
    }
    expect((await server.call('GET', '/state', { token: made.body.secret })).status).toBe(200);
    expect((await server.call('GET', '/users', { token: made.body.secret })).status).toBe(403);
  });

  it('hold no more than their owner, neither when made nor after he was demoted', async () => {
    const id = await server.addUser('owner', { role: 'operator', scopeIds: [japan, europe] });
    const jar = await server.signIn('owner');
    expect((await token(jar, { role: 'administrator' })).body.code).toBe('ROLE_ABOVE_OWN');
    expect((await token(jar)).body.code).toBe('SCOPE_ABOVE_OWN');
    const { body } = await token(jar, { role: 'operator', scopeIds: [osaka, europe] });
    expect(await reachOf(body.secret)).toMatchObject({ role: 'operator', scopes: [osaka, europe] });
    const change = (what: object) =>
      server.call('PATCH', `/users/${id}`, { body: what, token: server.local });
    await change({ scopeIds: [japan] });
    expect(await reachOf(body.secret)).toMatchObject({ role: 'operator', scopes: [osaka] });
    await change({ role: 'viewer' });
    expect(await reachOf(body.secret)).toMatchObject({ role: 'viewer', scopes: [osaka] });
    expect((await server.call('GET', '/session', { token: body.secret })).body.user).toMatchObject({
      login: 'owner',
      role: 'viewer',
      scopeIds: [osaka],
    });
    await change({ role: 'administrator', scopeIds: null });
    expect(await reachOf(body.secret)).toMatchObject({ role: 'operator', scopes: [osaka, europe] });
    await change({ disabled: true });
    expect(await reachOf(body.secret)).toBeNull();
  });

  it('expire, and are revoked by their owner or an administrator, by nobody else', async () => {
    await server.addUser('maker', { role: 'viewer' });
    const maker = await server.signIn('maker');
    await server.addUser('stranger', { role: 'operator' });
    const stranger = await server.signIn('stranger');
    const short = (await token(maker, { expiresInDays: 1 })).body;
    const long = (await token(maker, { expiresInDays: null })).body;
    const own = (await server.call('GET', '/tokens', { jar: stranger })).body;
    expect(own).toMatchObject({ items: [], total: 0 });
    const revoke = (id: string, jar: Jar) => server.call('DELETE', `/tokens/${id}`, { jar });
    expect((await revoke(long.token.id, stranger)).body.code).toBe('TOKEN_NOT_FOUND');
    expect(await reachOf(long.secret)).not.toBeNull();
    expect((await revoke(long.token.id, maker)).status).toBe(204);
    expect(await reachOf(long.secret)).toBeNull();
    const answer = await server.call('GET', '/tokens', { token: long.secret });
    expect(answer).toMatchObject({ status: 401, body: { code: 'TOKEN_INVALID' } });
    expect(answer.headers['www-authenticate']).toContain('Bearer');
    expect(await reachOf(short.secret)).not.toBeNull();
    server.clock.advance(86_401);
    expect(await reachOf(short.secret)).toBeNull();
  });

  it('make no tokens and change no account', async () => {
    const jar = await server.signIn('root');
    const { secret } = (await token(jar, { role: 'administrator' })).body;
    const body = { name: 'child', role: 'viewer', scopeIds: null, expiresInDays: 1 };
    for (const bearer of [secret, server.local]) {
      const made = await server.call('POST', '/tokens', { body, token: bearer });
      expect(made.body.code).toBe('SESSION_NEEDED');
      const changed = await server.call('PATCH', '/session/user', {
        body: { displayName: 'x' },
        token: bearer,
      });
      expect(changed.body.code).toBe('SESSION_NEEDED');
    }
  });

  it('that are wrong are not helped out by a cookie', async () => {
    const jar = await server.signIn('root');
    expect((await server.call('GET', '/users', { jar })).status).toBe(200);
    for (const authorization of [
      'Bearer yjn_x',
      'Bearer',
      'Basic cm9vdDpyb290',
      'yjn_x',
      'Bearer a b',
    ]) {
      const answer = await server.call('GET', '/users', { jar, headers: { authorization } });
      expect([authorization, answer.status]).toEqual([authorization, 401]);
    }
  });
});

describe('the credential of the command line', () => {
  it('counts over loopback, where the listener allows it, and nowhere else', async () => {
    const status = async (given: PlatformServer, address: string, token: string) =>
      (await given.call('GET', '/users', { token, address })).status;
    for (const address of ['127.0.0.1', '127.0.0.2', '::1', '::ffff:127.0.0.1']) {
      expect(await status(server, address, server.local)).toBe(200);
    }
    for (const address of ['192.0.2.1', '::ffff:192.0.2.1', '10.127.0.1']) {
      expect(await status(server, address, server.local)).toBe(401);
    }
    expect(await status(server, '127.0.0.1', 'yjnlocal_')).toBe(401);
    expect(await status(server, '127.0.0.1', `${server.local}x`)).toBe(401);
    await using other = await startPlatformServer(db, { trustLoopback: false });
    expect(await status(other, '127.0.0.1', other.local)).toBe(401);
  });

  it('is its own actor in the audit log', async () => {
    const { body } = await server.call('GET', '/audit?action=user.created&limit=1', {
      token: server.local,
    });
    expect(body.items[0].actor).toMatchObject({ kind: 'command-line', name: 'command line' });
    expect((await server.call('GET', '/audit/verification', { token: server.local })).body.ok).toBe(
      true,
    );
  });
});
