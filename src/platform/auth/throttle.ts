import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { Queryable } from '../db/queryable.ts';

/**
 * Guessing gets slower with each failure: after the free ones 1 s, 2 s, 4 s … 15 min, counted per
 * login and per address, in the database, so that neither a restart nor another process helps.
 * A right password takes its own attempt back.
 */
export interface Subject {
  readonly key: Buffer;
  readonly freeFailures: number;
}
const longestBlockSeconds = 900;
/** After this long without an attempt, counting starts again. */
const forgetAfterSeconds = 3_600;

const keyOf = (kind: string, text: string) =>
  createHash('sha256').update(`${kind} ${text}`).digest();

/** The login as typed, existing or not: the answer must not tell the two apart. */
export function loginSubject(login: string): Subject {
  return { key: keyOf('login', login.toLowerCase()), freeFailures: 5 };
}

/** One IPv4 address, or a /64 of IPv6: one customer has all addresses of it. */
export function addressSubject(address: string): Subject {
  return { key: keyOf('address', networkOf(address)), freeFailures: 20 };
}

export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const plain = address.split('%', 1)[0] ?? '';
  if (!isIPv6(plain)) return address;
  const [head = '', tail] = plain.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

/**
 * Counts an attempt as failed before it is made, in one statement: a hundred attempts at once get
 * no further than one after another. Answers 0, or for how many seconds none is allowed.
 */
export async function countAttempt(db: Queryable, subject: Subject, now: Date): Promise<number> {
  const { rows } = await db.query(
    `insert into platform.sign_in_attempts as a (key, failures, last_at)
     values ($1, 1, $2)
     on conflict (key) do update set
       failures = case when a.last_at < $2 - make_interval(secs => $3) then 1
                       else a.failures + 1 end,
       last_at = $2,
       blocked_until =
         case when a.last_at < $2 - make_interval(secs => $3) or a.failures + 1 < $4 then null
              else $2 + make_interval(secs => least($5, 2.0 ^ least(a.failures + 1 - $4, 20)))
         end
     where a.blocked_until is null or a.blocked_until <= $2
     returning 1`,
    [subject.key, now, forgetAfterSeconds, subject.freeFailures, longestBlockSeconds],
  );
  if (rows.length > 0) return 0;
  const blocked = await db.query<{ until: Date | null }>(
    `select blocked_until as until from platform.sign_in_attempts where key = $1`,
    [subject.key],
  );
  const until = blocked.rows[0]?.until?.getTime() ?? now.getTime();
  return Math.max(1, Math.ceil((until - now.getTime()) / 1000));
}

/** The attempt was none after all. */
export async function uncountAttempt(db: Queryable, subject: Subject): Promise<void> {
  await db.query(
    `update platform.sign_in_attempts
        set failures = greatest(failures - 1, 0), blocked_until = null
      where key = $1`,
    [subject.key],
  );
}

export async function forgetAttempts(db: Queryable, subject: Subject): Promise<void> {
  await db.query(`delete from platform.sign_in_attempts where key = $1`, [subject.key]);
}

export async function pruneAttempts(db: Queryable, now: Date): Promise<void> {
  await db.query(
    `delete from platform.sign_in_attempts
      where last_at < $1::timestamptz - make_interval(secs => $2)
        and (blocked_until is null or blocked_until < $1)`,
    [now, forgetAfterSeconds],
  );
}
