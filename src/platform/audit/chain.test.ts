import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalOf, genesisHash, hashOf, recordOf } from './chain.ts';

const at = new Date('2026-11-21T18:00:00.123Z');
const record = recordOf(
  {
    actor: { kind: 'user', id: 'u1', name: '山田', address: '192.0.2.1' },
    action: 'user.created',
    target: { kind: 'user', id: 'u2', name: 'b' },
    details: { z: 1, a: [true, null, { y: 'é', x: 1e21 }] },
  },
  at,
);

describe('canonicalOf', () => {
  it('is the JSON Canonicalization Scheme of all members, absent ones as null', () => {
    expect(canonicalOf(record)).toBe(
      '{"action":"user.created","actor":{"address":"192.0.2.1","id":"u1","kind":"user","name":"山田"},' +
        '"at":"2026-11-21T18:00:00.123Z","details":{"a":[true,null,{"x":1e+21,"y":"é"}],"z":1},' +
        '"target":{"id":"u2","kind":"user","name":"b"}}',
    );
    const bare = recordOf({ actor: { kind: 'system', id: null, name: 's' }, action: 'a.b' }, at);
    expect(canonicalOf(bare)).toBe(
      '{"action":"a.b","actor":{"address":null,"id":null,"kind":"system","name":"s"},' +
        '"at":"2026-11-21T18:00:00.123Z","details":{},"target":null}',
    );
  });

  it('does not depend on the order in which members were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (details) => {
        const entry = (given: Record<string, unknown>) =>
          canonicalOf(
            recordOf(
              { actor: { kind: 'system', id: null, name: 's' }, action: 'a', details: given },
              at,
            ),
          );
        const turned = Object.fromEntries(Object.entries(details).reverse());
        expect(entry(turned)).toBe(entry(details));
      }),
    );
  });
});

describe('hashOf', () => {
  it('is SHA-256 over the hash before and the canonical text', () => {
    const expected = createHash('sha256')
      .update(Buffer.concat([genesisHash, Buffer.from(canonicalOf(record), 'utf8')]))
      .digest();
    expect(hashOf(genesisHash, record)).toEqual(expected);
  });
});

describe('recordOf', () => {
  it('takes what PostgreSQL cannot store for what it can', () => {
    const hostile = recordOf(
      {
        actor: { kind: 'endpoint', id: 'a\0b', name: '\ud800x' },
        action: 'a',
        details: { 'k\0': ['\0', { deep: '\udfff' }] },
      },
      at,
    );
    expect(hostile.actorId).toBe('a\ufffdb');
    expect(hostile.actorName).toBe('\ufffdx');
    expect(hostile.details).toEqual({ 'k\ufffd': ['\ufffd', { deep: '\ufffd' }] });
  });

  it('cuts a name that no index could hold', () => {
    const long = recordOf(
      {
        actor: { kind: 'user', id: '\u{1f525}'.repeat(5_000), name: 'n'.repeat(100_000) },
        action: 'a',
      },
      at,
    );
    expect(long.actorId).toHaveLength(500);
    expect(long.actorId!.isWellFormed()).toBe(true);
    expect(long.actorName).toHaveLength(500);
  });

  it('leaves out details that are a book, and says so', () => {
    const { details } = recordOf(
      {
        actor: { kind: 'system', id: null, name: 's' },
        action: 'a',
        details: { x: 'y'.repeat(300_000) },
      },
      at,
    );
    expect(details).toEqual({ omittedCharacters: 300_008 });
  });
});
