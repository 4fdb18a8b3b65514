import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ownCertificates } from '../launcher/certificates.ts';
import { BackOff, Channel } from './channel.ts';

describe('BackOff', () => {
  it('doubles to a limit, is never nothing, and keeps to what the server asked for', () => {
    const least = new BackOff({ firstMs: 1_000, mostMs: 8_000, random: () => 0 });
    expect([1, 2, 3, 4, 5].map(() => least.failed())).toEqual([250, 500, 1_000, 2_000, 2_000]);
    const most = new BackOff({ firstMs: 1_000, mostMs: 8_000, random: () => 1 });
    expect([1, 2, 3, 4, 5].map(() => most.failed())).toEqual([1_000, 2_000, 4_000, 8_000, 8_000]);
    expect(most.failed(30)).toBe(38_000);
    most.succeeded();
    expect(most.failed()).toBe(1_000);
  });
});

describe('Channel', () => {
  async function serverFor(names: readonly string[]) {
    const folder = mkdtempSync(join(tmpdir(), 'yojin-channel-'));
    const { tls } = await ownCertificates(folder, names, new Date());
    let connections = 0;
    const server = createServer({ key: tls.key, cert: tls.cert }, (request, response) => {
      request.resume().on('end', () => response.end(JSON.stringify({ path: request.url })));
    });
    server.on('secureConnection', () => {
      connections += 1;
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return {
      ca: tls.ca,
      port: (server.address() as AddressInfo).port,
      connections: () => connections,
      async [Symbol.asyncDispose]() {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
        rmSync(folder, { recursive: true, force: true });
      },
    };
  }
  const patience = { timeoutMs: 10_000 };

  it('asks the same server over one connection, by name and by address', async () => {
    await using server = await serverFor(['localhost', '127.0.0.1']);
    for (const host of ['localhost', '127.0.0.1']) {
      const before = server.connections();
      const channel = new Channel({ address: `${host}:${server.port}`, ca: server.ca });
      for (const path of ['/a', '/b', '/c']) {
        const reply = await channel.post(path, {}, patience);
        expect(reply).toMatchObject({ status: 200, body: { path } });
        expect(Date.parse(reply.date ?? '')).not.toBeNaN();
      }
      channel.close();
      expect(server.connections() - before).toBe(1);
    }
  });

  it('refuses another CA, and a certificate for another name', async () => {
    await using server = await serverFor(['elsewhere.example']);
    await using other = await serverFor(['127.0.0.1']);
    const named = new Channel({ address: `127.0.0.1:${server.port}`, ca: server.ca });
    await expect(named.post('/', {}, patience)).rejects.toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
    const foreign = new Channel({ address: `127.0.0.1:${other.port}`, ca: server.ca });
    await expect(foreign.post('/', {}, patience)).rejects.toThrow(/self-signed|unable to/);
    named.close();
    foreign.close();
  });
});
