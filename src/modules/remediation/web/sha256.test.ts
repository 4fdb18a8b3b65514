import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { sha256 } from './sha256.ts';

it.each(['', 'a', '用心 🔥', 'x'.repeat(55), 'x'.repeat(56), 'x'.repeat(64), 'y'.repeat(200_000)])(
  'hashes a text as everybody does (%#)',
  (text) => {
    expect(sha256(text)).toBe(createHash('sha256').update(text).digest('hex'));
  },
);
