import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { ActionAgent } from '../../../testing/action-agent.ts';
import { startAgentServer } from '../../../testing/agent-server.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { isSignedBy, orderKeyOf } from './order-key.ts';
import { OrderKeyError, openOrderKey } from './order-key-store.ts';

describe('the key that orders are signed with', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let folder: string;
  const at = new Date('2026-11-21T18:00:00Z');
  beforeEach(async () => {
    db = await openTestDatabase();
    folder = mkdtempSync(join(tmpdir(), 'yojin-keys-'));
    return async () => {
      rmSync(folder, { recursive: true, force: true });
      await db[Symbol.asyncDispose]();
    };
  });
  const home = (name: string) => {
    mkdirSync(join(folder, name), { recursive: true });
    return join(folder, name);
  };
  const failure = (opening: Promise<unknown>) =>
    opening.then(
      () => 'opened',
      (error) => (error instanceof OrderKeyError ? error.failure : error),
    );

  it('is made once, readable by its owner, and found again', async () => {
    const first = await openOrderKey(db, { home: home('a'), at });
    const path = join(folder, 'a', 'keys', 'order-signing.pem');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const again = await openOrderKey(db, { home: home('a'), at });
    expect(again.keyId).toBe(first.keyId);
    expect(first.keyId).toMatch(/^[0-9a-f]{16}$/);
    const signed = first.sign('text');
    expect(isSignedBy(again.publicKey, signed)).toBe(true);
    expect(isSignedBy(again.publicKey, { ...signed, text: 'texts' })).toBe(false);
    // The database knows the public half only, and nothing shows the private one.
    const { rows } = await db.query(`select * from agent_protocol.order_keys`);
    expect(rows).toMatchObject([{ key_id: first.keyId, public_key: first.publicKey }]);
    const secret = readFileSync(path, 'utf8').split('\n')[1]!;
    expect(JSON.stringify([rows, first])).not.toContain(secret.slice(20));
  });

  it('is one for all servers of a database', async () => {
    const key = await openOrderKey(db, { home: home('a'), at });
    expect(await failure(openOrderKey(db, { home: home('b'), at }))).toBe('missing');
    // Nothing was left behind that would be another key at the next start.
    expect(await failure(openOrderKey(db, { home: home('b'), at }))).toBe('missing');
    const keyFile = join(folder, 'a', 'keys', 'order-signing.pem');
    expect((await openOrderKey(db, { home: home('b'), keyFile, at })).keyId).toBe(key.keyId);
    await using fresh = await openTestDatabase();
    await openOrderKey(fresh, { home: home('c'), at });
    expect(await failure(openOrderKey(db, { home: home('c'), at }))).toBe('other');
  });

  it('is made by one of two servers that start at the same time', async () => {
    const opened = await Promise.all([
      failure(openOrderKey(db, { home: home('a'), at })),
      failure(openOrderKey(db, { home: home('b'), at })),
    ]);
    expect(opened.sort()).toEqual(['missing', 'opened']);
  });

  it('says which file is of no use, and not what it holds', async () => {
    const keyFile = join(folder, 'key.pem');
    expect(await failure(openOrderKey(db, { home: folder, keyFile, at }))).toBe('unreadable');
    writeFileSync(keyFile, '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----\n');
    const error = await openOrderKey(db, { home: folder, keyFile, at }).catch((thrown) => thrown);
    expect(error).toMatchObject({ failure: 'unreadable', path: keyFile });
    expect(`${error.message} ${error.cause}`).not.toContain('hunter2');
    mkdirSync(join(folder, 'keys', 'order-signing.pem'), { recursive: true });
    expect(await failure(openOrderKey(db, { home: folder, at }))).toBe('unreadable');
  });

  it('replaced on purpose makes every agent enrol anew, and learn the new one', async () => {
    const first = await openOrderKey(db, { home: home('a'), at });
    await using server = await startAgentServer(db, { queries: [], orderKey: first });
    const agent = await ActionAgent.enrol(server, await server.newSecret());
    const second = await openOrderKey(db, { home: home('b'), at, replace: true });
    expect(second.keyId).not.toBe(first.keyId);
    await using next = await startAgentServer(db, { queries: [], orderKey: second });
    agent.server = next;
    expect(await agent.poll()).toMatchObject({ status: 401, body: { code: 'AGENT_UNKNOWN' } });
    const again = await ActionAgent.enrol(next, await next.newSecret());
    expect(again.enrolled).toMatchObject({ keyId: second.keyId, verifyKey: second.publicKey });
    // And back: the key that was retired is the current one again.
    expect((await openOrderKey(db, { home: home('a'), at, replace: true })).keyId).toBe(
      first.keyId,
    );
    expect(await failure(openOrderKey(db, { home: home('b'), at }))).toBe('other');
  });

  it('refuses a key of another kind', () => {
    expect(() => orderKeyOf('nonsense')).toThrow();
  });
});
