import { describe, expect, it } from 'vitest';
import { addScope } from '../../testing/assets.ts';
import { openTestDatabase } from '../../testing/database.ts';
import {
  eventually,
  everyone,
  type PlayedEndpoint,
  startQuestionServer,
} from '../../testing/question-server.ts';

const sum = (progress: { byOutcome: Record<string, number> }) =>
  Object.values(progress.byOutcome).reduce((total, count) => total + count, 0);

describe('a live question', () => {
  it('is handed out once, answered, grouped and counted, and then finished', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const alpha = await server.enrol('alpha');
    const beta = await server.enrol('beta');
    await server.enrol('mac', { platformType: '17' });
    const question = await server.ask({ sql: { linux: 'select name from deb_packages' } });
    expect(question.state).toBe('open');
    expect(question.progress).toMatchObject({
      targeted: 3,
      byOutcome: { queued: 2, 'not-applicable': 1 },
    });

    expect(await alpha.read()).toEqual({
      [`question:${question.id}`]: 'select name from deb_packages',
    });
    expect(await alpha.read()).toEqual({});
    const rows = [{ name: 'bash' }, { name: 'curl' }, { name: 'bash' }];
    await alpha.write({ queries: { [`question:${question.id}`]: rows } });
    expect(await alpha.read()).toEqual({});
    const half = await server.call('GET', `/questions/${question.id}`);
    expect(half.body.progress.byOutcome).toEqual({ answered: 1, queued: 1, 'not-applicable': 1 });

    expect(await beta.answer([{ name: 'bash' }])).toEqual([`question:${question.id}`]);
    const { body: done } = await server.call('GET', `/questions/${question.id}`);
    expect(done.state).toBe('finished');
    expect(done.endedAt).not.toBeNull();
    expect(done.progress).toMatchObject({
      targeted: 3,
      byOutcome: { answered: 2, 'not-applicable': 1 },
      rows: 4,
      distinctRows: 2,
    });
    const list = await server.call('GET', `/questions/${question.id}/rows`);
    expect(list.body.items).toMatchObject([
      { values: { name: 'bash' }, endpointCount: 2 },
      { values: { name: 'curl' }, endpointCount: 1 },
    ]);
    const rowId = list.body.items[1].id;
    const who = await server.call('GET', `/questions/${question.id}/endpoints?rowId=${rowId}`);
    expect(who.body.items.map((row: { hostname: string }) => row.hostname)).toEqual(['alpha']);
    const all = await server.call('GET', `/questions/${question.id}/endpoints?sort=hostname`);
    expect(
      all.body.items.map((row: { hostname: string; outcome: string; rowCount: number | null }) => [
        row.hostname,
        row.outcome,
        row.rowCount,
      ]),
    ).toEqual([
      ['alpha', 'answered', 3],
      ['beta', 'answered', 1],
      ['mac', 'not-applicable', null],
    ]);
  });

  it('tells apart what became of it at each endpoint, whatever the endpoint sends', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db, {
      limits: { answerBytes: 2_000, statementsPerEndpoint: 20 },
    });
    const question = await (async () => {
      for (let n = 1; n <= 8; n += 1) await server.enrol(`host-${n}`);
      return server.ask({ maxRowsPerEndpoint: 3 });
    })();
    const id = `question:${question.id}`;
    const { rows: endpoints } = await db.query<{ hostname: string }>(
      `select hostname from assets.endpoint_view order by ordinal`,
    );
    expect(endpoints).toHaveLength(8);
    const bodies: Record<string, Parameters<Awaited<ReturnType<typeof server.enrol>>['write']>[0]> =
      {
        'no table': {
          queries: { [id]: [] },
          statuses: { [id]: 1 },
          messages: { [id]: 'no such table: deb_packages' },
        },
        'sql error': {
          queries: { [id]: [] },
          statuses: { [id]: '1' },
          messages: { [id]: 'near "x": syntax error\0' },
        },
        denylisted: {
          queries: { [id]: [] },
          statuses: { [id]: 1 },
          messages: { [id]: 'distributed query is denylisted' },
        },
        'too many rows': { queries: { [id]: [{}, {}, {}, {}] } },
        'too large': { queries: { [id]: [{ name: 'x'.repeat(3_000) }] } },
        'not rows': { queries: { [id]: { name: 'x' } } },
        'a number': { queries: { [id]: [{ name: 1 }] } },
        'NUL and half a surrogate': {
          queries: {
            [id]: [{ name: 'a\0b\ud800', __proto__: 'x' }, JSON.parse('{"__proto__":"y"}')],
          },
        },
      };
    const hosts = [];
    for (const [at, body] of Object.values(bodies).entries()) {
      const host = await server.enrol(`late-${at}`);
      hosts.push(host);
      // Not asked: they enrolled later. Whatever they send is accepted, and counts for nothing.
      expect((await host.write(body)).status).toBe(200);
    }
    const before = await server.call('GET', `/questions/${question.id}`);
    expect(before.body.progress.byOutcome).toEqual({ queued: 8 });

    const again = await server.ask({ maxRowsPerEndpoint: 3, selector: 'hostname:late-*' });
    const renamed = (body: object) =>
      JSON.parse(JSON.stringify(body).replaceAll(id, `question:${again.id}`));
    for (const [at, body] of Object.values(bodies).entries()) {
      await hosts[at]!.read();
      expect((await hosts[at]!.write(renamed(body))).status).toBe(200);
    }
    const { body: done } = await server.call('GET', `/questions/${again.id}`);
    expect(done.progress.byOutcome).toEqual({
      'not-applicable': 1,
      failed: 1,
      denylisted: 1,
      refused: 4,
      answered: 1,
    });
    expect(done.state).toBe('finished');
    const { body: list } = await server.call(
      'GET',
      `/questions/${again.id}/endpoints?sort=hostname`,
    );
    expect(list.items.map((row: { message: string | null }) => row.message)).toEqual([
      'no such table: deb_packages',
      'near "x": syntax error',
      'distributed query is denylisted',
      '4 rows, at most 3',
      'the rows are larger than 2000 bytes',
      'the answer is not a list of rows',
      'row 0, name: not a text',
      null,
    ]);
    const { body: rows } = await server.call('GET', `/questions/${again.id}/rows?sort=id`);
    expect(rows.items.map((row: { values: object }) => Object.entries(row.values))).toEqual([
      [['name', 'ab\ufffd']],
      [['__proto__', 'y']],
    ]);
  });

  it('counts an answer once, however often it comes, and accepts one that comes too late', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const alpha = await server.enrol('alpha');
    await server.enrol('beta');
    const { id } = await server.ask({});
    await alpha.read();
    const body = { queries: { [`question:${id}`]: [{ name: 'bash' }] } };
    const writes = await Promise.all([alpha.write(body), alpha.write(body), alpha.write(body)]);
    expect(writes.map(({ status }) => status)).toEqual([200, 200, 200]);
    await alpha.write({ queries: { [`question:${id}`]: [{ name: 'other' }] } });
    const { body: rows } = await server.call('GET', `/questions/${id}/rows`);
    expect(rows.items).toMatchObject([{ values: { name: 'bash' }, endpointCount: 1 }]);

    await server.call('POST', `/questions/${id}/cancel`);
    expect((await alpha.write(body)).status).toBe(200);
    const { body: cancelled } = await server.call('GET', `/questions/${id}`);
    expect(cancelled.state).toBe('cancelled');
    expect(cancelled.progress.byOutcome).toEqual({ answered: 1, cancelled: 1 });
    expect((await server.call('POST', `/questions/${id}/cancel`)).status).toBe(409);
    expect(
      (await alpha.write({ queries: { 'question:999999': [], 'question:x': [] } })).status,
    ).toBe(200);
  });

  it('is handed out again when no answer came, but not at once', async () => {
    await using db = await openTestDatabase();
    let now = new Date('2026-11-22T09:00:00Z');
    await using server = await startQuestionServer(db, { clock: () => now });
    const alpha = await server.enrol('alpha');
    const { id } = await server.ask({ answerWithinSeconds: 60 });
    const later = (seconds: number) => {
      now = new Date(now.getTime() + seconds * 1000);
    };
    const progress = async () =>
      (await server.call('GET', `/questions/${id}`)).body.progress.byOutcome;
    expect(Object.keys(await alpha.read())).toEqual([`question:${id}`]);
    later(5);
    expect(await alpha.read()).toEqual({});
    await server.questions.tick();
    expect(await progress()).toEqual({ delivered: 1 });
    later(16);
    expect(Object.keys(await alpha.read())).toEqual([`question:${id}`]);
    later(21);
    expect(await alpha.read()).toEqual({});
    later(20);
    expect(await progress()).toEqual({ 'timed-out': 1 });
    expect(Object.keys(await alpha.read())).toEqual([`question:${id}`]);
    await alpha.write({ queries: { [`question:${id}`]: [{ name: 'bash' }] } });
    expect(await progress()).toEqual({ answered: 1 });
    const { body } = await server.call('GET', `/questions/${id}/endpoints`);
    expect(body.items[0]).toMatchObject({
      deliveredAt: '2026-11-22T09:00:00.000Z',
      answeredAt: '2026-11-22T09:01:02.000Z',
    });
  });

  it('hands out only so many statements at a time', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db, { limits: { statementsPerEndpoint: 2 } });
    const alpha = await server.enrol('alpha');
    const ids: string[] = [];
    for (let n = 0; n < 5; n += 1) {
      ids.push(`question:${(await server.ask({ title: `q${n}` })).id}`);
    }
    expect(Object.keys(await alpha.read())).toEqual(ids.slice(0, 2));
    expect(await alpha.read()).toEqual({});
    await alpha.write({ queries: { [ids[0]!]: [] } });
    expect(Object.keys(await alpha.read())).toEqual([ids[2]]);
    await alpha.write({ queries: { [ids[1]!]: [], [ids[2]!]: [] } });
    expect(Object.keys(await alpha.read())).toEqual(ids.slice(3));
  });

  it('expires: whoever has not come by then stays accounted for', async () => {
    await using db = await openTestDatabase();
    let now = new Date('2026-11-22T09:00:00Z');
    await using server = await startQuestionServer(db, { clock: () => now });
    const [alpha, beta, gamma] = [
      await server.enrol('alpha'),
      await server.enrol('beta'),
      await server.enrol('gamma'),
    ];
    await server.enrol('delta');
    const { id } = await server.ask({ expiresInSeconds: 600 });
    await alpha.answer([{ name: 'bash' }]);
    await beta.read();
    await gamma.read();
    await db.query(`delete from assets.endpoints where id = $1`, [gamma.id]);
    now = new Date(now.getTime() + 601_000);
    // Before anybody has ended it, it reads as ended.
    const unended = await server.call('GET', `/questions/${id}`);
    expect(unended.body.state).toBe('expired');
    expect(sum(unended.body.progress)).toBe(4);
    expect(await beta.read()).toEqual({});
    await server.questions.tick();
    const { body } = await server.call('GET', `/questions/${id}`);
    expect(body).toMatchObject({ state: 'expired', endedAt: '2026-11-22T09:10:00.000Z' });
    expect(body.progress.byOutcome).toEqual({ answered: 1, 'timed-out': 1, gone: 1, expired: 1 });
    const listed = await server.call('GET', `/questions/${id}/endpoints?outcome=gone`);
    expect(listed.body.items).toMatchObject([{ hostname: 'gamma', endpointId: gamma.id }]);
  });

  it('finishes when everybody that it waits for was forgotten', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const alpha = await server.enrol('alpha');
    const beta = await server.enrol('beta');
    const { id } = await server.ask({});
    await alpha.answer([]);
    await db.query(`delete from assets.endpoints where id = $1`, [beta.id]);
    await server.questions.sweep();
    const { body } = await server.call('GET', `/questions/${id}`);
    expect(body.state).toBe('finished');
    expect(body.progress.byOutcome).toEqual({ answered: 1, gone: 1 });
  });

  it('has every endpoint in exactly one outcome, whatever happens in whatever order', async () => {
    await using db = await openTestDatabase();
    let now = new Date('2026-11-22T09:00:00Z');
    await using server = await startQuestionServer(db, { clock: () => now });
    const hosts: PlayedEndpoint[] = [];
    for (let n = 0; n < 12; n += 1) {
      hosts.push(await server.enrol(`host-${n}`, { platformType: n % 4 === 0 ? '2' : '9' }));
    }
    const { id } = await server.ask({ expiresInSeconds: 300, answerWithinSeconds: 20 });
    // A generator of numbers with a seed: the same story each time.
    let seed = 20_261_122;
    const random = (most: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return (seed >>> 16) % most;
    };
    const steps = [
      (host: PlayedEndpoint) => host.read(),
      (host: PlayedEndpoint) =>
        host.write({ queries: { [`question:${id}`]: [{ name: `p${random(3)}` }] } }),
      (host: PlayedEndpoint) =>
        host.write({
          queries: { [`question:${id}`]: [] },
          statuses: { [`question:${id}`]: 1 },
          messages: { [`question:${id}`]: random(2) ? 'oh' : 'no such table: x' },
        }),
      (host: PlayedEndpoint) =>
        random(4) === 0
          ? db.query(`delete from assets.endpoints where id = $1`, [host.id])
          : Promise.resolve(),
      async () => {
        now = new Date(now.getTime() + 7_000);
        await server.questions.tick();
      },
      () => server.questions.sweep(),
    ];
    const seen = new Set<string>();
    for (let step = 0; step < 60; step += 1) {
      await steps[random(steps.length)]!(hosts[random(hosts.length)]!);
      const { body } = await server.call('GET', `/questions/${id}`);
      expect(sum(body.progress)).toBe(12);
      const { body: list } = await server.call('GET', `/questions/${id}/endpoints`);
      expect(list.total).toBe(12);
      const listed: Record<string, number> = {};
      for (const { outcome } of list.items) {
        listed[outcome] = (listed[outcome] ?? 0) + 1;
        seen.add(outcome);
      }
      expect(listed).toEqual(body.progress.byOutcome);
      const { rows } = await db.query<{ counted: number; stored: number }>(
        `select (select coalesce(sum(endpoint_count), 0) from questions.answer_rows)::int as counted,
                (select count(*) from questions.answers where cardinality(row_ids) > 0)::int
                  as stored`,
      );
      expect(rows[0]!.counted).toBe(rows[0]!.stored);
    }
    // The story has most of it in it; else it proves nothing.
    expect([...seen].sort()).toEqual(
      expect.arrayContaining(['answered', 'delivered', 'failed', 'not-applicable', 'queued']),
    );
    now = new Date(now.getTime() + 301_000);
    await server.questions.tick();
    const { body } = await server.call('GET', `/questions/${id}`);
    expect(['expired', 'finished']).toContain(body.state);
    expect(sum(body.progress)).toBe(12);
  });

  it('wakes a read that is held open', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db, { holdReadsMs: 10_000 });
    const alpha = await server.enrol('alpha');
    const held = alpha.read();
    const { id } = await server.ask({});
    expect(Object.keys(await held)).toEqual([`question:${id}`]);
  });

  it('streams answers as they come', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const alpha = await server.enrol('alpha');
    const beta = await server.enrol('beta');
    const { id } = await server.ask({});
    const first = server.call('GET', `/questions/${id}/answers?wait=20`);
    await alpha.answer([{ name: 'bash' }]);
    const page = (await first).body;
    expect(page.answers).toMatchObject([
      { hostname: 'alpha', outcome: 'answered', rows: [{ name: 'bash' }] },
    ]);
    const second = server.call('GET', `/questions/${id}/answers?after=${page.next}&wait=20`);
    await beta.answer([]);
    const next = (await second).body;
    expect(next.answers).toMatchObject([{ hostname: 'beta', rows: [] }]);
    const last = await server.call('GET', `/questions/${id}/answers?after=${next.next}&wait=20`);
    expect(last.body).toMatchObject({ answers: [], state: 'finished', next: next.next });
    expect(last.body.progress.byOutcome).toEqual({ answered: 2 });
  });

  it('acknowledges nothing that is not stored: the endpoint sends it again', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db, { quiet: true });
    const alpha = await server.enrol('alpha');
    const { id } = await server.ask({});
    await alpha.read();
    const body = { queries: { [`question:${id}`]: [{ name: 'bash' }] } };
    await db.query(`alter table questions.answers rename to answers_away`);
    const failed = await alpha.write(body);
    expect(failed.status).toBeGreaterThanOrEqual(500);
    // The key by which osqueryd keeps what it wanted to tell.
    expect(failed.body).toHaveProperty('error');
    await db.query(`alter table questions.answers_away rename to answers`);
    expect((await alpha.write(body)).status).toBe(200);
    const { body: done } = await server.call('GET', `/questions/${id}`);
    expect(done).toMatchObject({ state: 'finished', progress: { rows: 1, distinctRows: 1 } });
  });

  it('survives the server: another one on the same database loses nothing', async () => {
    await using db = await openTestDatabase();
    const first = await startQuestionServer(db);
    const alpha = await first.enrol('alpha');
    const beta = await first.enrol('beta');
    const { id } = await first.ask({});
    await alpha.answer([{ name: 'bash' }]);
    await beta.read();
    await first.close();

    await using second = await startQuestionServer(db);
    expect(await alpha.read(second)).toEqual({});
    // What was taken from the first server is asked again, and answered to the second.
    expect(Object.keys(await beta.read(second))).toEqual([`question:${id}`]);
    await beta.write({ queries: { [`question:${id}`]: [{ name: 'bash' }] } }, second);
    const { body } = await second.call('GET', `/questions/${id}`);
    expect(body.state).toBe('finished');
    expect(body.progress).toMatchObject({ byOutcome: { answered: 2 }, distinctRows: 1 });
  });

  it('is shared by two servers on one database', async () => {
    await using db = await openTestDatabase();
    await using one = await startQuestionServer(db, { holdReadsMs: 10_000 });
    await using two = await startQuestionServer(db, { holdReadsMs: 10_000 });
    const alpha = await one.enrol('alpha');
    const beta = await one.enrol('beta');
    const held = beta.read(two);
    const { id } = await one.ask({});
    expect(Object.keys(await held)).toEqual([`question:${id}`]);
    const streamed = one.call('GET', `/questions/${id}/answers?wait=20`);
    await beta.write({ queries: { [`question:${id}`]: [{ name: 'bash' }] } }, two);
    expect((await streamed).body.answers).toMatchObject([{ hostname: 'beta' }]);
    await alpha.answer([{ name: 'bash' }]);
    // The second learns of the end from the first.
    const { body } = await two.call('GET', `/questions/${id}`);
    expect(body.state).toBe('finished');
    await eventually(async () => {
      const rows = await two.questions.state?.();
      return rows?.find(({ key }) => key === 'questions.open')?.value === 0;
    });
  });
});

describe('who may ask and see what', () => {
  it('limits targets, answers and counts to the reach of the caller', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const osaka = await addScope(db, 'Osaka');
    const alpha = await server.enrol('alpha');
    const beta = await server.enrol('beta', { scopeId: osaka });
    server.callers.set('osaka', { ...everyone, userName: 'taro', userId: 'u2', scopes: [osaka] });
    server.callers.set('viewer', { ...everyone, role: 'viewer' });

    const whole = await server.ask({});
    await alpha.answer([{ name: 'bash' }, { name: 'secret' }]);
    await beta.answer([{ name: 'bash' }]);
    const seen = await server.call('GET', `/questions/${whole.id}`, { as: 'osaka' });
    expect(seen.body.progress).toMatchObject({
      targeted: 1,
      byOutcome: { answered: 1 },
      rows: 1,
      distinctRows: 1,
    });
    const rows = await server.call('GET', `/questions/${whole.id}/rows`, { as: 'osaka' });
    expect(rows.body).toMatchObject({
      total: 1,
      items: [{ values: { name: 'bash' }, endpointCount: 1 }],
    });
    const endpoints = await server.call('GET', `/questions/${whole.id}/endpoints`, { as: 'osaka' });
    expect(endpoints.body.items).toMatchObject([{ hostname: 'beta' }]);
    const answers = await server.call('GET', `/questions/${whole.id}/answers`, { as: 'osaka' });
    expect(answers.text).not.toContain('secret');
    expect(answers.body.answers).toMatchObject([{ hostname: 'beta' }]);
    const exported = await server.call('GET', `/questions/${whole.id}/export`, { as: 'osaka' });
    expect(exported.text).not.toContain('secret');
    expect(exported.body.endpoints).toHaveLength(1);

    const own = await server.ask({}, 'osaka');
    expect(own.progress.targeted).toBe(1);
    expect(await alpha.read()).toEqual({});
    const other = await server.ask({ selector: 'hostname:alpha' });
    expect((await server.call('GET', `/questions/${other.id}`, { as: 'osaka' })).status).toBe(404);
    expect((await server.call('GET', '/questions', { as: 'osaka' })).body.total).toBe(2);
    expect((await server.call('GET', '/questions')).body.total).toBe(3);
    const bigger = await server.ask({});
    const cancel = await server.call('POST', `/questions/${bigger.id}/cancel`, { as: 'osaka' });
    expect(cancel.status).toBe(403);

    const body = { sql: 'select 1 as one from time' };
    expect((await server.call('POST', '/questions', { as: 'viewer', body })).status).toBe(403);
    expect((await server.call('GET', '/questions', { as: 'nobody' })).status).toBe(401);
  });

  it('refuses what must not be sent, and says why', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db, { limits: { openPerUser: 1 } });
    const code = async (body: object) => {
      const answer = await server.call('POST', '/questions', { body });
      return [answer.status, answer.body.code];
    };
    const sql = 'select name from deb_packages';
    expect(await code({ sql: { linux: sql } })).toEqual([422, 'NO_ENDPOINTS']);
    await server.enrol('alpha');
    await server.facets.settled();
    expect(await code({})).toEqual([400, 'QUESTION_UNCLEAR']);
    expect(await code({ sql: '   ' })).toEqual([400, 'SQL_INVALID']);
    expect(await code({ sql: 'delete from users' })).toEqual([400, 'SQL_INVALID']);
    expect(await code({ sql, libraryKey: 'x' })).toEqual([400, 'QUESTION_UNCLEAR']);
    expect(await code({ libraryKey: 'no-such' })).toEqual([404, 'LIBRARY_QUESTION_NOT_FOUND']);
    expect(await code({ sql, selector: 'nokey:1' })).toEqual([400, 'SELECTOR_INVALID']);
    expect(await code({ sql: { windows: 'select name from programs' } })).toEqual([
      422,
      'NOT_APPLICABLE',
    ]);
    expect(await code({ sql, selector: 'hostname:nobody' })).toEqual([422, 'NO_ENDPOINTS']);
    await server.ask({ sql });
    expect(await code({ sql, acceptWarnings: true })).toEqual([429, 'TOO_MANY_QUESTIONS']);
    const { rows } = await db.query(`select from questions.questions`);
    expect(rows).toHaveLength(1);
  });

  it('writes down who asked what of how many', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    await server.enrol('alpha');
    const { id } = await server.ask({ sql: { linux: 'select 1 as one from time' } });
    const { rows } = await db.query(
      `select action, actor_name as actor, target_id as target, details
         from platform.audit_log where action like 'question%'`,
    );
    expect(rows).toMatchObject([
      {
        action: 'question.asked',
        actor: 'hanako',
        target: String(id),
        details: { sql: { linux: 'select 1 as one from time' }, endpoints: 1, selector: '' },
      },
    ]);
  });
});
