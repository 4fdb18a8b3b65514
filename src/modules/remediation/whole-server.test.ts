import { expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import type { PatchRule } from './api.ts';

it('the server drives campaigns, has its rules, and says how they stand', async () => {
  await using db = await openTestDatabase();
  await using server = await startTestServer(db);
  expect(await server.api('/campaigns')).toMatchObject({ items: [], total: 0 });
  expect(await server.api('/campaign-settings')).toEqual({ approvalAbove: 50 });
  const { items } = await server.api<{ items: PatchRule[] }>('/patch-rules');
  expect(items.map(({ enabled }) => enabled)).toEqual([false, false, false]);
  const preview = server.api('/campaigns/preview', {
    method: 'POST',
    body: { work: { kind: 'findings', exploitedOnly: true } },
  });
  await expect(preview).rejects.toThrow('422');
});
