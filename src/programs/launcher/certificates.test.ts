import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operatorCertificates, ownCertificates } from './certificates.ts';

const hosts = ['localhost', '127.0.0.1', '::1', 'yojin.example'];
const now = new Date('2026-11-21T12:00:00Z');
const days = (count: number) => new Date(now.getTime() + count * 86_400_000);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-tls-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('ownCertificates', () => {
  it('makes a CA for ten years and a server certificate for one, keys for the owner only', async () => {
    const { tls, made } = await ownCertificates(folder, hosts, now);
    const [ca, server] = [new X509Certificate(tls.ca), new X509Certificate(tls.cert)];
    expect(made).toBe('authority-and-server');
    expect(ca.ca).toBe(true);
    expect(server.ca).toBe(false);
    expect(server.verify(ca.publicKey)).toBe(true);
    expect(ca.validToDate > days(3650)).toBe(true);
    expect(server.validToDate).toEqual(days(365));
    expect(server.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    for (const name of ['localhost', 'yojin.example']) expect(server.checkHost(name)).toBe(name);
    expect(server.checkHost('elsewhere.example')).toBeUndefined();
    for (const address of ['127.0.0.1', '::1']) expect(server.checkIP(address)).toBe(address);
    for (const file of ['ca-key.pem', 'server.pem']) {
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    }
  });

  it('serves a TLS handshake that trusts nothing but the CA', async () => {
    const { tls } = await ownCertificates(folder, hosts, new Date());
    const server = createServer({ key: tls.key, cert: tls.cert }, (socket) => socket.end('ok'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const socket = connect({ host: '127.0.0.1', port, ca: tls.ca });
    const said = await new Promise((resolve, reject) => {
      socket.on('data', (data) => resolve(String(data)));
      socket.on('error', reject);
    });
    server.close();
    expect(said).toBe('ok');
  });

  it('keeps both while they are good', async () => {
    const first = await ownCertificates(folder, hosts, now);
    const second = await ownCertificates(folder, [...hosts].reverse(), days(334));
    expect(second.made).toBe('nothing');
    expect(second.tls).toEqual(first.tls);
  });

  it.each`
    because                         | names                      | at           | damage
    ${'29 days are left'}           | ${hosts}                   | ${days(336)} | ${''}
    ${'it has long expired'}        | ${hosts}                   | ${days(900)} | ${''}
    ${'a name came to the machine'} | ${[...hosts, 'b.example']} | ${now}       | ${''}
    ${'its file is damaged'}        | ${hosts}                   | ${now}       | ${'server.pem'}
  `(
    'makes the server certificate anew, by the same CA, when $because',
    async ({ names, at, damage }) => {
      const first = await ownCertificates(folder, hosts, now);
      if (damage) writeFileSync(join(folder, damage), 'not a certificate');
      const second = await ownCertificates(folder, names, at);
      expect(second.made).toBe('server');
      expect(second.tls.ca).toBe(first.tls.ca);
      expect(second.tls.cert).not.toBe(first.tls.cert);
      expect(
        new X509Certificate(second.tls.cert).verify(new X509Certificate(first.tls.ca).publicKey),
      ).toBe(true);
    },
  );

  it('begins again when it was killed between key and certificate of the CA', async () => {
    writeFileSync(join(folder, 'ca-key.pem'), 'left behind');
    expect((await ownCertificates(folder, hosts, now)).made).toBe('authority-and-server');
  });

  it.each`
    file            | text        | at            | code
    ${'ca.pem'}     | ${'broken'} | ${now}        | ${'certificate-broken'}
    ${'ca-key.pem'} | ${'broken'} | ${days(340)}  | ${'certificate-broken'}
    ${undefined}    | ${''}       | ${days(3700)} | ${'certificate-broken'}
    ${undefined}    | ${''}       | ${days(-800)} | ${'clock-behind'}
  `(
    'refuses with $code when $file is damaged or the time is $at',
    async ({ file, text, at, code }) => {
      await ownCertificates(folder, hosts, now);
      if (file) writeFileSync(join(folder, file), text);
      const before = readFileSync(join(folder, 'ca.pem'), 'utf8');
      await expect(ownCertificates(folder, hosts, at)).rejects.toMatchObject({ code });
      expect(readFileSync(join(folder, 'ca.pem'), 'utf8')).toBe(before);
    },
  );
});

describe('operatorCertificates', () => {
  const write = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };

  it('takes certificate, chain and key; endpoints pin the end of the chain', async () => {
    const { tls } = await ownCertificates(folder, hosts, now);
    const cert = write('chain.pem', `${tls.cert}${tls.ca}`);
    const own = operatorCertificates(cert, write('key.pem', tls.key), now);
    expect(own.ca.trim()).toBe(tls.ca.trim());
  });

  it('refuses what is missing, damaged, expired, or not a pair', async () => {
    const { tls } = await ownCertificates(folder, hosts, now);
    const other = await ownCertificates(mkdtempSync(join(folder, 'other-')), hosts, now);
    const cert = write('cert.pem', tls.cert);
    const key = write('key.pem', tls.key);
    const code = (attempt: () => unknown) => {
      try {
        attempt();
        return 'accepted';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code(() => operatorCertificates(cert, key, now))).toBe('accepted');
    expect(code(() => operatorCertificates(cert, join(folder, 'none'), now))).toBe(
      'certificate-unreadable',
    );
    expect(code(() => operatorCertificates(write('x.pem', 'x'), key, now))).toBe(
      'certificate-broken',
    );
    expect(code(() => operatorCertificates(cert, write('y.pem', 'y'), now))).toBe(
      'certificate-broken',
    );
    expect(code(() => operatorCertificates(cert, key, days(366)))).toBe('certificate-broken');
    expect(code(() => operatorCertificates(cert, write('o.pem', other.tls.key), now))).toBe(
      'certificate-broken',
    );
  });
});
