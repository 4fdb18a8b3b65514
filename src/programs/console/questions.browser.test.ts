import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { agentPaths } from '../../modules/agent-protocol/api.ts';
import { createEnrolmentSecret } from '../../modules/agent-protocol/public.ts';
import { defaultScopeId } from '../../modules/assets/public.ts';
import { enrolmentBody } from '../../testing/agent-server.ts';
import { openConsole, setUp, shoot, speakEnglish } from '../../testing/console-browser.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { startAgent } from '../agent/agent.ts';
import { findOsqueryd } from '../agent/osqueryd.ts';

/** A host that comes when the test says so, over TLS as osqueryd does. */
function lateHost(tlsAddress: string, ca: string) {
  const post = (path: string, body: object, key?: string) =>
    new Promise<Record<string, unknown>>((resolve, reject) => {
      const [host, port] = tlsAddress.split(':');
      const sent = request(
        { host, port, path, ca, method: 'POST', servername: 'localhost' },
        (response) => {
          let text = '';
          response.on('data', (chunk) => {
            text += chunk;
          });
          response.on('end', () => resolve(JSON.parse(text)));
        },
      );
      sent.on('error', reject);
      sent.setHeader('content-type', 'application/json');
      if (key !== undefined) sent.setHeader('authorization', `NodeKey ${key}`);
      sent.end(JSON.stringify(body));
    });
  return {
    async enrol(secret: string): Promise<string> {
      const uuid = '11111111-2222-4333-8444-555555555555';
      const body = enrolmentBody(secret, { uuid, hostname: 'late-host', instanceId: 'late' });
      return String((await post(agentPaths.enrol, body))['node_key']);
    },
    /** Reads until the question is there, and answers it. */
    async answer(key: string, rows: readonly object[]): Promise<void> {
      for (let round = 0; round < 20; round += 1) {
        const read = await post(agentPaths.distributedRead, { node_key: key }, key);
        const ids = Object.keys((read['queries'] ?? {}) as object);
        const queries = Object.fromEntries(
          ids.map((id) => [id, id.startsWith('question:') ? rows : []]),
        );
        const statuses = Object.fromEntries(ids.map((id) => [id, 0]));
        await post(agentPaths.distributedWrite, { node_key: key, queries, statuses }, key);
        if (ids.some((id) => id.startsWith('question:'))) return;
      }
      throw new Error('the question was never handed out');
    },
  };
}

describe('live questions, in a real browser', () => {
  it('are written, asked, and answered while one watches', async () => {
    await using db = await openTestDatabase();
    await using server = await startTestServer(db);
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
    const tlsAddress = server.tlsAddress.replace('127.0.0.1', 'localhost');
    const late = lateHost(tlsAddress, readFileSync(server.caFile, 'utf8'));
    const lateKey = await late.enrol(secret);
    const agent = await startAgent({
      osqueryd: search.found,
      folder: join(server.folder, 'agent'),
      tlsAddress,
      caFile: server.caFile,
      secretFile,
      onEvent: () => undefined,
    });
    const browser = await openConsole(server.consoleUrl);
    try {
      const { page, complaints, foreign } = browser;
      await setUp(page, (await server.setupLink())!);
      const online = async () =>
        (await server.api<{ items: { presence: string }[] }>('/endpoints')).items.filter(
          ({ presence }) => presence === 'online',
        ).length;
      await expect.poll(online, { timeout: 60_000 }).toBeGreaterThan(0);

      await page.goto(`${server.consoleUrl}/questions/new?mode=sql`);
      const editor = page.locator('[data-editor=sql] .cm-content');
      await editor.click();
      await page.keyboard.type('select name, version from os_vers');
      await page.locator('.cm-tooltip-autocomplete').getByText('os_version').first().waitFor();
      await shoot(page, 'question-completion-ja');
      await page.keyboard.press('Enter');
      await expect.poll(() => editor.textContent()).toContain('os_version');
      const targeted = page.locator('[data-preview=targeted]');
      await expect.poll(() => targeted.textContent(), { timeout: 30_000 }).toContain('2');
      await shoot(page, 'question-composer-ja');
      await page.getByRole('button', { name: /台に質問する$/ }).click();

      // The real osqueryd has answered; the other host has not come yet.
      const answered = page.locator('li[data-outcome=answered]');
      await expect.poll(() => answered.textContent(), { timeout: 30_000 }).toMatch(/1/);
      const release = readFileSync('/etc/os-release', 'utf8');
      const name = /^NAME="?([^"\n]+)/m.exec(release)![1]!;
      await page.getByRole('gridcell', { name, exact: true }).first().waitFor();
      await expect.poll(() => page.getByText('Late OS').count()).toBe(0);
      await shoot(page, 'question-first-answer-ja');
      const address = page.url();

      // It comes, and the page that nobody touches shows its answer.
      await late.answer(lateKey, [{ name: 'Late OS', version: '7' }]);
      await page
        .getByRole('gridcell', { name: 'Late OS', exact: true })
        .first()
        .waitFor({ timeout: 30_000 });
      await expect.poll(() => answered.textContent()).toMatch(/2/);
      expect(page.url()).toBe(address);
      await page.locator('[data-question-state=finished]').first().waitFor();
      await shoot(page, 'question-finished-ja');

      await speakEnglish(page);
      await page.getByRole('gridcell', { name: 'Late OS', exact: true }).first().waitFor();
      await page.getByRole('tab', { name: 'Endpoints' }).click();
      await page.getByText('late-host').first().waitFor();
      await shoot(page, 'question-endpoints-en');

      // A mistake is marked where it is, and is not sent.
      await page.goto(
        `${server.consoleUrl}/questions/new?mode=sql&sql=${encodeURIComponent('select nme from os_version')}`,
      );
      await page.getByText('nme', { exact: false }).first().waitFor();
      await page.locator('[data-level=error]').first().waitFor();
      await shoot(page, 'question-mistake-en');
      expect(foreign).toEqual([]);
      expect(complaints).toEqual([]);
    } finally {
      await browser[Symbol.asyncDispose]();
      await agent.stop();
    }
  }, 240_000);
});
