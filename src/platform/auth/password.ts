import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { ProblemError } from '../http/problem.ts';

/**
 * Passwords as scrypt (RFC 7914) in a PHC string that carries its parameters, so that they can
 * grow: `$scrypt$ln=17,r=8,p=1$salt$hash`. N=2^17, r=8, p=1 as OWASP's Password Storage Cheat
 * Sheet advises: 128 MiB and about 0.3 s each, on the thread pool, not on the event loop.
 */
const parameters = { ln: 17, r: 8, p: 1 };
const keyBytes = 32;

/** @throws ProblemError 503 SIGN_IN_BUSY when too many wait already */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const { ln, r, p } = parameters;
  const key = await derive(password, salt, ln, r, p, keyBytes);
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${key.toString('base64')}`;
}

/**
 * Whether `password` is the one of `stored`. Null: a user who is unknown or disabled; it takes as
 * long as with a known one, and is false. False also for a hash that is none.
 * @throws ProblemError 503 SIGN_IN_BUSY
 */
export async function verifyPassword(password: string, stored: string | null): Promise<boolean> {
  const parsed = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([^$]+)\$([^$]+)$/.exec(
    stored ?? '',
  );
  if (!parsed) {
    const { ln, r, p } = parameters;
    await derive(password, nobodysSalt, ln, r, p, keyBytes);
    return false;
  }
  const [, ln, r, p, salt, hash] = parsed;
  const expected = Buffer.from(hash!, 'base64');
  const key = await derive(
    password,
    Buffer.from(salt!, 'base64'),
    Number(ln),
    Number(r),
    Number(p),
    expected.length,
  );
  return timingSafeEqual(key, expected);
}

const nobodysSalt = randomBytes(16);

/**
 * Anybody can make us derive a key, and the thread pool (four threads) also reads files and unzips
 * what agents send: half of it stays free, and a crowd is turned away instead of piling up.
 */
const derivedAtOnce = 2;
const waitingAtMost = 20;
let deriving = 0;
const waiting: (() => void)[] = [];

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (deriving >= derivedAtOnce) {
    if (waiting.length >= waitingAtMost) {
      throw new ProblemError(503, 'SIGN_IN_BUSY', 'Too many people sign in at this moment', {
        detail: 'Try again shortly.',
      });
    }
    // Whoever ends hands the place over.
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else {
    deriving += 1;
  }
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else deriving -= 1;
  }
}

function derive(
  password: string,
  salt: Buffer,
  ln: number,
  r: number,
  p: number,
  length: number,
): Promise<Buffer> {
  const options = { N: 2 ** ln, r, p, maxmem: 256 * r * 2 ** ln };
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        // One form for what keyboards compose in different ways.
        scrypt(password.normalize('NFKC'), salt, length, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
}

/**
 * The most common passwords that are long enough to pass, from public lists of leaked ones, and
 * the obvious ones for this product; without regard to case.
 */
const commonPasswords = new Set([
  '1234567890123456',
  '123456789012',
  '123456789123',
  '1234567891011',
  '12345678910111213',
  '111111111111',
  '000000000000',
  '123123123123',
  '121212121212',
  '112233445566',
  '987654321098',
  'abcdefghijkl',
  'abcdefghijklmnop',
  'abcd12345678',
  'abc123abc123',
  'a1b2c3d4e5f6',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiop[]',
  'qwertyuiopasdfghjkl',
  'qwerty123456',
  'qwerty12345678',
  'qwertyqwerty',
  '1q2w3e4r5t6y',
  '1q2w3e4r5t6y7u8i',
  '1qaz2wsx3edc',
  '1qaz2wsx3edc4rfv',
  'zaq12wsxcde3',
  'password1234',
  'password12345',
  'password123!',
  'password1234!',
  'passwordpassword',
  'p@ssw0rd1234',
  'p@ssword1234',
  'passw0rd1234',
  'administrator',
  'administrator1',
  'admin1234567',
  'admin12345678',
  'adminadminadmin',
  'adminpassword',
  'changeme1234',
  'changemechangeme',
  'letmeinletmein',
  'welcome12345',
  'welcome123456',
  'iloveyou1234',
  'iloveyouiloveyou',
  'yojinyojinyojin',
  'yojin1234567',
  'hinoyoujin123',
]);

/** Why a password is refused, or null. Length is the schema's business. */
export function weaknessOfPassword(
  password: string,
  login: string,
): 'PASSWORD_IS_LOGIN' | 'PASSWORD_COMMON' | null {
  const text = password.normalize('NFKC').toLowerCase();
  const name = login.toLowerCase();
  const madeOfLogin = name.length >= 4 && text.replaceAll(name, '').length < 6;
  if (text === name || madeOfLogin) return 'PASSWORD_IS_LOGIN';
  if (commonPasswords.has(text) || new Set(text).size < 4) return 'PASSWORD_COMMON';
  return null;
}
