/** What the owner said: tagged as reachable from the internet, or not, or nothing. */
export function exposureOf(tags: readonly string[]): boolean | null {
  if (tags.includes('internet-exposed')) return true;
  return tags.includes('internal-only') ? false : null;
}

/** The same in SQL, of an expression of text[]. */
export const exposureSql = (tags: string): string =>
  `case when 'internet-exposed' = any(${tags}) then true
        when 'internal-only' = any(${tags}) then false end`;
