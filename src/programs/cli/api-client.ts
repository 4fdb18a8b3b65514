import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Problem } from '../../platform/http/problem.ts';
import { CliFailure } from './cli-failure.ts';
import { exitCodes } from './exit-codes.ts';

export interface Connection {
  readonly url: string;
  readonly token: string | undefined;
  /** A session instead of a token: what only a signed-in user may do. */
  readonly session?: { readonly cookie: string; readonly csrfToken: string };
  /** CA certificate to trust besides the system's, PEM. */
  readonly ca?: string | undefined;
  /** Where the credential came from; decides what an error advises. */
  readonly credential: 'token' | 'local' | 'session' | 'none';
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The API of one server, as JSON. Every refusal becomes a CliFailure with its exit code. */
export interface ApiClient {
  readonly connection: Connection;
  get<T>(path: string, query?: Query): Promise<T>;
  /** The whole list as a CSV file. */
  getText(path: string, query?: Query): Promise<string>;
  send<T>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T>;
}

const timeoutMs = 60_000;

export function createApiClient(connection: Connection): ApiClient {
  const json = async <T>(answer: Promise<string>) => {
    const text = await answer;
    return (text === '' ? null : JSON.parse(text)) as T;
  };
  return {
    connection,
    get: (path, query) => json(exchange(connection, 'GET', path, query)),
    getText: (path, query) => exchange(connection, 'GET', path, query),
    send: (method, path, body) => json(exchange(connection, method, path, undefined, body)),
  };
}

/** Signs in as a user; the caller signs out again with DELETE /api/session. */
export async function signIn(
  { url, ca }: Connection,
  login: string,
  password: string,
): Promise<ApiClient> {
  const connection: Connection = { url, ca, token: undefined, credential: 'session' };
  const address = new URL('/api/session', url);
  const answer = await transmit(connection, 'POST', address, { login, password });
  if (answer.status < 200 || answer.status >= 300) {
    throw refusal(connection, answer.status, answer.text);
  }
  const { csrfToken } = JSON.parse(answer.text) as { csrfToken: string | null };
  const cookie = answer.cookies.map((each) => each.split(';')[0]).join('; ');
  return createApiClient({ ...connection, session: { cookie, csrfToken: csrfToken ?? '' } });
}

async function exchange(
  connection: Connection,
  method: string,
  path: string,
  query?: Query,
  body?: unknown,
): Promise<string> {
  const url = new URL(path, connection.url);
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const { status, text } = await transmit(connection, method, url, body);
  if (status >= 200 && status < 300) return text;
  throw refusal(connection, status, text);
}

function transmit(
  connection: Connection,
  method: string,
  url: URL,
  body: unknown,
): Promise<{ status: number; text: string; cookies: readonly string[] }> {
  const payload = body === undefined ? undefined : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(connectionFailure(connection, error));
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = start(
      url,
      {
        method,
        timeout: timeoutMs,
        ...(connection.ca !== undefined && { ca: connection.ca }),
        headers: {
          accept: 'application/json, text/csv',
          'user-agent': 'yojin-cli',
          ...(connection.token && { authorization: `Bearer ${connection.token}` }),
          ...(connection.session && {
            cookie: connection.session.cookie,
            'x-csrf-token': connection.session.csrfToken,
          }),
          ...(payload !== undefined && {
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(payload),
          }),
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
            cookies: response.headers['set-cookie'] ?? [],
          }),
        );
      },
    );
    request.on('timeout', () =>
      request.destroy(new Error(`no answer within ${timeoutMs / 1000} s`)),
    );
    request.on('error', fail);
    request.end(payload);
  });
}

function connectionFailure({ url }: Connection, error: Error): CliFailure {
  const { code, errors } = error as NodeJS.ErrnoException & { errors?: Error[] };
  const reason = error.message || errors?.map((each) => each.message).join('; ') || String(code);
  const certificate =
    /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code ?? '') || /certificate/.test(reason);
  return certificate
    ? new CliFailure(
        exitCodes.unreachable,
        'error.certificate',
        { url, reason },
        'error.certificate.remedy',
      )
    : new CliFailure(
        exitCodes.unreachable,
        'error.unreachable',
        { url, reason },
        'error.unreachable.remedy',
      );
}

function refusal({ url, credential }: Connection, status: number, text: string): CliFailure {
  let problem: Partial<Problem> = {};
  try {
    problem = JSON.parse(text) as Partial<Problem>;
  } catch {
    // Not ours: a proxy's page, say. The status has to do.
  }
  const places = (problem.errors ?? []).map(({ at, message }) => `\n  ${at}: ${message}`).join('');
  const title = problem.title ?? `HTTP ${status}`;
  const reason = `${title}${problem.detail ? `. ${problem.detail}` : ''}${places}`;
  const values = { reason, code: problem.code ?? '', url };
  if (status === 401) {
    if (credential === 'session') {
      return new CliFailure(exitCodes.notPermitted, 'error.not-permitted', values);
    }
    const key = credential === 'none' ? 'error.no-credential' : 'error.credential-refused';
    return new CliFailure(exitCodes.notPermitted, key, values, 'error.credential.remedy');
  }
  if (status === 403) return new CliFailure(exitCodes.notPermitted, 'error.not-permitted', values);
  if (status === 404) return new CliFailure(exitCodes.notFound, 'error.not-found', values);
  if (status === 400 || status === 422) {
    return new CliFailure(exitCodes.usage, 'error.request-wrong', values);
  }
  if (problem.code === undefined) {
    return new CliFailure(
      exitCodes.failed,
      'error.not-yojin',
      { url, status },
      'error.not-yojin.remedy',
    );
  }
  return new CliFailure(exitCodes.failed, 'error.refused', values);
}
