/**
 * The part of the (withdrawn) metadata reflection proposal that tsyringe, which `@peculiar/x509`
 * registers its parts with, expects to find on `Reflect`. Must be imported before it. Does nothing
 * where a complete polyfill is loaded already.
 */
type Metadata = Map<unknown, unknown>;
const stored = new WeakMap<object, Metadata>();

function own(key: unknown, target: object): unknown {
  return stored.get(target)?.get(key);
}

function inherited(key: unknown, target: object): unknown {
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at)) {
    const found = own(key, at);
    if (found !== undefined) return found;
  }
  return undefined;
}

function define(key: unknown, value: unknown, target: object): void {
  const entries = stored.get(target) ?? new Map();
  entries.set(key, value);
  stored.set(target, entries);
}

if (!('getMetadata' in Reflect)) {
  Object.assign(Reflect, {
    getMetadata: inherited,
    getOwnMetadata: own,
    hasMetadata: (key: unknown, target: object) => inherited(key, target) !== undefined,
    hasOwnMetadata: (key: unknown, target: object) => own(key, target) !== undefined,
    defineMetadata: define,
    metadata: (key: unknown, value: unknown) => (target: object) => define(key, value, target),
  });
}
