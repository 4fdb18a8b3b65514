import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { exitCodes } from './exit-codes.ts';

it('shows the rules of each scope, sets them by name or id, and lets a scope inherit', async () => {
  await using db = await openTestDatabase();
  await using server = await startTestServer(db);
  const add = (name: string, parentId: string | null) =>
    server.api<{ id: string }>('/scopes', {
      method: 'POST',
      body: { name, parentId, kind: 'company', relation: 'group' },
    });
  const company = await add('Asahi', null);
  await add('Osaka', company.id);
  const env = { ...process.env, YOJIN_TOKEN: server.localToken, YOJIN_URL: server.consoleUrl };
  const run = (...args: string[]) =>
    new Promise<{ code: number | null; out: string; err: string }>((resolve) => {
      const entry = join(import.meta.dirname, 'yojin.ts');
      const child = spawn(process.execPath, [entry, '--lang', 'en', ...args], { env });
      let [out, err] = ['', ''];
      child.stdout.on('data', (chunk) => (out += chunk));
      child.stderr.on('data', (chunk) => (err += chunk));
      child.on('close', (code) => resolve({ code, out, err }));
    });

  const set = await run('due-profiles', 'set', 'Asahi', 'severity-days');
  expect([set.code, set.err]).toEqual([0, expect.stringContaining('now follows severity-days')]);
  const { code, out } = await run('due-profiles');
  expect(code).toBe(0);
  expect(out).toMatch(/^Asahi +severity-days +here/m);
  expect(out).toMatch(/^ {2}Osaka +severity-days +inherited/m);

  const back = await run('due-profiles', 'set', company.id, 'default');
  expect([back.code, back.err]).toEqual([0, expect.stringContaining('inherits its rules')]);
  expect((await run('due-profiles')).out).toMatch(/^Asahi +bod-26-04 +inherited/m);

  expect((await run('due-profiles', 'set', 'Nowhere', 'kev-dates')).code).toBe(exitCodes.notFound);
  const wrong = await run('due-profiles', 'set', 'Asahi', 'never');
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('kev-dates')]);
});
