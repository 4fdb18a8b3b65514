import { RoaringBitmap32 } from 'roaring-wasm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import type { Database, Queryable } from '../db/queryable.ts';
import { ProblemError } from '../http/problem.ts';
import { createLog } from '../log.ts';
import type { FacetSource } from './facet.ts';
import { createFacets } from './facets-index.ts';
import { TextPostingIndex } from './posting-index.ts';
import { type Facets, tellFacets } from './public.ts';
import { postingsColumn, rowSource } from './row-source.ts';
import { choiceFacet } from './value-facets.ts';

let db: Database & AsyncDisposable;
beforeAll(async () => {
  db = await openTestDatabase();
  await db.query(
    `create table platform.things (position int primary key, colours text[] not null)`,
  );
});
afterAll(() => db[Symbol.asyncDispose]());
beforeEach(async () => {
  await db.query('truncate platform.things');
});

const asker = { reach: 'all', now: new Date() } as const;
const opened: Facets[] = [];
afterEach(async () => {
  for (const facets of opened.splice(0)) await facets.close();
});

interface Row {
  readonly position: number;
  readonly colours: readonly string[];
}

interface Hooks {
  readonly beforeLoad?: () => Promise<void>;
  readonly beforeRefresh?: (positions: readonly number[]) => Promise<void>;
}

function open(hooks: Hooks = {}) {
  const index = new TextPostingIndex();
  const lines: string[] = [];
  const inner = rowSource<Row>({
    name: 'test.things',
    positionColumn: 'position',
    statement: (where) => `select position, colours from platform.things where ${where}`,
    lastPosition: 'select max(position) as last from platform.things',
    windowSize: 100,
    columns: [postingsColumn('colour', index, (row) => row.colours)],
  });
  const source: FacetSource = {
    ...inner,
    load: async (tx) => {
      await hooks.beforeLoad?.();
      await inner.load(tx);
    },
    refresh: async (tx, positions) => {
      await hooks.beforeRefresh?.(positions);
      await inner.refresh(tx, positions);
    },
  };
  const facets = createFacets({
    db,
    log: createLog('info', { write: (line) => lines.push(line) }),
    clock: () => new Date(),
    readyWithinMs: 300,
  });
  const everyone = () => RoaringBitmap32.fromRange(0, 5_000);
  facets.register({
    facets: [
      choiceFacet({
        key: 'colour',
        title: { ja: '色', en: 'Colour' },
        description: { ja: '色', en: 'Colour' },
        examples: ['colour:red'],
        index,
        everyone,
        anyWord: true,
      }),
    ],
    sources: [source],
    within: (reach) => (reach === 'all' ? everyone() : new RoaringBitmap32(reach.map(Number))),
    bareWord: 'colour',
  });
  opened.push(facets);
  return { facets, index, lines };
}

const write = (tx: Queryable, position: number, colours: readonly string[]) =>
  tx.query(
    `insert into platform.things values ($1, $2)
     on conflict (position) do update set colours = excluded.colours`,
    [position, colours],
  );

const paint = (position: number, ...colours: string[]) =>
  db.transaction(async (tx) => {
    await write(tx, position, colours);
    await tellFacets(tx, 'test.things', [position]);
  });

async function selected(facets: Facets, text: string, reach: 'all' | string[] = 'all') {
  using selection = await facets.select(text, { ...asker, reach });
  expect(selection.count).toBe(selection.positions().length);
  return selection.positions();
}

const differencesOf = async (facets: Facets) =>
  (await facets.check()).sources.flatMap(({ differences }) => differences);

describe('createFacets', () => {
  it('loads what is there, and follows what changes', async () => {
    await paint(1, 'red');
    const { facets } = open();
    expect(facets.ready).toBe(false);
    await facets.start();
    expect(facets.ready).toBe(true);
    expect(await selected(facets, 'colour:red')).toEqual([1]);
    await paint(2, 'red', 'blue');
    await paint(1, 'green');
    await facets.settled();
    expect(await selected(facets, 'colour:red')).toEqual([2]);
    expect(await selected(facets, 'colour:red', ['1'])).toEqual([]);
    await db.transaction(async (tx) => {
      await tx.query('delete from platform.things where position = 2');
      await tellFacets(tx, 'test.things', [2]);
    });
    await facets.settled();
    expect(await selected(facets, 'colour:red')).toEqual([]);
    expect(await differencesOf(facets)).toEqual([]);
  });

  it('hears nothing of what is rolled back', async () => {
    const refreshed: number[] = [];
    const { facets } = open({
      beforeRefresh: async (positions) => void refreshed.push(...positions),
    });
    await facets.start();
    await db
      .transaction(async (tx) => {
        await write(tx, 1, ['red']);
        await tellFacets(tx, 'test.things', [1]);
        throw new Error('no');
      })
      .catch(() => undefined);
    await facets.settled();
    expect(refreshed).toEqual([]);
  });

  it('reads again what changed while it loaded', async () => {
    await paint(1, 'red');
    let changed = false;
    const { facets } = open({
      beforeLoad: async () => {
        // Behind the snapshot that the load reads.
        if (!changed) await paint(1, 'blue');
        changed = true;
      },
    });
    await facets.start();
    await facets.settled();
    expect(await selected(facets, 'colour:blue')).toEqual([1]);
    expect(await differencesOf(facets)).toEqual([]);
  });

  it('tells thousands of positions in notices that fit', async () => {
    const refreshed: number[] = [];
    const { facets } = open({
      beforeRefresh: async (positions) => void refreshed.push(...positions),
    });
    await facets.start();
    const positions = Array.from({ length: 4_000 }, (_, n) => n);
    await db.transaction(async (tx) => {
      await tx.query(
        `insert into platform.things select n, '{red}' from generate_series(0, 3999) n`,
      );
      await tellFacets(tx, 'test.things', [...positions, 2_147_483_647, 5]);
    });
    await facets.settled();
    expect(await selected(facets, 'colour:red')).toEqual(positions);
    expect(refreshed.sort((a, b) => a - b)).toEqual([...positions, 2_147_483_647]);
    await tellFacets(db, 'test.things', []);
    await expect(tellFacets(db, `${'x'.repeat(201)}`, [1])).rejects.toThrow('facet source');
  });

  it('has every notice below the limit, for the longest name and the largest positions', async () => {
    const heard: number[] = [];
    const stop = await db.listen('yojin_facets', (payload) =>
      heard.push(Buffer.byteLength(payload)),
    );
    const positions = Array.from({ length: 10_000 }, (_, n) => 2_147_483_647 - n * 13);
    await tellFacets(db, 'n'.repeat(200), positions);
    await expect.poll(() => heard.length).toBe(17);
    expect(Math.max(...heard)).toBeLessThan(8_000);
    stop();
  });

  it('reads everything again on "all"', async () => {
    const { facets } = open();
    await facets.start();
    await db.transaction(async (tx) => {
      await write(tx, 7, ['red']);
      await tellFacets(tx, 'test.things', 'all');
    });
    await facets.settled();
    expect(await selected(facets, 'colour:red')).toEqual([7]);
  });

  it('loads again after the listening connection was cut, and misses nothing', async () => {
    const { facets } = open();
    await facets.start();
    await paint(1, 'red');
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'yojin listen' and datname = current_database()`,
    );
    // Nobody listens now, and the index knows.
    await expect.poll(() => facets.ready, { interval: 5 }).toBe(false);
    await paint(2, 'red');
    await expect.poll(() => selected(facets, 'colour:red'), { timeout: 10_000 }).toEqual([1, 2]);
    await paint(3, 'red');
    await facets.settled();
    expect(await selected(facets, 'colour:red')).toEqual([1, 2, 3]);
    expect(await differencesOf(facets)).toEqual([]);
  });

  it('tries again when the database fails, and forgets nothing', async () => {
    let failures = 2;
    const { facets, lines } = open({
      beforeRefresh: async () => {
        failures -= 1;
        if (failures >= 0) throw new Error('connection lost');
      },
    });
    await facets.start();
    await paint(1, 'red');
    await expect.poll(() => facets.state()[2]?.value).toBe(1);
    await paint(2, 'red');
    await facets.settled();
    expect(await selected(facets, 'colour:red')).toEqual([1, 2]);
    expect(lines.filter((line) => line.includes('connection lost'))).toHaveLength(2);
    expect(facets.state()[2]).toMatchObject({ value: 0, state: 'ok' });
  });

  it('lets no position that cannot be read hold up the others', async () => {
    const { facets } = open({
      beforeRefresh: async (positions) => {
        if (positions.includes(13)) throw new Error('a row that cannot be read');
      },
    });
    await facets.start();
    await db.transaction(async (tx) => {
      for (let position = 0; position < 40; position += 1) await write(tx, position, ['red']);
      await tellFacets(
        tx,
        'test.things',
        Array.from({ length: 40 }, (_, n) => n),
      );
    });
    await expect
      .poll(async () => (await selected(facets, 'colour:red')).length, { timeout: 20_000 })
      .toBe(39);
    expect(facets.state()[2]?.state).toBe('error');
  });

  it('reads one batch at a time, and together what comes in between', async () => {
    const batches: number[][] = [];
    let under = 0;
    const gate = Promise.withResolvers<void>();
    const { facets } = open({
      beforeRefresh: async (positions) => {
        under += 1;
        expect(under).toBe(1);
        batches.push([...positions]);
        if (batches.length === 1) await gate.promise;
        under -= 1;
      },
    });
    await facets.start();
    await paint(1, 'red');
    await expect.poll(() => batches.length).toBe(1);
    for (const position of [4, 3, 3, 2]) await paint(position, 'red');
    await expect.poll(() => facets.state()[1]?.value).toBe(3);
    gate.resolve();
    await facets.settled();
    expect(batches).toEqual([[1], [4, 3, 2]]);
  });

  it('survives notices that are not ours', async () => {
    const { facets, lines } = open();
    await facets.start();
    const payloads = [
      '',
      ' ',
      '{',
      'test.things',
      'test.things 1,',
      'test.things -1',
      'other 1',
      '=',
    ];
    for (const payload of payloads) {
      await db.query(`select pg_notify('yojin_facets', $1)`, [payload]);
    }
    await db.query(`select pg_notify('yojin_facets', 'test.things 99999999,4294967295')`);
    await paint(1, 'red');
    await facets.settled();
    expect(await selected(facets, 'colour:red')).toEqual([1]);
    expect(lines.filter((line) => line.includes('not ours'))).toHaveLength(payloads.length - 1);
  });

  it('stays equal under changes from everywhere, and says so while they go on', async () => {
    const { facets, index } = open();
    await facets.start();
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      return seed % below;
    };
    const colours = ['red', 'green', 'blue', 'black'];
    const churn = async () => {
      for (let n = 0; n < 40; n += 1) {
        await paint(random(50), ...colours.filter(() => random(2) === 0));
      }
    };
    const [, , , found] = await Promise.all([churn(), churn(), churn(), differencesOf(facets)]);
    expect(found).toEqual([]);
    await facets.settled();
    expect(await differencesOf(facets)).toEqual([]);
    // What differs in truth is found.
    index.set(60, ['red']);
    await db.query(`update platform.things set colours = '{violet}' where position =
      (select min(position) from platform.things)`);
    const differences = await differencesOf(facets);
    expect(differences).toHaveLength(2);
    expect(differences.map(({ detail }) => detail).join()).toContain('violet');
    expect(differences.map(({ position }) => position)).toContain(60);
  });

  it('says that it is not ready, and answers those who waited once it is', async () => {
    const gate = Promise.withResolvers<void>();
    const { facets } = open({ beforeLoad: () => gate.promise });
    const started = facets.start();
    const resolved = await facets.resolve('colour:red', asker);
    expect(resolved).toMatchObject({ ok: false, problem: { code: 'NOT_READY' } });
    await expect(facets.select('', asker)).rejects.toMatchObject({ problem: { status: 503 } });
    const waiting = facets.resolve('', asker);
    gate.resolve();
    await started;
    const answer = await waiting;
    expect(answer.ok).toBe(true);
    if (answer.ok) answer.selection[Symbol.dispose]();
  });

  it('refuses what cannot be read, with the place', async () => {
    const { facets } = open();
    await facets.start();
    const problem = await facets.select('colour:red colur:x', asker).catch((error) => error);
    expect(problem).toBeInstanceOf(ProblemError);
    expect(problem.problem).toMatchObject({
      status: 400,
      code: 'SELECTOR_INVALID',
      errors: [{ at: '/where/11-17' }],
    });
    expect(problem.problem.detail).toContain('Did you mean colour:');
  });

  it('refuses contributions that contradict each other', () => {
    const { facets } = open();
    const [colour] = facets.facets;
    const none = { facets: [], sources: [] };
    expect(() => facets.register({ ...none, facets: [colour!] })).toThrow('colour');
    expect(() => facets.register({ ...none, facets: [{ ...colour!, key: 'or' }] })).toThrow('or');
    expect(() => facets.register({ ...none, facets: [{ ...colour!, key: 'A b' }] })).toThrow('A b');
    expect(() => facets.register({ ...none, bareWord: 'x' })).toThrow('without a key');
    expect(() => facets.register({ ...none, within: () => new RoaringBitmap32() })).toThrow(
      'reach',
    );
  });

  it('lets go when it is closed while it loads', async () => {
    const gate = Promise.withResolvers<void>();
    const { facets } = open({ beforeLoad: () => gate.promise });
    const started = facets.start();
    await expect.poll(() => facets.state().length).toBeGreaterThan(0);
    const closed = facets.close();
    gate.resolve();
    await Promise.all([closed, started]);
  });
});
