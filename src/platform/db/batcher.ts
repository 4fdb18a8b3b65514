/**
 * Group commit: callers hand in items one by one, `flush` gets all that came in while the flush
 * before was busy, and each caller's promise settles with its own flush. So nothing is
 * acknowledged before it is stored, and the number of statements grows with time, not with
 * callers.
 */
export interface Batcher<Item> {
  add(item: Item): Promise<void>;
  /** Items waiting or being flushed. */
  readonly depth: number;
  /** Settles when nothing is waiting any more. */
  drain(): Promise<void>;
}

export function createBatcher<Item>(
  flush: (items: readonly Item[]) => Promise<void>,
  { maxItems = 500 }: { maxItems?: number } = {},
): Batcher<Item> {
  let waiting: { item: Item; resolve: () => void; reject: (error: unknown) => void }[] = [];
  let busyItems = 0;
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    await Promise.resolve(); // Lets the callers of this turn join the first batch.
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxItems);
      waiting = waiting.slice(maxItems);
      busyItems = batch.length;
      try {
        await flush(batch.map(({ item }) => item));
        for (const { resolve } of batch) resolve();
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
      busyItems = 0;
    }
    running = undefined;
  }

  return {
    add(item) {
      return new Promise((resolve, reject) => {
        waiting.push({ item, resolve, reject });
        running ??= run();
      });
    },
    get depth() {
      return waiting.length + busyItems;
    },
    async drain() {
      await running;
    },
  };
}
