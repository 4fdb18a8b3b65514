import type { Action } from '../agent-protocol/api.ts';

/**
 * What undoes an order, from what the agent recorded before it worked. Removed packages are
 * installed again, at least as new as they were. An upgrade is not taken back: an order names the
 * lowest version that has to be there and never a highest one, so it cannot ask for an older one.
 */
export function undoAction(target: {
  readonly action: Action | null;
  readonly before: Readonly<Record<string, string | null>>;
  readonly after: Readonly<Record<string, string | null>>;
}): { readonly action: Action } | { readonly refusal: string } {
  const { action, before, after } = target;
  if (action === null || !('packages' in action)) {
    return { refusal: 'Only work on packages can be undone.' };
  }
  const { manager } = action;
  const entries = Object.entries(before);
  switch (action.type) {
    case 'package-remove': {
      const gone = entries.flatMap(([name, version]) =>
        version !== null && (after[name] ?? null) === null ? [{ name, atLeast: version }] : [],
      );
      if (gone.length === 0) return { refusal: 'Nothing was removed, as far as is recorded.' };
      return { action: { type: 'package-install', manager, packages: gone.slice(0, 500) } };
    }
    case 'package-install': {
      const added = entries.flatMap(([name, version]) =>
        version === null && (after[name] ?? null) !== null ? [{ name }] : [],
      );
      if (added.length === 0) return { refusal: 'Nothing was added, as far as is recorded.' };
      return { action: { type: 'package-remove', manager, packages: added.slice(0, 500) } };
    }
    case 'package-upgrade': {
      const were = entries
        .filter(([name, version]) => version !== null && after[name] !== version)
        .map(([name, version]) => `${name} ${version}`);
      return {
        refusal: `Orders cannot ask for older versions. Before: ${were.slice(0, 20).join(', ') || 'not recorded'}.`,
      };
    }
  }
}
