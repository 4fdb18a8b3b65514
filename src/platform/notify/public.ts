import type { Queryable } from '../db/queryable.ts';

/** Something people should hear of, told by a module; who hears it, and where, is set up apart. */
export interface Notice {
  /** `[a-z-]+`: what it is about; people subscribe to kinds. Registered by modules with texts. */
  readonly kind: string;
  readonly severity: 'information' | 'warning' | 'urgent';
  /** The same sentence twice. */
  readonly text: { readonly ja: string; readonly en: string };
  /** Path in the console: `/campaigns/7`. */
  readonly path: string;
  /** Whom it concerns: who may not see this scope hears nothing. Null: all. */
  readonly scopeId: string | null;
  /** One notice per key and day, however often it is told. */
  readonly key: string;
}

export interface NoticeKind {
  readonly kind: string;
  readonly title: { readonly ja: string; readonly en: string };
}

export interface Notices {
  /** Before the server listens. */
  register(kinds: readonly NoticeKind[]): void;
  /** Within the transaction that makes it true: nothing is told of what was rolled back. */
  tell(tx: Queryable, notices: readonly Notice[], at: Date): Promise<void>;
}
