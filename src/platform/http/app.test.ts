import { once } from 'node:events';
import { connect } from 'node:net';
import { Type } from 'typebox';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { type PlatformServer, startPlatformServer } from '../../testing/platform-server.ts';
import type { Database } from '../db/queryable.ts';
import type { App, ServerModule } from '../module.ts';
import type { Permission } from './principal.ts';
import { ProblemError } from './problem.ts';

const schema = {
  summary: 'Try',
  params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
  querystring: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1 })) }),
  body: Type.Object({
    name: Type.String({ minLength: 1 }),
    parts: Type.Array(Type.Object({ n: Type.Integer() })),
  }),
  response: { 200: Type.Object({ seen: Type.Unknown(), shown: Type.String() }) },
};

const trying: ServerModule = {
  name: 'trying',
  routes(app) {
    app.post('/try/:id', { config: { permission: 'public' }, schema }, async (request) => ({
      seen: { body: request.body, query: request.query },
      shown: 'yes',
      hidden: 'not declared',
    }));
    app.get('/bug', { config: { permission: 'public' } }, async () => {
      throw Object.assign(new Error('password of /etc/secret is hunter2'), {
        query: 'select hunter2',
      });
    });
    app.get('/sql', { config: { permission: 'public' } }, async () =>
      database().query('select hunter2'),
    );
    app.get('/teapot', { config: { permission: 'public' } }, async () => {
      throw new ProblemError(418, 'TEAPOT', 'Short and stout');
    });
    app.get('/rejects', { config: { permission: 'public' } }, async () => {
      throw undefined;
    });
  },
  endpointRoutes(app) {
    app.post('/enrol', { config: { permission: 'endpoint' } }, async () => ({ node_key: 'k' }));
    app.get('/breaks', { config: { permission: 'endpoint' } }, async () => {
      throw new Error('hunter2');
    });
  },
};

let db: Database & AsyncDisposable;
let server: PlatformServer;
const database = () => db;
beforeAll(async () => {
  db = await openTestDatabase();
  server = await startPlatformServer(db, {
    modules: [trying],
    surface: { console: true, endpoints: true },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

const id = '11111111-1111-4111-8111-111111111111';

describe('a problem', () => {
  it('names all wrong places as JSON pointers', async () => {
    const answer = await server.call('POST', `/try/1?limit=x`, {
      body: { parts: [{ n: 1 }, { n: '2' }] },
    });
    expect(answer.headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(answer.body).toMatchObject({
      type: 'about:blank',
      status: 400,
      code: 'REQUEST_INVALID',
    });
    expect(answer.body.errors).toEqual([{ at: '/path/id', message: expect.any(String) }]);
    const body = await server.call('POST', `/try/${id}`, {
      body: { parts: [{ n: 1 }, { n: '2' }] },
    });
    expect(body.body.errors.map(({ at }: { at: string }) => at)).toEqual([
      '/body/name',
      '/body/parts/1/n',
    ]);
    const query = await server.call('POST', `/try/${id}?limit=x`, {
      body: { name: 'a', parts: [] },
    });
    expect(query.body.errors[0].at).toBe('/query/limit');
  });

  it('is not there for what is right; undeclared members are dropped both ways', async () => {
    const body = { name: 'a', parts: [], more: 1 };
    const answer = await server.call('POST', `/try/${id}?limit=5&x=1`, { body });
    expect(answer.body).toEqual({
      seen: { body: { name: 'a', parts: [] }, query: { limit: 5 } },
      shown: 'yes',
    });
  });

  it.each([
    ['{"name":', {}, 400, 'BODY_NOT_JSON'],
    ['', {}, 400, 'BODY_NOT_JSON'],
    ['{"__proto__": {"x": 1}, "name": "a", "parts": []}', {}, 400, 'BODY_NOT_JSON'],
    [`{"name": "${'a'.repeat(1_100_000)}"}`, {}, 413, 'BODY_TOO_LARGE'],
    ['<a/>', { 'content-type': 'text/xml' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
    ['[]', {}, 400, 'REQUEST_INVALID'],
    ['null', {}, 400, 'REQUEST_INVALID'],
  ])('tells what is wrong with the body %.30s', async (body, headers, status, code) => {
    const answer = await server.call('POST', `/try/${id}`, { body, headers: headers as never });
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });

  it('is the answer at an unknown address, whoever asks', async () => {
    for (const path of ['/nothing', '/session/x', '/%zz', '/..%2f..%2fetc/passwd', '/users%00']) {
      const answer = await server.call('GET', path);
      expect(answer.headers['content-type']).toContain('json');
      expect([400, 404]).toContain(answer.status);
      expect(answer.body.code).toMatch(/^(NOT_FOUND|URL_INVALID)$/);
    }
    expect((await server.call('PUT', '/session')).status).toBe(404);
  });

  it('of a bug says nothing about our insides, which the log has once', async () => {
    for (const path of ['/bug', '/sql', '/rejects']) {
      server.lines.length = 0;
      const answer = await server.call('GET', path);
      expect([path, answer.status, answer.body.code]).toEqual([path, 500, 'INTERNAL_ERROR']);
      expect(answer.text).not.toMatch(/hunter2|select|\.ts|secret/);
      const requestId = /under request (\S+)\./.exec(answer.body.detail)![1];
      expect(server.lines).toHaveLength(1);
      expect(JSON.parse(server.lines[0]!)).toMatchObject({ requestId, route: `/api${path}` });
    }
  });

  it('that was meant is not logged', async () => {
    server.lines.length = 0;
    expect((await server.call('GET', '/teapot')).body).toEqual({
      type: 'about:blank',
      status: 418,
      code: 'TEAPOT',
      title: 'Short and stout',
    });
    await server.call('GET', '/nothing');
    await server.call('GET', '/users');
    expect(server.lines).toEqual([]);
  });
});

describe('endpoints', () => {
  const ask = async (method: string, url: string, payload?: string) => {
    const response = await server.app.inject({
      method: method as 'POST',
      url,
      headers: { host: 'localhost', 'content-type': 'application/json' },
      ...(payload !== undefined && { payload }),
    });
    return { status: response.statusCode, text: response.body };
  };

  it.each([
    ['POST', '/enrol', '{"a":', 400],
    ['POST', '/enrol', '', 400],
    ['POST', '/enrol', `"${'a'.repeat(1_100_000)}"`, 413],
    ['GET', '/breaks', undefined, 500],
    ['POST', '/nothing', '{}', 404],
  ])('get {"error"} and never an empty body: %s %s', async (method, url, payload, status) => {
    const answer = await ask(method, url, payload);
    expect(answer.status).toBe(status);
    const body = JSON.parse(answer.text);
    expect(Object.keys(body)).toEqual(['error']);
    expect(body.error).not.toBe('');
    expect(answer.text).not.toContain('hunter2');
  });
});

describe('permissions', () => {
  const withRoute = (add: (app: App) => void, surface = { console: true, endpoints: true }) =>
    startPlatformServer(db, { modules: [{ name: 'm', routes: add }], surface });

  it.each([
    ['none', undefined, /GET \/api\/x declares no permission/],
    ['one that no role holds', 'x:reed' as Permission, /declares x:reed, which is no permission/],
    ['the one of endpoints', 'endpoint' as Permission, /is for routes outside \/api/],
  ])(
    'a route that declares %s keeps the server from starting',
    async (_what, permission, message) => {
      const config = permission === undefined ? {} : { permission };
      await expect(withRoute((app) => app.get('/x', { config }, async () => ({})))).rejects.toThrow(
        message,
      );
    },
  );

  it('a route of endpoints may not rely on our roles', async () => {
    const module: ServerModule = {
      name: 'm',
      endpointRoutes: (app) => {
        app.get('/x', { config: { permission: 'x:read' } }, async () => ({}));
      },
    };
    const surface = { console: false, endpoints: true };
    await expect(startPlatformServer(db, { modules: [module], surface })).rejects.toThrow(
      /authenticate their callers themselves/,
    );
  });

  it('are asked for before the body is read', async () => {
    const body = `{"x": "${'a'.repeat(1_100_000)}`;
    expect((await server.call('POST', '/users', { body })).body.code).toBe('NOT_SIGNED_IN');
  });

  it('hold for HEAD and for other spellings of the address', async () => {
    expect((await server.call('HEAD', '/users')).status).toBe(401);
    for (const url of ['/%61pi/users', '//api/users', '/api//users', '/API/users', '/api/users/']) {
      const response = await server.app.inject({ url, headers: { host: 'localhost' } });
      expect([url, response.statusCode]).not.toEqual([url, 200]);
    }
  });
});

describe('the plain listener', () => {
  it.each([
    ['localhost', 200],
    ['localhost:8642', 200],
    ['127.0.0.1:8642', 200],
    ['[::1]:8642', 200],
    ['evil.example', 421],
    ['localhost.evil.example', 421],
    ['127.0.0.1.nip.io', 421],
    ['localhost:8642@evil.example', 421],
  ])('answers to its own names only (DNS rebinding): %j', async (host, status) => {
    const answer = await server.call('GET', '/session', { headers: { host } });
    expect(answer.status).toBe(status);
  });

  it('lets no page of another site in, nor run, nor be framed', async () => {
    const page = await server.app.inject({ url: '/', headers: { host: 'localhost' } });
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none';script-src 'self'/);
    expect(page.headers['content-security-policy']).toContain("frame-ancestors 'none'");
    expect(page.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
    });
    expect(page.headers['strict-transport-security']).toBeUndefined();
    const api = await server.call('GET', '/session', {
      headers: { origin: 'https://evil.example' },
    });
    expect(api.headers['access-control-allow-origin']).toBeUndefined();
    expect(api.headers['cache-control']).toBe('no-store');
  });

  it('answers what is not HTTP, or has too large a header, with an error and no internals', async () => {
    const listening = await startPlatformServer(db);
    try {
      await listening.app.listen({ host: '127.0.0.1', port: 0 });
      const { port } = listening.app.server.address() as { port: number };
      const send = async (text: string) => {
        const socket = connect(port, '127.0.0.1');
        socket.setEncoding('utf8');
        let answer = '';
        socket.on('data', (chunk) => {
          answer += chunk;
        });
        socket.write(text);
        await once(socket, 'close');
        return answer;
      };
      const headers = 'GET / HTTP/1.1\r\nHost: localhost\r\n';
      expect(await send(`${headers}X: ${'a'.repeat(20_000)}\r\n\r\n`)).toMatch(
        /^HTTP\/1.1 431 .*\{"error":/s,
      );
      expect(await send('\x16\x03\x01 hello\r\n\r\n')).toMatch(/^HTTP\/1.1 400 .*\{"error":/s);
    } finally {
      await listening[Symbol.asyncDispose]();
    }
  });
});

describe('the API description', () => {
  it('is OpenAPI 3.1, for the signed-in, and describes every route', async () => {
    expect((await server.call('GET', '/openapi.json')).status).toBe(401);
    const { body: document } = await server.call('GET', '/openapi.json', { token: server.local });
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({ title: 'Yojin', version: '1' });
    const paths = Object.keys(document.paths);
    expect(paths).toEqual([...paths].sort());
    expect(paths).toContain('/api/session');
    expect(paths.filter((path) => !path.startsWith('/api/'))).toEqual([]);
    type Route = Record<string, unknown> & { responses: Record<string, unknown> };
    const bare: string[] = [];
    for (const [path, methods] of Object.entries<Record<string, Route>>(document.paths)) {
      for (const [method, route] of Object.entries(methods)) {
        const isOurs = !/\/(bug|sql|teapot|rejects)$/.test(path);
        const complete =
          route['summary'] &&
          route['x-permission'] &&
          route['security'] &&
          route.responses['default'];
        if (isOurs && !complete) bare.push(`${method} ${path}`);
        for (const name of path.matchAll(/\{(\w+)\}/g)) {
          expect(route['parameters']).toContainEqual(
            expect.objectContaining({ name: name[1], in: 'path', required: true }),
          );
        }
      }
    }
    expect(bare).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('"$id"');
    const page = await server.call('GET', '/docs', { token: server.local });
    expect([200, 302]).toContain(page.status);
    expect((await server.call('GET', '/docs')).status).toBe(401);
  });
});
