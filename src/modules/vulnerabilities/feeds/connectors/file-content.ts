import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGunzip, type Gunzip } from 'node:zlib';
import { FeedDamaged } from '../rejections.ts';

/** Out of one packed byte at most so many; gzip cannot do more than a thousand. */
const mostRatio = 200;
const ratioFromBytes = 32 * 1024 * 1024;
const mostLineLength = 16 * 1024 * 1024;

export type FileForm = 'zip' | 'gzip' | 'tar' | 'plain';

/** What a file is by its first bytes, whatever its name says. */
export async function formOf(path: string): Promise<FileForm> {
  const file = await open(path, 'r');
  try {
    const head = Buffer.alloc(512);
    const { bytesRead } = await file.read(head, 0, 512, 0);
    if (bytesRead >= 4 && head.readUInt32LE(0) === 0x04034b50) return 'zip';
    // An archive without entries begins with its end.
    if (bytesRead >= 4 && head.readUInt32LE(0) === 0x06054b50) return 'zip';
    if (bytesRead >= 2 && head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
    return bytesRead >= 262 && head.toString('latin1', 257, 262) === 'ustar' ? 'tar' : 'plain';
  } finally {
    await file.close();
  }
}

/**
 * The bytes of a file, unpacked when it is gzip; never more than `maxBytes`.
 * `onRead` hears how many bytes of the file itself have been read.
 * @throws FeedDamaged when it is larger, cut off, or damaged
 */
export async function* contentOf(
  path: string,
  { maxBytes, onRead }: { readonly maxBytes: number; readonly onRead?: (bytes: number) => void },
): AsyncGenerator<Buffer> {
  const gzip = (await formOf(path)) === 'gzip';
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  let packed = 0;
  const stream = gzip ? createGunzip({ chunkSize: 256 * 1024 }) : file;
  // It must hear of the file's failure, and who reads it wants to know how far the file is.
  const piped = gzip
    ? pipeline(
        file,
        async function* (chunks: AsyncIterable<Buffer>) {
          for await (const chunk of chunks) {
            packed += chunk.length;
            onRead?.(packed);
            yield chunk;
          }
        },
        stream as Gunzip,
      )
    : Promise.resolve();
  piped.catch(() => undefined);
  let total = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      total += chunk.length;
      if (!gzip) onRead?.(total);
      if (total > maxBytes) throw new FeedDamaged('TOO_LARGE', `more than ${maxBytes} bytes`);
      if (gzip && total > ratioFromBytes && total > packed * mostRatio) {
        throw new FeedDamaged('BOMB', `more than ${total} bytes out of ${packed}`);
      }
      yield chunk;
    }
  } catch (error) {
    if (error instanceof FeedDamaged || !gzip) throw error;
    throw new FeedDamaged('ARCHIVE_DAMAGED', `it does not unpack: ${(error as Error).message}`);
  } finally {
    file.destroy();
    stream.destroy();
  }
}

/** The whole content as text. @throws FeedDamaged */
export async function textOf(path: string, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of contentOf(path, { maxBytes })) chunks.push(chunk);
  return new TextDecoder().decode(Buffer.concat(chunks));
}

/** Its lines that are not empty, with their numbers. @throws FeedDamaged */
export async function* linesOf(
  path: string,
  options: { readonly maxBytes: number; readonly onRead?: (bytes: number) => void },
): AsyncGenerator<{ readonly at: string; readonly text: string }> {
  const decoder = new TextDecoder();
  let rest = '';
  let number = 0;
  const line = (text: string) => ({ at: `line ${number}`, text });
  for await (const chunk of contentOf(path, options)) {
    const text = rest + decoder.decode(chunk, { stream: true });
    let start = 0;
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      number += 1;
      if (end > start) yield line(text.slice(start, end));
      start = end + 1;
    }
    rest = text.slice(start);
    if (rest.length > mostLineLength) {
      throw new FeedDamaged('LINE_TOO_LONG', `line ${number + 1} is longer than ${mostLineLength}`);
    }
  }
  rest += decoder.decode();
  number += 1;
  if (rest !== '') yield line(rest);
}

export async function sha256Of(path: string): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk as Buffer);
  }
  return { sha256: hash.digest('hex'), bytes: (await stat(path)).size };
}
