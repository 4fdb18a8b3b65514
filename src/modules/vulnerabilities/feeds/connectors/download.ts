import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleepMs } from 'node:timers/promises';

export interface DownloadRequest {
  readonly url: string;
  /** Where the body goes; overwritten. */
  readonly path: string;
  readonly maxBytes: number;
  readonly etag?: string | null;
  readonly lastModified?: string | null;
  readonly signal?: AbortSignal | undefined;
  /** `total` as the server says; null: it does not. */
  readonly progress?: ((done: number, total: number | null) => void) | undefined;
  readonly limits?: Partial<typeof standardLimits>;
}

export type Download =
  | {
      readonly outcome: 'unchanged';
      readonly etag: string | null;
      readonly lastModified: string | null;
    }
  | {
      readonly outcome: 'downloaded';
      readonly bytes: number;
      readonly etag: string | null;
      readonly lastModified: string | null;
    };

export const standardLimits = {
  attempts: 4,
  /** Before the second attempt; doubled before each further one. */
  firstPauseMs: 2_000,
  longestPauseMs: 60_000,
  /** Until the head of the answer is here, and between two pieces of its body. */
  silenceMs: 60_000,
  totalMs: 30 * 60_000,
  redirects: 5,
};

/** Why a download failed; `again`: another attempt may do better. */
export class DownloadFailed extends Error {
  readonly code: string;
  readonly again: boolean;
  readonly pauseMs: number | undefined;
  constructor(code: string, message: string, again = false, pauseMs?: number) {
    super(message);
    this.code = code;
    this.again = again;
    this.pauseMs = pauseMs;
  }
}

/**
 * Fetches a file over HTTP(S), if it changed; tries again with growing pauses. Redirects stay on
 * the scheme that was asked for. @throws DownloadFailed
 */
export async function download(request: DownloadRequest): Promise<Download> {
  const limits = { ...standardLimits, ...request.limits };
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await attemptOnce(request, limits);
    } catch (error) {
      request.signal?.throwIfAborted();
      const failure = asFailure(error);
      if (!failure.again || attempt >= limits.attempts) throw failure;
      const growing = limits.firstPauseMs * 2 ** (attempt - 1);
      const pauseMs = Math.min(failure.pauseMs ?? growing, limits.longestPauseMs);
      await sleepMs(pauseMs, undefined, request.signal ? { signal: request.signal } : {});
    }
  }
}

async function attemptOnce(
  request: DownloadRequest,
  limits: typeof standardLimits,
): Promise<Download> {
  const { path, maxBytes, progress } = request;
  const silence = new Silence(limits.silenceMs);
  const total = AbortSignal.timeout(limits.totalMs);
  const signals = [silence.signal, total, ...(request.signal ? [request.signal] : [])];
  const signal = AbortSignal.any(signals);
  try {
    const response = await follow(request, limits.redirects, signal);
    const etag = response.headers.get('etag');
    const lastModified = response.headers.get('last-modified');
    if (response.status === 304) {
      await response.body?.cancel();
      return { outcome: 'unchanged', etag, lastModified };
    }
    if (response.status !== 200 || response.body === null) {
      await response.body?.cancel();
      throw refused(response);
    }
    // A coding of the transfer is undone by fetch: then the length says nothing about the body.
    const coded = response.headers.has('content-encoding');
    const length = coded
      ? Number.NaN
      : Number(response.headers.get('content-length') ?? Number.NaN);
    if (length > maxBytes) {
      await response.body.cancel();
      throw new DownloadFailed('TOO_LARGE', `it announces ${length} bytes`);
    }
    let bytes = 0;
    await pipeline(
      Readable.fromWeb(response.body as never),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          silence.heard();
          bytes += chunk.length;
          if (bytes > maxBytes)
            throw new DownloadFailed('TOO_LARGE', `more than ${maxBytes} bytes`);
          progress?.(bytes, Number.isNaN(length) ? null : length);
          yield chunk;
        }
      },
      createWriteStream(path, { mode: 0o600 }),
    );
    if (!Number.isNaN(length) && bytes !== length) {
      throw new DownloadFailed('CUT_OFF', `${bytes} of ${length} bytes came`, true);
    }
    return { outcome: 'downloaded', bytes, etag, lastModified };
  } catch (error) {
    await rm(path, { force: true });
    if (silence.signal.aborted) {
      throw new DownloadFailed('SILENT', `nothing came for ${limits.silenceMs / 1000} s`, true);
    }
    if (total.aborted)
      throw new DownloadFailed('TOO_SLOW', `not done in ${limits.totalMs / 1000} s`);
    throw error;
  } finally {
    silence.stop();
  }
}

async function follow(
  { url, etag, lastModified }: DownloadRequest,
  redirects: number,
  signal: AbortSignal,
): Promise<Response> {
  let address = parseAddress(url);
  const { protocol } = address;
  for (let hop = 0; hop <= redirects; hop += 1) {
    const response = await fetch(address, {
      redirect: 'manual',
      signal,
      headers: {
        'user-agent': 'yojin (feeds)',
        accept: '*/*',
        'accept-encoding': 'identity',
        ...(etag && { 'if-none-match': etag }),
        ...(lastModified && { 'if-modified-since': lastModified }),
      },
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || response.status === 304) return response;
    await response.body?.cancel();
    if (location === null) throw refused(response);
    const next = URL.canParse(location, address.href) ? new URL(location, address) : undefined;
    if (next?.protocol !== protocol) {
      throw new DownloadFailed('REDIRECT_REFUSED', `it redirects to ${location.slice(0, 200)}`);
    }
    address = next;
  }
  throw new DownloadFailed('REDIRECT_REFUSED', `more than ${redirects} redirects`);
}

function parseAddress(url: string): URL {
  if (URL.canParse(url)) {
    const address = new URL(url);
    if (/^https?:$/.test(address.protocol)) return address;
  }
  throw new DownloadFailed('URL_INVALID', `not an http or https address: ${url.slice(0, 200)}`);
}

function refused({ status, headers }: Response): DownloadFailed {
  const again = status === 408 || status === 429 || status >= 500;
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  const pauseMs = seconds >= 0 ? seconds * 1000 : undefined;
  return new DownloadFailed(`HTTP_${status}`, `the server answers ${status}`, again, pauseMs);
}

function asFailure(error: unknown): DownloadFailed {
  if (error instanceof DownloadFailed) return error;
  const { message, cause, code } = error as Error & {
    cause?: Error & { code?: string };
    code?: string;
  };
  // A full disk is no matter of the network.
  if (code === 'ENOSPC' || code === 'EDQUOT') return new DownloadFailed('DISK_FULL', message);
  const reason = cause === undefined ? message : `${message}: ${cause.message || cause.code}`;
  return new DownloadFailed('UNREACHABLE', reason, true);
}

/** Gives up when nothing is heard for so long. */
class Silence {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  constructor(ms: number) {
    this.#timer = setTimeout(() => this.#controller.abort(new Error('silence')), ms);
  }
  get signal(): AbortSignal {
    return this.#controller.signal;
  }
  heard(): void {
    this.#timer.refresh();
  }
  stop(): void {
    clearTimeout(this.#timer);
  }
}
