import type { Caller } from '../auth/auth.ts';
import type { Permission, Principal } from './principal.ts';
import { ProblemError } from './problem.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Every route declares one, or the server does not start. */
    permission?: Permission;
  }
  interface FastifyRequest {
    /** Who is calling; null: nobody that is known. Set on everything below /api. */
    principal: Principal | null;
    /** The same with how the caller proved it. */
    caller: Caller | null;
  }
}

interface WithPrincipal {
  readonly principal: Principal | null;
}

/** The signed-in caller of a route. Routes with a permission other than `public` always have one. */
export function principalOf(request: WithPrincipal): Principal {
  if (request.principal === null) throw notSignedIn();
  return request.principal;
}

export function notSignedIn(): ProblemError {
  return new ProblemError(401, 'NOT_SIGNED_IN', 'Sign in first', {
    detail: 'Send the session cookie of the console or "Authorization: Bearer <API token>".',
  });
}

/** For what concerns all scopes at once: 403 unless the caller reaches all of them. */
export function requireAllScopes(request: WithPrincipal): void {
  if (principalOf(request).scopes !== 'all') {
    throw new ProblemError(403, 'ALL_SCOPES_NEEDED', 'This needs a user without scope limits', {
      detail: 'It concerns the whole organisation; your account is limited to some scopes.',
    });
  }
}
