/** What a caller must hold. `public` is a decision written down, not an omission. */
export type Permission =
  | `${string}:${'read' | 'write' | 'respond' | 'administer'}`
  /** Any signed-in user, whatever the role: one's own account. */
  | 'signed-in'
  /** The route authenticates its caller itself (a node key, an enrolment secret). */
  | 'endpoint'
  | 'public';

export const roles = ['viewer', 'operator', 'administrator'] as const;
export type Role = (typeof roles)[number];

/** Scopes a caller may see and act in: all, or these (descendants already included). */
export type ScopeReach = 'all' | readonly string[];

/** Who is calling, by session cookie or by API token. */
export interface Principal {
  readonly userId: string;
  readonly userName: string;
  readonly role: Role;
  readonly scopes: ScopeReach;
  /** Set when the caller used an API token. */
  readonly tokenId?: string;
}

const allowedVerbs: Record<Role, readonly string[]> = {
  viewer: ['read'],
  operator: ['read', 'write', 'respond'],
  administrator: ['read', 'write', 'respond', 'administer'],
};

export function roleHolds(role: Role, permission: Permission): boolean {
  if (permission === 'public' || permission === 'endpoint') return true;
  if (permission === 'signed-in') return true;
  return allowedVerbs[role].includes(permission.slice(permission.lastIndexOf(':') + 1));
}

export function reaches(scopes: ScopeReach, scopeId: string): boolean {
  return scopes === 'all' || scopes.includes(scopeId);
}
