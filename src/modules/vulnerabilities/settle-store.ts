import type { Database } from '../../platform/db/queryable.ts';
import {
  assessEndpoints,
  endpointsToAssess,
  endpointsToAssessAgain,
  lockAssessments,
  rematchPending,
} from './assess-store.ts';
import { describeWeaknesses } from './match-store.ts';

export interface Settled {
  readonly described: number;
  readonly matchedBatches: number;
  readonly endpoints: number;
  readonly opened: number;
  readonly closed: number;
}

/**
 * Does all that imports and inventories left to be done: describes weaknesses anew, matches
 * subjects anew, assesses endpoints; in short transactions, until nothing is left or `signal`
 * asks to stop. What it did not get to is still marked, so it may be killed at any time.
 */
export async function settle(
  db: Database,
  { clock, signal }: { readonly clock: () => Date; readonly signal?: AbortSignal | undefined },
): Promise<Settled> {
  const stopped = () => signal?.aborted === true;
  let [described, matchedBatches, endpoints, opened, closed] = [0, 0, 0, 0, 0];
  for (let done = 1; done > 0 && !stopped(); described += done) done = await describePending(db);
  while (!stopped() && (await rematchPending(db, clock()))) matchedBatches += 1;
  const causes = [
    [endpointsToAssess, 'inventory'],
    [endpointsToAssessAgain, 'advisory'],
  ] as const;
  for (const [waiting, cause] of causes) {
    while (!stopped()) {
      const ids = await waiting(db, 200);
      if (ids.length === 0) break;
      const options = { at: clock(), cause, ...(signal && { signal }) };
      const result = await assessEndpoints(db, ids, options);
      endpoints += result.endpoints;
      opened += result.opened;
      closed += result.closed;
    }
  }
  return { described, matchedBatches, endpoints, opened, closed };
}

/** How many weaknesses were described. */
async function describePending(db: Database): Promise<number> {
  return db.transaction(async (tx) => {
    // A mark that an import sets again is not to be taken away before its data can be seen.
    await lockAssessments(tx);
    const { rows } = await tx.query<{ key: string }>(
      `delete from vulnerabilities.weaknesses_to_describe
        where key in (select key from vulnerabilities.weaknesses_to_describe
                       order by key limit 500 for update skip locked)
       returning key`,
    );
    const keys = rows.map(({ key }) => key).sort();
    if (keys.length > 0) await describeWeaknesses(tx, keys);
    return keys.length;
  });
}
