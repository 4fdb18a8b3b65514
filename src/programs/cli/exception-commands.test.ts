import { Command } from 'commander';
import { afterEach, expect, it, vi } from 'vitest';
import { addDays } from '../../modules/findings/due.ts';
import { reconcile, upsertWeaknesses } from '../../modules/findings/public.ts';
import { addEndpoint } from '../../testing/assets.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { CliFailure } from './cli-failure.ts';
import { createContext } from './context.ts';
import { addExceptionCommands } from './exception-commands.ts';

afterEach(() => vi.restoreAllMocks());

it('shows what an exception would cover, asks for it, and lists, shows and withdraws it', async () => {
  await using db = await openTestDatabase();
  await using server = await startTestServer(db);
  const { items } = await server.api<{ items: { id: string; name: string }[] }>('/scopes');
  const [{ id: scopeId, name: scope }] = items as [{ id: string; name: string }];
  const assetId = await addEndpoint(db, { hostname: 'pc' }, { scopeId });
  await upsertWeaknesses(db, [
    {
      key: 'CVE-2026-0001',
      kind: 'vulnerability',
      ids: ['CVE-2026-0001'],
      title: 'x',
      titleJa: null,
      severity: 'low',
      cvssScore: null,
      cvssVector: null,
      exploited: null,
      epss: null,
      automatable: null,
      technicalImpact: null,
      publishedAt: null,
      modifiedAt: null,
      references: [],
    },
  ]);
  await db.transaction((tx) =>
    reconcile(tx, {
      kinds: ['vulnerability'],
      cause: 'inventory',
      assets: [{ assetId, assetKind: 'endpoint', scopeId, criticality: 'normal', exposed: null }],
      observed: [
        {
          assetId,
          weaknessKey: 'CVE-2026-0001',
          findingClass: 'normal',
          fix: null,
          evidence: [],
          reachable: null,
        },
      ],
      observedAt: new Date(),
    }),
  );
  const run = async (...args: string[]) => {
    const said = { out: '', err: '' };
    const listenTo = (name: 'out' | 'err') => (text: string | Uint8Array) => {
      said[name] += text;
      return true;
    };
    vi.spyOn(process.stdout, 'write').mockImplementation(listenTo('out'));
    vi.spyOn(process.stderr, 'write').mockImplementation(listenTo('err'));
    const context = createContext({
      url: server.consoleUrl,
      token: server.localToken,
      lang: 'en',
    });
    const program = new Command().exitOverride();
    addExceptionCommands(program, 'en', (work) => async () => void (await work(context)));
    try {
      await program.parseAsync(args, { from: 'user' });
    } finally {
      vi.restoreAllMocks();
    }
    return said;
  };
  const until = addDays(new Date().toISOString().slice(0, 10), 30);
  const words = ['--weakness', 'cve-2026-0001', '--scope', scope, '--where', 'os:linux'];
  const why = ['--reason', 'no update', '--until', until];

  const dry = await run('exceptions', 'request', ...words, ...why, '--dry-run');
  expect(dry.err).toContain('Would cover 1 finding now (assets: 1).');
  expect((await run('exceptions')).err).toContain('0 of 0');

  const asked = await run('exceptions', 'request', ...words, ...why);
  const id = /Exception (\d+) waits/.exec(asked.err)![1]!;
  expect((await run('exceptions')).out).toMatch(new RegExp(`${id} +waiting +cve-2026-0001`));
  await expect(run('exceptions', 'approve', id)).rejects.toThrow(CliFailure);
  const gone = await run('exceptions', 'withdraw', id, '--note', 'updated after all');
  expect(gone.out).toMatch(/State +withdrawn/);
  expect((await run('exceptions', 'show', id)).out).toContain('updated after all');
  await expect(run('exceptions', 'show', 'x')).rejects.toThrow('1–');

  expect((await run('measures')).err).toContain('this does not mean zero');
});
