import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { goodPassword, startPlatformServer } from '../../testing/platform-server.ts';
import { testCertificates } from '../../testing/server-for-tests.ts';

it('over TLS the cookie is Secure, bound to the host, and no other listener takes it', async () => {
  await using db = await openTestDatabase();
  const folder = mkdtempSync(join(tmpdir(), 'yojin-tls-'));
  try {
    const tls = await testCertificates(folder);
    await using server = await startPlatformServer(db, { tls, trustLoopback: false });
    await using plain = await startPlatformServer(db);
    await plain.addUser('anna');
    await server.app.listen({ host: '127.0.0.1', port: 0 });
    const { port } = server.app.server.address() as { port: number };
    const ask = (method: string, path: string, headers: Record<string, string>, body?: object) =>
      new Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; text: string }>(
        (resolve, reject) => {
          const asking = request(
            {
              host: '127.0.0.1',
              port,
              path: `/api${path}`,
              method,
              ca: tls.ca,
              servername: 'localhost',
              headers: { host: 'yojin.example', 'content-type': 'application/json', ...headers },
            },
            async (response) => {
              let text = '';
              for await (const chunk of response) text += chunk;
              resolve({ status: response.statusCode!, headers: response.headers, text });
            },
          );
          asking.on('error', reject);
          asking.end(body && JSON.stringify(body));
        },
      );
    const signedIn = await ask('POST', '/session', {}, { login: 'anna', password: goodPassword });
    expect(signedIn.status).toBe(200);
    const [cookie = ''] = signedIn.headers['set-cookie'] as string[];
    expect(cookie).toMatch(/^__Host-yojin-session=[\w-]{43}; /);
    expect(cookie.split('; ').slice(1).sort()).toEqual([
      'HttpOnly',
      'Max-Age=604800',
      'Path=/',
      'SameSite=Strict',
      'Secure',
    ]);
    expect(signedIn.headers['strict-transport-security']).toBe('max-age=31536000');
    const pair = cookie.split(';')[0]!;
    expect((await ask('GET', '/users', { cookie: pair })).status).toBe(200);
    expect((await ask('GET', '/users', { cookie: pair.replace('__Host-', '') })).status).toBe(401);
    const jar = { cookie: pair, csrfToken: '' };
    expect((await plain.call('GET', '/users', { jar })).status).toBe(401);
    const local = { authorization: `Bearer ${server.local}` };
    expect((await ask('GET', '/users', local)).status).toBe(401);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
