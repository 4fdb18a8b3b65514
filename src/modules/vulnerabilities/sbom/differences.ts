import type { ComponentDifferences } from './api.ts';

export interface ListedComponent {
  /** What stays the same over versions: the purl without its version, or the name. */
  readonly key: string;
  readonly name: string;
  readonly version: string | null;
}

/** What came, went and changed between two versions of an application, by name. */
export function differencesOf(
  before: readonly ListedComponent[],
  after: readonly ListedComponent[],
): Omit<ComponentDifferences, 'from' | 'to'> {
  const [old, now] = [byKey(before), byKey(after)];
  const added: ComponentDifferences['added'] = [];
  const removed: ComponentDifferences['removed'] = [];
  const changed: ComponentDifferences['changed'] = [];
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [left, right] = [old.get(key), now.get(key)];
    if (left === undefined) {
      for (const version of right!.versions) added.push({ name: right!.name, version });
    } else if (right === undefined) {
      for (const version of left.versions) removed.push({ name: left.name, version });
    } else if (JSON.stringify(left.versions) !== JSON.stringify(right.versions)) {
      changed.push({ name: right.name, from: left.versions, to: right.versions });
    }
  }
  return { added, removed, changed };
}

function byKey(components: readonly ListedComponent[]) {
  const found = new Map<string, { name: string; versions: (string | null)[] }>();
  for (const { key, name, version } of components) {
    const entry = found.get(key) ?? { name, versions: [] };
    if (!entry.versions.includes(version)) entry.versions.push(version);
    found.set(key, entry);
  }
  for (const { versions } of found.values()) {
    versions.sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
  }
  return found;
}

/** `pkg:npm/lodash@4.17.21` → `pkg:npm/lodash`; without a purl the name. */
export function keyOfComponent(purl: string | null, name: string): string {
  if (purl === null) return name;
  const bare = purl.split(/[?#]/, 1)[0]!;
  const at = bare.lastIndexOf('@');
  return at > bare.lastIndexOf('/') ? bare.slice(0, at) : bare;
}
