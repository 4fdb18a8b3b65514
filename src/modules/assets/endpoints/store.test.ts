import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addEndpoint, addScope, someIdentity } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import {
  defaultScopeId,
  endpointExists,
  expandScopes,
  recordConfirmations,
  recordContacts,
  scopeExists,
  scopeName,
  setSharedHardwareUuid,
  updateEndpointIdentity,
} from '../public.ts';

const at = (seconds: number) => new Date(Date.parse('2026-11-21T12:00:00Z') + seconds * 1000);
const nobody = '00000000-0000-4000-8000-000000000000';

describe('what other modules use', () => {
  it('keeps identities; what is not said again stays', async () => {
    await using db = await openTestDatabase();
    const id = await addEndpoint(db, { hostname: 'old\0', hardwareUuid: 'hw', cpu: 1 } as never);
    await updateEndpointIdentity(
      db,
      id,
      someIdentity({ hostname: 'new', osVersion: null, agentVersion: '6' }),
      at(0),
    );
    await setSharedHardwareUuid(db, [id, nobody], true);
    const { rows } = await db.query(
      `select hostname, hardware_uuid, os_version, agent_version, shared_hardware_uuid, last_seen_at
         from assets.endpoints join assets.contacts on endpoint_id = id`,
    );
    expect(rows).toEqual([
      {
        hostname: 'new',
        hardware_uuid: 'hw',
        os_version: '12 (bookworm)',
        agent_version: '6',
        shared_hardware_uuid: true,
        last_seen_at: at(0),
      },
    ]);
    expect([await endpointExists(db, id), await endpointExists(db, nobody)]).toEqual([true, false]);
  });

  it('answers for the tree of scopes', async () => {
    await using db = await openTestDatabase();
    const root = await defaultScopeId(db);
    expect(await scopeName(db, root)).toBe('Organisation');
    const child = await addScope(db, 'child', root);
    const grandchild = await addScope(db, 'grandchild', child);
    const other = await addScope(db, 'other', root);
    expect(await expandScopes(db, [child])).toEqual([child, grandchild].sort());
    expect(await expandScopes(db, [grandchild, other, nobody])).toEqual([grandchild, other].sort());
    expect(await expandScopes(db, [])).toEqual([]);
    expect([await scopeExists(db, child), await scopeExists(db, nobody)]).toEqual([true, false]);
  });

  it('never moves a time backwards, however batches overlap', async () => {
    await using db = await openTestDatabase();
    const ids = await Promise.all([1, 2, 3, 4, 5].map(() => addEndpoint(db)));
    const contact = fc.record({ who: fc.nat(5), seconds: fc.nat(100_000) });
    const newest = new Map<string, number>();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(contact, { minLength: 1, maxLength: 12 }), {
          minLength: 2,
          maxLength: 6,
        }),
        async (batches) => {
          // The sixth is an endpoint that is gone.
          const idOf = (who: number) => ids[who] ?? nobody;
          await Promise.all(
            batches.flatMap((batch, i) => [
              recordContacts(
                db,
                batch.map(({ who, seconds }) => ({ endpointId: idOf(who), at: at(seconds) })),
              ),
              recordConfirmations(
                db,
                batch.map(({ who, seconds }) => ({
                  endpointId: idOf(who),
                  query: i % 2 === 0 ? 'os' : 'users',
                  observedAt: at(seconds),
                })),
              ),
            ]),
          );
          for (const [i, batch] of batches.entries()) {
            for (const { who, seconds } of batch) {
              for (const key of [
                `${idOf(who)} seen`,
                `${idOf(who)} ${i % 2 === 0 ? 'os' : 'users'}`,
              ]) {
                newest.set(key, Math.max(newest.get(key) ?? 0, at(seconds).getTime()));
              }
            }
          }
          const { rows } = await db.query<{
            id: string;
            seen: Date | null;
            confirmed: Record<string, number>;
          }>(`select endpoint_id as id, last_seen_at as seen, confirmed from assets.contacts`);
          for (const { id, seen, confirmed } of rows) {
            expect(seen?.getTime()).toBe(newest.get(`${id} seen`));
            expect(confirmed['os']).toBe(newest.get(`${id} os`));
            expect(confirmed['users']).toBe(newest.get(`${id} users`));
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('tells open pages of those that come back, not of every heart beat', async () => {
    await using db = await openTestDatabase();
    const [back, steady] = [await addEndpoint(db), await addEndpoint(db)];
    await recordContacts(db, [{ endpointId: steady, at: at(0) }]);
    const told: unknown[] = [];
    await db.listen('assets_news', (payload) => told.push(JSON.parse(payload)));
    await recordContacts(db, [{ endpointId: steady, at: at(60) }]);
    await recordContacts(db, [
      { endpointId: steady, at: at(120) },
      { endpointId: back, at: at(120) },
    ]);
    await expect.poll(() => told).toEqual([{ topic: 'endpoints', ids: [back] }]);
  });
});
