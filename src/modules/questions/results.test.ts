import { describe, expect, it } from 'vitest';
import { openTestDatabase } from '../../testing/database.ts';
import { eventually, startQuestionServer } from '../../testing/question-server.ts';
import { storeAnswers } from './answer-store.ts';

const names = ({ body }: { body: { items: { hostname: string }[] } }) =>
  body.items.map(({ hostname }) => hostname);

describe('what was answered', () => {
  it('can be taken away: CSV, JSON, sorted and searched by any column', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const alpha = await server.enrol('alpha');
    const { id } = await server.ask({ title: 'Packages' });
    await alpha.answer([
      { name: 'zsh', version: '1' },
      { name: 'bash', version: '2' },
      { name: '=cmd()', version: "it's", "o'dd": 'x' },
    ]);
    const sorted = await server.call('GET', `/questions/${id}/rows?sort=-version`);
    expect(sorted.body.items.map((row: { values: { name: string } }) => row.values.name)).toEqual([
      '=cmd()',
      'bash',
      'zsh',
    ]);
    expect((await server.call('GET', `/questions/${id}/rows?sort=o'dd`)).status).toBe(200);
    expect((await server.call('GET', `/questions/${id}/rows?sort=nope`)).body.code).toBe(
      'SORT_UNKNOWN',
    );
    const found = await server.call('GET', `/questions/${id}/rows?q=BA`);
    expect(found.body).toMatchObject({ total: 1, items: [{ values: { name: 'bash' } }] });
    expect((await server.call('GET', `/questions/${id}/rows?q=%25`)).body.total).toBe(0);

    const csv = await server.call('GET', `/questions/${id}/rows?format=csv&sort=name`);
    expect(csv.text).toBe(
      "\ufeffname,version,o'dd,endpoints\r\n'=cmd(),it's,x,1\r\nbash,2,,1\r\nzsh,1,,1\r\n",
    );
    const hosts = await server.call('GET', `/questions/${id}/endpoints?format=csv`);
    expect(hosts.text.split('\r\n')[1]).toMatch(/^[0-9a-f-]{36},alpha,linux,Organisation,answered/);
    const questions = await server.call('GET', '/questions?format=csv');
    expect(questions.text).toContain(`${id},Packages,finished,`);

    const { body } = await server.call('GET', `/questions/${id}/export`);
    expect(body.question).toMatchObject({ id, state: 'finished' });
    expect(body.rows).toHaveLength(3);
    expect(body.endpoints).toMatchObject([{ hostname: 'alpha', outcome: 'answered' }]);
  });

  it('is counted but not kept beyond the total limits', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db, { limits: { totalRows: 3 } });
    const alpha = await server.enrol('alpha');
    const beta = await server.enrol('beta');
    const { id } = await server.ask({});
    await alpha.answer([{ name: 'a' }, { name: 'b' }]);
    await beta.answer([{ name: 'c' }, { name: 'd' }]);
    const { body } = await server.call('GET', `/questions/${id}`);
    expect(body).toMatchObject({ truncated: true, state: 'finished' });
    expect(body.progress).toMatchObject({
      byOutcome: { answered: 2 },
      rows: 4,
      distinctRows: 2,
    });
    const { body: endpoints } = await server.call('GET', `/questions/${id}/endpoints`);
    expect(endpoints.items.map((row: { rowCount: number }) => row.rowCount)).toEqual([2, 2]);
  });

  it('that PostgreSQL refuses does not take the answers of others with it', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const [alpha, beta] = [await server.enrol('alpha'), await server.enrol('beta')];
    const { id } = await server.ask({});
    const item = (endpoint: { ordinal: number; id: string }, json: string) => ({
      questionId: id,
      ordinal: endpoint.ordinal,
      endpointId: endpoint.id,
      outcome: 'answered' as const,
      message: null,
      rowCount: 1,
      rows: [{ hash: endpoint.ordinal.toString(16).padStart(64, '0'), json }],
      columns: ['name'],
      wallMs: null,
      deliveredAt: null,
      answeredAt: new Date(),
    });
    const limits = { totalRows: 100, totalBytes: 10_000 };
    const stored = await storeAnswers(
      db,
      [item(alpha, '{"name":"\\u0000"}'), item(beta, '{"name":"fine"}')],
      limits,
    );
    expect([...stored.stored.get(id)!].sort()).toEqual([alpha.ordinal, beta.ordinal].sort());
    const { body } = await server.call('GET', `/questions/${id}/endpoints?sort=hostname`);
    expect(body.items).toMatchObject([{ outcome: 'refused' }, { outcome: 'answered' }]);
    expect(body.items[0].message).toMatch(/^not stored: /);
  });

  it('can be compared with another time, and asked again', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const alpha = await server.enrol('alpha');
    const beta = await server.enrol('beta');
    await server.enrol('gamma');
    const before = await server.ask({ endpointIds: [alpha.id, beta.id], title: 'Twice' });
    await alpha.answer([{ name: 'stays' }, { name: 'goes' }]);
    await beta.answer([{ name: 'stays' }]);
    const { status, body: after } = await server.call('POST', `/questions/${before.id}/again`);
    expect(status).toBe(201);
    expect(after).toMatchObject({ title: 'Twice', progress: { targeted: 2 } });
    expect(after.id).not.toBe(before.id);
    await alpha.answer([{ name: 'stays' }, { name: 'comes' }]);
    await beta.answer([{ name: 'comes' }, { name: 'stays' }]);
    const path = `/questions/${after.id}/comparison?with=${before.id}`;
    const { body } = await server.call('GET', path);
    expect(body.total).toBe(2);
    expect(body.items).toEqual([
      { values: { name: 'comes' }, before: 0, after: 2 },
      { values: { name: 'goes' }, before: 1, after: 0 },
    ]);
    const csv = await server.call('GET', `${path}&format=csv`);
    expect(csv.text).toContain('comes,,0,2');
  });
});

describe('before asking', () => {
  it('previews how many would be asked, where, and what is wrong', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    await server.enrol('alpha');
    await server.enrol('win', { platformType: '2' });
    await server.facets.settled();
    const preview = async (body: object) =>
      (await server.call('POST', '/questions/preview', { body })).body;
    // One statement for all: where its table does not exist, it does not apply.
    expect(await preview({ sql: 'select name, version from deb_packages' })).toMatchObject({
      sql: { linux: 'select name, version from deb_packages' },
      problems: [],
      columns: ['name', 'version'],
      targeted: 2,
      notApplicable: 1,
    });
    const wrong = await preview({ sql: { linux: 'select nme from deb_packages' } });
    expect(wrong.problems).toMatchObject([{ level: 'error', platform: 'linux', from: 7 }]);
    expect(wrong.targeted).toBe(2);
    const { rows } = await db.query(`select from questions.questions`);
    expect(rows).toHaveLength(0);
  });

  it('offers tables and columns for completion', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const { body } = await server.call('GET', '/questions/schema?platform=windows');
    const tables = body.tables.map((table: { name: string }) => table.name);
    expect(tables).toContain('programs');
    expect(tables).not.toContain('deb_packages');
    expect((await server.call('GET', '/questions/library')).status).toBe(200);
  });
});

describe('selectors', () => {
  it('select by who was asked, by outcome and by what was answered', async () => {
    await using db = await openTestDatabase();
    await using server = await startQuestionServer(db);
    const alpha = await server.enrol('alpha');
    const beta = await server.enrol('beta');
    const gamma = await server.enrol('gamma');
    const { id } = await server.ask({ selector: 'hostname:alpha or hostname:beta' });
    await alpha.answer([{ name: 'Log4j-core', version: '2.17' }]);
    const who = async (selector: string) => {
      const targeted = await server.call('POST', '/questions/preview', {
        body: { sql: 'select 1 as one from time', selector },
      });
      if (targeted.status !== 200) return targeted.body.code;
      return targeted.body.targeted;
    };
    // The index hears of answers a moment after they are stored.
    await eventually(async () => (await who(`answered:${id}`)) === 1);
    expect(await who(`asked:${id}`)).toBe(2);
    expect(await who(`asked:"${id}:unanswered"`)).toBe(1);
    expect(await who(`asked:${id}:answered`)).toBe(1);
    expect(await who(`answered:"${id}:log4j-CORE"`)).toBe(1);
    expect(await who(`answered:"${id}:nothing like it"`)).toBe(0);
    expect(await who(`-asked:${id}`)).toBe(1);
    expect(await who('asked:424242')).toBe('SELECTOR_INVALID');
    expect(await who(`asked:"${id}:fallen"`)).toBe('SELECTOR_INVALID');

    await beta.read();
    await beta.write({
      queries: { [`question:${id}`]: [] },
      statuses: { [`question:${id}`]: 1 },
      messages: { [`question:${id}`]: 'oh' },
    });
    await eventually(async () => (await who(`asked:"${id}:failed"`)) === 1);
    expect(await who(`asked:"${id}:unanswered"`)).toBe(0);
    const checked = await server.facets.check();
    expect(checked.sources.find(({ name }) => name === 'questions.answers')?.differences).toEqual(
      [],
    );

    // The next question can be asked of exactly those.
    const next = await server.ask({ selector: `asked:"${id}:failed"` });
    expect(Object.keys(await beta.read())).toEqual([`question:${next.id}`]);
    expect(await gamma.read()).toEqual({});
    const page = await server.call('GET', `/questions/${next.id}/endpoints`);
    expect(names(page)).toEqual(['beta']);
  });

  it('are the same after a restart', async () => {
    await using db = await openTestDatabase();
    const first = await startQuestionServer(db);
    const alpha = await first.enrol('alpha');
    await first.enrol('beta');
    const { id } = await first.ask({});
    await alpha.answer([{ name: 'bash' }]);
    await first.close();
    await using second = await startQuestionServer(db);
    const body = { sql: 'select 1 as one from time', selector: `answered:"${id}:bash"` };
    const preview = await second.call('POST', '/questions/preview', { body });
    expect(preview.body.targeted).toBe(1);
    expect((await second.facets.check()).sources.flatMap(({ differences }) => differences)).toEqual(
      [],
    );
  });
});

describe('schedules', () => {
  it('ask again and again, in the name and within the reach of their maker', async () => {
    await using db = await openTestDatabase();
    let now = new Date('2026-11-22T09:00:00Z');
    await using server = await startQuestionServer(db, { clock: () => now });
    await server.enrol('alpha');
    await server.facets.settled();
    const made = await server.call('POST', '/questions/schedules', {
      body: {
        title: 'Hourly',
        ask: { sql: { linux: 'select name from deb_packages' }, expiresInSeconds: 600 },
        everyMinutes: 60,
        keepRuns: 2,
      },
    });
    expect(made.status).toBe(201);
    const job = (name: string) => server.questions.jobs!.find((each) => each.name === name)!;
    const run = () => job('questions/run-schedules').run({}, new AbortController().signal);
    const runs = async () =>
      (await server.call('GET', `/questions?scheduleId=${made.body.id}`)).body.items;
    const later = (minutes: number) => {
      now = new Date(now.getTime() + minutes * 60_000);
    };
    await run();
    await run();
    expect(await runs()).toMatchObject([{ title: 'Hourly', askedBy: 'hanako', state: 'open' }]);
    // Three hours away: one run, and the next at the full hour of its own.
    later(185);
    await run();
    expect(await runs()).toHaveLength(2);
    const { body: list } = await server.call('GET', '/questions/schedules');
    expect(list.items).toMatchObject([
      {
        nextRunAt: '2026-11-22T13:00:00.000Z',
        lastFailure: null,
        sql: { linux: expect.any(String) },
      },
    ]);
    later(60);
    await run();
    await server.questions.tick();
    later(60);
    await server.questions.tick();
    await job('questions/delete-old').run({}, new AbortController().signal);
    expect(await runs()).toHaveLength(2);

    await db.query(`delete from assets.endpoints`);
    await server.facets.settled();
    await run();
    const { body: failed } = await server.call('GET', '/questions/schedules');
    expect(failed.items[0].lastFailure).toMatch(/no endpoint/);

    const id = made.body.id;
    const paused = await server.call('PATCH', `/questions/schedules/${id}`, {
      body: { enabled: false },
    });
    expect(paused.body).toMatchObject({ enabled: false, nextRunAt: null });
    expect((await server.call('DELETE', `/questions/schedules/${id}`)).status).toBe(204);
    expect((await server.call('DELETE', `/questions/schedules/${id}`)).status).toBe(404);
    const wrong = await server.call('POST', '/questions/schedules', {
      body: { title: 'x', ask: { sql: 'drop table users' }, everyMinutes: 60 },
    });
    expect([wrong.status, wrong.body.code]).toEqual([400, 'SQL_INVALID']);
  });
});
