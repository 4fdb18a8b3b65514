import type { Queryable } from '../db/queryable.ts';

/** Who did it: a user (or the user's token), an endpoint, the command line, or the server itself. */
export interface Actor {
  readonly kind: 'user' | 'token' | 'endpoint' | 'command-line' | 'system';
  readonly id: string | null;
  readonly name: string;
  readonly address?: string;
}

export interface AuditEntry {
  readonly actor: Actor;
  /** Dotted, past tense: `user.created`, `endpoint.scope_changed`, `session.refused`. */
  readonly action: string;
  readonly target?: { readonly kind: string; readonly id: string; readonly name?: string };
  /** Plain JSON; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
}

export interface AuditLog {
  /**
   * Appends within `tx`, so that the deed and its record are stored together or not at all. The
   * chain is serial: call it last in a transaction, and never on a hot path.
   */
  record(tx: Queryable, entry: AuditEntry): Promise<void>;
}
