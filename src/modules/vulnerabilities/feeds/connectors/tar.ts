import { createReadStream } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { FeedDamaged } from '../rejections.ts';
import { contentOf } from './file-content.ts';
import { isSafePath } from './zip.ts';

/**
 * TAR as POSIX.1-2001 (ustar, with pax headers for names) has it; only plain files and folders.
 * Source: IEEE Std 1003.1, pax, "ustar Interchange Format".
 */
const block = 512;

export interface TarLimits {
  readonly totalBytes: number;
  readonly fileBytes: number;
  readonly files: number;
}

/**
 * Unpacks the files that `wanted` accepts below `folder`; answers their names. The others are read
 * over. A name that leads elsewhere, a link or a device refuses the whole archive.
 *
 * @throws FeedDamaged
 */
export async function unpackTar(
  path: string,
  folder: string,
  wanted: (name: string) => boolean,
  limits: TarLimits,
): Promise<readonly string[]> {
  const input = new BlockReader(contentOf(path, { maxBytes: limits.totalBytes }));
  const names: string[] = [];
  let paxName: string | undefined;
  let count = 0;
  for (;;) {
    const header = await input.take(block);
    if (header === null) throw new FeedDamaged('ARCHIVE_DAMAGED', 'the archive is cut off');
    if (header.every((byte) => byte === 0)) break;
    count += 1;
    if (count > limits.files) throw new FeedDamaged('TOO_MANY_ENTRIES', 'too many files');
    const { name: shortName, size, type } = readHeader(header);
    if (size > limits.fileBytes) {
      throw new FeedDamaged('TOO_LARGE', `"${shortName.slice(0, 200)}" claims ${size} bytes`);
    }
    if (type === 'x' || type === 'g') {
      const text = (await input.whole(size, 65_536)).toString('utf8');
      if (type === 'x') paxName = paxPath(text);
      continue;
    }
    const name = (paxName ?? shortName).replace(/^(?:\.\/)+/, '');
    paxName = undefined;
    if (type === '5') {
      await input.skip(size);
      continue;
    }
    if (type !== '0') throw new FeedDamaged('NOT_A_FILE', `"${name}" is a link or a device`);
    if (!isSafePath(name)) {
      throw new FeedDamaged('UNSAFE_NAME', `"${name.slice(0, 200)}" leads out of the archive`);
    }
    if (!wanted(name)) {
      await input.skip(size);
      continue;
    }
    const target = join(folder, name);
    await mkdir(dirname(target), { recursive: true });
    // A name that comes twice fails here: the second would replace what was checked.
    const file = await open(target, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      throw new FeedDamaged('ARCHIVE_DAMAGED', `"${name}" comes twice`);
    });
    try {
      for await (const chunk of input.body(size)) await file.write(chunk);
    } finally {
      await file.close();
    }
    names.push(name);
  }
  await input.close();
  return names;
}

/** An archive of files that exist, in the order given; sizes are read just before. */
export async function* packTar(
  files: readonly { readonly name: string; readonly path: string }[],
): AsyncGenerator<Buffer> {
  for (const { name, path } of files) {
    const { size, mtimeMs } = await stat(path);
    yield headerOf(name, size, Math.floor(mtimeMs / 1000));
    let sent = 0;
    for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 })) {
      sent += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
    if (sent !== size) throw new Error(`${path} changed while it was read`);
    yield Buffer.alloc((block - (size % block)) % block);
  }
  yield Buffer.alloc(2 * block);
}

function readHeader(header: Buffer): { name: string; size: number; type: string } {
  const text = (start: number, length: number) => {
    const field = header.subarray(start, start + length);
    const end = field.indexOf(0);
    return field.toString('utf8', 0, end < 0 ? length : end);
  };
  const octal = (start: number, length: number) => {
    const digits = text(start, length).trim();
    return /^[0-7]+$/.test(digits) ? Number.parseInt(digits, 8) : Number.NaN;
  };
  let sum = 8 * 32;
  for (const [at, byte] of header.entries()) if (at < 148 || at >= 156) sum += byte;
  const size = octal(124, 12);
  if (octal(148, 8) !== sum) throw new FeedDamaged('ARCHIVE_DAMAGED', 'a header is damaged');
  if (Number.isNaN(size)) throw new FeedDamaged('TOO_LARGE', 'a file claims a size beyond 8 GiB');
  const prefix = text(257, 5) === 'ustar' ? text(345, 155) : '';
  const type = text(156, 1) || '0';
  return { name: prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`, size, type };
}

function paxPath(text: string): string | undefined {
  return /^\d+ path=(.*)$/m.exec(text)?.[1];
}

function headerOf(name: string, size: number, mtime: number): Buffer {
  const header = Buffer.alloc(block);
  if (Buffer.byteLength(name) > 100)
    throw new Error(`the name is too long for an archive: ${name}`);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${size.toString(8).padStart(11, '0')}\0`, 124);
  header.write(`${mtime.toString(8).padStart(11, '0')}\0`, 136);
  header.write('        ', 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257, 'latin1');
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** Hands out exact numbers of bytes of a stream, and its padding to whole blocks. */
class BlockReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #held: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncGenerator<Buffer>) {
    this.#chunks = chunks;
  }

  /** Exactly so many bytes; null at the end. */
  async take(length: number): Promise<Buffer | null> {
    while (this.#held.length < length) {
      const { value, done } = await this.#chunks.next();
      if (done) return null;
      this.#held = this.#held.length === 0 ? value : Buffer.concat([this.#held, value]);
    }
    const taken = this.#held.subarray(0, length);
    this.#held = this.#held.subarray(length);
    return taken;
  }

  async *body(size: number): AsyncGenerator<Buffer> {
    for (let left = size; left > 0; ) {
      const chunk = this.#held.length > 0 ? this.#held : await this.take(1);
      if (chunk === null) throw new FeedDamaged('ARCHIVE_DAMAGED', 'the archive is cut off');
      const part = chunk.subarray(0, left);
      if (chunk === this.#held) this.#held = this.#held.subarray(part.length);
      left -= part.length;
      yield part;
    }
    await this.#padding(size);
  }

  async skip(size: number): Promise<void> {
    for await (const _ of this.body(size)) {
      // Read over.
    }
  }

  async whole(size: number, limit: number): Promise<Buffer> {
    if (size > limit) throw new FeedDamaged('TOO_LARGE', 'a header is too large');
    const bytes = await this.take(size);
    if (bytes === null) throw new FeedDamaged('ARCHIVE_DAMAGED', 'the archive is cut off');
    await this.#padding(size);
    return bytes;
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }

  async #padding(size: number): Promise<void> {
    const padding = (block - (size % block)) % block;
    if (padding > 0 && (await this.take(padding)) === null) {
      throw new FeedDamaged('ARCHIVE_DAMAGED', 'the archive is cut off');
    }
  }
}
