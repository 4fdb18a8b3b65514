/** What the owner said: tagged as reachable from the internet, or not, or nothing. */
export function exposureOf(tags: readonly string[]): boolean | null {
  if (tags.includes('internet-exposed')) return true;
  return tags.includes('internal-only') ? false : null;
}
