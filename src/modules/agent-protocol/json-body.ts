import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Refusal } from './refusals.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export type BodyResult =
  | {
      readonly ok: true;
      readonly body: JsonObject;
      readonly bytes: number;
      readonly damaged: boolean;
    }
  | { readonly ok: false; readonly refusal: Refusal };

const refused = (reason: Refusal['reason'], detail: string): BodyResult => ({
  ok: false,
  refusal: { reason, detail },
});

/** Bytes of all bodies that are being read, so that many large ones cannot fill the memory. */
export class BytesInFlight {
  #bytes = 0;
  readonly #max: number;

  constructor(max: number) {
    this.#max = max;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** False: no room now. */
  reserve(bytes: number): boolean {
    if (this.#bytes + bytes > this.#max) return false;
    this.#bytes += bytes;
    return true;
  }

  release(bytes: number): void {
    this.#bytes -= bytes;
  }
}

/** There is no room for the body now; the endpoint must come again later. */
export class NoRoomError extends Error {}

/**
 * Reads a body of at most `maxBytes`, counted after decompression, so that a gzip bomb stops at
 * the limit. Throws `NoRoomError` when the process holds too many bodies, and whatever the
 * connection throws when it breaks.
 */
export async function readBytes(
  source: Readable,
  encoding: string | undefined,
  maxBytes: number,
  inFlight: BytesInFlight,
): Promise<{ ok: true; bytes: Buffer } | { ok: false; refusal: Refusal }> {
  const coding = encoding?.trim().toLowerCase() ?? 'identity';
  if (coding !== 'identity' && coding !== 'gzip' && coding !== 'x-gzip' && coding !== '') {
    return {
      ok: false,
      refusal: { reason: 'BAD_ENCODING', detail: `Content-Encoding: ${coding}` },
    };
  }
  const compressed = coding.endsWith('gzip');
  const stream = compressed ? source.pipe(createGunzip()) : source;
  // A connection that breaks ends the decompression too, instead of leaving it waiting.
  const onSourceError = (error: Error) => stream.destroy(error);
  const onSourceClose = () => {
    if (!source.readableEnded) stream.destroy(new Error('the connection was closed'));
  };
  if (compressed) source.once('error', onSourceError).once('close', onSourceClose);
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      if (length + chunk.length > maxBytes) {
        const detail = `more than ${maxBytes} bytes${compressed ? ' after decompression' : ''}`;
        return { ok: false, refusal: { reason: 'BODY_TOO_LARGE', detail } };
      }
      if (!inFlight.reserve(chunk.length)) throw new NoRoomError('too many bodies at one time');
      length += chunk.length;
      chunks.push(chunk);
    }
    return { ok: true, bytes: chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks, length) };
  } catch (error) {
    const code = (error as { code?: unknown }).code;
    if (compressed && typeof code === 'string' && code.startsWith('Z_')) {
      return { ok: false, refusal: { reason: 'BAD_ENCODING', detail: `gzip: ${code}` } };
    }
    throw error;
  } finally {
    inFlight.release(length);
    if (compressed) {
      source.off('error', onSourceError).off('close', onSourceClose);
      source.unpipe();
      stream.destroy();
    }
  }
}

/** Nesting of arrays and objects, found without building any; Infinity where it is not closed. */
export function jsonDepth(bytes: Buffer, max: number): number {
  let depth = 0;
  let deepest = 0;
  let inString = false;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index];
    if (inString) {
      if (byte === 0x5c) index += 1;
      else if (byte === 0x22) inString = false;
    } else if (byte === 0x22) inString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
      if (depth > deepest) deepest = depth;
      if (depth > max) return depth;
    } else if (byte === 0x7d || byte === 0x5d) depth -= 1;
  }
  return deepest;
}

const strict = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON object in `bytes`. Bytes that are not UTF-8 become U+FFFD and `damaged` is set: file
 * names and package descriptions in old encodings reach us as they are, and refusing the body
 * would make an honest osqueryd send it again for ever.
 */
export function parseBody(bytes: Buffer, maxDepth: number): BodyResult {
  if (bytes.length === 0) return refused('NOT_JSON', 'the body is empty');
  if (jsonDepth(bytes, maxDepth) > maxDepth) {
    return refused('TOO_DEEP', `nested deeper than ${maxDepth} levels`);
  }
  let text: string;
  let damaged = false;
  try {
    text = strict.decode(bytes);
  } catch {
    text = bytes.toString('utf8');
    damaged = true;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refused('NOT_JSON', (error as Error).message);
  }
  if (!isObject(value)) return refused('WRONG_TYPE', 'the body is not a JSON object');
  return { ok: true, body: value, bytes: bytes.length, damaged };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An own member; what a prototype has (`constructor`, `__proto__`) is not in the JSON. */
export function member(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}
