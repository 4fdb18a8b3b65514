import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { SignedOrder } from './action.ts';
import { orderDomain } from './channel.ts';

/** What a server signs orders with. */
export interface OrderKey {
  /** First 16 hex digits of the SHA-256 of the public key in DER. */
  readonly keyId: string;
  /** Ed25519, SPKI in PEM. */
  readonly publicKey: string;
  readonly sign: (text: string) => SignedOrder;
}

/** The private half stays within the closure: no log and no JSON can show it. Throws: not Ed25519. */
export function orderKeyOf(privatePem: string): OrderKey {
  const key = createPrivateKey(privatePem);
  if (key.asymmetricKeyType !== 'ed25519') throw new Error('not an Ed25519 private key');
  const shown = createPublicKey(key);
  const keyId = keyIdOf(shown);
  return {
    keyId,
    publicKey: shown.export({ format: 'pem', type: 'spki' }) as string,
    sign: (text) => ({
      text,
      signature: sign(null, Buffer.from(orderDomain + text, 'utf8'), key).toString('base64'),
      keyId,
    }),
  };
}

export function keyIdOf(publicKey: KeyObject): string {
  const der = publicKey.export({ format: 'der', type: 'spki' });
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}

/** Whether `publicKey` (SPKI, PEM) made the signature; as agents check it. */
export function isSignedBy(publicKey: string, { text, signature }: SignedOrder): boolean {
  const bytes = Buffer.from(orderDomain + text, 'utf8');
  return verify(null, bytes, createPublicKey(publicKey), Buffer.from(signature, 'base64'));
}
