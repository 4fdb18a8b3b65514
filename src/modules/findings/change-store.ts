import type { Queryable } from '../../platform/db/queryable.ts';
import type { FindingsChange } from './api.ts';
import { type FindingState, moveByHand, type RefusalCode } from './life-cycle.ts';

export interface ChangeResult {
  readonly changed: readonly { readonly id: number; readonly before: Before }[];
  readonly refused: readonly Refusal[];
}
interface Refusal {
  readonly id: number;
  readonly code: RefusalCode | 'not-found';
  readonly reason: string;
}
interface Before {
  readonly state: FindingState;
  readonly owner: string | null;
}

/**
 * Sets state or owner by hand. Findings outside the caller's scopes are refused as unknown; moves
 * that the life cycle forbids are refused with its reason; the others go through.
 */
export async function changeFindings(
  tx: Queryable,
  { findingIds, change }: FindingsChange,
  { scopes, at, by }: { scopes: 'all' | readonly string[]; at: Date; by: string },
): Promise<ChangeResult> {
  const { rows } = await tx.query<Before & { id: number; scopeId: string }>(
    `select id, state, owner, scope_id as "scopeId"
       from findings.findings where id = any($1::bigint[]) order by id for update`,
    [findingIds],
  );
  const found = new Map(rows.map((row) => [row.id, row]));
  const refused: Refusal[] = [];
  const changed: { id: number; before: Before }[] = [];
  for (const id of new Set(findingIds)) {
    const row = found.get(id);
    if (!row || (scopes !== 'all' && !scopes.includes(row.scopeId))) {
      refused.push({ id, code: 'not-found', reason: 'No such finding.' });
      continue;
    }
    const move =
      change.state === undefined ? { ok: true as const } : moveByHand(row.state, change.state);
    if (!move.ok) {
      refused.push({ id, code: move.code, reason: move.reason });
      continue;
    }
    const { state, owner } = row;
    changed.push({ id, before: { state, owner } });
  }
  const ids = changed.map(({ id }) => id);
  await tx.query(
    `update findings.findings
        set state = coalesce($2, state),
            owner = case when $3 then $4 else owner end,
            state_reason = case when $2 is null then state_reason else $5 end,
            state_source = case when $2 is null then state_source else $6 end
      where id = any($1::bigint[])`,
    [
      ids,
      change.state ?? null,
      change.owner !== undefined,
      change.owner ?? null,
      change.reason ?? null,
      by,
    ],
  );
  await tx.query(
    `insert into findings.events (finding_id, at, event, details)
     select id, $2, $3, $4 from unnest($1::bigint[]) as id`,
    [ids, at, change.state ?? 'owner-changed', JSON.stringify({ ...change, by })],
  );
  return { changed, refused };
}

/**
 * Findings that were excepted one by one, before exceptions were asked for and approved, glow again
 * after their day. Returns how many.
 */
export async function endExceptions(tx: Queryable, today: string, at: Date): Promise<number> {
  const { rowCount } = await tx.query(
    `with ended as (
       update findings.findings
          set state = 'open', excepted_until = null, state_reason = null, state_source = null
        where state = 'excepted' and exception_id is null and excepted_until < $1
        returning id)
     insert into findings.events (finding_id, at, event, details)
     select id, $2, 'open', '{"cause": "exception-ended"}' from ended`,
    [today, at],
  );
  return rowCount ?? 0;
}
