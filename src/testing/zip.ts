import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipEntry {
  readonly name: string;
  readonly content: string | Buffer;
  /** What the central directory claims instead of the truth. */
  readonly claims?: { readonly size?: number; readonly packedSize?: number; readonly crc?: number };
  /** Upper half of the external attributes: `0o120777` makes it a symbolic link. */
  readonly unixMode?: number;
  readonly flags?: number;
}

/** A ZIP archive (PKWARE APPNOTE 6.3) of entries, honest or not. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, claims = {}, unixMode = 0o100644, flags = 0 } of entries) {
    const bytes = Buffer.from(content as string);
    const packed = deflateRawSync(bytes);
    const fileName = Buffer.from(name);
    const fields = (sizes: { packed: number; size: number; crc: number }) => {
      const part = Buffer.alloc(26);
      part.writeUInt16LE(20, 0);
      part.writeUInt16LE(flags | 0x0800, 2);
      part.writeUInt16LE(8, 4);
      part.writeUInt32LE(sizes.crc >>> 0, 10);
      part.writeUInt32LE(sizes.packed, 14);
      part.writeUInt32LE(sizes.size, 18);
      part.writeUInt16LE(fileName.length, 22);
      return part;
    };
    const truth = { packed: packed.length, size: bytes.length, crc: crc32(bytes) };
    const local = Buffer.concat([
      Buffer.from('PK\u0003\u0004', 'latin1'),
      fields(truth),
      fileName,
      packed,
    ]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE((unixMode << 16) >>> 0, 6);
    tail.writeUInt32LE(offset, 10);
    const claimed = fields({
      packed: claims.packedSize ?? truth.packed,
      size: claims.size ?? truth.size,
      crc: claims.crc ?? truth.crc,
    });
    const madeBy = Buffer.from([20, 3]);
    directory.push(Buffer.from('PK\u0001\u0002', 'latin1'), madeBy, claimed, tail, fileName);
    parts.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\u0005\u0006', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, central, end]);
}
