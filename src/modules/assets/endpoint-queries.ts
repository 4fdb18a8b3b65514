import { accountQueries } from './queries/accounts.ts';
import { softwareQueries } from './queries/installed-software.ts';
import { machineQueries } from './queries/machine.ts';
import { networkQueries } from './queries/network.ts';
import type { PartQuery } from './queries/part-query.ts';

/**
 * All that this module asks of endpoints, in the order in which pages show it.
 *
 * Source of tables and columns: the schema of osquery 5.23, https://osquery.io/schema/. The Linux
 * statements are run on the real binary by a test; those for macOS and Windows are prepared
 * against the published schema (testdata/osquery-tables.json) and were never seen on a real machine.
 */
export const partQueries: readonly PartQuery[] = [
  ...machineQueries,
  ...networkQueries,
  ...accountQueries,
  ...softwareQueries,
];
