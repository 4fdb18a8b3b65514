import type { Values } from '../../platform/i18n/translator.ts';

/** Why something could not start. Each has a text `failure.<code>` and `failure.<code>.remedy`. */
export type FailureCode =
  | 'home-not-writable'
  | 'home-not-reachable'
  | 'no-home'
  | 'already-running'
  | 'port-taken'
  | 'port-forbidden'
  | 'address-unknown'
  | 'disk-full'
  | 'clock-behind'
  | 'postgres-missing'
  | 'postgres-needs-user'
  | 'postgres-init-failed'
  | 'postgres-folder-broken'
  | 'postgres-wrong-version'
  | 'postgres-in-use'
  | 'postgres-corrupt'
  | 'postgres-start-failed'
  | 'database-unreachable'
  | 'database-refused'
  | 'database-too-old'
  | 'database-url-wrong'
  | 'database-url-missing'
  | 'database-conflict'
  | 'nats-unreachable'
  | 'order-key-unreadable'
  | 'order-key-missing'
  | 'order-key-other'
  | 'certificate-broken'
  | 'certificate-unreadable'
  | 'osqueryd-missing'
  | 'osqueryd-unusable'
  | 'secret-unreadable';

/** An expected reason not to start: told with its remedy, without a stack. */
export class LaunchFailure extends Error {
  readonly code: FailureCode;
  readonly values: Values;

  constructor(code: FailureCode, values: Values = {}, cause?: unknown) {
    const told = Object.entries(values).map(([name, value]) => `${name}=${value}`);
    super([code, ...told].join(' '), { cause });
    this.code = code;
    this.values = values;
  }
}

/** The errno code of an error of the operating system, e.g. `EACCES`; undefined for others. */
export function errnoOf(error: unknown): string | undefined {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}
