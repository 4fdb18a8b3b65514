import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../../testing/database.ts';
import type { ChannelTarget } from '../api.ts';
import { noticeOf, startNoticeServer } from '../testdata/notice-server.ts';
import { type ReceivedRequest, startReceiver } from '../testdata/receivers.ts';

const daySeconds = 86_400;
const answer = (response: ServerResponse, status: number, body: unknown) => {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
};

interface Case {
  readonly name: string;
  readonly target: (url: string) => ChannelTarget;
  readonly create: unknown;
  readonly lookUps?: Readonly<Record<string, unknown>>;
  readonly asked: (request: ReceivedRequest) => unknown;
  readonly ticket: (url: string) => { ticketId: string; ticketUrl: string };
  readonly comment: string;
  readonly authorization: string | undefined;
}

const basic = `Basic ${Buffer.from('anna:the-token').toString('base64')}`;
const json = ({ body }: ReceivedRequest) => JSON.parse(body);
const cases: readonly Case[] = [
  {
    name: 'jira',
    target: (url) => ({
      type: 'jira',
      url: `${url}/`,
      user: 'anna',
      project: 'OPS',
      issueType: 'Task',
      token: 'the-token',
    }),
    create: { id: '10', key: 'OPS-7' },
    asked: (request) => [request.method, request.path, json(request).fields.project],
    ticket: (url) => ({ ticketId: 'OPS-7', ticketUrl: `${url}/browse/OPS-7` }),
    comment: 'POST /rest/api/2/issue/OPS-7/comment',
    authorization: basic,
  },
  {
    name: 'servicenow',
    target: (url) => ({ type: 'servicenow', url, user: 'anna', token: 'the-token' }),
    create: { result: { sys_id: 'abc', number: 'INC1' } },
    asked: (request) => [request.method, request.path, json(request).urgency],
    ticket: (url) => ({
      ticketId: 'abc',
      ticketUrl: `${url}/nav_to.do?uri=incident.do?sys_id=abc`,
    }),
    comment: 'PATCH /api/now/table/incident/abc',
    authorization: basic,
  },
  {
    name: 'github',
    target: (url) => ({
      type: 'github',
      url,
      repository: 'o/r',
      labels: ['yojin'],
      token: 'the-token',
    }),
    create: { number: 12, html_url: 'https://github.example/o/r/issues/12' },
    asked: (request) => [request.method, request.path, json(request).labels],
    ticket: () => ({ ticketId: '12', ticketUrl: 'https://github.example/o/r/issues/12' }),
    comment: 'POST /repos/o/r/issues/12/comments',
    authorization: 'Bearer the-token',
  },
  {
    name: 'backlog',
    target: (url) => ({
      type: 'backlog',
      url,
      project: 'OPS',
      issueType: 'タスク',
      token: 'the-token',
    }),
    create: { id: 3, issueKey: 'OPS-3' },
    lookUps: {
      '/api/v2/projects/OPS': { id: 5 },
      '/api/v2/projects/OPS/issueTypes': [
        { id: 8, name: 'バグ' },
        { id: 9, name: 'タスク' },
      ],
    },
    asked: ({ method, path, body }) => [
      method,
      path.split('?')[0],
      Object.fromEntries(new URLSearchParams(body)),
    ],
    ticket: (url) => ({ ticketId: 'OPS-3', ticketUrl: `${url}/view/OPS-3` }),
    comment: 'POST /api/v2/issues/OPS-3/comments',
    authorization: undefined,
  },
];
const expectedAsked: Readonly<Record<string, unknown>> = {
  jira: ['POST', '/rest/api/2/issue', { key: 'OPS' }],
  servicenow: ['POST', '/api/now/table/incident', '2'],
  github: ['POST', '/repos/o/r/issues', ['yojin']],
  backlog: [
    'POST',
    '/api/v2/issues',
    {
      projectId: '5',
      issueTypeId: '9',
      priorityId: '3',
      summary: 'frost on a',
      description: '[Warning] frost on a\nhttps://console.example/fields/a\n',
    },
  ],
};

test.each(cases)(
  '$name: one ticket per key, commented on later, opened anew when it is gone',
  async (given) => {
    await using db = await openTestDatabase();
    await using server = await startNoticeServer(db);
    let gone = false;
    await using receiver = await startReceiver((request, response) => {
      const path = request.path.split('?')[0]!;
      const found = given.lookUps?.[path];
      if (request.method === 'GET') answer(response, found ? 200 : 404, found ?? {});
      else if (`${request.method} ${path}` === given.comment)
        answer(response, gone ? 404 : 201, {});
      else answer(response, 201, given.create);
    });
    await server.makeChannel({ target: given.target(receiver.url) });
    const changes = () => receiver.requests.filter(({ method }) => method !== 'GET');
    const tell = async () => {
      await server.tell([noticeOf('a')]);
      await server.notices.pass();
    };

    await tell();
    expect(changes().map(given.asked)).toEqual([expectedAsked[given.name]]);
    const { headers, path } = changes()[0]!;
    expect(headers.authorization).toBe(given.authorization);
    if (given.name === 'backlog') expect(path).toContain('apiKey=the-token');
    expect((await server.list())[0]?.deliveries).toMatchObject([
      { state: 'delivered', ...given.ticket(receiver.url) },
    ]);

    server.clock.advance(daySeconds);
    await tell();
    const last = () => {
      const { method, path: asked } = changes().at(-1)!;
      return `${method} ${asked.split('?')[0]}`;
    };
    expect(changes()).toHaveLength(2);
    expect(last()).toBe(given.comment);

    gone = true;
    server.clock.advance(daySeconds);
    await tell();
    expect(changes()).toHaveLength(4);
    expect(last()).not.toBe(given.comment);
  },
);

test('left as it is where that is asked for; an answer without a number is not doubled', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver((request, response) =>
    answer(response, 201, request.path.includes('/quiet/') ? { number: 1 } : 'what?'),
  );
  const github = { type: 'github', url: receiver.url, token: 'the-token' } as const;
  await server.makeChannel({ target: { ...github, repository: 'o/quiet', again: 'leave' } });
  await server.makeChannel({ target: { ...github, repository: 'o/dumb' } });
  for (let day = 0; day < 3; day += 1) {
    await server.tell([noticeOf('a')]);
    await server.notices.pass();
    server.clock.advance(daySeconds);
  }
  expect(receiver.requests.map(({ path }) => path).sort()).toEqual([
    '/repos/o/dumb/issues',
    '/repos/o/quiet/issues',
  ]);
});

test('a token that comes back in an error is not kept', async () => {
  await using db = await openTestDatabase();
  await using server = await startNoticeServer(db);
  await using receiver = await startReceiver((request, response) => {
    answer(response, 401, { said: request.headers.authorization, path: request.path });
  });
  const jira = await server.makeChannel({
    target: {
      type: 'jira',
      url: receiver.url,
      user: 'anna',
      project: 'OPS',
      issueType: 'Task',
      token: 'the-token',
    },
  });
  const backlog = await server.makeChannel({
    target: { type: 'backlog', url: receiver.url, project: 'OPS', token: 'päss word' },
  });
  await server.tell([noticeOf('a')]);
  await server.notices.pass();
  for (const { id } of [jira, backlog]) {
    const { lastError } = await server.channel(id);
    expect(lastError?.code).toBe('sign-in-refused');
    expect(lastError?.detail).toContain('[secret]');
    expect(lastError?.detail).not.toMatch(/the-token|p%C3%A4ss|YW5uYTp0aGUtdG9rZW4/);
  }
});
