import { describe, expect, it } from 'vitest';
import { type Node, NodeDirectory } from './directory.ts';

const node = (id: string, endpointId = `endpoint-${id}`): Node => ({
  id,
  endpointId,
  platform: 'linux',
  standing: 'current',
  contested: false,
  ordinal: 1,
  readsDistributed: false,
  contactStoredAtMs: 0,
  useStoredAtMs: 0,
});

/** A directory over `nodes`, and the keys that it asked for, load by load. */
function directoryOver(nodes: Record<string, Node>, options = {}) {
  const loads: string[][] = [];
  const directory = new NodeDirectory(async (keys) => {
    loads.push([...keys]);
    return new Map(keys.flatMap((key) => (nodes[key] ? [[key, { ...nodes[key] }] as const] : [])));
  }, options);
  return { directory, loads };
}

describe('NodeDirectory', () => {
  it('loads the keys of one moment together, and each once', async () => {
    const { directory, loads } = directoryOver({ a: node('1'), b: node('2') });
    const found = await Promise.all(['a', 'b', 'a', 'c'].map((key) => directory.find(key, 0)));
    expect(found.map((one) => one?.id)).toEqual(['1', '2', '1', undefined]);
    expect(found[0]).toBe(found[2]);
    await directory.find('a', 0);
    expect(loads).toEqual([['a', 'b', 'c']]);
  });

  it('remembers for a minute that a key is unknown, and only so many of them', async () => {
    const { directory, loads } = directoryOver({}, { maxUnknown: 2 });
    for (const [key, nowMs] of [
      ['x', 0],
      ['x', 59_000],
      ['x', 61_000],
      ['y', 61_000],
      ['z', 61_000],
      ['x', 61_000],
    ] as const) {
      await directory.find(key, nowMs);
    }
    expect(loads).toEqual([['x'], ['x'], ['y'], ['z'], ['x']]);
  });

  it('reads the nodes of an endpoint anew after a change, also one that came while loading', async () => {
    const nodes = { a: node('1', 'e'), b: node('2', 'e') };
    const { directory } = directoryOver(nodes);
    await directory.find('a', 0);
    const loading = directory.find('b', 0);
    nodes.a = { ...nodes.a, standing: 'superseded' };
    nodes.b = { ...nodes.b, contested: true };
    directory.invalidate(['e']);
    await loading;
    nodes.b = { ...nodes.b, contested: false };
    expect((await directory.find('a', 0))?.standing).toBe('superseded');
    expect((await directory.find('b', 0))?.contested).toBe(false);
    expect(directory.ofEndpoint('e').map(({ id }) => id)).toEqual(['1', '2']);
    directory.clear();
    expect(directory.size).toBe(0);
  });

  it('says that the database is away instead of that a key is unknown', async () => {
    let away = true;
    const directory = new NodeDirectory(async () => {
      if (away) throw new Error('connection refused');
      return new Map([['a', node('1')]]);
    });
    await expect(directory.find('a', 0)).rejects.toThrow('connection refused');
    away = false;
    expect((await directory.find('a', 0))?.id).toBe('1');
  });
});
