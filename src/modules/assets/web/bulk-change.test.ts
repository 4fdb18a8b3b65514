import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EndpointsChange } from '../api.ts';
import { type Before, cleanTags, inverseOf, requestsOf } from './bulk-change.ts';

/** What the server does with a change, for the property below. */
function apply(endpoints: readonly Before[], { endpointIds, change }: EndpointsChange): Before[] {
  return endpoints.map((endpoint) => {
    if (!endpointIds.includes(endpoint.id)) return endpoint;
    const { addTags = [], removeTags = [], ...plain } = change;
    const tags = [...new Set([...endpoint.tags, ...addTags])].filter(
      (tag) => !removeTags.includes(tag),
    );
    return { ...endpoint, ...plain, tags };
  });
}

const tag = fc.constantFrom('pos', 'vip', 'lab', 'loan');
const owner = fc.constantFrom(null, 'Sato', 'Suzuki');
const scopeId = fc.constantFrom('s1', 's2', 's3');
const criticality = fc.constantFrom('low', 'normal', 'high', 'critical' as const);
const endpoints = fc.uniqueArray(
  fc.record({
    id: fc.integer({ min: 1, max: 50 }).map(String),
    scopeId,
    owner,
    criticality,
    tags: fc.uniqueArray(tag),
  }),
  { selector: ({ id }) => id, minLength: 1, maxLength: 12 },
);
const change = fc.record(
  { scopeId, owner, criticality, addTags: fc.uniqueArray(tag), removeTags: fc.uniqueArray(tag) },
  { requiredKeys: [] },
);

const comparable = (rows: readonly Before[]) =>
  rows.map((row) => ({ ...row, tags: [...row.tags].sort() }));

describe('inverseOf', () => {
  it('takes any change back, for every endpoint', () => {
    fc.assert(
      fc.property(endpoints, change, (before, made) => {
        const ids = before.map(({ id }) => id);
        const after = requestsOf(ids, made).reduce(apply, before as Before[]);
        const undone = inverseOf(before as Before[], made).reduce(apply, after);
        expect(comparable(undone)).toEqual(comparable(before as Before[]));
      }),
    );
  });

  it('asks nothing for endpoints that stay as they are', () => {
    const before: Before[] = [
      { id: '1', scopeId: 's1', owner: null, criticality: 'high', tags: ['pos'] },
    ];
    expect(inverseOf(before, { criticality: 'high', addTags: ['pos'] })).toEqual([]);
  });

  it('puts endpoints with the same past into one request', () => {
    const before: Before[] = ['1', '2', '3'].map((id) => ({
      id,
      scopeId: id === '3' ? 's2' : 's1',
      owner: null,
      criticality: 'normal',
      tags: [],
    }));
    expect(inverseOf(before, { scopeId: 's9' })).toEqual([
      { endpointIds: ['1', '2'], change: { scopeId: 's1' } },
      { endpointIds: ['3'], change: { scopeId: 's2' } },
    ]);
  });
});

describe('requestsOf', () => {
  it('stays within what the API accepts and forgets nobody', () => {
    const ids = Array.from({ length: 2_001 }, (_, index) => String(index));
    const requests = requestsOf(ids, { owner: null });
    expect(requests.map(({ endpointIds }) => endpointIds.length)).toEqual([1000, 1000, 1]);
    expect(requests.flatMap(({ endpointIds }) => endpointIds)).toEqual(ids);
  });
});

describe('cleanTags', () => {
  it('trims, drops what is empty and keeps one of each, also when composed differently', () => {
    expect(cleanTags([' pos ', '', 'pos', 'ポス', 'ホ\u309Aス'])).toEqual(['pos', 'ポス']);
  });
});
