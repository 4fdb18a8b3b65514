import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ZipEntry, zipOf } from '../../../../testing/zip.ts';
import { FeedDamaged } from '../rejections.ts';
import { contentOf, linesOf, textOf } from './file-content.ts';
import { packTar, unpackTar } from './tar.ts';
import { isSafePath, readZip } from './zip.ts';

const folder = () => mkdtempSync(join(tmpdir(), 'yojin-test-'));
const fileOf = (content: Buffer | string) => {
  const path = join(folder(), 'file');
  writeFileSync(path, content);
  return path;
};
const limits = { entryBytes: 20_000_000, totalBytes: 50_000_000, entries: 1_000 };

async function read(archive: Buffer, more: Partial<typeof limits> = {}) {
  const found: Record<string, string> = {};
  for await (const { name, bytes } of readZip(fileOf(archive), { ...limits, ...more })) {
    found[name] = bytes.toString();
  }
  return found;
}
/** The code of the refusal. */
async function refusal(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error('it was taken'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FeedDamaged);
  return (error as FeedDamaged).code;
}

describe('ZIP', () => {
  const honest: readonly ZipEntry[] = [
    { name: 'a.json', content: '{"a":1}' },
    { name: 'folder/b.json', content: 'b'.repeat(5_000) },
  ];

  it('is read', async () => {
    expect(await read(zipOf([...honest, { name: 'folder/', content: '' }]))).toEqual({
      'a.json': '{"a":1}',
      'folder/b.json': 'b'.repeat(5_000),
    });
  });

  it.each<[string, string, ZipEntry]>([
    ['leads out', 'ARCHIVE_DAMAGED', { name: '../evil.json', content: '{}' }],
    ['is absolute', 'ARCHIVE_DAMAGED', { name: '/etc/passwd', content: '{}' }],
    ['has a backslash', 'ARCHIVE_DAMAGED', { name: 'a\\b.json', content: '{}' }],
    ['is a link', 'NOT_A_FILE', { name: 'l', content: '/etc/passwd', unixMode: 0o120777 }],
    ['is encrypted', 'ENCRYPTED', { name: 'e', content: 'x', flags: 1 }],
    ['claims 4 GB', 'TOO_LARGE', { name: 'g', content: 'x', claims: { size: 4_000_000_000 } }],
    ['claims too little', 'ARCHIVE_DAMAGED', { name: 's', content: 'xxxx', claims: { size: 2 } }],
    ['claims too much', 'ARCHIVE_DAMAGED', { name: 'm', content: 'xxxx', claims: { size: 9 } }],
    ['lies outside', 'ARCHIVE_DAMAGED', { name: 'o', content: 'x', claims: { packedSize: 1e9 } }],
    ['has another checksum', 'ARCHIVE_DAMAGED', { name: 'c', content: 'x', claims: { crc: 7 } }],
    ['is a bomb', 'BOMB', { name: 'z', content: Buffer.alloc(15_000_000) }],
  ])('is refused when an entry %s', async (_what, code, entry) => {
    expect(await refusal(read(zipOf([...honest, entry])))).toBe(code);
  });

  it('is refused when it holds too much', async () => {
    const many = Array.from({ length: 30 }, (_, i) => ({
      name: `${i}.json`,
      content: 'x'.repeat(100),
    }));
    expect(await refusal(read(zipOf(many), { entries: 20 }))).toBe('TOO_MANY_ENTRIES');
    expect(await refusal(read(zipOf(many), { totalBytes: 2_000 }))).toBe('TOO_LARGE');
  });

  it('is refused wherever it is cut off', async () => {
    const whole = zipOf(honest);
    for (let length = 0; length < whole.length; length += 7) {
      expect(await refusal(read(whole.subarray(0, length)))).toBe('ARCHIVE_DAMAGED');
    }
  });

  it('is refused or read rightly, whichever byte is wrong', async () => {
    const whole = zipOf(honest);
    for (let at = 0; at < whole.length; at += 3) {
      const broken = Buffer.from(whole);
      broken[at] = broken[at]! ^ 0x55;
      const found = await read(broken).catch((error: unknown) => error);
      if (found instanceof FeedDamaged) continue;
      // A time stamp, or a name: contents are those that were written, or it was refused.
      expect(
        Object.values(found as object).every((text) =>
          ['{"a":1}', 'b'.repeat(5_000)].includes(text),
        ),
      ).toBe(true);
    }
  });
});

describe('gzip and lines', () => {
  it('reads packed and plain files alike', async () => {
    const text = 'one\n\ntwo\nüber';
    for (const path of [fileOf(text), fileOf(gzipSync(text))]) {
      const lines: unknown[] = [];
      for await (const line of linesOf(path, { maxBytes: 1_000 })) lines.push(line);
      expect(lines).toEqual([
        { at: 'line 1', text: 'one' },
        { at: 'line 3', text: 'two' },
        { at: 'line 4', text: 'über' },
      ]);
    }
  });

  it('tells how far it is in the file', async () => {
    const packed = gzipSync(Buffer.from('line\n'.repeat(100_000)));
    let read = 0;
    for await (const _ of contentOf(fileOf(packed), { maxBytes: 1e9, onRead: (n) => (read = n) })) {
      expect(read).toBeGreaterThan(0);
    }
    expect(read).toBe(packed.length);
  });

  it('refuses bombs, cut-off files and what is too large', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(await refusal(textOf(fileOf(bomb), 1e9))).toBe('BOMB');
    expect(await refusal(textOf(fileOf(bomb), 1e6))).toBe('TOO_LARGE');
    expect(await refusal(textOf(fileOf('x'.repeat(2_000)), 1_000))).toBe('TOO_LARGE');
    const whole = gzipSync('x'.repeat(100_000) + Math.random());
    for (const length of [2, 12, whole.length - 9, whole.length - 1]) {
      expect(await refusal(textOf(fileOf(whole.subarray(0, length)), 1e9))).toBe('ARCHIVE_DAMAGED');
    }
    const wrong = Buffer.from(whole);
    wrong[wrong.length - 6] = wrong[wrong.length - 6]! ^ 1;
    expect(await refusal(textOf(fileOf(wrong), 1e9))).toBe('ARCHIVE_DAMAGED');
  });
});

describe('TAR', () => {
  const tarLimits = { totalBytes: 1e8, fileBytes: 1e6, files: 100 };
  async function packed(files: Record<string, string>): Promise<Buffer> {
    const from = folder();
    const list = Object.entries(files).map(([name, content], index) => {
      const path = join(from, String(index));
      writeFileSync(path, content);
      return { name, path };
    });
    const chunks: Buffer[] = [];
    for await (const chunk of packTar(list)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }
  /** Changes the header of the first file and makes its checksum right again. */
  function forged(tar: Buffer, change: (header: Buffer) => void): Buffer {
    const copy = Buffer.from(tar);
    const header = copy.subarray(0, 512);
    change(header);
    header.write('        ', 148);
    const sum = header.reduce((total, byte) => total + byte, 0);
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
    return copy;
  }
  const unpack = async (tar: Buffer, more = {}) => {
    const target = folder();
    await unpackTar(fileOf(tar), target, (name) => name !== 'skip', { ...tarLimits, ...more });
    return target;
  };

  it('packs and unpacks, packed or not, leaving out what nobody wants', async () => {
    const tar = await packed({ 'a/b.txt': 'B'.repeat(1_000), skip: 'no', empty: '' });
    for (const archive of [tar, gzipSync(tar)]) {
      const target = await unpack(archive);
      expect(readFileSync(join(target, 'a/b.txt'), 'utf8')).toBe('B'.repeat(1_000));
      expect(readdirSync(target).sort()).toEqual(['a', 'empty']);
    }
  });

  it.each([
    ['leads out', 'UNSAFE_NAME', (h: Buffer) => h.write('../../evil\0', 0)],
    ['is absolute', 'UNSAFE_NAME', (h: Buffer) => h.write('/tmp/evil\0', 0)],
    ['is a symbolic link', 'NOT_A_FILE', (h: Buffer) => h.write('2', 156)],
    ['is a hard link', 'NOT_A_FILE', (h: Buffer) => h.write('1', 156)],
    ['is a device', 'NOT_A_FILE', (h: Buffer) => h.write('3', 156)],
    ['claims 8 GB', 'TOO_LARGE', (h: Buffer) => h.write('77777777777\0', 124)],
    ['claims more than there is', 'ARCHIVE_DAMAGED', (h: Buffer) => h.write('00001750000\0', 124)],
    ['claims a binary size', 'TOO_LARGE', (h: Buffer) => h.writeUInt8(0x80, 124)],
  ])('is refused when a file %s', async (_what, code, change) => {
    const tar = await packed({ 'a.txt': 'hello' });
    expect(await refusal(unpack(forged(tar, (header) => void change(header))))).toBe(code);
  });

  it('is refused when damaged, cut off, or with a file twice', async () => {
    const tar = await packed({ 'a.txt': 'hello' });
    const damaged = Buffer.from(tar);
    damaged[3] = 0x58;
    expect(await refusal(unpack(damaged))).toBe('ARCHIVE_DAMAGED');
    for (const length of [0, 100, 512, 700, 1024]) {
      expect(await refusal(unpack(tar.subarray(0, length)))).toBe('ARCHIVE_DAMAGED');
    }
    const twice = Buffer.concat([tar.subarray(0, 1024), tar]);
    expect(await refusal(unpack(twice))).toBe('ARCHIVE_DAMAGED');
    expect(await refusal(unpack(tar, { files: 0 }))).toBe('TOO_MANY_ENTRIES');
  });
});

it.each([
  ['osv/Debian:12/all.zip', true],
  ['a..b/c', true],
  ['../a', false],
  ['a/../b', false],
  ['a//b', false],
  ['/a', false],
  ['C:\\a', false],
  ['a\u0000b', false],
  ['', false],
])('isSafePath(%j) is %s', (path, safe) => {
  expect(isSafePath(path)).toBe(safe);
});
