import { describe, expect, it } from 'vitest';
import { createBatcher } from './batcher.ts';

describe('batcher', () => {
  it('flushes what came in while the flush before was busy in one go', async () => {
    const flushed: number[][] = [];
    let release: () => void = () => undefined;
    const batcher = createBatcher<number>(async (items) => {
      flushed.push([...items]);
      if (flushed.length === 1) await new Promise<void>((resolve) => (release = resolve));
    });
    const first = batcher.add(1);
    await Promise.resolve();
    const rest = Promise.all([batcher.add(2), batcher.add(3)]);
    expect(batcher.depth).toBe(3);
    await expect.poll(() => flushed.length).toBe(1);
    release();
    await Promise.all([first, rest]);
    expect(flushed).toEqual([[1], [2, 3]]);
    expect(batcher.depth).toBe(0);
  });

  it('settles each caller with its own flush: a failed one rejects only its items', async () => {
    const batcher = createBatcher<number>(
      async (items) => {
        if (items.includes(2)) throw new Error('two');
      },
      { maxItems: 1 },
    );
    const outcomes = await Promise.allSettled([batcher.add(1), batcher.add(2), batcher.add(3)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});
