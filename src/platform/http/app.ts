import type { Socket } from 'node:net';
import cookie from '@fastify/cookie';
import fastify, { type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Auth } from '../auth/auth.ts';
import type { Logger } from '../log.ts';
import type { App, ServerModule } from '../module.ts';
import {
  guardAccess,
  isApi,
  refuseForeignHosts,
  requireDeclaredPermissions,
  requireOwnAuthentication,
} from './access.ts';
import { serveConsole } from './console-files.ts';
import { errorHandler, notFoundProblem, sendEndpointError, sendProblem } from './error-answers.ts';
import { describeApi, serveApiDescription } from './open-api.ts';
import { validatorCompiler } from './request-validation.ts';
import { addSecurityHeaders } from './security-headers.ts';

/**
 * How many connections may wait to be accepted: `app.listen({ port, host, backlog })`. A fleet
 * that comes back after a power cut connects all at once. The kernel caps it at
 * net.core.somaxconn.
 */
export const listenBacklog = 8_192;

export interface AppOptions {
  readonly log: Logger;
  /** PEM. Absent: plain HTTP, which answers to `localhost` only. */
  readonly tls?: { readonly key: string | Buffer; readonly cert: string | Buffer };
  readonly surface: {
    /** The pages, and /api with the routes of the modules. */
    readonly console: boolean;
    /** `endpointRoutes` of the modules, at the root. */
    readonly endpoints: boolean;
  };
  readonly modules: readonly ServerModule[];
  readonly auth: Auth;
  /** What Vite built; absent or empty: a page that says so. */
  readonly webFolder?: string;
  /** Accept the local credential of the command line: on the plain loopback listener. */
  readonly trustLoopback: boolean;
}

/**
 * One listener's worth of server, ready to listen. Throws when a route declares no permission.
 * The caller listens (`app.listen`, with `listenBacklog`) and closes.
 */
export async function buildApp(options: AppOptions): Promise<App> {
  const { log, tls, surface, modules, auth } = options;
  const secure = tls !== undefined;
  const app = newFastify(log, tls);
  app.setValidatorCompiler(validatorCompiler);
  app.decorateRequest('principal', null);
  app.decorateRequest('caller', null);

  const send = (request: FastifyRequest) =>
    surface.endpoints && !isApi(request.url) ? sendEndpointError : sendProblem;
  const notFound = (request: FastifyRequest, reply: FastifyReply) =>
    send(request)(reply, notFoundProblem(request));
  app.setErrorHandler((error, request, reply) =>
    errorHandler(send(request))(error, request, reply),
  );
  app.setNotFoundHandler(notFound);

  requireDeclaredPermissions(app);
  if (!secure) refuseForeignHosts(app);
  if (surface.console) {
    await describeApi(app);
    await app.register(cookie);
    await app.register(async (pages) => {
      await addSecurityHeaders(pages as App, secure);
      await pages.register(async (api) => registerApi(api as App), { prefix: '/api' });
      await serveConsole(pages as App, options.webFolder, notFound);
    });
  }
  if (surface.endpoints) {
    await app.register(async (endpoints) => {
      requireOwnAuthentication(endpoints as App);
      for (const module of modules) {
        await endpoints.register(async (scope) => module.endpointRoutes?.(scope as App));
      }
    });
  }
  await app.ready();
  return app;

  async function registerApi(api: App): Promise<void> {
    // A form of another site can send text/plain without asking; JSON it cannot.
    api.removeContentTypeParser('text/plain');
    guardAccess(api, { auth, secure, trustLoopback: options.trustLoopback });
    api.setNotFoundHandler(notFound);
    await serveApiDescription(api);
    for (const module of modules) {
      await api.register(async (scope) => module.routes?.(scope as App));
    }
  }
}

function newFastify(log: Logger, tls: AppOptions['tls']): App {
  const server = {
    // A larger request line or header is nobody of ours.
    maxHeaderSize: 16_384,
    // The whole request must have arrived by then; answers may take longer (exports, news).
    requestTimeout: 60_000,
    headersTimeout: 20_000,
    // Longer than osquery's usual intervals of 10 to 60 s: no new handshake for each poll.
    keepAliveTimeout: 75_000,
  };
  const options = {
    loggerInstance: log,
    // Requests are not logged one by one: a fleet of 100,000 makes thousands each second.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 1_048_576,
    requestTimeout: server.requestTimeout,
    keepAliveTimeout: server.keepAliveTimeout,
    maxRequestsPerSocket: 0,
    requestIdHeader: false as const,
    trustProxy: false,
    return503OnClosing: true,
    forceCloseConnections: 'idle' as const,
    routerOptions: { maxParamLength: 500 },
    onProtoPoisoning: 'error' as const,
    onConstructorPoisoning: 'error' as const,
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) =>
      errorHandler(isApi(request.url) ? sendProblem : sendEndpointError)(error, request, reply),
    clientErrorHandler: answerBrokenRequest,
  };
  const made = tls
    ? fastify({
        ...options,
        https: {
          ...server,
          key: tls.key,
          cert: tls.cert,
          minVersion: 'TLSv1.2',
          handshakeTimeout: 20_000,
          ALPNProtocols: ['http/1.1'],
        },
      } as never)
    : fastify({ ...options, http: server } as never);
  return made as unknown as App;
}

/**
 * For what is not even HTTP, or too slow, or has too large a header. Node would answer with an
 * empty body, which an osquery agent takes for success: see `sendEndpointError`.
 */
function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const [status, reason] =
    error.code === 'ERR_HTTP_REQUEST_TIMEOUT'
      ? ['408 Request Timeout', 'The request took too long to arrive']
      : error.code === 'HPE_HEADER_OVERFLOW'
        ? ['431 Request Header Fields Too Large', 'The header is too large']
        : ['400 Bad Request', 'The request is not HTTP'];
  const body = JSON.stringify({ error: reason });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nConnection: close\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
