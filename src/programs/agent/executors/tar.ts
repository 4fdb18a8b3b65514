import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** A member of an archive, in ustar with a pax header where a name or size does not fit. */
export interface TarMember {
  /** Without a leading slash. */
  readonly name: string;
  readonly modifiedAt: Date;
  readonly mode: number;
  readonly content:
    | { readonly kind: 'text'; readonly text: string }
    /** Read up to `bytes` when it is its turn; a file that shrank meanwhile is filled with zeros. */
    | { readonly kind: 'file'; readonly path: string; readonly bytes: number }
    | { readonly kind: 'link'; readonly target: string };
}

const blockBytes = 512;

/** The bytes of a tar archive (POSIX.1-2001, pax interchange format). */
export async function* tarOf(members: Iterable<TarMember>): AsyncGenerator<Buffer> {
  for (const member of members) {
    const { content } = member;
    const link = content.kind === 'link' ? content.target : '';
    const long = Object.entries({ path: member.name, linkpath: link }).filter(
      ([, value]) => Buffer.byteLength(value) > 100 || /[^\x20-\x7e]/.test(value),
    );
    if (long.length > 0) {
      const records = Buffer.from(long.map(([key, value]) => paxRecord(key, value)).join(''));
      yield header({ ...member, name: 'pax-header' }, 'x', records.length, '');
      yield padded(records);
    }
    if (content.kind === 'text') {
      const bytes = Buffer.from(content.text);
      yield header(member, '0', bytes.length, '');
      yield padded(bytes);
    } else if (content.kind === 'link') yield header(member, '2', 0, link);
    else {
      yield header(member, '0', content.bytes, '');
      yield* fileBytes(content.path, content.bytes);
      yield Buffer.alloc((blockBytes - (content.bytes % blockBytes)) % blockBytes);
    }
  }
  yield Buffer.alloc(2 * blockBytes);
}

async function* fileBytes(path: string, bytes: number): AsyncGenerator<Buffer> {
  let left = bytes;
  try {
    // Between the look and now somebody may have put a link, or a pipe, in its place.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    await using file = await open(path, flags);
    while ((await file.stat()).isFile() && left > 0) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(Math.min(left, 65_536)));
      if (bytesRead === 0) break;
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } catch {
    // What cannot be read any more is zeros: the header with its size has been written.
  }
  for (; left > 0; left -= 65_536) yield Buffer.alloc(Math.min(left, 65_536));
}

function header(
  { name, mode, modifiedAt }: TarMember,
  type: '0' | '2' | 'x',
  bytes: number,
  link: string,
): Buffer {
  const block = Buffer.alloc(blockBytes);
  const octal = (value: number, at: number, length: number) =>
    block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'ascii');
  block.write(name.replaceAll(/[^\x20-\x7e]/g, '_').slice(0, 100), 0, 'ascii');
  octal(mode & 0o7777, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(bytes, 124, 12);
  octal(Math.max(0, Math.floor(modifiedAt.getTime() / 1000)), 136, 12);
  block.write('        ', 148, 'ascii');
  block.write(type, 156, 'ascii');
  block.write(link.replaceAll(/[^\x20-\x7e]/g, '_').slice(0, 100), 157, 'ascii');
  block.write('ustar\x0000', 257, 'ascii');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'ascii');
  return block;
}

/** `<length> key=value\n`, where the length counts itself. */
function paxRecord(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  let length = rest + String(rest).length;
  if (rest + String(length).length !== length) length = rest + String(length).length;
  return `${length} ${key}=${value}\n`;
}

const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((blockBytes - (bytes.length % blockBytes)) % blockBytes)]);
