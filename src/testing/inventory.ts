import { createCatalogue } from '../modules/assets/catalogue/store.ts';
import { partQueries } from '../modules/assets/endpoint-queries.ts';
import { createIngest } from '../modules/assets/inventory/store.ts';
import type { Row } from '../modules/assets/public.ts';
import type { Database } from '../platform/db/queryable.ts';
import { createLog } from '../platform/log.ts';

/** The statement that asks an endpoint for one part of its inventory. */
export function statementOf(part: string, platform: 'linux' | 'darwin' | 'windows'): string {
  const sql = partQueries.find(({ name }) => name === part)?.sql[platform];
  if (sql === undefined) throw new Error(`${part} is not asked on ${platform}`);
  return sql;
}

/** Stores the whole answer of one endpoint to one query, as the endpoints' listener does. */
export async function storeInventory(
  db: Database,
  endpointId: string,
  part: string,
  rows: readonly Row[],
  observedAt: Date,
  platform: 'linux' | 'darwin' | 'windows' = 'linux',
): Promise<void> {
  const ingest = createIngest({
    queries: partQueries,
    catalogue: createCatalogue(),
    log: createLog('warn'),
  });
  await db.transaction((tx) =>
    ingest(tx, [
      { endpointId, platform, query: part, observedAt, outcome: { kind: 'rows', rows } },
    ]),
  );
}

/** One row of the part `software-deb`. */
export function debRow(name: string, version: string, source = ''): Row {
  return { name, version, arch: 'amd64', source, maintainer: 'Debian' };
}
