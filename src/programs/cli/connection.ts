import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { homeAt, homePath } from '../launcher/home.ts';
import { readServerNote } from '../launcher/instance-lock.ts';
import type { Connection } from './api-client.ts';
import { CliFailure } from './cli-failure.ts';
import { exitCodes } from './exit-codes.ts';

export interface ConnectionOptions {
  readonly url?: string | undefined;
  readonly token?: string | undefined;
  readonly tokenFile?: string | undefined;
  readonly ca?: string | undefined;
  readonly home?: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Which server, and as whom. Without an address: the server of this machine's home, with the
 * credential it leaves there for whoever may read that file. That credential never leaves for an
 * address that was named: it could be another machine's.
 * @throws CliFailure when there is no server, or a file named cannot be read
 */
export function connectionOf(options: ConnectionOptions, environment: Environment): Connection {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8').trim();
    } catch (error) {
      const reason = (error as Error).message;
      throw new CliFailure(exitCodes.usage, 'error.file', { path, reason });
    }
  };
  const token =
    options.token ??
    (options.tokenFile ? read(options.tokenFile) : undefined) ??
    (environment['YOJIN_TOKEN'] || undefined);
  const ca = options.ca ? read(options.ca) : undefined;
  const url = options.url ?? (environment['YOJIN_URL'] || undefined);
  if (url !== undefined) {
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new CliFailure(exitCodes.usage, 'error.url', { url });
    }
    const credential = token === undefined ? 'none' : 'token';
    return { url: new URL(url).href, token, ca, credential };
  }

  const path = homePath({ asked: options.home, environment, uid: process.getuid?.() });
  const { run } = homeAt(path);
  const note = readServerNote(run);
  if (!note?.consoleUrl) {
    throw new CliFailure(
      exitCodes.unreachable,
      'error.no-server',
      { path },
      'error.no-server.remedy',
    );
  }
  if (token !== undefined) return { url: note.consoleUrl, token, ca, credential: 'token' };
  try {
    const local = readFileSync(join(run, 'local-credential'), 'utf8').trim();
    return { url: note.consoleUrl, token: local, ca, credential: 'local' };
  } catch {
    return { url: note.consoleUrl, token: undefined, ca, credential: 'none' };
  }
}
