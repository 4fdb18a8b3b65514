import { expect, it } from 'vitest';
import { digestStatement, fullStatement } from '../../modules/agent-protocol/config.ts';
import { columnsOf, configOf, nextRunSeconds } from './config.ts';

it('takes osqueryd’s own values where the configuration says nothing sensible', () => {
  const document = { options: { distributed_interval: 'often' }, schedule: { a: 'b', c: {} } };
  expect(configOf('{"odd":1}', document)).toEqual({
    pauseSeconds: 60,
    logPeriodSeconds: 4,
    compressLogs: false,
    splayPercent: 10,
    schedule: [],
  });
});

it('runs statements at multiples of an interval within the splay', () => {
  const statement = { name: 'x', sql: '', intervalSeconds: 300 };
  for (const chance of [0, 0.3, 0.999]) {
    const next = nextRunSeconds(statement, 10, chance, 1_000_000);
    const splayed = Math.round(270 + 60 * chance);
    expect(next % splayed).toBe(0);
    expect(next).toBeGreaterThan(1_000_000);
    expect(next).toBeLessThanOrEqual(1_000_000 + splayed);
  }
});

it('reads the columns of the statements that the server makes, in their order', () => {
  const query = {
    name: 'x',
    sql: { linux: 'select b, a from t' },
    columns: ['b', 'a'],
    intervalSeconds: 60,
    maxRows: 10,
    ingest: async () => undefined,
  };
  expect(columnsOf(digestStatement(query, 'linux')!)).toEqual(['b', 'a']);
  expect(columnsOf(fullStatement(query, 'linux')!)).toEqual(['b', 'a']);
  expect(columnsOf('select 1')).toEqual([]);
});
