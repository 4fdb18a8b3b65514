import type { Ring } from './api.ts';

/** Somebody who has not said otherwise: one endpoint, 5 %, a quarter, all; an hour between. */
export const defaultRings: readonly Ring[] = [
  { name: '1', percent: 0.01, atLeast: 1, soakMinutes: 60 },
  { name: '5 %', percent: 5, soakMinutes: 60 },
  { name: '25 %', percent: 25, soakMinutes: 60 },
  { name: '100 %', percent: 100, soakMinutes: 0 },
];

/** What is wrong with rings; null: nothing. English, for the detail of a problem. */
export function ringsProblem(rings: readonly Ring[]): string | null {
  if (rings.length === 0) return 'There has to be a ring.';
  let before = 0;
  for (const [at, { percent }] of rings.entries()) {
    if (percent < before) return `Ring ${at + 1}: ${percent} % is less than the ring before it.`;
    before = percent;
  }
  return before === 100 ? null : 'The last ring has to be 100 %.';
}

/**
 * The ring of each endpoint, by its place in `order`: ring `n` holds what its cumulative percentage
 * adds, at least `atLeast`, and first of all those that its selector chose. An endpoint that
 * several rings choose belongs to the first of them. `chosen[n]`: of ring `n`; endpoints that only a
 * later ring chooses wait for it unless the rings before would be left without.
 */
export function planRings(
  rings: readonly Ring[],
  order: readonly string[],
  chosen: readonly (ReadonlySet<string> | null)[] = [],
): ReadonlyMap<string, number> {
  const ringOf = new Map<string, number>();
  const chosenBy = (id: string) => chosen.findIndex((ids) => ids?.has(id) === true);
  const free: string[] = [];
  for (const id of order) {
    const at = chosenBy(id);
    if (at === -1) free.push(id);
    else ringOf.set(id, at);
  }
  const counts = rings.map((_, at) => [...ringOf.values()].filter((ring) => ring === at).length);
  let next = 0;
  let cumulative = 0;
  for (const [at, { percent, atLeast = 0 }] of rings.entries()) {
    const own = counts[at]!;
    const last = at === rings.length - 1;
    const wanted = Math.max(Math.ceil((order.length * percent) / 100) - cumulative, atLeast);
    const take = last
      ? free.length - next
      : Math.max(0, Math.min(wanted - own, free.length - next));
    for (const id of free.slice(next, next + take)) ringOf.set(id, at);
    next += take;
    cumulative += own + take;
  }
  return ringOf;
}

/**
 * Endpoints in an order that is the same each time and says nothing of their names: a first ring
 * should not be the machines that are called alike.
 */
export function mixed(endpointIds: readonly string[], seed: string): readonly string[] {
  const keyed = endpointIds.map((id) => ({ id, key: hash(`${seed} ${id}`) }));
  keyed.sort((a, b) => a.key - b.key || (a.id < b.id ? -1 : 1));
  return keyed.map(({ id }) => id);
}

/** FNV-1a, 32 bits, with a final mix: the ids differ in few characters. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
