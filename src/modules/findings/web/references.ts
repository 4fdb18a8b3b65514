export interface Reference {
  readonly text: string;
  /** Null: not an address that a browser should open (`javascript:`, `ftp:`, no address at all). */
  readonly href: string | null;
  /** `nvd.nist.gov`; empty where there is no address. */
  readonly host: string;
}

/** References of an advisory: data of others, of which only web addresses become links. */
export function referencesOf(urls: readonly string[]): readonly Reference[] {
  return [...new Set(urls)].map((text) => {
    try {
      const url = new URL(text);
      if (url.protocol === 'https:' || url.protocol === 'http:') {
        return { text, href: url.href, host: url.host };
      }
    } catch {
      // No address: shown as the text it is.
    }
    return { text, href: null, host: '' };
  });
}
