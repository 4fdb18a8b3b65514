import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FeedDamaged } from '../rejections.ts';

/**
 * Ed25519 over the bytes of `checksums.txt`, which names the SHA-256 of every file of a bundle. The
 * signature lies beside it in base64 (`checksums.txt.sig`), the signer's public key, for reading
 * its fingerprint, in `signing-key.pub.pem`. Trusted is only a key that somebody put into the home.
 */
export const signatureFile = 'checksums.txt.sig';
export const publicKeyFile = 'signing-key.pub.pem';

export type SignatureState = 'verified' | 'not-signed' | 'signer-not-pinned';

/** `SHA256:` and the base64 of the hash of the public key (of a pair, too) in DER. */
export function fingerprintOf(key: KeyObject): string {
  const shown = key.type === 'private' ? createPublicKey(key) : key;
  const der = shown.export({ format: 'der', type: 'spki' });
  return `SHA256:${createHash('sha256').update(der).digest('base64').replace(/=+$/, '')}`;
}

/** Keys in PEM; several may stand in one text. @throws FeedDamaged */
export function readTrustedKeys(pem: string): readonly KeyObject[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[\s\S]*?-----END PUBLIC KEY-----/g) ?? [];
  return blocks.map((text) => {
    try {
      const key = createPublicKey(text);
      if (key.asymmetricKeyType === 'ed25519') return key;
    } catch {
      // Told below.
    }
    throw new FeedDamaged('KEY_UNREADABLE', 'a trusted key is not an Ed25519 public key in PEM');
  });
}

/** The keys pinned in a home: every `*.pem` in `feeds/trusted`. */
export async function loadTrustedKeys(home: string): Promise<readonly KeyObject[]> {
  const folder = join(home, 'feeds', 'trusted');
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.pem')).sort();
  const texts = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap(readTrustedKeys);
}

/**
 * With pinned keys a bundle must carry the signature of one of them; without, a signature proves
 * nothing, and the answer says so.
 * @throws FeedDamaged
 */
export function checkSignature(
  checksums: Buffer,
  signature: string | null,
  trusted: readonly KeyObject[],
): SignatureState {
  if (trusted.length === 0) return signature === null ? 'not-signed' : 'signer-not-pinned';
  if (signature === null) {
    throw new FeedDamaged('NOT_SIGNED', 'it is not signed, and a signing key is pinned here');
  }
  const bytes = Buffer.from(signature.trim(), 'base64');
  if (!trusted.some((key) => verify(null, checksums, key, bytes))) {
    throw new FeedDamaged('SIGNATURE_WRONG', 'no pinned key made its signature');
  }
  return 'verified';
}

/** This installation's signing key, made at the first export; only its owner may read it. */
export async function signingKey(home: string): Promise<KeyObject> {
  const folder = join(home, 'feeds');
  const path = join(folder, 'signing-key.pem');
  try {
    return createPrivateKey(await readFile(path, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
  try {
    await writeFile(path, pem, { mode: 0o600, flag: 'wx' });
  } catch (error) {
    // Another export was first: its key counts.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return createPrivateKey(await readFile(path, 'utf8'));
  }
  await writeFile(join(folder, publicKeyFile), publicKey.export({ format: 'pem', type: 'spki' }));
  return privateKey;
}

export function signChecksums(checksums: string, key: KeyObject): string {
  return `${sign(null, Buffer.from(checksums), key).toString('base64')}\n`;
}

export function publicKeyOf(key: KeyObject): string {
  return createPublicKey(key).export({ format: 'pem', type: 'spki' }) as string;
}
