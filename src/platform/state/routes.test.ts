import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { type PlatformServer, startPlatformServer } from '../../testing/platform-server.ts';
import type { Database } from '../db/queryable.ts';

let db: Database & AsyncDisposable;
let server: PlatformServer;
beforeAll(async () => {
  db = await openTestDatabase();
  server = await startPlatformServer(db, {
    modules: [
      {
        name: 'well',
        state: async () => [{ key: 'well.things', value: 3, unit: 'count', state: 'ok' }],
      },
      {
        name: 'ill',
        state: async () => {
          throw new Error('hunter2');
        },
      },
    ],
    jobs: {
      states: async () => {
        throw new Error('hunter2');
      },
      enqueue: async () => undefined,
      stop: async () => undefined,
    },
  });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await db[Symbol.asyncDispose]();
});

describe('GET /api/state', () => {
  it('tells what can be told, and names what cannot; no reasons for viewers to see', async () => {
    await server.addUser('viewer', { role: 'viewer' });
    const jar = await server.signIn('viewer');
    const { status, body, text } = await server.call('GET', '/state', { jar });
    expect(status).toBe(200);
    expect(text).not.toContain('hunter2');
    const section = (name: string) =>
      body.sections.find((each: { name: string }) => each.name === name)?.rows;
    expect(section('well')).toEqual([{ key: 'well.things', value: 3, unit: 'count', state: 'ok' }]);
    expect(section('ill')).toEqual([{ key: 'ill.unavailable', value: null, state: 'error' }]);
    expect(section('jobs')).toEqual([{ key: 'jobs.unavailable', value: null, state: 'error' }]);
    const size = section('database').find(
      ({ key }: { key: string }) => key === 'database.size_bytes',
    );
    expect(size.value).toBeGreaterThan(1_000_000);
    expect(body.jobs).toEqual([]);
    expect(server.lines.filter((line) => line.includes('hunter2'))).toHaveLength(2);
  });

  it('is not for everybody', async () => {
    expect((await server.call('GET', '/state')).status).toBe(401);
  });
});

it('GET /api/health is for everybody, and says one word', async () => {
  const health = await server.call('GET', '/health');
  expect([health.status, health.text]).toEqual([200, '{"status":"ok"}']);
});
