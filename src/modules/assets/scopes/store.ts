import type { Queryable } from '../../../platform/db/queryable.ts';

export interface ScopeRow {
  readonly id: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: 'company' | 'site';
  readonly relation: 'headquarters' | 'domestic' | 'overseas' | 'group' | 'supplier';
  readonly isDefault: boolean;
  readonly endpointCount: number;
  readonly createdAt: string;
}

/** The scope of endpoints that enrolled without being told another one. There is always one. */
export async function defaultScopeId(db: Queryable): Promise<string> {
  const { rows } = await db.query<{ id: string }>(`select id from assets.scopes where is_default`);
  const id = rows[0]?.id;
  if (id === undefined) throw new Error('assets.scopes has no default scope');
  return id;
}

/** Undefined: no such scope. `id` must be a UUID. */
export async function scopeName(db: Queryable, id: string): Promise<string | undefined> {
  const { rows } = await db.query<{ name: string }>(
    `select name from assets.scopes where id = $1`,
    [id],
  );
  return rows[0]?.name;
}

export async function scopeExists(db: Queryable, id: string): Promise<boolean> {
  return (await scopeName(db, id)) !== undefined;
}

/** The scopes `ids` with all that lie below them, each once, sorted. Unknown ids are left out. */
export async function expandScopes(db: Queryable, ids: readonly string[]): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `with recursive reached as (
       select id from assets.scopes where id = any($1::uuid[])
       union
       select s.id from assets.scopes s join reached r on s.parent_id = r.id)
     select id from reached order by id`,
    [ids],
  );
  return rows.map(({ id }) => id);
}

/** All scopes, the default first, then by name; `endpointCount` is of the very scope. */
export async function listScopes(db: Queryable): Promise<ScopeRow[]> {
  const { rows } = await db.query<ScopeRow & { createdAt: Date }>(
    `select s.id, s.parent_id as "parentId", s.name, s.kind, s.relation,
            s.is_default as "isDefault", s.created_at as "createdAt",
            coalesce(n.count, 0)::int as "endpointCount"
       from assets.scopes s
       left join (select scope_id, count(*) from assets.endpoints group by scope_id) n
         on n.scope_id = s.id
      order by s.is_default desc, s.name, s.id`,
  );
  return rows.map((row) => ({ ...row, createdAt: row.createdAt.toISOString() }));
}

/**
 * Changes of the tree wait for each other, or two moves at once could make a circle that neither
 * of them sees.
 */
export async function lockScopeTree(tx: Queryable): Promise<void> {
  await tx.query(`lock table assets.scopes in share row exclusive mode`);
}

export interface ScopeFields {
  readonly parentId: string | null;
  readonly name: string;
  readonly kind: string;
  readonly relation: string;
}

export async function insertScope(tx: Queryable, scope: ScopeFields): Promise<string> {
  const { rows } = await tx.query<{ id: string }>(
    `insert into assets.scopes (parent_id, name, kind, relation) values ($1, $2, $3, $4)
     returning id`,
    [scope.parentId, scope.name, scope.kind, scope.relation],
  );
  return rows[0]!.id;
}

export async function updateScope(tx: Queryable, id: string, scope: ScopeFields): Promise<void> {
  await tx.query(
    `update assets.scopes set parent_id = $2, name = $3, kind = $4, relation = $5 where id = $1`,
    [id, scope.parentId, scope.name, scope.kind, scope.relation],
  );
}

export async function deleteScope(tx: Queryable, id: string): Promise<void> {
  await tx.query(`delete from assets.scopes where id = $1`, [id]);
}
