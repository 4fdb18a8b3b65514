import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { testCertificates } from '../../testing/server-for-tests.ts';
import { signatureOf } from './channels/webhooks.ts';
import {
  atOnce,
  noticeOf,
  osaka,
  osakaLab,
  startNoticeServer,
  testNotices,
  tokyo,
} from './testdata/notice-server.ts';
import { startReceiver } from './testdata/receivers.ts';

test('what is told is delivered once per key and day, and nothing of what was rolled back', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  await server.makeChannel({ target: { type: 'slack', url: `${receiver.url}/hook` } });

  await server.tell([noticeOf('a'), noticeOf('a'), noticeOf('b')]);
  await server.tell([noticeOf('a')]);
  await expect(
    db.transaction(async (tx) => {
      await server.notices.tell(tx, [noticeOf('never')], server.clock.now);
      throw new Error('undone');
    }),
  ).rejects.toThrow('undone');
  await server.notices.pass();
  await server.notices.pass();
  expect(receiver.requests.map(({ body }) => JSON.parse(body).text)).toEqual([
    '*Warning* frost on a <https://console.example/fields/a|Open>',
    '*Warning* frost on b <https://console.example/fields/b|Open>',
  ]);

  server.clock.advance(86_400);
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  expect(receiver.requests).toHaveLength(3);
  expect((await server.list()).map(({ key }) => key)).toEqual(['a', 'b', 'a']);
});

test('a commit wakes a server that waits, without anybody asking it to look', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  let arrived: () => void = () => undefined;
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await using receiver = await startReceiver((_request, response) => {
    response.end();
    arrived();
  });
  await server.makeChannel({ target: { type: 'slack', url: receiver.url } });
  await server.notices.start();
  await server.tell([noticeOf('a')]);
  await arrival;
  await server.notices.close();
  expect((await server.list())[0]?.deliveries).toMatchObject([{ state: 'delivered' }]);
});

test('a channel hears of its kinds, severities and scopes only, and of what is for everybody', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  await server.makeChannel({
    target: { type: 'webhook', url: receiver.url },
    kinds: ['frost'],
    leastSeverity: 'warning',
    scopeIds: [osaka],
  });
  await server.tell([
    noticeOf('everybody'),
    noticeOf('osaka', { scopeId: osaka }),
    noticeOf('lab', { scopeId: osakaLab }),
    noticeOf('tokyo', { scopeId: tokyo }),
    noticeOf('rain', { kind: 'rain' }),
    noticeOf('mild', { severity: 'information' }),
  ]);
  await server.notices.pass();
  const keys = receiver.requests.flatMap(({ body }) =>
    JSON.parse(body).notices.map((notice: { key: string }) => notice.key),
  );
  expect(keys.sort()).toEqual(['everybody', 'lab', 'osaka']);
});

test('what waits when a channel is narrowed is withdrawn, not told', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver((_request, response) => {
    response.statusCode = 500;
    response.end();
  });
  const channel = await server.makeChannel({ target: { type: 'webhook', url: receiver.url } });
  await server.tell([noticeOf('tokyo', { scopeId: tokyo }), noticeOf('osaka', { scopeId: osaka })]);
  await server.notices.pass();
  expect(receiver.requests).toHaveLength(1);
  receiver.answerWith((_request, response) => void response.end());
  await server.call('PATCH', `/notification-channels/${channel.id}`, {
    body: { scopeIds: [osaka] },
    token: server.local,
  });
  server.clock.advance(3_600);
  await server.notices.pass();
  const told = receiver.requests.slice(1).flatMap(({ body }) => JSON.parse(body).notices);
  expect(told).toMatchObject([{ key: 'osaka' }]);
  const byKey = new Map((await server.list()).map((row) => [row.key, row.deliveries?.[0]?.state]));
  expect(byKey).toEqual(
    new Map([
      ['osaka', 'delivered'],
      ['tokyo', 'withdrawn'],
    ]),
  );
});

test('one channel answers 500, one hangs, one redirects, one talks without end: another is served', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db, { sendWithinMs: 400 });
  await using good = await startReceiver();
  await using broken = await startReceiver((_request, response) => {
    response.statusCode = 500;
    response.end('no disk\n');
  });
  await using hanging = await startReceiver(() => undefined);
  await using target = await startReceiver();
  await using redirecting = await startReceiver((_request, response) => {
    response.writeHead(307, { location: `${target.url}/elsewhere?secret=1` });
    response.end();
  });
  await using endless = await startReceiver((_request, response) => {
    response.statusCode = 503;
    const more = () => {
      while (response.write('x'.repeat(65_536)));
    };
    response.on('drain', more);
    response.on('error', () => undefined);
    more();
  });
  const ids: Record<string, string> = {};
  for (const [name, url] of Object.entries({
    broken: broken.url,
    hanging: hanging.url,
    redirecting: redirecting.url,
    endless: endless.url,
    nobody: 'http://127.0.0.1:1',
    good: good.url,
  })) {
    ids[name] = (await server.makeChannel({ name, target: { type: 'slack', url } })).id;
  }
  await server.tell([noticeOf('a')]);
  await server.notices.pass();

  expect(good.requests).toHaveLength(1);
  expect(target.requests).toHaveLength(0);
  const problems: Record<string, unknown> = {};
  for (const [name, id] of Object.entries(ids)) {
    const { state, lastError } = await server.channel(id);
    problems[name] = [state, lastError?.code, lastError?.detail.slice(0, 40)];
  }
  expect(problems).toEqual({
    broken: ['failing', 'answered', '500 no disk'],
    hanging: ['failing', 'timeout', 'no answer in time'],
    redirecting: ['failing', 'redirect', `307 to 127.0.0.1:${target.port}`],
    endless: ['failing', 'answered', `503 ${'x'.repeat(36)}`],
    nobody: ['failing', 'no-connection', 'connect ECONNREFUSED 127.0.0.1:1'],
    good: ['working', undefined, undefined],
  });
  const [row] = await server.list();
  const states = row?.deliveries?.map(({ channelName, state }) => [channelName, state]);
  expect(new Map(states as [string, string][])).toEqual(
    new Map([
      ['broken', 'waiting'],
      ['endless', 'waiting'],
      ['good', 'delivered'],
      ['hanging', 'waiting'],
      ['nobody', 'waiting'],
      ['redirecting', 'waiting'],
    ]),
  );
});

test('a failing channel is tried less and less often, for a day; then it is listed, and tried on demand', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver((_request, response) => {
    response.statusCode = 502;
    response.end();
  });
  const { id } = await server.makeChannel({ target: { type: 'slack', url: receiver.url } });
  await server.tell([noticeOf('a')]);
  const triedAtMinute: number[] = [];
  const startMs = server.clock.now.getTime();
  for (let minute = 0; minute <= 25 * 60; minute += 1) {
    const before = receiver.requests.length;
    await server.notices.pass();
    if (receiver.requests.length > before) {
      triedAtMinute.push((server.clock.now.getTime() - startMs) / 60_000);
    }
    server.clock.advance(60);
  }
  expect(triedAtMinute.slice(0, 9)).toEqual([0, 1, 3, 7, 15, 31, 63, 123, 183]);
  expect(triedAtMinute.at(-1)).toBeGreaterThanOrEqual(24 * 60);
  expect(triedAtMinute.at(-1)).toBeLessThanOrEqual(25 * 60);
  expect(await server.channel(id)).toMatchObject({ state: 'failing', givenUp: 1, waiting: 0 });
  expect(await server.list('?delivery=given-up')).toMatchObject([
    { key: 'a', deliveries: [{ state: 'given-up', lastError: { code: 'answered' } }] },
  ]);

  receiver.answerWith((_request, response) => void response.end());
  const retried = await server.call('POST', `/notification-channels/${id}/retry`, {
    token: server.local,
  });
  expect(retried.body).toEqual({ count: 1 });
  await server.notices.pass();
  expect(await server.channel(id)).toMatchObject({ state: 'working', givenUp: 0, lastError: null });
});

test('a message that is refused for itself does not hold up the others', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver((request, response) => {
    response.statusCode = request.body.includes('poison') ? 422 : 200;
    response.end('?');
  });
  const { id } = await server.makeChannel({ target: { type: 'webhook', url: receiver.url } });
  // More than five at a time go together: the poisoned one drags the others along only once.
  await server.tell(['poison', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) => noticeOf(key)));
  await server.notices.pass();
  server.clock.advance(120);
  await server.notices.pass();
  const states = new Map((await server.list()).map((row) => [row.key, row.deliveries?.[0]?.state]));
  expect([...states].filter(([, state]) => state === 'delivered')).toHaveLength(6);
  expect(states.get('poison')).toBe('waiting');
  expect(await server.channel(id)).toMatchObject({ state: 'working', waiting: 1 });
});

test('Retry-After is kept to', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver((_request, response) => {
    response.writeHead(429, { 'retry-after': '600' });
    response.end();
  });
  await server.makeChannel({ target: { type: 'slack', url: receiver.url } });
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  server.clock.advance(599);
  await server.notices.pass();
  expect(receiver.requests).toHaveLength(1);
  server.clock.advance(1);
  await server.notices.pass();
  expect(receiver.requests).toHaveLength(2);
});

test('digests wait for their hour, quiet hours for their end, urgent ones for nothing', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  server.clock.now = new Date('2026-11-21T18:10:00Z'); // 03:10 in Tokyo
  await server.makeChannel({
    language: 'ja',
    target: { type: 'slack', url: receiver.url },
    schedule: { ...atOnce, mode: 'hourly', quiet: { from: '22:00', to: '07:30' } },
  });
  await server.tell([noticeOf('a'), noticeOf('b', { severity: 'information' })]);
  await server.notices.pass();
  await server.tell([noticeOf('c', { severity: 'urgent' })]);
  await server.notices.pass();
  const texts = () => receiver.requests.map(({ body }) => JSON.parse(body).text);
  expect(texts()).toEqual(['*緊急* c に霜 <https://console.example/fields/c|開く>']);
  server.clock.now = new Date('2026-11-21T22:29:59Z');
  await server.notices.pass();
  expect(texts()).toHaveLength(1);
  server.clock.now = new Date('2026-11-21T22:30:00Z');
  await server.notices.pass();
  expect(texts().slice(1)).toEqual([
    '*通知 2 件（注意 1 件、お知らせ 1 件）*\n' +
      '*注意* a に霜 <https://console.example/fields/a|開く>\n' +
      '*お知らせ* b に霜 <https://console.example/fields/b|開く>',
  ]);
});

test('a burst becomes one message also where each is told at once', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  await server.makeChannel({ target: { type: 'slack', url: receiver.url } });
  await server.tell(Array.from({ length: 120 }, (_, index) => noticeOf(`f${index}`)));
  await server.notices.pass();
  expect(receiver.requests).toHaveLength(1);
  const { text } = JSON.parse(receiver.requests[0]!.body);
  expect(text).toContain('*120 notices (120 warning)*');
  expect(text).toContain('70 more: see Notifications in the console.');
});

test('a server that ends in the middle loses nothing; what it had sent comes at most twice', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  const { promise: received, resolve: hold } = Promise.withResolvers<ServerResponse>();
  await using receiver = await startReceiver((_request, response) => hold(response));
  await server.makeChannel({ target: { type: 'webhook', url: receiver.url } });
  const first = testNotices(db, server.clock);
  await server.tell([noticeOf('a'), noticeOf('b')]);
  const firstPass = first.pass();
  const answer = await received;

  // Another one meanwhile keeps off: the channel is taken.
  const second = testNotices(db, server.clock);
  await second.pass();
  expect(receiver.requests).toHaveLength(1);

  // The first is dead from here on: what it would still store is not stored.
  await db.query(`create function cut() returns trigger language plpgsql as
    'begin raise exception ''gone''; end'`);
  await db.query(`create trigger cut before update on platform.notice_deliveries
    for each row when (new.attempts <> old.attempts) execute function cut()`);
  receiver.answerWith((_request, response) => void response.end());
  answer.end();
  await firstPass;
  await db.query(`drop trigger cut on platform.notice_deliveries`);

  server.clock.advance(120);
  await second.pass();
  const sent = receiver.requests.map(({ body, headers }) => ({
    key: JSON.parse(body).notices[0].key,
    delivery: headers['x-yojin-delivery'],
  }));
  const ofA = sent.filter(({ key }) => key === 'a');
  expect(ofA).toHaveLength(2);
  // Whoever gets both can tell.
  expect(new Set(ofA.map(({ delivery }) => delivery)).size).toBe(1);
  expect(sent.filter(({ key }) => key === 'b')).toHaveLength(1);
});

test('several servers at once send each notice once', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  await server.makeChannel({ target: { type: 'webhook', url: receiver.url } });
  const servers = Array.from({ length: 4 }, () => testNotices(db, server.clock));
  await server.tell(['a', 'b', 'c', 'd', 'e'].map((key) => noticeOf(key)));
  await Promise.all(servers.map((each) => each.pass()));
  const keys = receiver.requests.flatMap(({ body }) =>
    JSON.parse(body).notices.map((notice: { key: string }) => notice.key),
  );
  expect(keys.sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test('JSON for programs is signed with a time', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  const signingKey = 'a key of some length';
  await server.makeChannel({
    target: { type: 'webhook', url: `${receiver.url}/in?k=1`, signingKey },
  });
  await server.tell([noticeOf('a', { scopeId: osaka })]);
  await server.notices.pass();
  const { headers, body, path } = receiver.requests[0]!;
  expect(path).toBe('/in?k=1');
  const timestamp = String(headers['x-yojin-timestamp']);
  expect(Number(timestamp) * 1_000).toBe(server.clock.now.getTime());
  expect(headers['x-yojin-signature']).toBe(`v1=${signatureOf(signingKey, timestamp, body)}`);
  expect(JSON.parse(body)).toEqual({
    version: 1,
    id: headers['x-yojin-delivery'],
    notices: [
      {
        id: expect.any(Number),
        key: 'a',
        kind: 'frost',
        severity: 'warning',
        text: { ja: 'a に霜', en: 'frost on a' },
        url: 'https://console.example/fields/a',
        scopeId: osaka,
        toldAt: server.clock.now.toISOString(),
      },
    ],
  });
});

test('hostile texts stay texts, and hostile paths stay in the console', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver();
  await server.makeChannel({ target: { type: 'slack', url: receiver.url } });
  await server.makeChannel({ target: { type: 'teams', url: receiver.url } });
  await server.tell([
    noticeOf('a\0b', {
      text: { ja: '', en: '<!channel> [x](https://evil.example)\r\nBcc: x\0\ud800' },
      path: '//evil.example/',
    }),
  ]);
  await server.notices.pass();
  const bodies = receiver.requests.map(({ body }) => body);
  const slack = bodies.find((body) => !body.includes('adaptive'));
  expect(JSON.parse(slack!).text).toBe(
    '*Warning* &lt;!channel&gt; [x](https://evil.example) Bcc: x \ufffd <https://console.example/|Open>',
  );
  const teams = JSON.parse(bodies.find((body) => body.includes('adaptive'))!);
  const { content, contentType } = teams.attachments[0];
  expect(contentType).toBe('application/vnd.microsoft.card.adaptive');
  expect(content.body[0].text).toContain('\\[x\\]\\(https://evil.example\\)');
  expect(content.actions).toEqual([
    { type: 'Action.OpenUrl', title: 'Open', url: 'https://console.example/' },
  ]);
});

test('a private address is refused when the name turns out to mean one', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  const { id } = await server.makeChannel({
    allowPrivate: false,
    target: { type: 'slack', url: 'https://localhost:9/hook' },
  });
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  expect((await server.channel(id)).lastError).toMatchObject({ code: 'address-refused' });
});

test('a certificate that nobody vouches for is refused', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  const folder = mkdtempSync(join(tmpdir(), 'yojin-notify-'));
  const { key, cert } = await testCertificates(folder);
  let asked = 0;
  const secure = createServer({ key, cert }, (_request, response) => {
    asked += 1;
    response.end();
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const { port } = secure.address() as AddressInfo;
  const { id } = await server.makeChannel({
    target: { type: 'slack', url: `https://127.0.0.1:${port}/` },
  });
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  expect((await server.channel(id)).lastError?.code).toBe('certificate');
  expect(asked).toBe(0);
  secure.close();
  rmSync(folder, { recursive: true });
});

test('old notices go, except what still waits', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await server.makeChannel({ enabled: true, leastSeverity: 'urgent' });
  await server.tell([noticeOf('done'), noticeOf('waits', { severity: 'urgent' })]);
  await server.notices.pass();
  server.clock.advance(91 * 86_400);
  await server.notices.jobs[0]!.run({}, new AbortController().signal);
  expect((await server.list()).map(({ key }) => key)).toEqual(['waits']);
});
