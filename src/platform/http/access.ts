import { timingSafeEqual } from 'node:crypto';
import type { FastifyRequest, RouteOptions } from 'fastify';
import type { Auth } from '../auth/auth.ts';
import type { App } from '../module.ts';
import { roleHolds } from './principal.ts';
import { ProblemError } from './problem.ts';
import { notSignedIn } from './request-principal.ts';

/**
 * Refuses to start a server that has a route nobody decided the permission of. Checked when all
 * routes are known, HEAD and OPTIONS routes that plugins add by themselves included.
 */
export function requireDeclaredPermissions(app: App): void {
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => {
    routes.push(route);
  });
  app.addHook('onReady', async () => {
    for (const route of routes) {
      const name = `${String(route.method)} ${route.url}`;
      const permission = route.config?.permission;
      if (permission === undefined) {
        throw new Error(`${name} declares no permission (config.permission)`);
      }
      if (!/^(public|signed-in|endpoint|.+:(read|write|respond|administer))$/.test(permission)) {
        throw new Error(`${name} declares ${permission}, which is no permission that a role holds`);
      }
      if (permission === 'endpoint' && isApi(route.url)) {
        throw new Error(`${name}: the permission 'endpoint' is for routes outside /api`);
      }
    }
  });
}

export function isApi(url: string): boolean {
  return /^\/api(?:$|[/?#])/.test(url);
}

/** Routes outside /api meet no authentication of ours: they may only declare that they know it. */
export function requireOwnAuthentication(app: App): void {
  app.addHook('onRoute', (route) => {
    const permission = route.config?.permission;
    if (permission !== undefined && permission !== 'endpoint' && permission !== 'public') {
      throw new Error(
        `${String(route.method)} ${route.url} declares ${permission}, but routes of endpoints ` +
          `authenticate their callers themselves: declare 'endpoint'`,
      );
    }
  });
}

export interface AccessOptions {
  readonly auth: Auth;
  /** TLS: the cookie is marked Secure and has another name, so that the listeners do not mix. */
  readonly secure: boolean;
  /** Accept the local credential of the command line on this listener. */
  readonly trustLoopback: boolean;
}

/** Authenticates and authorises every request below /api, before its body is read. */
export function guardAccess(app: App, { auth, secure, trustLoopback }: AccessOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('cache-control', 'no-store');
    if (request.is404) return;
    const permission = request.routeOptions.config.permission;
    const bearer = bearerOf(request);
    const caller = await auth.authenticate({
      bearer,
      // An explicit token is never helped out by a cookie: it could be somebody else's.
      sessionSecret: bearer === undefined ? request.cookies[cookieName(secure)] : undefined,
      allowLocal: trustLoopback && isLoopback(request.socket.remoteAddress),
    });
    request.caller = caller;
    request.principal = caller?.principal ?? null;

    const changes = !['GET', 'HEAD', 'OPTIONS'].includes(request.method);
    // What a browser sends without being asked (the cookie, or nothing) must come from our pages.
    if (changes && bearer === undefined) refuseOtherOrigins(request);
    if (permission === 'public') return;
    if (permission === undefined || permission === 'endpoint') {
      throw new Error(`${request.routeOptions.url} was reached without a permission`);
    }
    if (caller === null) {
      reply.header('www-authenticate', 'Bearer realm="yojin"');
      if (bearer === undefined) throw notSignedIn();
      throw new ProblemError(401, 'TOKEN_INVALID', 'The token is not valid', {
        detail: 'It is unknown, expired or revoked, or its owner is disabled.',
      });
    }
    if (changes && caller.csrfToken !== undefined) {
      const given = request.headers['x-csrf-token'];
      if (typeof given !== 'string' || !sameText(given, caller.csrfToken)) {
        throw new ProblemError(403, 'CSRF_TOKEN_INVALID', 'The header x-csrf-token is not valid', {
          detail: 'GET /api/session tells the token of the session.',
        });
      }
    }
    if (!roleHolds(caller.principal.role, permission)) {
      throw new ProblemError(403, 'PERMISSION_MISSING', 'Your role does not allow this', {
        detail: `Needed: ${permission}; your role: ${caller.principal.role}.`,
      });
    }
  });
}

export function cookieName(secure: boolean): string {
  // The prefix makes browsers refuse the cookie from a sub-domain or without Secure.
  return secure ? '__Host-yojin-session' : 'yojin-session';
}

function bearerOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  if (authorization === undefined) return undefined;
  return /^Bearer +([^\s]{1,512})$/i.exec(authorization)?.[1] ?? '';
}

function isLoopback(address: string | undefined): boolean {
  return (
    address === '::1' ||
    address?.startsWith('127.') === true ||
    address?.startsWith('::ffff:127.') === true
  );
}

function refuseOtherOrigins(request: FastifyRequest): void {
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const foreign =
    (site !== undefined && site !== 'same-origin' && site !== 'none') ||
    (origin !== undefined && !sameHost(origin, request.headers.host));
  if (foreign) {
    throw new ProblemError(403, 'OTHER_ORIGIN', 'The request comes from another site');
  }
}

/**
 * Compares hosts, not schemes: behind a proxy that ends TLS the browser's origin says https while
 * we speak plain HTTP.
 */
function sameHost(origin: string, host: string | undefined): boolean {
  if (host === undefined || !URL.canParse(origin)) return false;
  const own = `${new URL(origin).protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === new URL(origin).host;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

/**
 * The plain listener serves this machine only. A foreign name in the Host header means that a web
 * page had its name resolved to our address (DNS rebinding) to read us from the user's browser.
 */
export function refuseForeignHosts(app: App): void {
  app.addHook('onRequest', async (request) => {
    if (!/^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(request.headers.host ?? '')) {
      throw new ProblemError(421, 'HOST_UNKNOWN', 'This listener answers to localhost only', {
        detail: 'Use http://localhost or http://127.0.0.1, or the TLS address from elsewhere.',
      });
    }
  });
}
