import type { Platform } from '../../assets/public.ts';
import type { Standing } from '../identity.ts';
import { loadTogether } from './load-together.ts';

/** A node as the server needs it at each request. */
export interface Node {
  readonly id: string;
  readonly endpointId: string;
  /** Position of the endpoint in bitmaps. */
  readonly ordinal: number;
  readonly platform: Platform;
  readonly standing: Standing;
  /** Two node keys claim the endpoint: each contact is judged in the database. */
  readonly contested: boolean;
  readsDistributed: boolean;
  /** When the contact and the use of the key were last handed on to be stored; in milliseconds. */
  contactStoredAtMs: number;
  useStoredAtMs: number;
  /** Parts to fetch, by query; absent until they are loaded. */
  wanted?: Map<string, WantedPart>;
}

export interface WantedPart {
  /** Not to be handed out before this, in milliseconds since 1970. */
  notBeforeMs: number;
}

/** Nodes by SHA-256 of their key, in hex, many at a time. */
export type LoadNodes = (keyHashes: readonly string[]) => Promise<ReadonlyMap<string, Node>>;

/**
 * The nodes by the hash of their key, in memory: filled at the first contact, dropped when another
 * process changed something. Keys that are unknown are remembered for a short while, in a table of
 * their own, so that a flood of made-up keys neither asks the database nor pushes out real nodes.
 */
export class NodeDirectory {
  readonly #load: (keyHash: string) => Promise<Node | undefined>;
  readonly #nodes = new Map<string, Node>();
  readonly #keysOfEndpoint = new Map<string, Set<string>>();
  readonly #unknown = new Map<string, number>();
  readonly #maxUnknown: number;
  /** Grows with each invalidation, so that a load that began before one is not kept. */
  #version = 0;

  constructor(loadNodes: LoadNodes, { maxUnknown = 20_000 } = {}) {
    this.#load = loadTogether(loadNodes);
    this.#maxUnknown = maxUnknown;
  }

  get size(): number {
    return this.#nodes.size;
  }

  /** The node of a key, or undefined when there is none. Throws when the database is away. */
  async find(keyHash: string, nowMs: number): Promise<Node | undefined> {
    const node = this.#nodes.get(keyHash);
    if (node) return node;
    const unknownUntilMs = this.#unknown.get(keyHash);
    if (unknownUntilMs !== undefined && unknownUntilMs > nowMs) return undefined;
    const version = this.#version;
    const found = await this.#load(keyHash);
    // A second request of the node may have been first; there is one object per node.
    const meanwhile = this.#nodes.get(keyHash);
    if (meanwhile) return meanwhile;
    if (found === undefined) {
      this.#rememberUnknown(keyHash, nowMs);
      return undefined;
    }
    if (version === this.#version) this.#keep(keyHash, found);
    return found;
  }

  /** The nodes of these endpoints may have changed: they are read again at their next contact. */
  invalidate(endpointIds: readonly string[]): void {
    this.#version += 1;
    for (const endpointId of endpointIds) {
      for (const keyHash of this.#keysOfEndpoint.get(endpointId) ?? []) this.#nodes.delete(keyHash);
      this.#keysOfEndpoint.delete(endpointId);
    }
  }

  /** Messages may have been missed. */
  clear(): void {
    this.#version += 1;
    this.#nodes.clear();
    this.#keysOfEndpoint.clear();
    this.#unknown.clear();
  }

  /** The nodes in memory of one endpoint. */
  ofEndpoint(endpointId: string): Node[] {
    const keys = [...(this.#keysOfEndpoint.get(endpointId) ?? [])];
    return keys.flatMap((key) => this.#nodes.get(key) ?? []);
  }

  #keep(keyHash: string, node: Node): void {
    this.#nodes.set(keyHash, node);
    const keys = this.#keysOfEndpoint.get(node.endpointId);
    if (keys) keys.add(keyHash);
    else this.#keysOfEndpoint.set(node.endpointId, new Set([keyHash]));
  }

  #rememberUnknown(keyHash: string, nowMs: number): void {
    if (this.#unknown.size >= this.#maxUnknown) {
      const [oldest] = this.#unknown.keys();
      if (oldest !== undefined) this.#unknown.delete(oldest);
    }
    this.#unknown.set(keyHash, nowMs + 60_000);
  }
}
