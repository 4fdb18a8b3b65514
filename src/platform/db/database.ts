import pg from 'pg';
import type { Logger } from '../log.ts';
import type { Database, Queryable } from './queryable.ts';

// bigint columns are counts and ids here, all below 2^53.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

export interface DatabaseOptions {
  readonly connectionString: string;
  readonly log: Logger;
  /** Connections of the pool; the listening connection comes on top. */
  readonly poolSize?: number;
}

/** Opens the pool. It does not connect: the first statement does, and reports why it cannot. */
export function openDatabase({ connectionString, log, poolSize = 16 }: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString,
    max: poolSize,
    application_name: 'yojin',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // An idle connection that dies (a restarted PostgreSQL) must not end the process.
  pool.on('error', (error) => log.warn({ reason: error.message }, 'database connection lost'));
  const listeners = new Listeners(connectionString, log);

  return {
    connectionString,
    query: (text, values) => pool.query(text, values as unknown[]) as never,
    async transaction(work) {
      const client = await pool.connect();
      let broken: Error | undefined;
      // Without a listener of ours a connection that dies now would end the process.
      const onLost = (error: Error) => {
        broken = error;
      };
      client.on('error', onLost);
      try {
        await client.query('begin');
        const result = await work({
          query: (text, values) => client.query(text, values as unknown[]) as never,
        } satisfies Queryable);
        await client.query('commit');
        return result;
      } catch (error) {
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError;
        });
        throw error;
      } finally {
        client.off('error', onLost);
        client.release(broken);
      }
    },
    listen: (channel, onNotice, onReconnect, onLost) =>
      listeners.add({ channel, onNotice, onReconnect, onLost }),
    async close() {
      await listeners.close();
      await pool.end();
    },
  };
}

interface Listener {
  readonly channel: string;
  readonly onNotice: (payload: string) => void;
  readonly onReconnect: (() => void) | undefined;
  readonly onLost: (() => void) | undefined;
}

/** One connection for all channels, opened with the first listener, reopened when it breaks. */
class Listeners {
  readonly #connectionString: string;
  readonly #log: Logger;
  readonly #listeners = new Set<Listener>();
  #client: pg.Client | undefined;
  /** One statement at a time: pg takes no second one while the first is under way. */
  #said: Promise<unknown> = Promise.resolve();
  #opening: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(connectionString: string, log: Logger) {
    this.#connectionString = connectionString;
    this.#log = log;
  }

  async add(listener: Listener): Promise<() => void> {
    this.#listeners.add(listener);
    this.#opening ??= this.#open();
    await this.#opening;
    const said = this.#said.then(() =>
      this.#client?.query(`listen ${pg.escapeIdentifier(listener.channel)}`),
    );
    this.#said = said.catch(() => undefined);
    await said;
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#client?.end().catch(() => undefined);
  }

  async #open(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.#connectionString,
      application_name: 'yojin listen',
      keepAlive: true,
    });
    let connected = false;
    let lost = false;
    const onLost = (error?: Error) => {
      // A connection that never came about is told by the rejection, and tried again from there
      // alone: with two retries for each failure their number would double every time.
      if (!connected || lost || this.#closed) return;
      lost = true;
      this.#client = undefined;
      if (error)
        this.#log.warn({ reason: error.message }, 'listening connection lost, opening it again');
      client.end().catch(() => undefined);
      for (const { onLost: tell } of this.#listeners) tell?.();
      this.#retry = setTimeout(() => this.#reopen(), 500);
    };
    client.on('error', onLost);
    client.on('end', () => onLost());
    client.on('notification', ({ channel, payload }) => {
      for (const listener of this.#listeners) {
        if (listener.channel === channel) listener.onNotice(payload ?? '');
      }
    });
    try {
      await client.connect();
      for (const channel of new Set([...this.#listeners].map((listener) => listener.channel))) {
        await client.query(`listen ${pg.escapeIdentifier(channel)}`);
      }
    } catch (error) {
      client.end().catch(() => undefined);
      throw error;
    }
    connected = true;
    this.#client = client;
  }

  #reopen(): void {
    if (this.#closed) return;
    this.#opening = this.#open();
    this.#opening.then(
      () => {
        for (const { onReconnect } of this.#listeners) onReconnect?.();
      },
      () => {
        this.#retry = setTimeout(() => this.#reopen(), 1_000);
      },
    );
  }
}
