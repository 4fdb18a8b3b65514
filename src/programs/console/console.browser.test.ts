import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createEnrolmentSecret } from '../../modules/agent-protocol/public.ts';
import { defaultScopeId } from '../../modules/assets/public.ts';
import { openConsole, setUp, shoot, speakEnglish } from '../../testing/console-browser.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { startAgent } from '../agent/agent.ts';
import { findOsqueryd } from '../agent/osqueryd.ts';

/**
 * What a newcomer does: follows the set-up link in a real browser and finds this very machine
 * there, reported by a real osqueryd over TLS into a real PostgreSQL. The console is the one that
 * Vite built. Screenshots of the last run lie in test-results/.
 */
describe('the console, in a real browser', () => {
  it('shows this machine, in both languages, and hears of a new package by itself', async () => {
    await using db = await openTestDatabase();
    await using server = await startTestServer(db, { reportSeconds: 5 });
    const search = await findOsqueryd({ binFolder: join(server.folder, 'bin') });
    if (!search.found) throw new Error(`no osqueryd: ${search.tried.join(', ')}`);
    const { secret } = await createEnrolmentSecret(db, {
      name: 'test',
      scopeId: await defaultScopeId(db),
      createdBy: 'test',
      at: new Date(),
      expiresAt: null,
    });
    const secretFile = join(server.folder, 'enrolment-secret');
    writeFileSync(secretFile, secret, { mode: 0o600 });
    const agent = await startAgent({
      osqueryd: search.found,
      folder: join(server.folder, 'agent'),
      tlsAddress: server.tlsAddress.replace('127.0.0.1', 'localhost'),
      caFile: server.caFile,
      secretFile,
      onEvent: () => undefined,
    });
    const browser = await openConsole(server.consoleUrl);
    try {
      const { page, complaints, foreign } = browser;
      await setUp(page, (await server.setupLink())!);
      expect(page.url()).not.toContain('#');

      // This machine with its real packages.
      const endpoints = async () =>
        (await server.api<{ items: { id: string; hostname: string }[] }>('/endpoints')).items;
      await expect.poll(endpoints, { timeout: 60_000, interval: 500 }).toHaveLength(1);
      const [endpoint] = await endpoints();
      if (!endpoint) throw new Error('the endpoint is gone');
      const installed = () =>
        execFileSync('dpkg-query', ['-W', '-f', '${db:Status-Status}\n'], { encoding: 'utf8' })
          .split('\n')
          .filter((status) => status === 'installed').length;
      await expect
        .poll(() => debPackages(server, endpoint.id), { timeout: 60_000, interval: 500 })
        .toBe(installed());

      await page.getByRole('link', { name: '端末', exact: true }).click();
      await page.getByText(endpoint.hostname, { exact: true }).first().click();
      await page.getByRole('tab', { name: 'ソフトウェア' }).click();
      await shoot(page, 'software-ja');
      await page.getByRole('columnheader').first().waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('adduser');
      await page.getByText('adduser', { exact: true }).first().waitFor();
      await shoot(page, 'endpoint-ja');

      // A package that was not there, seen without touching the page.
      await page.getByRole('tab', { name: '履歴' }).click();
      apt('purge', 'hello');
      await expect
        .poll(() => debPackages(server, endpoint.id), { timeout: 60_000, interval: 500 })
        .toBe(installed());
      apt('install', 'hello');
      await page
        .getByText(/hello 2\.\d/)
        .first()
        .waitFor({ timeout: 60_000 });
      await shoot(page, 'history-ja');
      apt('purge', 'hello');

      // The same in English: the address is kept, the words change.
      await page.goto(`${server.consoleUrl}/endpoints/${endpoint.id}`);
      await speakEnglish(page);
      await page.getByRole('tab', { name: 'Software' }).waitFor();
      await shoot(page, 'endpoint-en');
      for (const [path, heading] of [
        ['/', 'Overview'],
        ['/endpoints', 'Endpoints'],
        ['/software', 'Software'],
        ['/scopes', 'Scopes'],
        ['/audit', 'Audit log'],
        ['/system', 'System state'],
      ] as const) {
        await page.goto(server.consoleUrl + path);
        await page.getByRole('heading', { name: heading }).first().waitFor();
        await shoot(page, `en${path.replace('/', '-')}`);
      }
      expect(foreign).toEqual([]);
      expect(complaints).toEqual([]);
    } finally {
      await browser[Symbol.asyncDispose]();
      await agent.stop();
    }
  }, 240_000);
});

function apt(command: 'install' | 'purge', name: string): void {
  const words = ['apt-get', '-o', 'DPkg::Lock::Timeout=120', command, '--yes', name];
  // Tests run as root, or as somebody who may become root without being asked.
  const [program, ...args] = process.getuid?.() === 0 ? words : ['sudo', '-n', ...words];
  execFileSync(program!, args, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: 'pipe',
  });
}

async function debPackages(
  server: { api<T>(path: string): Promise<T> },
  endpointId: string,
): Promise<number> {
  const { total } = await server.api<{ total: number }>(
    `/endpoints/${endpointId}/software?source=deb&limit=1`,
  );
  return total;
}
