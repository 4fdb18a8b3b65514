import { type FileHandle, open } from 'node:fs/promises';
import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { FeedDamaged } from '../rejections.ts';

export interface ZipLimits {
  /** Bytes of one entry, unpacked. */
  readonly entryBytes: number;
  /** Bytes of all entries, unpacked. */
  readonly totalBytes: number;
  readonly entries: number;
}

/** More than this out of one byte is no text: a bomb. Small entries may be anything. */
const mostRatio = 200;
const ratioFromBytes = 1024 * 1024;

/** Safe within a folder: relative, without `..`, backslashes, drive letters or control characters. */
export function isSafePath(path: string): boolean {
  return (
    path.length <= 300 &&
    !/^[/\\]|^[A-Za-z]:[/\\]|\\|[\u0000-\u001f\u007f]/.test(path) &&
    path.split('/').every((part) => part !== '..' && part !== '.' && part !== '')
  );
}

/**
 * The files of a ZIP archive with their contents. What the central directory says of an entry is
 * taken as a promise and checked: its size, its CRC, its place in the file. Anything that is not as
 * promised, and anything that a record archive has no business to hold (links, encryption, names
 * that lead elsewhere), refuses the whole archive.
 *
 * @throws FeedDamaged
 */
export async function* readZip(
  path: string,
  limits: ZipLimits,
): AsyncGenerator<{ readonly name: string; readonly bytes: Buffer; readonly entryCount: number }> {
  const zip = await opened(path);
  const file = await open(path, 'r');
  try {
    if (zip.entryCount > limits.entries) {
      throw new FeedDamaged('TOO_MANY_ENTRIES', `it claims ${zip.entryCount} entries`);
    }
    let [count, total] = [0, 0];
    for await (const entry of entriesOf(zip)) {
      count += 1;
      if (count > limits.entries) throw new FeedDamaged('TOO_MANY_ENTRIES', 'too many entries');
      if (entry.fileName.endsWith('/')) continue;
      check(entry, limits);
      total += entry.uncompressedSize;
      if (total > limits.totalBytes) {
        throw new FeedDamaged(
          'TOO_LARGE',
          `its entries claim more than ${limits.totalBytes} bytes`,
        );
      }
      yield {
        name: entry.fileName,
        bytes: await contentOf(zip, file, entry),
        entryCount: zip.entryCount,
      };
    }
  } finally {
    zip.close();
    await file.close();
  }
}

async function opened(path: string): Promise<ZipFile> {
  try {
    return await openPromise(path, { autoClose: false, strictFileNames: true });
  } catch (error) {
    throw new FeedDamaged(
      'ARCHIVE_DAMAGED',
      `not a whole ZIP archive: ${(error as Error).message}`,
    );
  }
}

async function* entriesOf(zip: ZipFile): AsyncGenerator<Entry> {
  try {
    yield* zip.eachEntry();
  } catch (error) {
    if (error instanceof FeedDamaged) throw error;
    throw new FeedDamaged(
      'ARCHIVE_DAMAGED',
      `its directory is damaged: ${(error as Error).message}`,
    );
  }
}

function check(entry: Entry, limits: ZipLimits): void {
  const { fileName, uncompressedSize, compressedSize, compressionMethod } = entry;
  const refuse = (code: string, what: string): never => {
    throw new FeedDamaged(code, `entry "${fileName.slice(0, 200)}": ${what}`);
  };
  if (!isSafePath(fileName)) refuse('UNSAFE_NAME', 'its name leads out of the archive');
  const unixType = (entry.externalFileAttributes >>> 16) & 0o170000;
  if (unixType !== 0 && unixType !== 0o100000) refuse('NOT_A_FILE', 'it is a link or a device');
  if (entry.isEncrypted()) refuse('ENCRYPTED', 'it is encrypted');
  if (compressionMethod !== 0 && compressionMethod !== 8) {
    refuse('COMPRESSION_UNKNOWN', `compression method ${compressionMethod}`);
  }
  if (uncompressedSize > limits.entryBytes)
    refuse('TOO_LARGE', `it claims ${uncompressedSize} bytes`);
  if (uncompressedSize > ratioFromBytes && uncompressedSize > compressedSize * mostRatio) {
    refuse('BOMB', `it claims ${uncompressedSize} bytes out of ${compressedSize}`);
  }
}

async function contentOf(zip: ZipFile, file: FileHandle, entry: Entry): Promise<Buffer> {
  const { fileName, compressedSize, uncompressedSize } = entry;
  const damaged = (what: string) =>
    new FeedDamaged('ARCHIVE_DAMAGED', `entry "${fileName.slice(0, 200)}": ${what}`);
  if (compressedSize > zip.fileSize) throw damaged('it claims to lie outside of the file');
  let start: number;
  try {
    ({ fileDataStart: start } = await zip.readLocalFileHeaderPromise(entry, { minimal: true }));
  } catch (error) {
    throw damaged((error as Error).message);
  }
  const packed = Buffer.allocUnsafe(compressedSize);
  for (let at = 0; at < compressedSize; ) {
    const { bytesRead } = await file.read(packed, at, compressedSize - at, start + at);
    if (bytesRead === 0) throw damaged('the file ends within it');
    at += bytesRead;
  }
  let bytes = packed;
  if (entry.compressionMethod === 8) {
    try {
      // One byte more than promised is enough to tell a lie; the rest is never unpacked.
      bytes = inflateRawSync(packed, { maxOutputLength: uncompressedSize + 1 });
    } catch (error) {
      throw damaged(`it does not unpack to ${uncompressedSize} bytes: ${(error as Error).message}`);
    }
  }
  if (bytes.length !== uncompressedSize) {
    throw damaged(`it claims ${uncompressedSize} bytes and has ${bytes.length}`);
  }
  if (crc32(bytes) !== entry.crc32) throw damaged('its checksum (CRC-32) is wrong');
  return bytes;
}
