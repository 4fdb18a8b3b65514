import { createHash } from 'node:crypto';
import type { Queryable } from '../../../platform/db/queryable.ts';
import type { SoftwareIdentity } from '../software/identity.ts';

/** Distinct software and its ids, remembered in this process. */
export interface Catalogue {
  /**
   * The id of each entry, by its key; those not known yet are added, first seen at `at`. Any
   * number of processes may add the same at once.
   */
  resolve(
    tx: Queryable,
    software: ReadonlyMap<string, SoftwareIdentity>,
    at: Date,
  ): Promise<ReadonlyMap<string, number>>;
}

/** About 60 MB at most. */
const mostRemembered = 300_000;

interface Found {
  readonly id: number;
  readonly hash: string;
  readonly own: boolean;
}

export function createCatalogue(): Catalogue {
  const remembered = new Map<string, number>();

  function remember(key: string, id: number): void {
    if (remembered.size >= mostRemembered) {
      const [oldest] = remembered.keys();
      if (oldest !== undefined) remembered.delete(oldest);
    }
    remembered.set(key, id);
  }

  return {
    async resolve(tx, software, at) {
      const ids = new Map<string, number>();
      const missing = new Map<string, string>();
      for (const key of software.keys()) {
        const id = remembered.get(key);
        if (id === undefined) missing.set(hashOf(key), key);
        else ids.set(key, id);
      }
      const take = (rows: readonly Found[]) => {
        for (const { id, hash, own } of rows) {
          const key = missing.get(hash);
          if (key === undefined) continue;
          ids.set(key, id);
          missing.delete(hash);
          // What this very transaction added does not exist if it is rolled back.
          if (!own) remember(key, id);
        }
      };
      if (missing.size > 0) take(await find(tx, [...missing.keys()]));
      if (missing.size > 0) {
        const entries = [...missing].map(([hash, key]) => ({ hash, entry: software.get(key)! }));
        take(await insert(tx, entries, at));
      }
      // Somebody else added these between our two statements, and has committed since.
      if (missing.size > 0) take(await find(tx, [...missing.keys()]));
      if (missing.size > 0) throw new Error(`${missing.size} software entries without an id`);
      return ids;
    },
  };
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

async function find(tx: Queryable, hashes: readonly string[]): Promise<readonly Found[]> {
  const { rows } = await tx.query<Found>(
    `select s.id, encode(s.identity_hash, 'hex') as hash,
            s.xmin::text = (pg_current_xact_id()::text::bigint & 4294967295)::text as own
       from assets.software s
      where s.identity_hash in (select decode(h, 'hex') from unnest($1::text[]) h)`,
    [hashes],
  );
  return rows;
}

/** In order of the hash, so that two processes that add the same rows cannot deadlock. */
async function insert(
  tx: Queryable,
  entries: readonly { readonly hash: string; readonly entry: SoftwareIdentity }[],
  at: Date,
): Promise<readonly Found[]> {
  const column = (field: keyof SoftwareIdentity) => entries.map(({ entry }) => entry[field]);
  const { rows } = await tx.query<Found>(
    `insert into assets.software
       (identity_hash, source, name, version, arch, source_name, source_version, vendor,
        identifier, host, first_seen_at)
     select decode(t.hash, 'hex'), t.source, t.name, t.version, t.arch, t.source_name,
            t.source_version, t.vendor, t.identifier, t.host, $11
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                   $7::text[], $8::text[], $9::text[], $10::text[])
            as t (hash, source, name, version, arch, source_name, source_version, vendor,
                  identifier, host)
      order by t.hash
     on conflict (identity_hash) do nothing
     returning id, encode(identity_hash, 'hex') as hash, true as own`,
    [
      entries.map(({ hash }) => hash),
      column('source'),
      column('name'),
      column('version'),
      column('arch'),
      column('sourceName'),
      column('sourceVersion'),
      column('vendor'),
      column('identifier'),
      column('host'),
      at,
    ],
  );
  return rows;
}
