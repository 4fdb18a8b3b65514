import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  BytesInFlight,
  jsonDepth,
  member,
  NoRoomError,
  parseBody,
  readBytes,
} from './json-body.ts';

const read = (body: Buffer | Buffer[], encoding: string | undefined, max: number, room = 1e9) =>
  readBytes(
    Readable.from(Array.isArray(body) ? body : [body]),
    encoding,
    max,
    new BytesInFlight(room),
  );

describe('readBytes', () => {
  it('takes a body in pieces', async () => {
    const read1 = await read([Buffer.from('{"a"'), Buffer.from(':1}')], undefined, 100);
    expect(read1).toEqual({ ok: true, bytes: Buffer.from('{"a":1}') });
  });

  it('takes gzip', async () => {
    const { bytes } = (await read(gzipSync('{"a":1}'), 'gzip', 100)) as { bytes: Buffer };
    expect(bytes.toString()).toBe('{"a":1}');
  });

  it('stops a gzip bomb at the limit', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000));
    expect(bomb.length).toBeLessThan(60_000);
    expect(await read(bomb, 'gzip', 1_000_000)).toMatchObject({
      ok: false,
      refusal: { reason: 'BODY_TOO_LARGE' },
    });
  });

  it.each([
    ['what is no gzip', Buffer.from('{"a":1}'), 'gzip'],
    ['gzip that is cut off', gzipSync('{"a":1}'.repeat(1000)).subarray(0, 20), 'gzip'],
    ['an encoding that we do not know', Buffer.from('x'), 'br'],
  ])('refuses %s', async (_, body, encoding) => {
    expect(await read(body, encoding, 1e6)).toMatchObject({
      ok: false,
      refusal: { reason: 'BAD_ENCODING' },
    });
  });

  it('gives the room back, whatever happens', async () => {
    const room = new BytesInFlight(1000);
    await readBytes(Readable.from([Buffer.alloc(900)]), undefined, 10_000, room);
    await readBytes(Readable.from([Buffer.alloc(900)]), undefined, 10, room);
    await expect(
      readBytes(Readable.from([Buffer.alloc(900), Buffer.alloc(900)]), undefined, 10_000, room),
    ).rejects.toThrow(NoRoomError);
    expect(room.bytes).toBe(0);
  });

  it('fails when the connection breaks in the middle of a compressed body', async () => {
    const compressed = gzipSync(Buffer.alloc(1_000_000, 'abcdefgh'));
    const source = new Readable({ read() {} });
    source.push(compressed.subarray(0, compressed.length - 10));
    const result = readBytes(source, 'gzip', 2e6, new BytesInFlight(1e9));
    source.destroy();
    await expect(result).rejects.toThrow();
  });
});

describe('parseBody', () => {
  it.each([
    ['nothing', '', 'NOT_JSON'],
    ['half an object', '{"a":', 'NOT_JSON'],
    ['a list', '[1]', 'WRONG_TYPE'],
    ['null', 'null', 'WRONG_TYPE'],
    ['a text', '"a"', 'WRONG_TYPE'],
    ['deep nesting', '['.repeat(100_000), 'TOO_DEEP'],
    ['deep nesting that is closed', `{"a":${'['.repeat(13)}${']'.repeat(13)}}`, 'TOO_DEEP'],
  ])('refuses %s', (_, text, reason) => {
    expect(parseBody(Buffer.from(text), 12)).toMatchObject({ ok: false, refusal: { reason } });
  });

  it('replaces what is not UTF-8, and says so', () => {
    const parsed = parseBody(
      Buffer.from([0x7b, 0x22, 0x61, 0x22, 0x3a, 0x22, 0xff, 0x22, 0x7d]),
      12,
    );
    expect(parsed).toMatchObject({ ok: true, damaged: true, body: { a: '\ufffd' } });
  });

  it('does not let a body give itself members', () => {
    const parsed = parseBody(Buffer.from('{"__proto__":{"queries":{}}}'), 12);
    expect(parsed.ok && member(parsed.body, 'queries')).toBeUndefined();
    expect(parsed.ok && member(parsed.body, 'constructor')).toBeUndefined();
  });

  it('finds the depth that JSON has', () => {
    const depthOf = (value: unknown): number =>
      typeof value !== 'object' || value === null
        ? 0
        : 1 + Math.max(0, ...Object.values(value).map(depthOf));
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
        expect(jsonDepth(Buffer.from(JSON.stringify(value)), 100)).toBe(depthOf(value));
      }),
    );
  });
});
