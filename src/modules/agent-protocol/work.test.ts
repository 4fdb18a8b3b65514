import { describe, expect, it } from 'vitest';
import { Work } from './work.ts';

const nodeOf = (ordinal: number) =>
  ({ endpointId: `e${ordinal}`, ordinal, platform: 'linux' }) as const;
const node = nodeOf(1);

describe('Work', () => {
  it('hands out what the sources have, never an empty statement or a foreign id', () => {
    const work = new Work([
      {
        prefix: 'question:',
        take: () => ({ 'question:1': 'select 1', 'question:2': ' ', 'yojin:os': 'select 2' }),
        receive: async () => undefined,
      },
    ]);
    expect(work.take(node)).toEqual({ 'question:1': 'select 1' });
  });

  it('gives each source its answers and returns the rest', async () => {
    const received: string[] = [];
    const work = new Work([
      {
        prefix: 'question:',
        take: () => ({}),
        receive: async (_, answers) => {
          received.push(...answers.map(({ id }) => id));
        },
      },
    ]);
    const answer = (id: string) => ({ id, rows: [], status: 0, message: '', wallMs: undefined });
    expect(await work.receive(node, [answer('question:1'), answer('w')])).toEqual(['w']);
    expect(received).toEqual(['question:1']);
  });

  it('ends a wait by the bell, by time and by an abort, and forgets it', async () => {
    const work = new Work([]);
    const rung = work.bell(node, 60_000);
    const aborting = new AbortController();
    const aborted = work.bell(node, 60_000, aborting.signal);
    const other = work.bell(nodeOf(2), 1);
    aborting.abort();
    await aborted;
    work.ring('e1');
    await rung;
    await other;
    await work.bell(nodeOf(3), 60_000, AbortSignal.abort());
    expect(work.waitingEndpoints).toBe(0);
  });

  it('rings for those that fit, whoever they are', async () => {
    const work = new Work([]);
    const waits = [1, 2, 3, 3].map((ordinal) => work.bell(nodeOf(ordinal), 60_000));
    expect(work.ringWhere(({ ordinal }) => ordinal > 1)).toBe(3);
    await Promise.all(waits.slice(1));
    expect(work.waitingEndpoints).toBe(1);
    expect(work.ringWhere(() => true)).toBe(1);
    await waits[0];
  });
});
