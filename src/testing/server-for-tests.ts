import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../platform/db/queryable.ts';
import { createLog } from '../platform/log.ts';
import { ownCertificates } from '../programs/launcher/certificates.ts';
import { startServer } from '../programs/server/server.ts';

/** An authority of its own in `folder`, and what it made for a server on this machine. */
export async function testCertificates(folder: string) {
  const { tls } = await ownCertificates(folder, ['localhost', '127.0.0.1'], new Date());
  return tls;
}

/** The whole server on free loopback ports and the database of the test, as `yojin up` starts it. */
export async function startTestServer(
  db: Database,
  { reportSeconds }: { readonly reportSeconds?: number } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'yojin-server-'));
  const tls = await testCertificates(folder);
  const caFile = join(folder, 'pinned.pem');
  writeFileSync(caFile, tls.ca);
  const localSecret = randomBytes(32).toString('base64url');
  const server = await startServer({
    databaseUrl: db.connectionString,
    home: folder,
    host: '127.0.0.1',
    port: 0,
    tlsPort: 0,
    tls,
    localSecret,
    log: createLog('error'),
    ...(reportSeconds !== undefined && { reportSeconds }),
  });
  return {
    ...server,
    folder,
    caFile,
    /** The credential of the command line of this machine. */
    localToken: `yjnlocal_${localSecret}`,
    /** Asks the API as the command line of this machine does. */
    async api<T>(path: string, init: { method?: string; body?: unknown } = {}): Promise<T> {
      const response = await fetch(`${server.consoleUrl}/api${path}`, {
        method: init.method ?? 'GET',
        headers: {
          authorization: `Bearer yjnlocal_${localSecret}`,
          ...(init.body !== undefined && { 'content-type': 'application/json' }),
        },
        ...(init.body !== undefined && { body: JSON.stringify(init.body) }),
      });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async [Symbol.asyncDispose]() {
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
