import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Order } from '../../modules/agent-protocol/api.ts';
import { Journal } from './journal.ts';

let folder: string;
let now: Date;
const open = () => new Journal(folder, () => now);

const orderOf = (): Order => ({
  version: 1,
  id: randomUUID(),
  agentId: randomUUID(),
  endpointId: randomUUID(),
  issuedAt: '2026-11-21T10:00:00.000Z',
  expiresAt: '2026-11-22T10:00:00.000Z',
  dryRun: false,
  action: { type: 'report-now', parts: [] },
});

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'yojin-journal-')), 'journal');
  now = new Date('2026-11-21T10:00:00Z');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

describe('Journal', () => {
  it('is the same after a restart at each step', () => {
    const order = orderOf();
    open().receive(order);
    expect(open().get(order.id)).toMatchObject({ phase: 'received', order, nextSequence: 1 });
    open().begin(order.id, { bootId: 'a' });
    open().remember(order.id, { before: { openssl: '1' } });
    expect(open().get(order.id)).toMatchObject({
      phase: 'running',
      remembered: { bootId: 'a', before: { openssl: '1' } },
    });
    open().end(order.id, { state: 'done' });
    const journal = open();
    expect(journal.unsent(10).map(({ sequence, state }) => [sequence, state])).toEqual([
      [0, 'received'],
      [1, 'running'],
      [2, 'done'],
    ]);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder, `${order.id}.json`)).mode & 0o777).toBe(0o600);
  });

  it('keeps each report until that one is acknowledged, and the id for long after', () => {
    const order = orderOf();
    const journal = open();
    journal.receive(order);
    journal.end(order.id, { state: 'done' });
    journal.acknowledge(order.id, 0);
    expect(open().unsent(10)).toMatchObject([{ sequence: 1, state: 'done' }]);
    journal.acknowledge(order.id, 1);
    expect(open().unsent(10)).toEqual([]);
    expect(open().knows(order.id)).toBe(true);
    expect(open().get(order.id)?.order).toBeUndefined();
    const later = open();
    later.tidy(new Date('2026-12-20T10:00:00Z'));
    expect(later.knows(order.id)).toBe(true);
    later.tidy(new Date('2026-12-23T10:00:00Z'));
    expect(later.knows(order.id)).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('never forgets what has not been told', () => {
    const order = orderOf();
    const journal = open();
    journal.receive(order);
    journal.end(order.id, { state: 'done' });
    journal.tidy(new Date('2030-01-01T00:00:00Z'));
    expect(open().unsent(10)).toHaveLength(2);
  });

  it('does not let a forged order stand in the way of the real one', () => {
    const order = orderOf();
    const journal = open();
    journal.refuse(order.id, { state: 'refused', reason: 'BAD_SIGNATURE' });
    expect(journal.knows(order.id)).toBe(false);
    journal.receive(order);
    expect(open().get(order.id)).toMatchObject({ phase: 'received', nextSequence: 2 });
  });

  it('keeps only so many refusals of what nobody signed', () => {
    const journal = open();
    for (let count = 0; count < 250; count += 1) {
      journal.refuse(randomUUID(), { state: 'refused', reason: 'BAD_SIGNATURE' });
    }
    expect(readdirSync(folder)).toHaveLength(200);
  });

  it('takes a damaged record for an order that may have been begun', () => {
    const id = randomUUID();
    open();
    writeFileSync(join(folder, `${id}.json`), '{"id":');
    writeFileSync(join(folder, 'half.json.new'), '{');
    const journal = open();
    expect(journal.knows(id)).toBe(true);
    expect(journal.unsent(10)).toMatchObject([
      { orderId: id, state: 'failed', reason: 'JOURNAL_DAMAGED' },
    ]);
    expect(readdirSync(folder).sort()).toEqual([`${id}.json`, `${id}.json.damaged`]);
  });

  it('does not begin what it cannot write down, and loses no result for it', () => {
    const order = orderOf();
    const journal = open();
    journal.receive(order);
    rmSync(folder, { recursive: true });
    expect(() => journal.receive(orderOf())).toThrow();
    expect(() => journal.begin(order.id, {})).toThrow();
    expect(journal.get(order.id)?.phase).toBe('received');
    journal.end(order.id, { state: 'failed', reason: 'DISK_FULL' });
    expect(journal.unsent(10).at(-1)).toMatchObject({ state: 'failed' });
    const again = open();
    expect(again.get(order.id)).toBeUndefined();
    journal.tidy(now);
    expect(open().unsent(10).at(-1)).toMatchObject({ state: 'failed', reason: 'DISK_FULL' });
  });
});
