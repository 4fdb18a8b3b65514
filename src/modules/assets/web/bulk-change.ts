/** A change to many endpoints, and the changes that take it back. */
import type { EndpointSummary, EndpointsChange } from '../api.ts';

export type Change = EndpointsChange['change'];
export type Before = Pick<EndpointSummary, 'id' | 'scopeId' | 'owner' | 'criticality' | 'tags'>;

/** The API takes at most this many endpoints in one change. */
export const maxEndpointsPerChange = 1000;

/** The same change to any number of endpoints, in requests that the API accepts. */
export function requestsOf(
  endpointIds: readonly string[],
  change: Change,
): readonly EndpointsChange[] {
  const requests: EndpointsChange[] = [];
  for (let from = 0; from < endpointIds.length; from += maxEndpointsPerChange) {
    requests.push({ endpointIds: endpointIds.slice(from, from + maxEndpointsPerChange), change });
  }
  return requests;
}

/**
 * What has to be sent to bring every endpoint back to where it was. Endpoints that the change
 * leaves as they are do not appear; those with the same past share one request.
 */
export function inverseOf(before: readonly Before[], change: Change): readonly EndpointsChange[] {
  const groups = new Map<string, { change: Change; endpointIds: string[] }>();
  for (const endpoint of before) {
    const inverse = inverseForOne(endpoint, change);
    const key = JSON.stringify(inverse);
    if (key === '{}') continue;
    const group = groups.get(key);
    if (group) group.endpointIds.push(endpoint.id);
    else groups.set(key, { change: inverse, endpointIds: [endpoint.id] });
  }
  return [...groups.values()].flatMap((group) => requestsOf(group.endpointIds, group.change));
}

function inverseForOne(endpoint: Before, change: Change): Change {
  const inverse: Change = {};
  if (change.scopeId !== undefined && change.scopeId !== endpoint.scopeId) {
    inverse.scopeId = endpoint.scopeId;
  }
  if (change.owner !== undefined && change.owner !== endpoint.owner) {
    inverse.owner = endpoint.owner;
  }
  if (change.criticality !== undefined && change.criticality !== endpoint.criticality) {
    inverse.criticality = endpoint.criticality;
  }
  // A tag that is in both lists of one change could end either way: it is put back as it was.
  const added = change.addTags?.filter((tag) => !endpoint.tags.includes(tag)) ?? [];
  const removed = change.removeTags?.filter((tag) => endpoint.tags.includes(tag)) ?? [];
  if (added.length > 0) inverse.removeTags = added;
  if (removed.length > 0) inverse.addTags = removed;
  return inverse;
}

/** Tags as typed by a person: trimmed, without empty ones and doubles, in the order typed. */
export function cleanTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.normalize('NFC').trim()).filter((tag) => tag !== ''))];
}
