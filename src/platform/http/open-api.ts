import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifySchema } from 'fastify';
import { Type } from 'typebox';
import type { App } from '../module.ts';
import { isApi } from './access.ts';
import { Problem } from './problem.ts';

/** Collects the schemas of the routes below /api; before any route is registered. */
export async function describeApi(app: App): Promise<void> {
  // Inlined in each answer, it may not carry the name under which others would refer to it.
  const { $id: _, ...problemSchema } = Problem as typeof Problem & { $id?: string };
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Yojin',
        description:
          'The API that the console and the command line use. Every refusal is an RFC 9457 ' +
          'problem: programs read `code`. Lists take `offset`, `limit` and `sort`, and answer ' +
          'as a file with `format=csv`.',
        // Of the contract, not of the program: it grows, and only a breaking change makes it 2.
        version: '1',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API token, made on the page of users and tokens: `yjn_…`',
          },
          session: {
            type: 'apiKey',
            in: 'cookie',
            name: 'yojin-session',
            description:
              'The session of the console (`__Host-yojin-session` over TLS). Requests that change ' +
              'something also need the header `x-csrf-token` from GET /api/session.',
          },
        },
      },
    },
    transform: ({ schema, url, route }) => {
      const given = (schema ?? {}) as FastifySchema & { hide?: boolean };
      if (!isApi(url) || route.method === 'HEAD') return { schema: { ...given, hide: true }, url };
      const permission = route.config?.permission ?? 'undeclared';
      const response = (given.response ?? {}) as Record<string, unknown>;
      return {
        url,
        schema: {
          ...given,
          response: {
            ...response,
            default: {
              description: 'Refused or failed',
              content: { 'application/problem+json': { schema: problemSchema } },
            },
          },
          security: permission === 'public' ? [] : [{ token: [] }, { session: [] }],
          'x-permission': permission,
        } as FastifySchema,
      };
    },
  });
}

/** The document and its pages. Both need a signed-in user: they map the attack surface. */
export async function serveApiDescription(app: App): Promise<void> {
  app.get(
    '/openapi.json',
    {
      config: { permission: 'signed-in' },
      schema: {
        summary: 'This API as an OpenAPI 3.1 document',
        tags: ['platform'],
        response: {
          200: Type.Unsafe<Record<string, unknown>>({ type: 'object', additionalProperties: true }),
        },
      },
    },
    async (_request, reply) =>
      reply
        .type('application/json; charset=utf-8')
        .send(JSON.stringify(openApiDocument(app)) as never),
  );
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, permission: 'signed-in' };
    });
    await docs.register(swaggerUi, {
      routePrefix: '/docs',
      uiConfig: {
        docExpansion: 'list',
        deepLinking: true,
        displayRequestDuration: true,
        requestInterceptor: withCsrfToken as never,
      },
      theme: { title: 'Yojin API' },
    });
  });
}

/**
 * Runs in the browser, where swagger-ui carries its source text: no type and no import in it. A
 * request tried out on the page needs the token of the session like any other.
 */
// biome-ignore lint/suspicious/noExplicitAny: it runs in swagger-ui, whose types we do not carry
async function withCsrfToken(request: any) {
  if (request.method === undefined || /^(GET|HEAD)$/i.test(request.method)) return request;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const session: any = await (await fetch('/api/session')).json();
  if (session.csrfToken) request.headers['x-csrf-token'] = session.csrfToken;
  return request;
}

/** The OpenAPI document of a server that is ready, in an order that does not depend on modules. */
function openApiDocument(app: App): Record<string, unknown> {
  const document = app.swagger() as unknown as Record<string, unknown>;
  const paths = document['paths'] as Record<string, unknown> | undefined;
  const sorted = Object.entries(paths ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...document, paths: Object.fromEntries(sorted) };
}
