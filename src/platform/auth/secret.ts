import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits. Nothing of it is kept but its SHA-256, which needs no salt at that length. */
export function newSecret(prefix = ''): { readonly text: string; readonly hash: Buffer } {
  const text = prefix + randomBytes(32).toString('base64url');
  return { text, hash: secretHash(text) };
}

export function secretHash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
