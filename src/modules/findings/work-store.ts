import type { Queryable } from '../../platform/db/queryable.ts';
import { moveByHand } from './life-cycle.ts';

/** In the order in which work goes on. */
const workStates = ['open', 'planned', 'in-progress', 'awaiting-proof'] as const;
export type WorkState = (typeof workStates)[number];

/**
 * Moves many findings at once because of work that is done on them, and only where a person could.
 * Work moves them forward: what stands further already stays, as does what is excepted, under
 * investigation or decided by a statement. `open` gives back those that `by` itself had moved and
 * nobody since. Returns how many moved. Rows are locked by id, as everywhere.
 */
export async function moveForWork(
  tx: Queryable,
  findingIds: readonly number[],
  { to, at, by, reason }: { to: WorkState; at: Date; by: string; reason: string | null },
): Promise<number> {
  if (findingIds.length === 0) return 0;
  const place = workStates.indexOf(to);
  const from = workStates.filter(
    (state, at_) => moveByHand(state, to).ok && (to === 'open' ? at_ > 0 : at_ < place),
  );
  const { rowCount } = await tx.query(
    `with locked as materialized (
       select id from findings.findings
        where id = any($1::bigint[]) and state = any($2::text[])
          and ($3::text <> 'open' or state_source = $5)
        order by id for update),
     moved as (
       update findings.findings f
          set state = $3, state_reason = $4,
              state_source = case when $3::text = 'open' then null else $5 end
         from locked where f.id = locked.id returning f.id)
     insert into findings.events (finding_id, at, event, details)
     select id, $6, $3, jsonb_strip_nulls(
              jsonb_build_object('state', $3::text, 'by', $5::text, 'reason', $4::text))
       from moved order by id`,
    [findingIds, from, to, reason, by, at],
  );
  return rowCount ?? 0;
}
