import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';

describe('database', () => {
  it('rolls back when the work throws', async () => {
    await using db = await openTestDatabase();
    await db.query('create table t (n int)');
    await expect(
      db.transaction(async (tx) => {
        await tx.query('insert into t values (1)');
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect((await db.query('select * from t')).rows).toEqual([]);
  });

  it('rejects the work, and works on, when the connection is cut in a transaction', async () => {
    await using db = await openTestDatabase();
    await expect(
      db.transaction(async (tx) => {
        const { rows } = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
        await db.query('select pg_terminate_backend($1)', [rows[0]!.pid]);
        await new Promise((resolve) => setTimeout(resolve, 50));
        await tx.query('select 1');
      }),
    ).rejects.toThrow();
    expect((await db.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
  });

  it('hears notices, and again after its connection was cut', async () => {
    await using db = await openTestDatabase();
    const heard: string[] = [];
    let reconnected = 0;
    await db.listen(
      'c',
      (payload) => heard.push(payload),
      () => (reconnected += 1),
    );
    await db.query(`select pg_notify('c', 'one')`);
    await expect.poll(() => heard).toEqual(['one']);
    await db.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'yojin listen' and datname = current_database()`,
    );
    await expect.poll(() => reconnected, { timeout: 5000 }).toBe(1);
    await db.query(`select pg_notify('c', 'two')`);
    await expect.poll(() => heard).toEqual(['one', 'two']);
  });
});
