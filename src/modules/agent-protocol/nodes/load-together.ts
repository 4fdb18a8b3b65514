/**
 * One statement for all keys that are asked for in one turn of the event loop. Keys that the
 * answer does not have resolve to undefined.
 */
export function loadTogether<Value>(
  load: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value | undefined> {
  let next: { keys: Set<string>; result: Promise<ReadonlyMap<string, Value>> } | undefined;
  return async (key) => {
    if (next) next.keys.add(key);
    else {
      const keys = new Set([key]);
      const result = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
        next = undefined;
        return load([...keys]);
      });
      next = { keys, result };
    }
    return (await next.result).get(key);
  };
}
