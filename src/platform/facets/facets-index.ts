import { setTimeout as pause } from 'node:timers/promises';
import type { Database } from '../db/queryable.ts';
import type { ScopeReach } from '../http/principal.ts';
import { ProblemError } from '../http/problem.ts';
import type { Logger } from '../log.ts';
import type { StateRow } from '../module.ts';
import { completionsOf } from './complete.ts';
import { evaluate, SelectorFailure } from './evaluate.ts';
import type { Bitmap, Difference, Facet, FacetSource } from './facet.ts';
import { FacetNews } from './facet-news.ts';
import type { FacetCheck, Facets, Resolved, Selection, SelectorProblem } from './public.ts';
import { parseSelector } from './selector.ts';

const channel = 'yojin_facets';
/** How long a question waits for the index of a server that has just started. */
const readyWithinMs = 30_000;
const completionsAtMost = 20;
const differencesAtMost = 100;
/** Differences that are gone when looked at again were changes under way. */
const looks = 3;

export interface FacetsOptions {
  readonly db: Database;
  readonly log: Logger;
  readonly clock: () => Date;
  /** How long a question waits until the index is ready; default 30 s. */
  readonly readyWithinMs?: number;
}

/** The index of all facets of a server process; see `Facets`. */
export function createFacets(options: FacetsOptions): Facets {
  const { db, log } = options;
  const facets: Facet[] = [];
  const byKey = new Map<string, Facet>();
  const sources: FacetSource[] = [];
  let within: ((reach: ScopeReach) => Bitmap) | undefined;
  let bareWord: string | undefined;
  let news: FacetNews | undefined;
  let stopListening: () => void = () => undefined;
  let closed = false;

  const vocabulary = () => ({
    facets: byKey,
    bareWord: bareWord === undefined ? null : (byKey.get(bareWord) ?? null),
  });

  function reached(reach: ScopeReach): Bitmap {
    if (!within) throw new Error('no module says which positions are within a reach');
    return within(reach);
  }

  async function isReady(): Promise<boolean> {
    return (await news?.whenReady(options.readyWithinMs ?? readyWithinMs)) ?? false;
  }

  async function resolve(
    text: string,
    asker: { readonly reach: ScopeReach; readonly now: Date },
  ): Promise<Resolved> {
    const parsed = parseSelector(text);
    if (!parsed.ok) return parsed;
    if (!(await isReady())) return { ok: false, problem: notReady(text) };
    const all = reached(asker.reach);
    try {
      const bitmap = evaluate(parsed.selector, all, vocabulary(), { now: asker.now });
      return { ok: true, selection: selectionOf(bitmap) };
    } catch (error) {
      if (error instanceof SelectorFailure) return { ok: false, problem: error.problem };
      throw error;
    } finally {
      all.dispose();
    }
  }

  return {
    facets,

    get bareWord() {
      return bareWord ?? null;
    },

    register(contribution) {
      if (news) throw new Error('facets are registered before the index starts');
      for (const facet of contribution.facets) {
        for (const key of [facet.key, ...(facet.aliases ?? [])]) {
          if (!/^[a-z][a-z0-9-]*$/.test(key) || ['and', 'or', 'not'].includes(key)) {
            throw new Error(`not a key: ${key}`);
          }
          if (byKey.has(key)) throw new Error(`two facets have the key ${key}`);
          byKey.set(key, facet);
        }
        facets.push(facet);
      }
      for (const source of contribution.sources) {
        if (!/^[a-z][a-z0-9.-]{0,199}$/.test(source.name)) {
          throw new Error(`not the name of a facet source: ${source.name}`);
        }
        if (sources.some(({ name }) => name === source.name)) {
          throw new Error(`two facet sources are called ${source.name}`);
        }
        sources.push(source);
      }
      if (contribution.within) {
        if (within) throw new Error('two modules say which positions are within a reach');
        within = contribution.within;
      }
      if (contribution.bareWord !== undefined) {
        if (bareWord !== undefined) throw new Error('two facets look for words without a key');
        bareWord = contribution.bareWord;
      }
    },

    async start() {
      if (news) throw new Error('the index was started before');
      if (bareWord !== undefined && !byKey.has(bareWord)) {
        throw new Error(`no facet has the key ${bareWord}`);
      }
      const started = new FacetNews(db, log, sources);
      news = started;
      stopListening = await db.listen(
        channel,
        (payload) => started.hear(payload),
        () => started.missedSome(),
        () => started.lost(),
      );
      if (closed) stopListening();
      await started.loadAll();
    },

    get ready() {
      return news?.ready ?? false;
    },

    resolve,

    async select(text, asker) {
      const resolved = await resolve(text, asker);
      if (resolved.ok) return resolved.selection;
      throw problemErrorOf(resolved.problem);
    },

    async complete(text, cursor, asker) {
      if (text.length > 4_000 || !(await isReady())) return [];
      const all = reached(asker.reach);
      try {
        const context = { now: asker.now, within: all, limit: completionsAtMost };
        return completionsOf(text, cursor, vocabulary(), context);
      } finally {
        all.dispose();
      }
    },

    async settled() {
      await news?.settled();
    },

    async check(limit = differencesAtMost) {
      const checked: FacetCheck['sources'][number][] = [];
      for (const source of sources) {
        const startedMs = performance.now();
        const differences = await lastingDifferences(source, limit);
        checked.push({ name: source.name, ms: performance.now() - startedMs, differences });
        if (differences.length > 0) {
          log.error(
            { source: source.name, differences: differences.slice(0, 10) },
            'the facet index differs from the database',
          );
        }
      }
      return { sources: checked };
    },

    state: () => (news ? stateRows(news, sources.length) : []),

    async close() {
      closed = true;
      stopListening();
      await news?.close();
    },
  };

  async function lastingDifferences(source: FacetSource, limit: number): Promise<Difference[]> {
    let lasting: Map<string, Difference> | undefined;
    for (let look = 0; look < looks; look += 1) {
      await news?.settled();
      const found = await db.transaction(async (tx) => {
        await tx.query('set transaction isolation level repeatable read, read only');
        return source.check(tx, limit);
      });
      const before = lasting;
      lasting = new Map();
      for (const difference of found) {
        const name = `${difference.position} ${difference.detail}`;
        if (!before || before.has(name)) lasting.set(name, difference);
      }
      if (lasting.size === 0) return [];
      await pause(50);
    }
    return [...(lasting ?? new Map<string, Difference>()).values()];
  }
}

function selectionOf(bitmap: Bitmap): Selection {
  const count = bitmap.size;
  return {
    bitmap,
    count,
    positions: () => bitmap.toArray(),
    [Symbol.dispose]: () => void bitmap.dispose(),
  };
}

/** RFC 9457 has no place for a place: it is in `errors`, as `where/<from>-<to>`. */
function problemErrorOf(problem: SelectorProblem): ProblemError {
  if (problem.code === 'NOT_READY') {
    return new ProblemError(503, 'FACETS_NOT_READY', 'The index is still being built', {
      detail: problem.text.en,
    });
  }
  const [nearest] = problem.nearest;
  const hint = nearest === undefined ? '' : ` Did you mean ${nearest}?`;
  return new ProblemError(400, 'SELECTOR_INVALID', 'The selector cannot be read', {
    detail: `${problem.text.en}${hint} (characters ${problem.from}–${problem.to})`,
    errors: [{ at: `/where/${problem.from}-${problem.to}`, message: problem.text.en }],
  });
}

function notReady(text: string): SelectorProblem {
  return {
    code: 'NOT_READY',
    from: 0,
    to: text.length,
    text: {
      ja: 'サーバーが索引を準備しています。少し待ってからもう一度お試しください。',
      en: 'The server is still building its index. Try again in a moment.',
    },
    nearest: [],
  };
}

function stateRows(news: FacetNews, sourceCount: number): StateRow[] {
  const { external, arrayBuffers } = process.memoryUsage();
  return [
    {
      key: 'facets.sources_loaded',
      value: `${news.loadedCount} / ${sourceCount}`,
      unit: 'text',
      state: news.ready ? 'ok' : 'warning',
    },
    { key: 'facets.waiting', value: news.waitingCount, unit: 'count', state: 'ok' },
    {
      key: 'facets.failures_in_a_row',
      value: news.failuresInARow,
      unit: 'count',
      state: news.failuresInARow > 0 ? 'error' : 'ok',
    },
    {
      key: 'facets.refreshed_at',
      value: news.refreshedAt?.toISOString() ?? null,
      unit: 'time',
      state: 'ok',
    },
    {
      key: 'facets.load_seconds',
      value: news.loadMs === null ? null : Math.round(news.loadMs / 100) / 10,
      unit: 'seconds',
      state: news.loadMs === null ? 'unknown' : 'ok',
    },
    // Memory of the bitmaps: all that is outside of JavaScript and no buffer.
    { key: 'facets.bitmap_bytes', value: external - arrayBuffers, unit: 'bytes', state: 'ok' },
    { key: 'facets.buffer_bytes', value: arrayBuffers, unit: 'bytes', state: 'ok' },
  ];
}
