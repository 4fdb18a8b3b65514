import type { Queryable } from '../../platform/db/queryable.ts';
import type { DueProfile } from './due.ts';

export interface ScopeProfile {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly isDefault: boolean;
  /** Null: it inherits. */
  readonly own: DueProfile | null;
  readonly effective: DueProfile;
}

/**
 * Every scope with its own profile and the one that applies there: its own, else that of the
 * nearest scope above that has one, else BOD 26-04. In no particular order.
 */
export async function listScopeProfiles(db: Queryable): Promise<ScopeProfile[]> {
  const { rows } = await db.query<ScopeProfile>(
    // From the roots down, so that it ends whatever the tree looks like.
    `with recursive resolved as (
       select s.id, coalesce(p.profile, 'bod-26-04') as effective
         from assets.scope_view s
         left join findings.due_profiles p on p.scope_id = s.id
        where s.parent_id is null
       union all
       select s.id, coalesce(p.profile, r.effective)
         from resolved r
         join assets.scope_view s on s.parent_id = r.id
         left join findings.due_profiles p on p.scope_id = s.id)
     select s.id, s.parent_id as "parentId", s.name, s.is_default as "isDefault",
            p.profile as own, r.effective
       from resolved r
       join assets.scope_view s using (id)
       left join findings.due_profiles p on p.scope_id = s.id`,
  );
  return rows;
}

/** Null: inherits from now on. Findings are judged anew by `rejudge`, in the same transaction. */
export async function storeOwnProfile(
  tx: Queryable,
  scopeId: string,
  profile: DueProfile | null,
): Promise<void> {
  await (profile === null
    ? tx.query(`delete from findings.due_profiles where scope_id = $1`, [scopeId])
    : tx.query(
        `insert into findings.due_profiles (scope_id, profile) values ($1, $2)
         on conflict (scope_id) do update set profile = excluded.profile`,
        [scopeId, profile],
      ));
}

const lockName = `hashtext('findings due profiles')`;

/**
 * For who judges: profiles stay as they are until the transaction ends. Otherwise a judgement by
 * the profile of before could be written after the change has judged everything anew.
 */
export async function holdProfiles(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(${lockName})`);
}

/** For who changes a profile: waits until nobody is judging. Before anything else is locked. */
export async function lockProfiles(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${lockName})`);
}
