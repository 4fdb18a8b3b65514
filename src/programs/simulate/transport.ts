import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSecureContext } from 'node:tls';
import type { Counts } from './counts.ts';

/** Where the server listens for endpoints. */
export interface Target {
  /** The name that its certificate has to carry. */
  readonly host: string;
  readonly port: number;
  /** The address that the name stands for. */
  readonly address: string;
  /** PEM. */
  readonly ca: string;
}

/** osqueryd gives up after so long (measured and in its source). */
const requestTimeoutMs = 16_000;
/** An answer larger than this is not one of a server of ours. */
const largestAnswerBytes = 16 * 1024 * 1024;
/** Endpoints that share one source address, as behind one router. */
const endpointsPerAddress = 200;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/**
 * HTTPS as osqueryd speaks it: TLS 1.3, the server checked against the pinned CA, connections kept
 * open. Requests of one `lane` share one connection and wait for each other. New connections are
 * opened at a limited rate, whatever happened: a server that comes back meets no storm.
 */
export class Transport {
  readonly #target: Target;
  readonly #agent: LaneAgent;
  readonly #counts: Counts;

  constructor(
    target: Target,
    { connectionsPerSecond, counts }: { connectionsPerSecond: number; counts: Counts },
  ) {
    this.#target = target;
    this.#counts = counts;
    this.#agent = new LaneAgent(target, connectionsPerSecond, counts);
  }

  /** @throws when there is no answer within 16 s, or `signal` aborts */
  post(
    { lane, endpoint, path }: { lane: string; endpoint: number; path: string },
    body: string | Buffer,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { host, port, address } = this.#target;
    const length = Buffer.byteLength(body);
    this.#counts.sentBytes += length;
    const options: LaneOptions = {
      agent: this.#agent,
      lane,
      host: address,
      port,
      method: 'POST',
      path,
      signal,
      headers: {
        host: `${host}:${port}`,
        'content-type': 'application/json',
        accept: 'application/json',
        'user-agent': 'osquery/5.23.1',
        'content-length': length,
        ...headers,
      },
      ...(isIP(host) === 0 && { servername: host }),
      ...(sourceAddress(address, endpoint) && { localAddress: sourceAddress(address, endpoint) }),
    };
    return new Promise((resolve, reject) => {
      const sent: ClientRequest = request(options, (response: IncomingMessage) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > largestAnswerBytes) sent.destroy(new Error('answer too large'));
          else chunks.push(chunk);
        });
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text: Buffer.concat(chunks).toString('utf8'),
          }),
        );
        response.on('error', reject);
        response.on('aborted', () => reject(new Error('connection cut')));
      });
      sent.setTimeout(requestTimeoutMs, () => sent.destroy(new Error('no answer in 16 s')));
      sent.on('error', reject);
      sent.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

type LaneOptions = RequestOptions & { readonly lane: string };

class LaneAgent extends Agent {
  readonly #intervalMs: number;
  readonly #counts: Counts;
  #nextMs = 0;

  constructor(target: Target, connectionsPerSecond: number, counts: Counts) {
    super({
      keepAlive: true,
      maxSockets: 1,
      // One for all: it holds the CA, which is costly to read for each connection.
      secureContext: createSecureContext({ ca: target.ca, minVersion: 'TLSv1.3' }),
    } as never);
    this.#intervalMs = 1000 / connectionsPerSecond;
    this.#counts = counts;
  }

  override getName(options?: object): string {
    return (options as LaneOptions).lane;
  }

  override createConnection(
    options: never,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const nowMs = performance.now();
    this.#nextMs = Math.max(this.#nextMs + this.#intervalMs, nowMs);
    const open = () => {
      const socket = super.createConnection(options) as Socket;
      this.#counts.connections += 1;
      this.#counts.openSockets += 1;
      socket.once('close', () => {
        this.#counts.openSockets -= 1;
      });
      callback?.(null, socket);
    };
    void sleep(Math.max(0, this.#nextMs - nowMs)).then(open);
    return undefined;
  }
}

/**
 * On this machine's own network, endpoints come from addresses of their own, a few hundred from
 * each, as behind the routers of sites. Linux has all of 127.0.0.0/8; others only 127.0.0.1.
 */
function sourceAddress(address: string, endpoint: number): string | undefined {
  if (process.platform !== 'linux' || !address.startsWith('127.')) return undefined;
  const site = Math.floor(endpoint / endpointsPerAddress);
  return `127.${1 + (Math.floor(site / 250 / 250) % 250)}.${Math.floor(site / 250) % 250}.${1 + (site % 250)}`;
}
