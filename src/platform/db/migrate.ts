import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Database } from './queryable.ts';

/**
 * Every module keeps its own SQL below `<module>/migrations`; the UTC minute in the file name
 * (`202611211830_users.sql`) gives one order to all of them. Forward only: a file that has been
 * applied is never edited, which the ledger of checksums in `platform.migrations` holds us to.
 */
export async function migrationFiles(rootFolder: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(rootFolder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || basename(entry.parentPath) !== 'migrations') continue;
    if (/^\d{12}_[a-z0-9_]+\.sql$/.test(entry.name)) found.push(join(entry.parentPath, entry.name));
  }
  return found.sort((a, b) => basename(a).localeCompare(basename(b)));
}

export type MigrationResult =
  | { readonly applied: readonly string[] }
  /** The database has a migration that differs from ours, or that this version does not know. */
  | { readonly conflict: string };

/** Any number of processes may call this at once: one migrates, the others wait for it. */
export async function migrate(db: Database, rootFolder: string): Promise<MigrationResult> {
  const files = await migrationFiles(rootFolder);
  return db.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtext('yojin migrate'))`);
    await tx.query(`create schema if not exists platform`);
    await tx.query(
      `create table if not exists platform.migrations (
         name       text primary key,
         checksum   text not null,
         applied_at timestamptz not null default now())`,
    );
    const { rows } = await tx.query<{ name: string; checksum: string }>(
      `select name, checksum from platform.migrations`,
    );
    const ledger = new Map(rows.map((row) => [row.name, row.checksum]));
    // All of them are compared before the first is applied: a conflict leaves the database as it is.
    const pending: { name: string; text: string; checksum: string }[] = [];
    for (const file of files) {
      const name = basename(file);
      const text = await readFile(file, 'utf8');
      const checksum = createHash('sha256').update(text).digest('hex');
      const known = ledger.get(name);
      ledger.delete(name);
      if (known === undefined) pending.push({ name, text, checksum });
      else if (known !== checksum) {
        return { conflict: `${name} was applied in another form than this version carries` };
      }
    }
    const [unknown] = ledger.keys();
    if (unknown !== undefined) {
      return { conflict: `the database has ${unknown}, made by a newer version of Yojin` };
    }
    for (const { name, text, checksum } of pending) {
      await tx.query(text);
      await tx.query(`insert into platform.migrations (name, checksum) values ($1, $2)`, [
        name,
        checksum,
      ]);
    }
    const applied = pending.map(({ name }) => name);
    return { applied };
  });
}
