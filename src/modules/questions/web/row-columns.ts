/**
 * The columns of answers in the order of the statement, then those that only some answers have
 * (platforms may answer differently), by name.
 */
export function rowColumnsOf(
  columns: readonly string[],
  rows: readonly { values: Readonly<Record<string, string>> }[] = [],
): string[] {
  const known = new Set(columns);
  const more = new Set<string>();
  for (const { values } of rows) {
    for (const name of Object.keys(values)) if (!known.has(name)) more.add(name);
  }
  return [...known, ...[...more].sort()];
}

/** Pixels to begin with: names of paths and texts want room, numbers and flags do not. */
export function columnWidthOf(name: string): number {
  if (/(path|cmdline|command|description|url|sha256|directory|subject|issuer)/i.test(name)) {
    return 320;
  }
  if (/^(pid|uid|gid|port|local_port|remote_port|size|count|enabled|state|arch)$/i.test(name)) {
    return 104;
  }
  return Math.min(240, Math.max(160, name.length * 9 + 40));
}
