import type { EndpointChange, EndpointsChange } from '../../api.ts';
import type { Settable } from './store.ts';

/** Most tags of one endpoint; one more is an error, not a silent loss. */
export const mostTags = 50;

export function applyChange<Before extends Settable>(
  before: Before,
  change: EndpointChange,
): Before {
  return {
    ...before,
    scopeId: change.scopeId ?? before.scopeId,
    owner: change.owner === undefined ? before.owner : ownerOf(change.owner),
    criticality: change.criticality ?? before.criticality,
    tags: change.tags === undefined ? before.tags : tidyTags(change.tags),
    notes: change.notes === undefined ? before.notes : clean(change.notes),
  };
}

/** Tags in both lists end up removed. */
export function applyToMany<Before extends Settable>(
  before: Before,
  change: EndpointsChange['change'],
): Before {
  const { addTags = [], removeTags = [], ...rest } = change;
  const removed = new Set(tidyTags(removeTags));
  const tags = tidyTags([...before.tags, ...addTags]).filter((tag) => !removed.has(tag));
  return applyChange(before, { ...rest, tags });
}

/** What differs, with the values before, so that the change can be undone from the audit log. */
export function differencesOf(before: Settable, after: Settable): Partial<Settable> {
  const fields = ['scopeId', 'owner', 'criticality', 'tags', 'notes'] as const;
  return Object.fromEntries(
    fields
      .filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]))
      .map((field) => [field, before[field]]),
  );
}

/** Trimmed, in Unicode's composed form, each once, in the order given. */
function tidyTags(tags: readonly string[]): readonly string[] {
  return [...new Set(tags.map((tag) => clean(tag)).filter((tag) => tag !== ''))];
}

function ownerOf(owner: string | null): string | null {
  const tidy = owner === null ? '' : clean(owner);
  return tidy === '' ? null : tidy;
}

function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed().normalize('NFC').trim();
}
