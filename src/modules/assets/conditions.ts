import type { ScopeReach } from '../../platform/http/principal.ts';

/** The `where` of a list, put together piece by piece; values only ever travel as parameters. */
export interface Conditions {
  /** `write` gets the placeholder of `value`, e.g. `$3`. */
  add(value: unknown, write: (placeholder: string) => string): void;
  /** Keeps a value for elsewhere in the statement. */
  value(value: unknown): string;
  /** `where …`, or nothing. */
  readonly where: string;
  readonly values: readonly unknown[];
}

export function createConditions(): Conditions {
  const values: unknown[] = [];
  const pieces: string[] = [];
  const value = (one: unknown) => `$${values.push(one)}`;
  return {
    value,
    add(one, write) {
      pieces.push(write(value(one)));
    },
    get where() {
      return pieces.length === 0 ? '' : `where ${pieces.join(' and ')}`;
    },
    values,
  };
}

/** Only what lies in the caller's scopes; `column` holds a scope id. */
export function withinReach(conditions: Conditions, reach: ScopeReach, column: string): void {
  if (reach !== 'all') conditions.add(reach, (ids) => `${column} = any(${ids}::uuid[])`);
}

/** For `like`: the text as it is, anywhere. */
export function containing(text: string): string {
  return `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`;
}
