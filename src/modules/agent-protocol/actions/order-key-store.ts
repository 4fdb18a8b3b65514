import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Database } from '../../../platform/db/queryable.ts';
import { endAgents } from './link-store.ts';
import { type OrderKey, orderKeyOf } from './order-key.ts';

/** Why there is no key to sign orders with. The server does not start. */
export type OrderKeyFailure =
  /** The file is there and holds no Ed25519 private key in PEM, or cannot be read. */
  | 'unreadable'
  /** The database knows the key of another server, and this one has none. */
  | 'missing'
  /** The database knows another key than the one in the file. */
  | 'other';

export class OrderKeyError extends Error {
  readonly failure: OrderKeyFailure;
  readonly path: string;

  constructor(failure: OrderKeyFailure, path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.failure = failure;
    this.path = path;
  }
}

export interface OrderKeyOptions {
  /** The server's home; its key is `keys/order-signing.pem`. */
  readonly home: string;
  /** Another file, which must be there: the one key of several servers (`YOJIN_ORDER_KEY`). */
  readonly keyFile?: string | undefined;
  /** Take this server's key, whatever the database knows: every agent enrols anew. */
  readonly replace?: boolean;
  readonly at: Date;
}

/**
 * The key that orders are signed with. Made at the first start of an installation; from then on all
 * servers on one database must have the same. The database keeps the public half only.
 * @throws OrderKeyError
 */
export async function openOrderKey(db: Database, options: OrderKeyOptions): Promise<OrderKey> {
  const { home, keyFile, replace = false, at } = options;
  const path = keyFile ?? join(home, 'keys', 'order-signing.pem');
  return db.transaction(async (tx) => {
    // Two servers that start for the first time at once: the later one must see the earlier's key.
    await tx.query(`select pg_advisory_xact_lock(hashtext('yojin order key'))`);
    const { rows } = await tx.query<{ keyId: string }>(
      `select key_id as "keyId" from agent_protocol.order_keys where retired_at is null`,
    );
    const known = rows[0]?.keyId;
    let key = await readKey(path);
    if (key === undefined) {
      if (keyFile !== undefined) {
        throw new OrderKeyError('unreadable', path, `there is no file ${path}`);
      }
      if (known !== undefined && !replace) {
        const message = `orders are signed with the key ${known}, which is not at ${path}`;
        throw new OrderKeyError('missing', path, message);
      }
      key = await makeKey(path);
    }
    if (key.keyId === known) return key;
    if (known !== undefined && !replace) {
      const message = `orders are signed with the key ${known}; ${path} holds ${key.keyId}`;
      throw new OrderKeyError('other', path, message);
    }
    await tx.query(
      `update agent_protocol.order_keys set retired_at = $1 where retired_at is null`,
      [at],
    );
    await tx.query(
      `insert into agent_protocol.order_keys (key_id, public_key, since) values ($1, $2, $3)
       on conflict (key_id) do update set retired_at = null`,
      [key.keyId, key.publicKey, at],
    );
    // They would refuse every order from now on; enrolling anew tells them the new key.
    const { rows: agents } = await tx.query<{ id: string }>(
      `select id from agent_protocol.agents where ended_at is null and key_id <> $1 order by id`,
      [key.keyId],
    );
    await endAgents(
      tx,
      agents.map(({ id }) => id),
      'key-replaced',
      at,
    );
    return key;
  });
}

async function readKey(path: string): Promise<OrderKey | undefined> {
  try {
    return orderKeyOf(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    // The message of a parser may quote what it read: it is not passed on.
    const code = (error as NodeJS.ErrnoException).code ?? 'no Ed25519 private key in PEM';
    throw new OrderKeyError('unreadable', path, `${path}: ${code}`);
  }
}

/** Whole or not at all; never in the place of a key that is there. */
async function makeKey(path: string): Promise<OrderKey> {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const making = `${path}.${randomBytes(6).toString('hex')}.new`;
  const file = await open(making, 'wx', 0o600);
  try {
    await file.writeFile(pem);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(making, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const there = await readKey(path);
    if (there !== undefined) return there;
  } finally {
    await rm(making, { force: true });
  }
  return orderKeyOf(pem as string);
}
