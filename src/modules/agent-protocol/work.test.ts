import { describe, expect, it } from 'vitest';
import { Work } from './work.ts';

const node = { endpointId: 'e1', platform: 'linux' } as const;

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
    const answer = (id: string) => ({ id, rows: [], status: 0, message: '' });
    expect(await work.receive(node, [answer('question:1'), answer('w')])).toEqual(['w']);
    expect(received).toEqual(['question:1']);
  });

  it('ends a wait by the bell, by time and by an abort, and forgets it', async () => {
    const work = new Work([]);
    const rung = work.bell('e1', 60_000);
    const aborting = new AbortController();
    const aborted = work.bell('e1', 60_000, aborting.signal);
    const other = work.bell('e2', 1);
    aborting.abort();
    await aborted;
    work.ring('e1');
    await rung;
    await other;
    await work.bell('e3', 60_000, AbortSignal.abort());
    expect(work.waitingEndpoints).toBe(0);
  });
});
