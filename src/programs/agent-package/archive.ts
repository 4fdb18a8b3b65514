import { gzipSync } from 'node:zlib';

/** One file of a package, as it is to be on the endpoint. Everything belongs to root. */
export interface PackageFile {
  /** Absolute, without `..`. */
  readonly path: string;
  readonly mode: number;
  readonly content: Buffer;
  /** What an administrator may change: kept by an upgrade, removed by a purge. */
  readonly configuration?: boolean;
}

interface TarEntry {
  /** Without a leading slash; a folder ends in one. */
  readonly name: string;
  readonly mode: number;
  readonly content: Buffer;
}

const blockBytes = 512;

/** The folders above the files that are ours to make or to narrow, outermost first. */
export function foldersOf(
  files: readonly PackageFile[],
  modes: Readonly<Record<string, number>>,
): { path: string; mode: number }[] {
  const folders = new Set<string>();
  for (const { path } of files) {
    const steps = path.split('/').slice(1, -1);
    for (let at = 1; at <= steps.length; at += 1) folders.add(`/${steps.slice(0, at).join('/')}`);
  }
  for (const folder of Object.keys(modes)) folders.add(folder);
  return [...folders].sort().map((path) => ({ path, mode: modes[path] ?? 0o755 }));
}

/**
 * A tar archive (POSIX ustar, which dpkg of any age reads) of these files with the folders above
 * them: same input, same bytes.
 * @param root put before each absolute path, e.g. `.` or `yojin-agent-1.0/files`
 * @throws RangeError a path that ustar cannot hold
 */
export function tarOfFiles(
  files: readonly PackageFile[],
  options: {
    readonly root: string;
    readonly folderModes?: Readonly<Record<string, number>>;
    readonly modifiedAt: Date;
    /** More at the front, named as they are. */
    readonly before?: readonly TarEntry[];
  },
): Buffer {
  const { root, modifiedAt, before = [] } = options;
  const empty = Buffer.alloc(0);
  const entries: TarEntry[] = [
    { name: `${root}/`, mode: 0o755, content: empty },
    ...before,
    ...foldersOf(files, options.folderModes ?? {}).map(({ path, mode }) => ({
      name: `${root}${path}/`,
      mode,
      content: empty,
    })),
    ...sortedByPath(files).map(({ path, mode, content }) => ({
      name: `${root}${path}`,
      mode,
      content,
    })),
  ];
  const parts = entries.flatMap((entry) => {
    const padding = (blockBytes - (entry.content.length % blockBytes)) % blockBytes;
    return [ustarHeader(entry, modifiedAt), entry.content, Buffer.alloc(padding)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * blockBytes)]);
}

/** By code unit, whatever the locale. */
export function sortedByPath(files: readonly PackageFile[]): PackageFile[] {
  return [...files].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function ustarHeader({ name, mode, content }: TarEntry, modifiedAt: Date): Buffer {
  const header = Buffer.alloc(blockBytes);
  const [prefix, rest] = splitName(name);
  const octal = (value: number, at: number, width: number) => {
    const digits = value.toString(8).padStart(width - 1, '0');
    if (digits.length >= width) throw new RangeError(`${name}: ${value} is too large for ustar`);
    header.write(`${digits}\0`, at, 'latin1');
  };
  header.write(rest, 0, 'utf8');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(content.length, 124, 12);
  octal(Math.floor(modifiedAt.getTime() / 1000), 136, 12);
  header.write(name.endsWith('/') ? '5' : '0', 156);
  header.write('ustar\x0000', 257, 'latin1');
  header.write('root', 265);
  header.write('root', 297);
  header.write(prefix, 345, 'utf8');
  header.fill(' ', 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return header;
}

/** Into a prefix of at most 155 bytes and a name of at most 100, at a slash. */
function splitName(name: string): [string, string] {
  if (Buffer.byteLength(name) <= 100) return ['', name];
  for (let at = name.indexOf('/', 1); at > 0; at = name.indexOf('/', at + 1)) {
    const [prefix, rest] = [name.slice(0, at), name.slice(at + 1)];
    if (rest === '' || Buffer.byteLength(prefix) > 155) break;
    if (Buffer.byteLength(rest) <= 100) return [prefix, rest];
  }
  throw new RangeError(`${name}: too long for ustar`);
}

/** Members of an `ar` archive in the order given, as dpkg expects it. */
export function arOf(
  members: readonly { readonly name: string; readonly content: Buffer }[],
  modifiedAt: Date,
): Buffer {
  const seconds = String(Math.floor(modifiedAt.getTime() / 1000));
  const parts = members.flatMap(({ name, content }) => {
    if (!/^[\x21-\x7e]{1,15}$/.test(name)) throw new RangeError(`${name}: no name for ar`);
    const columns = [
      name.padEnd(16),
      seconds.padEnd(12),
      '0'.padEnd(6),
      '0'.padEnd(6),
      '100644'.padEnd(8),
      String(content.length).padEnd(10),
    ];
    const header = Buffer.from(`${columns.join('')}\`\n`, 'latin1');
    return [header, content, Buffer.alloc(content.length % 2, '\n')];
  });
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}

/** gzip without a name and a time in it: same input, same bytes (of the same zlib). */
export function gzipped(content: Buffer): Buffer {
  return gzipSync(content, { level: 6 });
}
