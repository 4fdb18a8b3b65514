import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CliFailure } from './cli-failure.ts';
import { exitCodes } from './exit-codes.ts';
import type { CliTexts } from './texts.ts';

/**
 * A new password: the first line of standard input, or typed twice without an echo. Never an
 * argument: the arguments of a process are visible to everybody on the machine.
 */
export async function readNewPassword(
  texts: CliTexts,
  fromStandardInput: boolean,
): Promise<string> {
  if (fromStandardInput) return firstLine();
  if (!process.stdin.isTTY) throw new CliFailure(exitCodes.usage, 'error.password-no-terminal');
  const first = await ask(texts('password.ask'));
  if (first === '') throw new CliFailure(exitCodes.usage, 'error.password-empty');
  if ((await ask(texts('password.again'))) !== first) {
    throw new CliFailure(exitCodes.usage, 'error.password-differs');
  }
  return first;
}

/** A password that exists: as above, typed once. */
export async function readPassword(texts: CliTexts, fromStandardInput: boolean): Promise<string> {
  if (fromStandardInput) return firstLine();
  if (!process.stdin.isTTY) throw new CliFailure(exitCodes.usage, 'error.password-stdin-needed');
  const password = await ask(texts('password.existing'));
  if (password === '') throw new CliFailure(exitCodes.usage, 'error.password-empty');
  return password;
}

async function firstLine(): Promise<string> {
  const [line = ''] = (await text(process.stdin)).split(/\r?\n/);
  if (line === '') throw new CliFailure(exitCodes.usage, 'error.password-empty');
  return line;
}

function ask(question: string): Promise<string> {
  process.stderr.write(question);
  // Readline echoes what is typed to its output: give it one that shows nothing.
  const output = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output, terminal: true });
  return new Promise((resolve, reject) => {
    lines.once('SIGINT', () => {
      lines.close();
      process.stderr.write('\n');
      reject(new CliFailure(exitCodes.usage, 'error.password-empty'));
    });
    lines.once('line', (line) => {
      lines.close();
      process.stderr.write('\n');
      resolve(line);
    });
  });
}
