import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Passwords as scrypt (RFC 7914) in a PHC string that carries its parameters, so that they can
 * grow: `$scrypt$ln=17,r=8,p=1$salt$hash`. N=2^17, r=8, p=1 as OWASP's Password Storage Cheat
 * Sheet advises: 128 MiB and about 0.3 s each, on the thread pool, not on the event loop.
 */
const parameters = { ln: 17, r: 8, p: 1 };
const keyBytes = 32;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const { ln, r, p } = parameters;
  const key = await derive(password, salt, ln, r, p, keyBytes);
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64')}$${key.toString('base64')}`;
}

/** False also for a hash that is none: such an account cannot be signed in to. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const parsed = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(stored);
  if (!parsed) return false;
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

/** What is verified for a login that does not exist, so that both answers take the same time. */
export const nobodysHash = hashPassword(randomBytes(24).toString('base64'));

function derive(
  password: string,
  salt: Buffer,
  ln: number,
  r: number,
  p: number,
  length: number,
): Promise<Buffer> {
  const options = { N: 2 ** ln, r, p, maxmem: 256 * r * 2 ** ln };
  return new Promise((resolve, reject) => {
    // One form for what keyboards compose in different ways.
    scrypt(password.normalize('NFKC'), salt, length, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}

/** Twelve characters and more that everybody tries first. */
const common = new Set([
  'password1234',
  'passwordpassword',
  '123456789012',
  '1234567890123',
  '12345678901234',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyqwerty',
  'administrator',
  'administrator1',
  'adminadminadmin',
  'letmeinletmein',
  'welcome12345',
  'iloveyou1234',
  'changemechangeme',
  'changeme1234',
  'abcdefghijkl',
  'abcd1234abcd',
  'aaaaaaaaaaaa',
  '111111111111',
  '000000000000',
  'password12345',
  'p@ssw0rd1234',
  'p@ssword1234',
  'yojinyojinyojin',
  'yojin1234567',
]);

/** Why a password is refused, or null. Length is the schema's business. */
export function weaknessOfPassword(
  password: string,
  login: string,
): 'PASSWORD_IS_LOGIN' | 'PASSWORD_COMMON' | null {
  const text = password.toLowerCase();
  if (text === login.toLowerCase()) return 'PASSWORD_IS_LOGIN';
  if (common.has(text) || /^(.)\1*$/.test(text)) return 'PASSWORD_COMMON';
  return null;
}
