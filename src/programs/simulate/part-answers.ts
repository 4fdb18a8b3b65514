import { digestOf } from '../../modules/agent-protocol/digest.ts';
import type { Row } from '../../modules/assets/public.ts';
import { columnsOf } from './config.ts';
import type { Host } from './host.ts';
import { rowsOfPart } from './inventory.ts';

/** Names of the parts of an inventory, in the schedule and in distributed reads. */
export const inventoryPrefix = /^yojin(-full)?:/;

/** What an endpoint answers to the statements that ask for the parts of its inventory. */
export class PartAnswers {
  readonly #host: Host;
  /** By part, until it changes. */
  readonly #digests = new Map<string, string>();

  constructor(host: Host) {
    this.#host = host;
  }

  /** Some part was answered already. */
  get hasAnswered(): boolean {
    return this.#digests.size > 0;
  }

  /** The inventory changed. */
  forget(parts: readonly string[]): void {
    for (const part of parts) this.#digests.delete(part);
  }

  /** The answer to a statement of the schedule; undefined: not simulated. */
  scheduled(name: string, sql: string): readonly Row[] | undefined {
    const rows = this.rows(name, sql);
    if (rows === undefined || !sql.startsWith('select sha256(')) return rows;
    const digest = this.#digests.get(name.replace(inventoryPrefix, ''))!;
    return [{ digest, row_count: String(rows.length) }];
  }

  /** The rows of a part with the columns that the statement asks for; undefined: not simulated. */
  rows(name: string, sql: string): readonly Row[] | undefined {
    if (!inventoryPrefix.test(name)) return undefined;
    const columns = columnsOf(sql);
    const part = name.replace(inventoryPrefix, '');
    const rows = columns.length > 0 ? rowsOfPart(this.#host, part) : undefined;
    if (rows === undefined) return undefined;
    if (!this.#digests.has(part)) {
      this.#digests.set(part, digestOf(columns, rows).toString('hex'));
    }
    const [sample = {}] = rows;
    const same = Object.keys(sample).length === columns.length && columns.every((c) => c in sample);
    if (same) return rows;
    return rows.map((row) =>
      Object.fromEntries(columns.map((column) => [column, row[column] ?? ''])),
    );
  }
}
