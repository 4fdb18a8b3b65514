import { createHash } from 'node:crypto';
import { createReadStream, statSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { isIP } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** The server of the action channel, and the only CA that is believed to speak for it. */
export interface ServerAddress {
  /** `host:port` of the endpoints' TLS listener. */
  readonly address: string;
  /** The CA's certificate, PEM. */
  readonly ca: string;
}

export interface Reply {
  readonly status: number;
  readonly body: unknown;
  /** The server's clock, as its `Date` header says. */
  readonly date: string | undefined;
  readonly retryAfterSeconds: number | undefined;
}

export interface PostOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  readonly key?: string;
}

const mostReplyBytes = 64 * 1024 * 1024;

/**
 * HTTPS to one server. The system's CAs are not asked: a certificate that the pinned CA did not make
 * for this name is refused. Two connections at most, kept alive: one that waits for orders, one that
 * reports meanwhile.
 */
export class Channel {
  readonly #agent: Agent;
  readonly #host: string;
  readonly #port: number;

  constructor({ address, ca }: ServerAddress) {
    const at = address.lastIndexOf(':');
    this.#host = address.slice(0, at).replace(/^\[|\]$/g, '');
    this.#port = Number(address.slice(at + 1));
    this.#agent = new Agent({
      ca,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      // An address is checked against those of the certificate; it has no name to announce.
      ...(isIP(this.#host) ? { servername: '' } : { servername: this.#host }),
      keepAlive: true,
      maxSockets: 2,
      maxFreeSockets: 1,
    });
  }

  /** Posts JSON. Throws when no answer came; every answer, whatever its status, is returned. */
  async post(path: string, body: unknown, options: PostOptions): Promise<Reply> {
    const bytes = Buffer.from(JSON.stringify(body), 'utf8');
    return this.#exchange(
      path,
      options,
      { 'content-type': 'application/json' },
      bytes.length,
      (to) => {
        to.end(bytes);
        return Promise.resolve();
      },
    );
  }

  /** Posts a file with its hash in the headers that `headersOf` makes of it. */
  async postFile(
    path: string,
    file: string,
    headersOf: (sha256: string) => Record<string, string>,
    options: PostOptions,
  ): Promise<Reply> {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    const headers = {
      'content-type': 'application/octet-stream',
      ...headersOf(hash.digest('hex')),
    };
    const size = statSync(file).size;
    return this.#exchange(path, options, headers, size, (to) =>
      pipeline(createReadStream(file), to),
    );
  }

  close(): void {
    this.#agent.destroy();
  }

  #exchange(
    path: string,
    { timeoutMs, signal, key }: PostOptions,
    headers: Record<string, string>,
    bytes: number,
    write: (to: import('node:http').ClientRequest) => Promise<void>,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const deadline = AbortSignal.timeout(timeoutMs);
      const either = signal ? AbortSignal.any([signal, deadline]) : deadline;
      const sent = request({
        agent: this.#agent,
        host: this.#host,
        port: this.#port,
        path,
        method: 'POST',
        signal: either,
        headers: {
          accept: 'application/json',
          'content-length': bytes,
          ...headers,
          ...(key !== undefined && { authorization: `AgentKey ${key}` }),
        },
      });
      let answered = false;
      sent.once('error', (error) => {
        if (!answered) reject(error);
      });
      sent.once('response', (answer) => {
        answered = true;
        const chunks: Buffer[] = [];
        let size = 0;
        answer.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size > mostReplyBytes) answer.destroy(new Error('the answer is too long'));
          else chunks.push(chunk);
        });
        answer.once('error', reject);
        answer.once('end', () => {
          resolve({
            status: answer.statusCode ?? 0,
            body: parsed(Buffer.concat(chunks).toString('utf8')),
            date: answer.headers.date,
            retryAfterSeconds: secondsOf(answer.headers['retry-after']),
          });
        });
      });
      write(sent).catch((error: Error) => {
        if (!answered) reject(error);
      });
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function secondsOf(header: string | undefined): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isInteger(seconds) && seconds >= 0 ? Math.min(seconds, 600) : undefined;
}

/** Waits between attempts: doubling, with jitter over the whole of it, so that no storm forms. */
export class BackOff {
  readonly #firstMs: number;
  readonly #mostMs: number;
  readonly #random: () => number;
  #failures = 0;

  constructor({
    firstMs = 1_000,
    mostMs = 300_000,
    random = Math.random,
  }: { firstMs?: number; mostMs?: number; random?: () => number } = {}) {
    this.#firstMs = firstMs;
    this.#mostMs = mostMs;
    this.#random = random;
  }

  /** In a row. */
  get failures(): number {
    return this.#failures;
  }

  succeeded(): void {
    this.#failures = 0;
  }

  /** How long to wait now, at least as long as the server asked for. */
  failed(retryAfterSeconds = 0): number {
    const span = Math.min(this.#mostMs, this.#firstMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    return Math.round(retryAfterSeconds * 1000 + span * (0.25 + 0.75 * this.#random()));
  }
}
