import { Command } from 'commander';
import { expect, it } from 'vitest';
import { type CampaignServer, startCampaignServer } from '../../testing/campaign-server.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { CliFailure } from './cli-failure.ts';
import { createContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';
import { addFixCommands } from './fix-commands.ts';

/** Runs a command against the server over HTTP; answers what it wrote. */
async function runner(server: CampaignServer) {
  const address = await server.app.listen({ host: '127.0.0.1', port: 0 });
  return async (language: 'ja' | 'en', ...args: readonly string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const as = args[0] === 'as' ? args[1]! : 'maker';
    const context = {
      ...createContext({ url: address, token: as, lang: language }),
      print: (text: string) => void out.push(text),
      printJson: (value: unknown) => void out.push(JSON.stringify(value)),
      note: (text: string) => void err.push(`${text}\n`),
      printTable: (
        columns: readonly { title: string; value: (row: never) => unknown }[],
        rows: readonly never[],
      ) => {
        for (const row of rows)
          out.push(`${columns.map(({ value }) => value(row) ?? '–').join(' | ')}\n`);
      },
    };
    const program = new Command('yojin').exitOverride();
    addFixCommands(program, language, (work) => async () => {
      await work(context as never);
    });
    await program.parseAsync(args[0] === 'as' ? args.slice(2) : args, { from: 'user' });
    return { out: out.join(''), err: err.join('') };
  };
}

it('fixes by number, name and CVE; previews, starts, approves and shows campaigns', async () => {
  await using db = await openTestDatabase();
  await using server = await startCampaignServer(db);
  const ids = [
    ...(await server.addMany(51, 'host-')),
    ...(await server.addMany(1, 'stock-', { agents: false })),
  ];
  const fixId = await server.infect(ids);
  const run = await runner(server);

  const tried = await run('en', 'fix', 'CVE-2026-1', '--dry-run');
  expect(tried.out).toContain('libssl3 | 3.0.11-1~deb12u1 | 3.0.14-1~deb12u2 | 52');
  expect(tried.out).toContain('51 endpoints, more than 50.');
  expect(tried.err).toContain('1: It has stock osqueryd only');
  expect((await run('en', 'campaigns')).err).toContain('0 of 0');

  const made = await run('ja', 'fix', 'openssl', '--start');
  expect(made.err).toContain('承認を待っています');
  const draft = await run('en', 'fix', String(fixId), '--title', 'by number');
  expect(draft.err).toContain(
    'Campaign 2 is a draft: by number. Start it with yojin campaigns start 2.',
  );
  expect((await run('en', 'campaigns')).out.split('\n')[1]).toMatch(
    /^1 \| openssl → 3.0.14-1~deb12u2 \| awaiting-approval \| 52 \|/,
  );

  const own = run('en', 'campaigns', 'approve', '1');
  await expect(own).rejects.toThrow(CliFailure);
  expect((await run('en', 'as', 'second', 'campaigns', 'approve', '1')).out).toContain('running');
  await server.remediation.drive();
  const shown = await run('en', 'campaigns', 'show', '1');
  expect(shown.out).toMatch(/1\/4 \(1\)/);
  expect(shown.out).toMatch(/\| 1 \| queued \| not-due \| 0\/1 \|/);
  expect((await run('en', 'campaigns', 'pause', '1')).out).toContain('paused');
  expect(
    (await run('en', 'campaigns', 'work', '1', '--format', 'ansible-inventory')).out,
  ).toContain('stock-1 yojin_endpoint=');
  expect((await run('en', 'campaigns', 'cancel', '1')).out).toContain('cancelled');
  await expect(run('en', 'fix', 'no-such-package')).rejects.toMatchObject({
    exitCode: exitCodes.notFound,
  });
});
