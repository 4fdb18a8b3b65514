import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../platform/db/queryable.ts';
import { catalogueFaults } from '../../platform/i18n/translator.ts';
import { openTestDatabase } from '../../testing/database.ts';
import {
  eventually,
  type PlayedEndpoint,
  type QuestionServer,
  startQuestionServer,
} from '../../testing/question-server.ts';
import { createApiClient } from './api-client.ts';
import { addAskCommands } from './ask-commands.ts';
import { askCatalogue } from './ask-texts.ts';
import { CliFailure } from './cli-failure.ts';
import type { Context } from './context.ts';
import { renderTable } from './table.ts';
import { cliTexts } from './texts.ts';

/** `yojin ask …` and `yojin questions …` against a server on a real socket. */
async function startCommands(db: Database, language: 'ja' | 'en' = 'en') {
  const server: QuestionServer = await startQuestionServer(db);
  await server.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.app.server.address() as AddressInfo;
  return {
    server,
    async run(...args: string[]) {
      let out = '';
      let notes = '';
      let code: number | undefined;
      const json = args.includes('--json');
      const context: Context = {
        texts: cliTexts(language),
        json,
        options: {},
        now: new Date(),
        terminalColumns: undefined,
        api: () =>
          createApiClient({
            url: `http://localhost:${port}`,
            token: 'everyone',
            credential: 'token',
          }),
        print: (text) => {
          out += text;
        },
        printJson: (value) => {
          out += `${JSON.stringify(value)}\n`;
        },
        printTable: (columns, rows) => {
          out += renderTable(columns, rows);
        },
        note: (text) => {
          notes += `${text}\n`;
        },
      };
      const program = new Command('yojin').exitOverride();
      addAskCommands(program, language, (work) => async () => {
        code = await work(context);
      });
      try {
        await program.parseAsync(
          args.filter((each) => each !== '--json'),
          { from: 'user' },
        );
      } catch (error) {
        if (!(error instanceof CliFailure)) throw error;
        code = error.exitCode;
        notes += String(error.values['reason'] ?? error.values['message']);
      }
      return { out, notes, code };
    },
    [Symbol.asyncDispose]: () => server.close(),
  };
}

/** Answers the next thing that the endpoint is asked, whenever that is. */
async function answerNext(endpoint: PlayedEndpoint, rows: readonly Record<string, string>[]) {
  await eventually(async () => (await endpoint.answer(rows)).length > 0);
}

const sql = 'select name, version from deb_packages';

describe('yojin ask', () => {
  it('shows answers as they come and tells at the end how all endpoints fared', async () => {
    await using db = await openTestDatabase();
    await using yojin = await startCommands(db);
    const alpha = await yojin.server.enrol('alpha');
    const beta = await yojin.server.enrol('beta');
    await yojin.server.facets.settled();
    const [{ out, notes, code }] = await Promise.all([
      yojin.run('ask', sql, '--watch', '--accept-warnings'),
      answerNext(alpha, [{ name: 'a b', version: '1' }]),
      answerNext(beta, []),
    ]);
    expect(out).toBe('alpha  name="a b"  version=1\n');
    expect(notes).toContain('Question 1 to 2 endpoints.');
    expect(notes).toContain('2 of 2 endpoints answered. Rows: 1, distinct: 1.');
    expect(notes).toContain('The question has ended (finished).');
    expect(code).toBe(0);
  });

  it('says by its exit code that not all answered, and how to see the rest', async () => {
    await using db = await openTestDatabase();
    await using yojin = await startCommands(db, 'ja');
    const alpha = await yojin.server.enrol('alpha');
    await yojin.server.enrol('beta');
    await yojin.server.facets.settled();
    const [{ out, notes, code }] = await Promise.all([
      yojin.run('ask', sql, '--csv', '--timeout', '2s', '--accept-warnings'),
      answerNext(alpha, [{ name: 'x,y', version: '=1' }]),
    ]);
    expect(out).toBe('hostname,name,version\r\nalpha,"x,y",\'=1\r\n');
    expect(notes).toContain('2台中1台が回答しました');
    expect(notes).toContain('yojin questions show 1');
    expect(code).toBe(1);
    const shown = await yojin.run('questions', 'show', '1', '--endpoints');
    expect(shown.out).toMatch(/alpha +Organisation +回答 +1/);
    expect(shown.out).toMatch(/beta +Organisation +未配信/);
    const cancelled = await yojin.run('questions', 'cancel', '1');
    expect(cancelled.notes).toContain('質問 1 を終えました');
    const list = await yojin.run('questions', 'list');
    expect(list.out).toMatch(/取り消し +1\/2/);
  });

  it('gives JSON lines to programs', async () => {
    await using db = await openTestDatabase();
    await using yojin = await startCommands(db);
    const alpha = await yojin.server.enrol('alpha');
    await yojin.server.facets.settled();
    const [{ out, code }] = await Promise.all([
      yojin.run('ask', sql, '--json', '--watch', '--where', 'hostname:alpha', '--accept-warnings'),
      answerNext(alpha, [{ name: 'bash', version: '5' }]),
    ]);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines).toMatchObject([
      { hostname: 'alpha', outcome: 'answered', rows: [{ name: 'bash', version: '5' }] },
      { question: 1, state: 'finished', progress: { byOutcome: { answered: 1 } } },
    ]);
    expect(code).toBe(0);

    const [again] = await Promise.all([
      yojin.run('questions', 'again', '1', '--watch'),
      answerNext(alpha, [{ name: 'zsh', version: '5' }]),
    ]);
    expect(again.code).toBe(0);
    const compared = await yojin.run('questions', 'compare', '1', '2');
    expect(compared.out).toMatch(/1 +0 +bash/);
    expect(compared.out).toMatch(/0 +1 +zsh/);
  });

  it('ends with 2 when the input is wrong, and sends nothing', async () => {
    await using db = await openTestDatabase();
    await using yojin = await startCommands(db);
    await yojin.server.enrol('alpha');
    await yojin.server.facets.settled();
    expect((await yojin.run('ask')).code).toBe(2);
    expect((await yojin.run('ask', sql, '--library', 'x')).code).toBe(2);
    expect((await yojin.run('ask', '--library', 'x', '--set', 'novalue')).code).toBe(2);
    const broken = await yojin.run('ask', 'select nme from deb_packages');
    expect(broken.code).toBe(2);
    expect(broken.notes).toContain('nme');
    expect((await yojin.run('ask', sql, '--where', 'nokey:1')).code).toBe(2);
    const preview = await yojin.run('ask', 'select nme from deb_packages', '--preview');
    expect(preview.code).toBe(2);
    expect((await yojin.run('ask', sql, '--preview')).code).toBe(0);
    const { rows } = await db.query(`select from questions.questions`);
    expect(rows).toHaveLength(0);
  });
});

it('the texts of ask and questions are complete in both languages, and all are used', async () => {
  const { readFileSync } = await import('node:fs');
  const sources = ['ask-commands.ts', 'ask-stream.ts'].map((name) =>
    readFileSync(new URL(name, import.meta.url), 'utf8'),
  );
  expect(catalogueFaults(askCatalogue, sources)).toEqual([]);
});
