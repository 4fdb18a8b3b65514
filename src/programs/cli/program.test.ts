import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { completionScript } from './completion.ts';
import { connectionOf } from './connection.ts';
import { treeOf } from './endpoint-commands.ts';
import { createProgram } from './program.ts';
import { cliTexts } from './texts.ts';

const entry = join(import.meta.dirname, 'yojin.ts');
let folder: string;
let server: Server | undefined;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yojin-cli-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => {
  server?.close();
  server = undefined;
});

/** Something that speaks HTTP, for answers that a healthy server does not give. */
async function answering(listener: RequestListener): Promise<string> {
  server = createServer(listener);
  await new Promise<void>((resolve) => server!.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function yojin(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [entry, ...args], {
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      YOJIN_HOME: join(folder, 'home'),
      ...environment,
    },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (text) => (stdout += text));
  child.stderr.on('data', (text) => (stderr += text));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

describe('exit codes and messages', () => {
  it.each`
    because                        | args                                                                  | code | said
    ${'no such command'}           | ${['fly']}                                                            | ${2} | ${'unknown command fly'}
    ${'no such option'}            | ${['status', '--fast']}                                               | ${2} | ${'unknown option --fast'}
    ${'an argument is missing'}    | ${['endpoint', 'refresh']}                                            | ${2} | ${'an argument is missing: endpoint'}
    ${'not a number'}              | ${['endpoints', '--limit', 'x']}                                      | ${2} | ${'--limit <n>: x (1–1000)'}
    ${'not one of the choices'}    | ${['endpoints', '--platform', 'beos']}                                | ${2} | ${'beos (linux, darwin, windows)'}
    ${'a pair of options is cut'}  | ${['up', '--tls-cert', 'x']}                                          | ${2} | ${'belong together'}
    ${'two ports are one'}         | ${['up', '--port', '1', '--tls-port', '1']}                           | ${2} | ${'both 1'}
    ${'no CA for the agent'}       | ${['agent', '--server', 'h:1', '--secret-file', 'x']}                 | ${2} | ${'--ca'}
    ${'no server on this machine'} | ${['status']}                                                         | ${5} | ${'No Yojin runs on this machine'}
    ${'nothing listens there'}     | ${['status', '--url', 'http://127.0.0.1:1']}                          | ${5} | ${'ECONNREFUSED'}
    ${'not an address'}            | ${['status', '--url', 'ftp://x']}                                     | ${2} | ${'Not an address of a server'}
    ${'DATABASE_URL is needed'}    | ${['server']}                                                         | ${1} | ${'DATABASE_URL is not set'}
    ${'a file cannot be read'}     | ${['status', '--url', 'http://127.0.0.1:1', '--token-file', '/none']} | ${2} | ${'/none'}
  `('$because: $code', async ({ args, code, said }) => {
    const result = await yojin(args);
    expect(result.stderr).toContain(said);
    expect(result.code).toBe(code);
  });

  it.each`
    status | body                                                                                                | code | said
    ${401} | ${{ status: 401, code: 'NOT_SIGNED_IN', title: 'Sign in first' }}                                   | ${4} | ${'wants to know who you are'}
    ${403} | ${{ status: 403, code: 'PERMISSION_MISSING', title: 'Your role does not' }}                         | ${4} | ${'Your role does not'}
    ${404} | ${{ status: 404, code: 'NOT_FOUND', title: 'No such thing' }}                                       | ${3} | ${'No such thing'}
    ${400} | ${{ status: 400, code: 'INVALID', title: 'Wrong', errors: [{ at: '/limit', message: 'too big' }] }} | ${2} | ${'/limit: too big'}
    ${409} | ${{ status: 409, code: 'CONFLICT', title: 'In use', detail: 'Empty it.' }}                          | ${1} | ${'In use. Empty it.'}
    ${502} | ${'<html>Bad gateway</html>'}                                                                       | ${1} | ${'answers HTTP 502'}
  `('HTTP $status: $code', async ({ status, body, code, said }) => {
    const url = await answering((_request, response) => {
      response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
    });
    const result = await yojin(['scopes', '--url', url]);
    expect(result.stderr).toContain(said);
    expect(result.code).toBe(code);
  });

  it('says the same in Japanese', async () => {
    const { stderr } = await yojin(['status'], { LANG: 'ja_JP.UTF-8' });
    expect(stderr).toContain('Yojinが動作していません');
    const { stdout } = await yojin(['--help', '--lang', 'ja']);
    expect(stdout).toContain('使い方: yojin');
  });
});

describe('what is sent', () => {
  it('is the token, and the filter, and nothing of the environment', async () => {
    let seen: IncomingMessage | undefined;
    const url = await answering((request, response) => {
      seen = request;
      response.end('{"items":[],"total":0,"asOf":"2026-11-21T00:00:00Z"}');
    });
    const args = ['endpoints', 'web', '--platform', 'linux', '--sort', '-hostname', '--limit', '5'];
    const result = await yojin([...args, '--url', url], { YOJIN_TOKEN: 'secret-token' });
    expect(result).toMatchObject({ code: 0, stdout: '', stderr: 'Nothing found.\n' });
    expect(seen?.headers.authorization).toBe('Bearer secret-token');
    expect(seen?.url).toBe('/api/endpoints?q=web&platform=linux&limit=5&offset=0&sort=-hostname');
  });

  it('is never the credential of this machine when an address was named', async () => {
    const home = join(folder, 'with-credential');
    mkdirSync(join(home, 'run'), { recursive: true });
    writeFileSync(join(home, 'run', 'local-credential'), 'yjnlocal_x\n');
    const note = { pid: 1, startedAt: '', version: '1', consoleUrl: 'http://127.0.0.1:8700' };
    writeFileSync(join(home, 'run', 'server.json'), JSON.stringify(note));
    expect(connectionOf({ home }, {})).toMatchObject({ token: 'yjnlocal_x', credential: 'local' });
    expect(connectionOf({ home, url: 'http://127.0.0.1:8700' }, {}).token).toBeUndefined();
    expect(connectionOf({ home }, { YOJIN_TOKEN: 't' })).toMatchObject({ token: 't' });
    expect(connectionOf({ home, token: 'arg' }, { YOJIN_TOKEN: 't' })).toMatchObject({
      token: 'arg',
    });
  });
});

describe('treeOf', () => {
  const scope = (id: string, parentId: string | null) => ({ id, parentId, name: id }) as never;
  it('puts children below parents, and what hangs below a hidden one at the top', () => {
    const scopes = [scope('a1', 'a'), scope('x1', 'hidden'), scope('a', null), scope('a11', 'a1')];
    expect(treeOf(scopes).map(({ depth, scope: { id } }) => `${depth}${id}`)).toEqual([
      '0x1',
      '0a',
      '1a1',
      '2a11',
    ]);
  });
});

describe('completion', () => {
  const script = (shell: 'bash' | 'zsh' | 'fish') =>
    completionScript(createProgram(cliTexts('en')), shell);

  it('completes commands, sub-commands and options in a real bash', () => {
    const path = join(folder, 'completion.bash');
    writeFileSync(path, script('bash'));
    chmodSync(path, 0o755);
    const complete = (...words: string[]) => {
      const list = words.map((word) => `'${word}'`).join(' ');
      const { stdout } = spawnSync('bash', [
        '--norc',
        '-c',
        `source ${path}; COMP_WORDS=(yojin ${list}); COMP_CWORD=${words.length}; _yojin; echo "\${COMPREPLY[*]}"`,
      ]);
      return String(stdout).trim().split(' ');
    };
    expect(complete('end')).toEqual(['endpoints', 'endpoint']);
    expect(complete('users', '')).toEqual([
      'list',
      'create',
      'disable',
      'enable',
      'reset-password',
    ]);
    expect(complete('audit', 'v')).toEqual(['verify']);
    expect(complete('up', '--tls')).toEqual(['--tls-port', '--tls-cert', '--tls-key']);
    expect(complete('endpoint', 'set', 'host', '--cr')).toEqual(['--criticality']);
    expect(complete('users', 'create', '--js')).toEqual(['--json']);
  });

  it('has every command in every shell', () => {
    for (const shell of ['bash', 'zsh', 'fish'] as const) {
      for (const name of ['up', 'endpoints', 'enrol-secrets', 'reset-password', 'verify']) {
        expect(script(shell)).toContain(name);
      }
    }
  });
});
