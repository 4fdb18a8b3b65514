import { createHash } from 'node:crypto';
import type { Queryable } from '../db/queryable.ts';

/**
 * Guessing gets slower: after five failures for one login, or twenty from one address, each
 * further one doubles the wait, up to fifteen minutes. Kept in the database, so neither a restart
 * nor a second server resets it; forgotten a day after the last attempt.
 */
const free = { login: 5, address: 20 };
const longestWaitMs = 15 * 60_000;

export interface Attempt {
  readonly login: string;
  readonly address: string;
}

/** Milliseconds to wait before this may be tried again; 0: now. */
export async function waitBeforeSignIn(
  db: Queryable,
  attempt: Attempt,
  now: Date,
): Promise<number> {
  const { rows } = await db.query<{ until: Date | null }>(
    `select max(blocked_until) as until from platform.sign_in_attempts where key = any($1::bytea[])`,
    [keysOf(attempt).map(({ key }) => key)],
  );
  const until = rows[0]?.until;
  return until ? Math.max(0, until.getTime() - now.getTime()) : 0;
}

export async function recordFailedSignIn(
  db: Queryable,
  attempt: Attempt,
  now: Date,
): Promise<void> {
  const aDayAgo = new Date(now.getTime() - 86_400_000);
  await db.query(`delete from platform.sign_in_attempts where last_at < $1`, [aDayAgo]);
  for (const { key, allowed } of keysOf(attempt)) {
    await db.query(
      `insert into platform.sign_in_attempts as a (key, failures, last_at) values ($1, 1, $2)
       on conflict (key) do update
          set failures = a.failures + 1, last_at = $2,
              blocked_until = case when a.failures + 1 >= $3
                then $2::timestamptz + least($4::float8, 1000 * power(2, least(a.failures + 1 - $3, 20)))
                     * interval '1 millisecond' end`,
      [key, now, allowed, longestWaitMs],
    );
  }
}

/** A success clears the login, not the address: others behind it may still be guessing. */
export async function forgetFailedSignIns(db: Queryable, { login }: Attempt): Promise<void> {
  await db.query(`delete from platform.sign_in_attempts where key = $1`, [
    hash(`login ${login.toLowerCase()}`),
  ]);
}

const hash = (text: string) => createHash('sha256').update(text).digest();

function keysOf({ login, address }: Attempt) {
  return [
    { key: hash(`login ${login.toLowerCase()}`), allowed: free.login },
    { key: hash(`address ${address}`), allowed: free.address },
  ];
}
