import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import type { Database, Queryable } from '../db/queryable.ts';
import { type ChainedRecord, genesisHash, hashOf } from './chain.ts';
import { appendRecord, type BrokenChain, listRecords, verifyAudit } from './store.ts';

const at = new Date('2026-11-21T18:00:00Z');
const entry = (action: string, details: Record<string, unknown> = {}) => ({
  actor: { kind: 'user' as const, id: 'u1', name: '山田', address: '192.0.2.1' },
  action,
  target: { kind: 'user', id: 'u2', name: 'b' },
  details,
});

async function append(db: Database, ...actions: string[]): Promise<void> {
  for (const action of actions) {
    await db.transaction((tx) => appendRecord(tx, entry(action), at));
  }
}

/** What somebody can do who owns the database: the triggers are off. */
async function tamper(db: Database, work: (tx: Queryable) => Promise<unknown>): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query(`set local session_replication_role = replica`);
    await work(tx);
  });
}

describe('appendRecord', () => {
  it('chains records, and the whole chain verifies', async () => {
    await using db = await openTestDatabase();
    expect(await verifyAudit(db)).toMatchObject({ ok: true, records: 0 });
    await append(db, 'one', 'two', 'three');
    const { rows } = await db.query<{ hash: Buffer }>(
      `select hash from platform.audit_log order by seq desc limit 1`,
    );
    expect(await verifyAudit(db, 2)).toEqual({
      ok: true,
      records: 3,
      firstBrokenSeq: null,
      reason: null,
      headHash: rows[0]!.hash.toString('hex'),
    });
  });

  it('leaves no record of what was rolled back', async () => {
    await using db = await openTestDatabase();
    await expect(
      db.transaction(async (tx) => {
        await appendRecord(tx, entry('undone'), at);
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    await append(db, 'done');
    expect(await verifyAudit(db)).toMatchObject({ ok: true, records: 1 });
  });

  it('puts concurrent records into one order', async () => {
    await using db = await openTestDatabase();
    await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        db.transaction((tx) => appendRecord(tx, entry('at.once', { n }), at)),
      ),
    );
    expect(await verifyAudit(db)).toMatchObject({ ok: true, records: 60 });
  });

  it('gets back from PostgreSQL what it hashed, whatever the details are', async () => {
    await using db = await openTestDatabase();
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ stringUnit: 'binary' })),
        fc.string({ unit: 'binary' }),
        async (details, name) => {
          const actor = { kind: 'endpoint' as const, id: name, name, address: name };
          await db.transaction((tx) => appendRecord(tx, { actor, action: 'any', details }, at));
        },
      ),
      { numRuns: 60 },
    );
    expect(await verifyAudit(db)).toMatchObject({ ok: true, records: 60 });
  });
});

describe('the tables', () => {
  it.each([
    `update platform.audit_log set action = 'other'`,
    `delete from platform.audit_log`,
    `truncate platform.audit_log`,
    `delete from platform.audit_head`,
    `truncate platform.audit_head`,
    `update platform.audit_head set seq = 0`,
    `update platform.audit_head set seq = seq + 1, hash = decode(repeat('ab', 32), 'hex')`,
  ])('refuse: %s', async (statement) => {
    await using db = await openTestDatabase();
    await append(db, 'one', 'two');
    await expect(db.query(statement)).rejects.toMatchObject({ code: '23001' });
    expect(await verifyAudit(db)).toMatchObject({ ok: true, records: 2 });
  });
});

/** The record as it would have to be hashed at its place, by somebody who knows how. */
async function rehash(tx: Queryable, seq: number): Promise<void> {
  const { rows } = await tx.query<ChainedRecord & { prevHash: Buffer }>(
    `select at, actor_kind as "actorKind", actor_id as "actorId", actor_name as "actorName",
            actor_address as "actorAddress", action, target_kind as "targetKind",
            target_id as "targetId", target_name as "targetName", details, prev_hash as "prevHash"
       from platform.audit_log where seq = $1`,
    [seq],
  );
  const { prevHash, ...record } = rows[0]!;
  await tx.query(`update platform.audit_log set hash = $2 where seq = $1`, [
    seq,
    hashOf(prevHash, record),
  ]);
}

describe('verifyAudit', () => {
  it.each<[BrokenChain, string, number, (tx: Queryable) => Promise<unknown>]>([
    [
      'RECORD_CHANGED',
      'a word was changed',
      3,
      (tx) => tx.query(`update platform.audit_log set action = 'nothing' where seq = 3`),
    ],
    [
      'RECORD_CHANGED',
      'details were changed',
      2,
      (tx) => tx.query(`update platform.audit_log set details = '{"a":1}' where seq = 2`),
    ],
    [
      'RECORD_CHANGED',
      'the time was changed',
      2,
      (tx) => tx.query(`update platform.audit_log set at = at + interval '1 s' where seq = 2`),
    ],
    [
      'RECORD_MISSING',
      'one was removed',
      2,
      (tx) => tx.query(`delete from platform.audit_log where seq = 2`),
    ],
    [
      'RECORD_MISSING',
      'the first ones were removed',
      1,
      (tx) => tx.query(`delete from platform.audit_log where seq < 3`),
    ],
    [
      'END_MISSING',
      'the last was removed',
      5,
      (tx) => tx.query(`delete from platform.audit_log where seq = 5`),
    ],
    ['END_MISSING', 'all were removed', 1, (tx) => tx.query(`delete from platform.audit_log`)],
    [
      'RECORD_REPLACED',
      'one was written anew, with its right hash',
      2,
      async (tx) => {
        await tx.query(`update platform.audit_log set action = 'nothing' where seq = 2`);
        await rehash(tx, 2);
      },
    ],
    [
      'RECORD_REPLACED',
      'one was removed and the numbers closed',
      2,
      async (tx) => {
        await tx.query(`delete from platform.audit_log where seq = 3`);
        await tx.query(`update platform.audit_log set seq = seq - 1 where seq > 3`);
      },
    ],
    [
      'RECORDS_REORDERED',
      'two changed places',
      2,
      async (tx) => {
        await tx.query(`update platform.audit_log set seq = -2 where seq = 2`);
        await tx.query(`update platform.audit_log set seq = 2 where seq = 3`);
        await tx.query(`update platform.audit_log set seq = 3 where seq = -2`);
      },
    ],
    ['HEAD_CHANGED', 'the head is gone', 5, (tx) => tx.query(`delete from platform.audit_head`)],
    [
      'HEAD_CHANGED',
      'the head was set back',
      5,
      (tx) => tx.query(`update platform.audit_head set seq = 4`),
    ],
    [
      'HEAD_CHANGED',
      'the head has another hash',
      5,
      (tx) => tx.query(`update platform.audit_head set hash = $1`, [genesisHash]),
    ],
    [
      'HEAD_CHANGED',
      'the last record was written anew',
      5,
      async (tx) => {
        await tx.query(`update platform.audit_log set action = 'nothing' where seq = 5`);
        await rehash(tx, 5);
      },
    ],
  ])('%s: %s', async (reason, _what, firstBrokenSeq, work) => {
    await using db = await openTestDatabase();
    await append(db, 'one', 'two', 'three', 'four', 'five');
    await tamper(db, work);
    expect(await verifyAudit(db, 2)).toMatchObject({ ok: false, reason, firstBrokenSeq });
    expect(await verifyAudit(db)).toMatchObject({ ok: false, reason, firstBrokenSeq });
  });
});

describe('listRecords', () => {
  it('finds by what people know, and takes % and _ literally', async () => {
    await using db = await openTestDatabase();
    const add = (action: string, name: string, hoursLater = 0) =>
      db.transaction((tx) =>
        appendRecord(
          tx,
          { actor: { kind: 'user', id: name, name }, action },
          new Date(at.getTime() + hoursLater * 3_600_000),
        ),
      );
    await add('user.created', 'a_b');
    await add('user.changed', 'axb', 1);
    await add('session.started', '100%', 2);
    const found = async (filter: Parameters<typeof listRecords>[1]) => {
      const { items, total } = await listRecords(db, filter, 'order by seq', {
        offset: 0,
        limit: 10,
      });
      expect(total).toBe(items.length);
      return items.map(({ seq }) => seq);
    };
    expect(await found({})).toEqual([1, 2, 3]);
    expect(await found({ action: 'user.' })).toEqual([1, 2]);
    expect(await found({ action: '%' })).toEqual([]);
    expect(await found({ q: 'a_b' })).toEqual([1]);
    expect(await found({ q: '%' })).toEqual([3]);
    expect(await found({ q: 'STARTED' })).toEqual([3]);
    expect(await found({ actorId: 'axb' })).toEqual([2]);
    expect(await found({ from: '2026-11-21T19:00:00Z' })).toEqual([2, 3]);
    expect(await found({ to: '2026-11-21T19:00:00Z' })).toEqual([1]);
    const beyond = await listRecords(db, {}, 'order by seq', { offset: 50, limit: 10 });
    expect(beyond).toEqual({ items: [], total: 3 });
  });
});
