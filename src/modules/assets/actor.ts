import type { Actor } from '../../platform/audit/public.ts';
import type { Principal } from '../../platform/http/principal.ts';

/** The caller as the audit log names it. */
export function actorOf(principal: Principal, address: string): Actor {
  return principal.tokenId === undefined
    ? { kind: 'user', id: principal.userId, name: principal.userName, address }
    : { kind: 'token', id: principal.tokenId, name: principal.userName, address };
}
