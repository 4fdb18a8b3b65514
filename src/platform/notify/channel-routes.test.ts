import { expect, test } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import {
  atOnce,
  channelOf,
  noticeOf,
  osaka,
  osakaLab,
  startNoticeServer,
  tokyo,
} from './testdata/notice-server.ts';
import { startReceiver } from './testdata/receivers.ts';

const slackUrl = 'https://hooks.slack.example/services/T0/B0/verysecret';

test('secrets go in and never come out: not in answers, records or the list', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  const slack = await server.makeChannel({ target: { type: 'slack', url: slackUrl } });
  expect(slack).toMatchObject({
    target: { type: 'slack' },
    address: 'https://hooks.slack.example/…',
    secrets: ['url'],
    state: 'unknown',
  });
  const mail = await server.makeChannel({
    target: {
      type: 'mail',
      host: 'mail.example.jp',
      port: 587,
      security: 'starttls',
      user: 'yojin',
      password: 'verysecret',
      from: 'yojin@example.jp',
      to: ['anna@example.jp'],
    },
  });
  expect(mail).toMatchObject({ address: 'mail.example.jp:587', secrets: ['password'] });
  const list = await server.call('GET', '/notification-channels', { token: server.local });
  const csv = await server.call('GET', '/notification-channels?format=csv', {
    token: server.local,
  });
  expect(list.body.total).toBe(2);
  expect(csv.text).toContain('mail.example.jp:587');
  const { rows } = await db.query(`select * from platform.notification_channels`);
  const said = [list.text, csv.text, JSON.stringify(server.records), JSON.stringify(rows)].join();
  expect(said).not.toContain('verysecret');
  expect(server.records.map(({ action }) => action)).toEqual([
    'notification_channel.created',
    'notification_channel.created',
  ]);
});

test('a change keeps secrets that it leaves out, and hands none to another host', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  await using other = await startReceiver();
  const github = { type: 'github', url: receiver.url, repository: 'o/r' } as const;
  const { id } = await server.makeChannel({ target: { ...github, token: 'the-token' } });
  const patch = (body: object) =>
    server.call('PATCH', `/notification-channels/${id}`, { body, token: server.local });

  expect(await patch({ target: { ...github, repository: 'o/other' } })).toMatchObject({
    status: 200,
    body: { secrets: ['token'], target: { repository: 'o/other' } },
  });
  expect(await patch({ target: { ...github, url: other.url } })).toMatchObject({
    status: 400,
    body: { code: 'SECRET_NEEDED', errors: [{ at: '/body/target/token', message: 'is required' }] },
  });
  expect((await patch({ target: { ...github, url: other.url, token: 'new' } })).status).toBe(200);
  expect((await patch({ name: 'another name' })).body).toMatchObject({
    name: 'another name',
    secrets: ['token'],
    target: { url: other.url },
  });
});

test('what is wrong is said with its place', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  const wrong = async (given: object) => {
    const { status, body } = await server.call('POST', '/notification-channels', {
      body: { ...channelOf({}), ...given },
      token: server.local,
    });
    return [status, ...(body.errors ?? []).map(({ at }: { at: string }) => at)];
  };
  const mail = { type: 'mail', host: 'm', port: 25, from: 'a@b', to: ['a@b'] };
  expect(await wrong({ target: { type: 'mail' } })).toEqual([
    400,
    '/body/target/host',
    '/body/target/port',
    '/body/target/security',
    '/body/target/from',
    '/body/target/to',
  ]);
  expect(await wrong({ target: { ...mail, security: 'tls', to: ['a@b', 'x'] } })).toEqual([
    400,
    '/body/target/to/1',
  ]);
  expect(await wrong({ target: { type: 'pigeon' } })).toEqual([400, '/body/target/type']);
  expect(
    await wrong({ allowPrivate: false, target: { type: 'slack', url: 'http://a.example/' } }),
  ).toEqual([400, '/body/target/url']);
  expect(await wrong({ target: { type: 'slack', url: 'https://u:p@a.example/' } })).toEqual([
    400,
    '/body/target/url',
  ]);
  expect(await wrong({ target: { type: 'slack' } })).toEqual([400, '/body/target/url']);
  expect(await wrong({ allowPrivate: false, target: { ...mail, security: 'none' } })).toEqual([
    400,
    '/body/target/security',
  ]);
  expect(await wrong({ target: { ...mail, security: 'none', user: 'u', password: 'p' } })).toEqual([
    400,
    '/body/target/user',
  ]);
  expect(await wrong({ schedule: { ...atOnce, timeZone: 'Asia/Tokio' } })).toEqual([
    400,
    '/body/schedule/timeZone',
  ]);
  expect(await wrong({ kinds: ['hail'] })).toEqual([400, '/body/kinds']);
  expect(
    await wrong({
      schedule: { ...atOnce, mode: 'daily' },
      target: { type: 'github', url: 'https://api.github.com', repository: 'o/r', token: 't' },
    }),
  ).toEqual([400, '/body/schedule/mode']);
});

test('administrators of some scopes see, make and change what lies within them', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await server.addUser('osaka', { scopeIds: [osaka] });
  await server.addUser('viewer', { role: 'viewer' });
  const jar = await server.signIn('osaka');
  const all = await server.makeChannel({ name: 'all' });
  await server.makeChannel({ name: 'tokyo', scopeIds: [tokyo] });
  const own = await server.makeChannel({ name: 'lab', scopeIds: [osakaLab], allowPrivate: true });
  const names = async () =>
    (await server.call('GET', '/notification-channels', { jar })).body.items.map(
      ({ name }: { name: string }) => name,
    );
  expect(await names()).toEqual(['lab']);
  for (const [method, path] of [
    ['PATCH', ''],
    ['DELETE', ''],
    ['POST', '/test'],
    ['POST', '/retry'],
  ] as const) {
    const refused = await server.call(method, `/notification-channels/${all.id}${path}`, {
      jar,
      body: {},
    });
    expect(refused).toMatchObject({ status: 404, body: { code: 'CHANNEL_NOT_FOUND' } });
  }
  const make = (given: object) =>
    server.call('POST', '/notification-channels', {
      jar,
      body: channelOf({
        allowPrivate: false,
        target: { type: 'slack', url: slackUrl },
        scopeIds: [osaka],
        ...given,
      }),
    });
  expect((await make({ scopeIds: null })).body.code).toBe('SCOPE_ABOVE_OWN');
  expect((await make({ scopeIds: [osaka, tokyo] })).body.code).toBe('SCOPE_ABOVE_OWN');
  expect((await make({ allowPrivate: true })).body.code).toBe('ALL_SCOPES_NEEDED');
  expect((await make({})).status).toBe(201);
  // What was allowed for one address must not be turned to another.
  const turned = await server.call('PATCH', `/notification-channels/${own.id}`, {
    jar,
    body: { target: { type: 'slack', url: 'http://10.0.0.1/' } },
  });
  expect(turned.body.code).toBe('ALL_SCOPES_NEEDED');

  const viewer = await server.signIn('viewer');
  expect((await server.call('GET', '/notification-channels', { jar: viewer })).status).toBe(403);
});

test('readers see notices of their scopes; only administrators see what became of them', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  await server.addUser('viewer', { role: 'viewer', scopeIds: [osaka] });
  await server.addUser('osaka', { scopeIds: [osaka] });
  await server.makeChannel({ name: 'all', target: { type: 'slack', url: receiver.url } });
  await server.tell([
    noticeOf('everybody'),
    noticeOf('osaka', { scopeId: osaka }),
    noticeOf('tokyo', { scopeId: tokyo, severity: 'urgent' }),
  ]);
  await server.notices.pass();
  const listed = async (jar: Awaited<ReturnType<typeof server.signIn>>, query = '') =>
    (await server.call('GET', `/notices${query}`, { jar })).body.items.map(
      ({ key, deliveries }: { key: string; deliveries: unknown }) => [key, deliveries],
    );
  const viewer = await server.signIn('viewer');
  expect(await listed(viewer)).toEqual([
    ['osaka', null],
    ['everybody', null],
  ]);
  // Not by the back door of a filter either.
  expect(await listed(viewer, '?delivery=delivered')).toEqual([]);
  // The channel of all scopes is not this administrator's.
  expect(await listed(await server.signIn('osaka'))).toEqual([
    ['osaka', []],
    ['everybody', []],
  ]);
  expect(await server.list('?sort=-severity&q=FROST')).toMatchObject([
    { key: 'tokyo', deliveries: [{ channelName: 'all', state: 'delivered' }] },
    {},
    {},
  ]);
  expect(await server.list('?q=%25')).toEqual([]);
  const csv = await server.call('GET', '/notices?format=csv', { token: server.local });
  expect(csv.text).toContain('all: delivered');
});

test('the test of a channel tells at once what is wrong, and brings a mended one back', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver((_request, response) => {
    response.statusCode = 404;
    response.end('no_service');
  });
  const { id } = await server.makeChannel({ target: { type: 'slack', url: receiver.url } });
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  const ask = async () =>
    (await server.call('POST', `/notification-channels/${id}/test`, { token: server.local })).body;
  expect(await ask()).toMatchObject({
    delivered: false,
    error: { code: 'answered', detail: '404 no_service' },
  });
  receiver.answerWith((_request, response) => void response.end());
  expect(await ask()).toMatchObject({ delivered: true, error: null });
  expect(JSON.parse(receiver.requests.at(-1)!.body).text).toContain('This is a test notice.');
  server.clock.advance(3_600);
  await server.notices.pass();
  expect(await server.channel(id)).toMatchObject({ state: 'working', waiting: 0 });
});

test('a channel that is turned off or deleted tells nothing more', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  const schedule = { ...atOnce, mode: 'daily' as const };
  const target = { type: 'slack', url: receiver.url } as const;
  const off = await server.makeChannel({ schedule, target });
  const gone = await server.makeChannel({ schedule, target });
  const later = await server.makeChannel({ schedule, target });
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  const { local: token } = server;
  await server.call('PATCH', `/notification-channels/${off.id}`, {
    body: { enabled: false },
    token,
  });
  const deleted = await server.call('DELETE', `/notification-channels/${gone.id}`, { token });
  expect(deleted.status).toBe(204);
  // A new schedule holds for what waits, too.
  await server.call('PATCH', `/notification-channels/${later.id}`, {
    body: { schedule: atOnce },
    token,
  });
  await server.notices.pass();
  server.clock.advance(2 * 86_400);
  await server.notices.pass();
  expect(receiver.requests).toHaveLength(1);
  expect(await server.channel(off.id)).toMatchObject({ state: 'off', waiting: 0 });
});
