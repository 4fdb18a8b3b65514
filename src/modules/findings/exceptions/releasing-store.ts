import type { Queryable } from '../../../platform/db/queryable.ts';
import { rejudge } from '../reconcile-store.ts';

export type ReleaseCause = 'exception-expired' | 'exception-withdrawn' | 'no-longer-covered';

const batch = 5_000;

/**
 * Excepted findings glow again: open, with the clock that stood still going on from where it stood.
 *
 * @param endDay the first day on which the clock runs again
 */
export async function releaseFindings(
  tx: Queryable,
  findingIds: readonly number[],
  { endDay, at, cause }: { endDay: string; at: Date; cause: ReleaseCause },
): Promise<number> {
  let released = 0;
  for (let start = 0; start < findingIds.length; start += batch) {
    const { rows } = await tx.query<{ id: number }>(
      `with locked as materialized (
         select id, exception_id from findings.findings
          where id = any($1::bigint[]) and state = 'excepted' and exception_id is not null
          order by id for update),
       released as (
         update findings.findings f
            set state = 'open', exception_id = null, excepted_until = null, state_reason = null,
                state_source = null, excepted_on = null,
                paused_days = f.paused_days + greatest(0, $2::date - f.excepted_on)
           from locked where f.id = locked.id
         returning f.id, locked.exception_id),
       told as (
         insert into findings.events (finding_id, at, event, details)
         select id, $3, 'open', jsonb_build_object('cause', $4::text, 'exception', exception_id)
           from released order by id)
       select id from released`,
      [findingIds.slice(start, start + batch), endDay, at, cause],
    );
    released += rows.length;
    if (rows.length > 0) await rejudge(tx, { findingIds: rows.map(({ id }) => id) });
  }
  return released;
}

/** All that one exception excepts: it has ended. */
export async function releaseAllOf(
  tx: Queryable,
  exceptionId: number,
  how: { endDay: string; at: Date; cause: ReleaseCause },
): Promise<number> {
  const { rows } = await tx.query<{ id: number }>(
    `select id from findings.findings
      where exception_id = $1 and state = 'excepted' order by id`,
    [exceptionId],
  );
  return releaseFindings(
    tx,
    rows.map(({ id }) => id),
    how,
  );
}
