import type { Platform } from '../assets/public.ts';

/**
 * A question of the library, as it stands in `content/questions/<key>.yaml`. A parameter stands in
 * the statement as `{{name}}`, inside a text literal or instead of a number; its value is checked
 * against `pattern` and, inside a literal, quoted.
 */
export interface LibraryEntry {
  readonly key: string;
  readonly title: { readonly ja: string; readonly en: string };
  readonly description: { readonly ja: string; readonly en: string };
  readonly category:
    | 'software'
    | 'network'
    | 'accounts'
    | 'files'
    | 'processes'
    | 'persistence'
    | 'protection'
    | 'hardware'
    | 'configuration'
    | 'browser';
  readonly sql: Readonly<Partial<Record<Platform, string>>>;
  readonly cost: 'low' | 'medium' | 'high';
  readonly parameters: readonly {
    readonly name: string;
    readonly title: { readonly ja: string; readonly en: string };
    readonly pattern: string;
    readonly example: string;
    readonly default: string | null;
  }[];
  /** Where a fact or a figure in it comes from. */
  readonly source: string | null;
}
