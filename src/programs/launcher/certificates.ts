import './metadata-reflection.ts';
import {
  createPrivateKey,
  X509Certificate as NodeCertificate,
  randomBytes,
  webcrypto,
} from 'node:crypto';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { join } from 'node:path';
import * as x509 from '@peculiar/x509';
import { LaunchFailure } from './failure.ts';
import { readIfThere, writePrivately } from './private-file.ts';

/** What a TLS listener needs, and what endpoints pin. All PEM. */
export interface ServerTls {
  readonly key: string;
  readonly cert: string;
  /** What endpoints must trust: our CA, or what the operator's certificate chains to. */
  readonly ca: string;
}

export interface OwnCertificates {
  readonly tls: ServerTls;
  readonly made: 'authority-and-server' | 'server' | 'nothing';
  readonly serverExpiresAt: Date;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const dayMs = 86_400_000;
const authorityDays = 3653;
const serverDays = 365;
const renewBelowDays = 30;
/** Endpoints' clocks are not exact: what was made now is valid since yesterday. */
const backdateMs = dayMs;

/**
 * The certificates of `folder`, made or renewed as needed: a CA of our own (10 years), kept for as
 * long as it is valid because endpoints pin it, and a server certificate (1 year), made anew with
 * less than 30 days to go or when `hosts` are no longer those it names.
 * @throws LaunchFailure certificate-broken, clock-behind
 */
export async function ownCertificates(
  folder: string,
  hosts: readonly string[],
  now: Date,
): Promise<OwnCertificates> {
  const authorityPath = join(folder, 'ca.pem');
  const authorityKeyPath = join(folder, 'ca-key.pem');
  const serverPath = join(folder, 'server.pem');
  const names = [...new Set(hosts)].sort();

  let authority = readIfThere(authorityPath);
  const isNew = authority === undefined;
  if (authority === undefined) {
    const made = await makeAuthority(now);
    // The key first: a key without its certificate signed nothing, and is simply replaced.
    writePrivately(authorityKeyPath, made.key);
    writePrivately(authorityPath, made.certificate, 0o644);
    authority = made.certificate;
  }
  const ca = parse(authority, authorityPath);
  if (ca.validFromDate.getTime() > now.getTime() + dayMs) {
    throw new LaunchFailure('clock-behind', {
      now: now.toISOString(),
      known: ca.validFromDate.toISOString(),
      path: authorityPath,
    });
  }
  if (ca.validToDate.getTime() < now.getTime()) {
    throw new LaunchFailure('certificate-broken', {
      path: authorityPath,
      reason: `expired ${ca.validTo}`,
      folder,
    });
  }

  const pair = isNew ? undefined : readIfThere(serverPath);
  const kept = pair === undefined ? undefined : usableServer(pair, ca, names, now);
  if (kept) {
    return {
      tls: { ...kept, ca: authority },
      made: 'nothing',
      serverExpiresAt: new NodeCertificate(kept.cert).validToDate,
    };
  }
  let authorityKey: string | undefined;
  try {
    authorityKey = readFileSync(authorityKeyPath, 'utf8');
    if (!ca.checkPrivateKey(createPrivateKey(authorityKey))) throw new Error('is not its key');
  } catch (error) {
    throw new LaunchFailure(
      'certificate-broken',
      { path: authorityKeyPath, reason: (error as Error).message, folder },
      error,
    );
  }
  const server = await makeServer(authority, authorityKey, names, now);
  // One file for both: a certificate can never stand beside the key of another.
  writePrivately(serverPath, `${server.key}${server.cert}`);
  return {
    tls: { ...server, ca: authority },
    made: isNew ? 'authority-and-server' : 'server',
    serverExpiresAt: new NodeCertificate(server.cert).validToDate,
  };
}

/**
 * The operator's own certificate (with its chain) and key. Endpoints pin the last of the chain;
 * for a public CA they need the system's bundle instead, which is the operator's to name.
 * @throws LaunchFailure certificate-unreadable, certificate-broken
 */
export function operatorCertificates(certPath: string, keyPath: string, now: Date): ServerTls {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8');
    } catch (error) {
      throw new LaunchFailure('certificate-unreadable', { path }, error);
    }
  };
  const broken = (path: string, reason: string, cause?: unknown) =>
    new LaunchFailure('certificate-broken', { path, reason, folder: join(path, '..') }, cause);
  const cert = read(certPath);
  const key = read(keyPath);
  const chain = cert.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  const leaf = parse(chain[0] ?? cert, certPath);
  let matches: boolean;
  try {
    matches = leaf.checkPrivateKey(createPrivateKey(key));
  } catch (error) {
    throw broken(keyPath, (error as Error).message, error);
  }
  if (!matches) throw broken(keyPath, `not the key of ${certPath}`);
  if (leaf.validToDate < now) throw broken(certPath, `expired ${leaf.validTo}`);
  return { key, cert, ca: `${chain.at(-1)}\n` };
}

function parse(pem: string, path: string): NodeCertificate {
  try {
    return new NodeCertificate(pem);
  } catch (error) {
    throw new LaunchFailure(
      'certificate-broken',
      { path, reason: (error as Error).message, folder: join(path, '..') },
      error,
    );
  }
}

/** The stored pair while it is good; undefined when a new one must be made (it is ours to make). */
function usableServer(
  pair: string,
  ca: NodeCertificate,
  names: readonly string[],
  now: Date,
): { key: string; cert: string } | undefined {
  const at = pair.indexOf('-----BEGIN CERTIFICATE-----');
  const [key, cert] = [pair.slice(0, at), pair.slice(at)];
  try {
    const found = new NodeCertificate(cert);
    const daysLeft = (found.validToDate.getTime() - now.getTime()) / dayMs;
    const good =
      found.checkPrivateKey(createPrivateKey(key)) &&
      found.verify(ca.publicKey) &&
      found.validFromDate <= now &&
      daysLeft >= renewBelowDays &&
      namesOf(found).join() === names.join();
    return good ? { key, cert } : undefined;
  } catch {
    return undefined;
  }
}

function namesOf(certificate: NodeCertificate): string[] {
  const extension = new x509.X509Certificate(certificate.raw).getExtension(
    x509.SubjectAlternativeNameExtension,
  );
  return (extension?.names.items.map((name) => name.value) ?? []).sort();
}

async function makeAuthority(now: Date): Promise<{ certificate: string; key: string }> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  // A name of its own for each authority: two with one name confuse path building.
  const name = [{ CN: [`Yojin CA ${randomBytes(4).toString('hex')}`] }, { O: ['Yojin'] }];
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name,
    keys,
    notBefore: new Date(now.getTime() - backdateMs),
    notAfter: new Date(now.getTime() + authorityDays * dayMs),
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, key: await pemOf(keys.privateKey) };
}

async function makeServer(
  authority: string,
  authorityKey: string,
  names: readonly string[],
  now: Date,
): Promise<{ key: string; cert: string }> {
  const issuer = new x509.X509Certificate(authority);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    createPrivateKey(authorityKey).export({ type: 'pkcs8', format: 'der' }),
    algorithm,
    false,
    ['sign'],
  );
  const notAfter = Math.min(now.getTime() + serverDays * dayMs, issuer.notAfter.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: ['Yojin server'] }],
    issuer: issuer.subjectName,
    notBefore: new Date(Math.max(now.getTime() - backdateMs, issuer.notBefore.getTime())),
    notAfter: new Date(notAfter),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((name) => ({ type: isIP(name) ? 'ip' : 'dns', value: name })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { key: await pemOf(keys.privateKey), cert: `${certificate.toString('pem')}\n` };
}

/** 127 random bits, positive (RFC 5280 §4.1.2.2). */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = (bytes[0]! & 0x7f) | 0x01;
  return bytes.toString('hex');
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${der.replace(/(.{64})/g, '$1\n').trimEnd()}\n-----END PRIVATE KEY-----\n`;
}
