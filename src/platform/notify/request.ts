import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { resolveAllowed } from './addresses.ts';
import { DeliveryError } from './delivery-error.ts';

export interface OutgoingRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly allowPrivate: boolean;
  readonly signal: AbortSignal;
}

export interface IncomingAnswer {
  readonly status: number;
  /** The first 64 KiB. */
  readonly text: string;
  /** Undefined when the answer is no JSON, or too long. */
  readonly json: unknown;
}

const answerBytes = 65_536;
const longestRetryAfterMs = 3_600_000;
/** Of certificates: OpenSSL's own, and those of Node. */
const certificateCodes = /CERT|ISSUER|SELF_SIGNED|SIGNATURE|ERR_TLS|ERR_SSL|HOSTNAME_MISMATCH/;

/**
 * One request to somebody outside. It goes to an address that was checked, follows no redirect,
 * and reads no more of the answer than is of use. `signal` limits the time of it all.
 *
 * @throws DeliveryError for whatever is not a 2xx answer
 */
export async function send(asked: OutgoingRequest): Promise<IncomingAnswer> {
  const url = new URL(asked.url);
  const plain = url.protocol === 'http:';
  if (!plain && url.protocol !== 'https:') {
    throw new DeliveryError('address-refused', `${url.protocol} is not https`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new DeliveryError('address-refused', 'user and password do not belong into an address');
  }
  const addresses = await abortable(
    resolveAllowed(url.hostname, { allowPrivate: asked.allowPrivate, plain }),
    asked.signal,
  );
  const answer = await exchange(asked, url, addresses);
  const { status, text, headers } = answer;
  if (status >= 200 && status < 300) return answer;
  const said = `${status} ${text}`;
  if (status >= 300 && status < 400) {
    throw new DeliveryError('redirect', `${status} to ${hostOf(headers.location, url)}`);
  }
  if (status === 401 || status === 403) throw new DeliveryError('sign-in-refused', said);
  throw new DeliveryError('answered', said, {
    // Not found and gone are about the address; what is wrong with one message is about it alone.
    wholeChannel: ![400, 413, 415, 422].includes(status),
    retryAfterMs: retryAfterMs(headers['retry-after']),
  });
}

type Exchanged = IncomingAnswer & {
  readonly headers: { readonly location?: string | undefined; readonly 'retry-after'?: string };
};

function exchange(
  { method, headers, body, signal }: OutgoingRequest,
  url: URL,
  addresses: readonly { readonly address: string; readonly family: 4 | 6 }[],
): Promise<Exchanged> {
  const make = url.protocol === 'http:' ? plainRequest : tlsRequest;
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(failureOf(error, signal));
    const request = make(
      url,
      {
        method,
        agent: false,
        signal,
        maxHeaderSize: 32_768,
        headers: {
          'user-agent': 'yojin',
          accept: 'application/json, */*;q=0.5',
          ...headers,
          ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        },
        // Names were resolved and checked already; this is what they mean, whoever asks again.
        lookup: (_host, options, done) => {
          if (options.all) done(null, [...addresses]);
          else done(null, addresses[0]!.address, addresses[0]!.family);
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        const end = (whole: boolean) => {
          const text = Buffer.concat(chunks).toString('utf8', 0, answerBytes);
          resolve({
            status: response.statusCode ?? 0,
            text,
            json: whole ? jsonOf(text) : undefined,
            headers: response.headers as Exchanged['headers'],
          });
          request.destroy();
        };
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          size += chunk.length;
          if (size > answerBytes) end(false);
        });
        response.on('end', () => end(true));
        // They have decided already: an answer that breaks off or never ends changes nothing.
        response.on('error', () => end(false));
      },
    );
    request.on('error', fail);
    request.end(body);
  });
}

/** Waits no longer than the signal allows; what is late is nobody's business any more. */
export function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(failureOf(signal.reason, signal));
    if (signal.aborted) onAbort();
    signal.addEventListener('abort', onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

/** What went wrong below HTTP or SMTP, in words of ours. */
export function failureOf(error: unknown, signal: AbortSignal): DeliveryError {
  if (error instanceof DeliveryError) return error;
  if (signal.aborted) return new DeliveryError('timeout', 'no answer in time');
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  const inner = (error as AggregateError).errors?.[0] as NodeJS.ErrnoException | undefined;
  const detail = message === '' ? (inner?.message ?? code) : message;
  if (certificateCodes.test(code)) return new DeliveryError('certificate', detail);
  return new DeliveryError('no-connection', detail);
}

function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || !/^\d{1,9}$/.test(header.trim())) return undefined;
  return Math.min(Number(header) * 1_000, longestRetryAfterMs);
}

function hostOf(location: string | undefined, base: URL): string {
  if (location === undefined || !URL.canParse(location, base.href)) return 'nowhere';
  return new URL(location, base).host;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
