import fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createAuditLog } from '../../../platform/audit/audit-log.ts';
import { startBus } from '../../../platform/bus/start-bus.ts';
import type { Database } from '../../../platform/db/queryable.ts';
import { errorHandler, sendProblem } from '../../../platform/http/error-answers.ts';
import type { Principal } from '../../../platform/http/principal.ts';
import { validatorCompiler } from '../../../platform/http/request-validation.ts';
import { createLog } from '../../../platform/log.ts';
import type { App } from '../../../platform/module.ts';
import type { Notice } from '../../../platform/notify/public.ts';
import { addEndpoint, addScope } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { openFacets } from '../../../testing/facets.ts';
import { addDays } from '../due.ts';
import { listFindings } from '../list-store.ts';
import { reconcile } from '../reconcile-store.ts';
import type { Observed, Weakness } from '../weakness.ts';
import { upsertWeaknesses } from '../weakness-store.ts';
import type { Exception, ExceptionPreview, ExceptionRequest } from './api.ts';
import { exceptionRoutes } from './exception-routes.ts';
import { followExceptions } from './follow-exceptions-store.ts';

const weakness = (key: string, more: Partial<Weakness> = {}): Weakness => ({
  key,
  kind: 'vulnerability',
  ids: [key],
  title: key,
  titleJa: null,
  severity: 'medium',
  cvssScore: 5,
  cvssVector: null,
  exploited: null,
  epss: null,
  automatable: true,
  technicalImpact: 'partial',
  publishedAt: null,
  modifiedAt: null,
  references: [],
  ...more,
});
const exploited = { since: '2026-10-25', dueOn: null, ransomware: false };

const hana: Principal = { userId: 'u1', userName: 'hana', role: 'operator', scopes: 'all' };
const ken: Principal = { userId: 'u2', userName: 'ken', role: 'operator', scopes: 'all' };
const boss: Principal = { userId: 'u3', userName: 'boss', role: 'administrator', scopes: 'all' };
const chief: Principal = { userId: 'u4', userName: 'chief', role: 'administrator', scopes: 'all' };

/** A server process: its routes, its index of facets, its jobs. The database outlives it. */
async function openProcess(db: Database, clock: () => Date) {
  const log = createLog('error');
  const { facets, close } = await openFacets(db, clock);
  const bus = await startBus({ db, log });
  const told: Notice[] = [];
  const notices = {
    register: () => undefined,
    tell: async (_: unknown, more: readonly Notice[]) => void told.push(...more),
  };
  const audit = createAuditLog({ clock });
  const live = { publish: () => undefined, subscribe: () => () => undefined };
  const app = fastify() as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler(errorHandler(sendProblem));
  app.decorateRequest('principal', null);
  app.decorateRequest('caller', null);
  let caller = hana;
  app.addHook('onRequest', async (request) => {
    request.principal = caller;
    request.caller = {
      principal: caller,
      actor: { kind: 'user', id: caller.userId, name: caller.userName },
    };
  });
  await app.register(async (scope) =>
    exceptionRoutes(scope as App, { db, log, bus, facets, audit, live, clock, notices }),
  );
  return {
    told,
    facets,
    async call<T = Record<string, unknown>>(
      by: Principal,
      method: 'GET' | 'POST',
      url: string,
      payload?: object,
    ) {
      caller = by;
      const response = await app.inject({ method, url, ...(payload && { payload }) });
      return { status: response.statusCode, body: response.json() as T & { code?: string } };
    },
    follow: async () => {
      await facets.settled();
      return followExceptions({ db, facets, audit, log, notices }, clock());
    },
    async close() {
      await app.close();
      await close();
      await bus.close();
    },
  };
}

describe('exceptions', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: Awaited<ReturnType<typeof openProcess>>;
  let now: Date;
  let osaka: string;
  let tokyo: string;
  let pc: string;
  let web: string;

  const observe = (assetId: string, scopeId: string, keys: readonly string[]) =>
    db.transaction((tx) =>
      reconcile(tx, {
        kinds: ['vulnerability'],
        cause: 'inventory',
        assets: [
          { assetId, assetKind: 'endpoint', scopeId, criticality: 'normal', exposed: false },
        ],
        observed: keys.map(
          (weaknessKey): Observed => ({
            assetId,
            weaknessKey,
            findingClass: 'normal',
            fix: { ecosystem: 'npm', name: `of-${weaknessKey}`, version: '2' },
            evidence: [],
            reachable: null,
          }),
        ),
        observedAt: now,
      }),
    );
  /** `pc CVE-1` → state and due day. */
  const findings = async () => {
    const { rows } = await db.query<{ name: string; state: string; due: string }>(
      `select e.hostname || ' ' || w.key as name, f.state, f.due_on::text as due
         from findings.findings f join findings.weaknesses w on w.id = f.weakness_id
         join findings.assets a on a.id = f.asset_ref
         join assets.endpoint_view e on e.id = a.asset_id order by 1`,
    );
    return Object.fromEntries(rows.map(({ name, state, due }) => [name, `${state} ${due}`]));
  };
  const today = () => now.toISOString().slice(0, 10);
  const pass = (days: number) => {
    now = new Date(now.getTime() + days * 86_400_000);
  };
  const request = (
    more: Partial<ExceptionRequest['covers']> = {},
    days = 30,
  ): ExceptionRequest => ({
    covers: { scopeId: osaka, weakness: 'CVE-1', ...more },
    reason: 'the vendor has no fix for this machine',
    until: addDays(today(), days),
  });
  const ask = async (body: ExceptionRequest, by = hana) =>
    (await server.call<Exception>(by, 'POST', '/exceptions', body)).body;
  const approve = (id: number, by = ken) =>
    server.call<Exception>(by, 'POST', `/exceptions/${id}/approve`, {});
  const show = async (id: number) =>
    (await server.call<Exception>(hana, 'GET', `/exceptions/${id}`)).body;
  const kindsTold = () => server.told.map(({ kind }) => kind);

  beforeAll(async () => {
    db = await openTestDatabase();
  });
  beforeEach(async () => {
    now = new Date('2026-11-01T09:00:00Z');
    await db.query(`truncate findings.told, findings.exceptions, findings.findings, findings.assets,
      findings.weaknesses, assets.endpoints cascade`);
    await db.query(`delete from assets.scopes where not is_default`);
    osaka = await addScope(db, 'Osaka');
    tokyo = await addScope(db, 'Tokyo');
    pc = await addEndpoint(
      db,
      { hostname: 'pc', hostIdentifier: 'pc', platform: 'windows' },
      { scopeId: osaka },
    );
    web = await addEndpoint(db, { hostname: 'web', hostIdentifier: 'web' }, { scopeId: osaka });
    await upsertWeaknesses(db, [
      weakness('CVE-1'),
      weakness('CVE-2'),
      weakness('CVE-K', { exploited }),
    ]);
    await observe(pc, osaka, ['CVE-1', 'CVE-2', 'CVE-K']);
    await observe(web, osaka, ['CVE-1']);
    await server?.close();
    server = await openProcess(db, () => now);
  }, 60_000);
  afterAll(async () => {
    await server.close();
    await db[Symbol.asyncDispose]();
  });

  it('lives: asked for, approved by another, covering, over, and the clock goes on', async () => {
    const before = await findings();
    expect(before['pc CVE-1']).toBe('open 2026-12-31'); // 60 days
    const { id, state } = await ask(request({}, 30));
    expect(state).toBe('requested');
    expect(await findings()).toEqual(before);

    const own = await approve(id, hana);
    expect([own.status, own.body.code]).toEqual([403, 'EXCEPTION_NEEDS_ANOTHER_PERSON']);
    const { body: approved } = await approve(id);
    expect(approved).toMatchObject({
      state: 'approved',
      decidedBy: 'ken',
      counts: { coveredFindings: 2, coveredAssets: 2, newFindings: 0, newAssets: 0 },
    });
    expect(await findings()).toEqual({
      'pc CVE-1': 'excepted 2026-12-31',
      'pc CVE-2': before['pc CVE-2'],
      'pc CVE-K': before['pc CVE-K'],
      'web CVE-1': 'excepted 2026-12-31',
    });
    expect((await approve(id)).status).toBe(409);

    // Days left stand still.
    pass(20);
    const [shown] = await listFindings(
      db,
      { state: 'excepted', exceptionId: id, scopeIds: 'all', today: today() },
      { name: 'rank', descending: false },
      { offset: 0, limit: 1 },
      now,
    );
    expect(shown?.daysLeft).toBe(60);

    // Observed again in between, and by a new process: still excepted.
    await observe(pc, osaka, ['CVE-1', 'CVE-2']);
    await server.close();
    server = await openProcess(db, () => now);
    expect(await server.follow()).toEqual({ moved: 0, ended: 0 });
    expect((await findings())['pc CVE-1']).toBe('excepted 2026-12-31');

    // Its last day is 2026-12-01; the job comes four days late. 31 days stood still, no more.
    pass(15);
    expect(await server.follow()).toEqual({ moved: 2, ended: 1 });
    expect(await findings()).toMatchObject({
      'pc CVE-1': 'open 2027-01-31',
      'web CVE-1': 'open 2027-01-31',
    });
    expect((await show(id)).state).toBe('expired');
    expect(kindsTold()).toContain('exception-ended');
    // And it stays so when it is judged or observed anew.
    await observe(web, osaka, ['CVE-1', 'CVE-2']);
    await upsertWeaknesses(db, [weakness('CVE-1', { epss: 0.5 })]);
    expect((await findings())['web CVE-1']).toBe('open 2027-01-31');
    // What is over does not cover again.
    expect(await server.follow()).toEqual({ moved: 0, ended: 0 });

    const { rows } = await db.query<{ action: string }>(
      `select action from platform.audit_log where action like 'exception.%' order by 1`,
    );
    expect(rows.map(({ action }) => action)).toEqual([
      'exception.approved',
      'exception.expired',
      'exception.requested',
    ]);
  });

  it('closes and reopens what is excepted by observation only, with a new clock', async () => {
    const { id } = await ask(request());
    await approve(id);
    pass(3);
    await observe(web, osaka, []);
    expect((await findings())['web CVE-1']).toMatch(/^closed/);
    pass(2);
    // It came back on an endpoint that the exception was approved for.
    await observe(web, osaka, ['CVE-1']);
    expect((await findings())['web CVE-1']).toBe('excepted 2027-01-05');
  });

  it('gives back at once what is withdrawn', async () => {
    const { id } = await ask(request());
    await approve(id);
    pass(10);
    const { body } = await server.call(ken, 'POST', `/exceptions/${id}/withdraw`, {
      note: 'fixed',
    });
    expect(body).toMatchObject({ state: 'withdrawn', endedBy: 'ken', endedReason: 'fixed' });
    expect((await findings())['pc CVE-1']).toBe('open 2027-01-10');
  });

  it('leaves out the exploited unless two administrators say otherwise', async () => {
    const body = request({ weakness: 'CVE-K', scopeId: null });
    const { body: seen } = await server.call<ExceptionPreview>(
      hana,
      'POST',
      '/exceptions/preview',
      {
        covers: body.covers,
      },
    );
    expect(seen).toMatchObject({
      endpoints: 2,
      findings: 0,
      exploited: 1,
      exploitedWeaknesses: ['CVE-K'],
      exploitedCovered: false,
    });
    const codeOf = async (by: Principal, covers: object) =>
      (
        await server.call(by, 'POST', '/exceptions', {
          ...body,
          covers: { ...body.covers, ...covers },
        })
      ).body.code;
    expect(await codeOf(boss, {})).toBe('EXCEPTION_HIDES_EXPLOITED');
    expect(await codeOf(hana, { coversExploited: true })).toBe('EXCEPTION_NEEDS_ADMINISTRATOR');
    const { id } = await ask({ ...body, covers: { ...body.covers, coversExploited: true } }, boss);
    expect((await approve(id, ken)).body.code).toBe('EXCEPTION_NEEDS_ADMINISTRATOR');
    expect((await approve(id, boss)).body.code).toBe('EXCEPTION_NEEDS_ANOTHER_PERSON');
    expect((await approve(id, chief)).body.counts).toMatchObject({
      coveredFindings: 1,
      exploited: 1,
    });
    expect((await findings())['pc CVE-K']).toMatch(/^excepted/);
  });

  it('lets go of what becomes known to be exploited', async () => {
    const { id } = await ask(request());
    await approve(id);
    pass(5);
    await upsertWeaknesses(db, [
      weakness('CVE-1', { exploited: { since: today(), dueOn: null, ransomware: false } }),
    ]);
    expect(await server.follow()).toEqual({ moved: 2, ended: 0 });
    // KEV, automatable, partial: 14 days from the first sight, of which 5 stood still.
    expect((await findings())['pc CVE-1']).toBe('open 2026-11-20');
    expect(await server.follow()).toEqual({ moved: 0, ended: 0 });
  });

  it('covers no endpoint that came later, counts and tells it', async () => {
    const { id } = await ask(request({ selector: 'os:windows' }));
    await server.facets.settled();
    expect((await approve(id)).body.counts).toMatchObject({ coveredFindings: 1, coveredAssets: 1 });
    server.told.length = 0;
    const late = await addEndpoint(
      db,
      { hostname: 'late', hostIdentifier: 'late', platform: 'windows' },
      { scopeId: osaka },
    );
    await observe(late, osaka, ['CVE-1']);
    await server.follow();
    expect((await findings())['late CVE-1']).toMatch(/^open/);
    expect((await show(id)).counts).toMatchObject({
      coveredFindings: 1,
      newFindings: 1,
      newAssets: 1,
    });
    expect(kindsTold()).toEqual(['exception-new-endpoints']);
    await server.follow();
    expect(kindsTold()).toHaveLength(1);
    // One more on the same day is told of on the next.
    const later = await addEndpoint(
      db,
      { hostname: 'later', hostIdentifier: 'later', platform: 'windows' },
      { scopeId: osaka },
    );
    await observe(later, osaka, ['CVE-1']);
    await server.follow();
    expect(kindsTold()).toHaveLength(1);
    pass(1);
    await server.follow();
    expect(server.told.map(({ text }) => text.en.slice(0, 7))).toEqual(['1 asset', '1 asset']);
    // Of the web server the selector never spoke.
    expect((await findings())['web CVE-1']).toMatch(/^open/);
  });

  it('covers them where it says so, and counts them apart all the same', async () => {
    const { id } = await ask(request({ alsoNew: true }));
    await approve(id);
    const late = await addEndpoint(
      db,
      { hostname: 'late', hostIdentifier: 'late' },
      { scopeId: osaka },
    );
    await observe(late, osaka, ['CVE-1']);
    expect((await findings())['late CVE-1']).toMatch(/^open/);
    await server.follow();
    expect((await findings())['late CVE-1']).toMatch(/^excepted/);
    expect((await show(id)).counts).toMatchObject({ coveredFindings: 2, newFindings: 1 });
    // Known to match since: the next finding there is covered as it is observed.
    await db.query(`delete from findings.findings`);
    await observe(late, osaka, ['CVE-1']);
    expect((await findings())['late CVE-1']).toMatch(/^excepted/);
    // It moves away: the exception has no say there.
    await db.query(`update assets.endpoints set scope_id = $1 where id = $2`, [tokyo, late]);
    await server.follow();
    expect((await findings())['late CVE-1']).toMatch(/^open/);
  });

  it('hands findings over to another exception that covers them as well', async () => {
    const first = await ask(request({}, 10));
    await approve(first.id);
    const second = await ask(
      request({ weakness: undefined, severityAtMost: 'medium' } as never, 20),
    );
    await approve(second.id);
    pass(11);
    await server.follow();
    expect((await findings())['web CVE-1']).toMatch(/^excepted/);
    pass(13);
    await server.follow();
    // From the first of November until the 22nd.
    expect((await findings())['web CVE-1']).toBe('open 2027-01-21');
  });

  it('announces its end 14, 7 and 1 days before, each once', async () => {
    const { id } = await ask(request({}, 20));
    await approve(id);
    server.told.length = 0;
    const announced: string[] = [];
    for (let day = 0; day < 21; day += 1) {
      await server.follow();
      await server.follow();
      announced.push(
        ...server.told.splice(0).map(({ kind, text }) => `${day} ${kind} ${text.en.slice(0, 28)}`),
      );
      pass(1);
    }
    expect(announced.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
      '6 exception-expiring',
      '13 exception-expiring',
      '19 exception-expiring',
    ]);
  });

  it.each<[because: string, change: object, code: string]>([
    ['it would cover all there is', { covers: {} }, 'EXCEPTION_COVERS_EVERYTHING'],
    ['it ends today', { until: '2026-11-01' }, 'EXCEPTION_IN_THE_PAST'],
    ['it lasts too long', { until: '2027-11-02' }, 'EXCEPTION_TOO_LONG'],
    ['its end is no day', { until: '2027-02-30' }, 'EXCEPTION_END_INVALID'],
    ['its reason is blank', { reason: '  ' }, 'EXCEPTION_WITHOUT_REASON'],
    [
      'its selector would undo itself',
      { covers: { weakness: 'CVE-1', selector: 'os:linux (kev:no or tag:x)' } },
      'SELECTOR_SPEAKS_OF_FINDINGS',
    ],
    [
      'its selector cannot be read',
      { covers: { weakness: 'CVE-1', selector: 'os:' } },
      'SELECTOR_INVALID',
    ],
    [
      'its scope is unknown',
      { covers: { weakness: 'CVE-1', scopeId: '00000000-0000-4000-8000-00000000abcd' } },
      'SCOPE_NOT_FOUND',
    ],
  ])('is not taken when %s', async (_, change, code) => {
    const { body } = await server.call(hana, 'POST', '/exceptions', { ...request(), ...change });
    expect(body.code).toBe(code);
  });

  it('keeps to the reach of who asks, sees and decides', async () => {
    const local: Principal = { ...ken, scopes: [tokyo] };
    const all = await ask(request({ scopeId: null }));
    await approve(all.id);
    const other = await ask(request({ weakness: 'CVE-2' }));
    expect((await server.call(local, 'GET', `/exceptions/${other.id}`)).status).toBe(404);
    const seen = await server.call<Exception>(local, 'GET', `/exceptions/${all.id}`);
    expect(seen.body).toMatchObject({
      mayWithdraw: false,
      counts: { coveredFindings: 0, coveredAssets: 0 },
    });
    expect((await server.call(local, 'POST', `/exceptions/${all.id}/withdraw`, {})).body.code).toBe(
      'EXCEPTION_BEYOND_REACH',
    );
    expect(
      (await server.call(local, 'POST', '/exceptions', request({ scopeId: null }))).body.code,
    ).toBe('EXCEPTION_NEEDS_SCOPE');
    const list = await server.call<{ total: number }>(local, 'GET', '/exceptions?state=current');
    expect(list.body.total).toBe(1);
  });

  it('covers packages by their fix, or by where they were seen while there is none', async () => {
    const { body } = await server.call<ExceptionPreview>(hana, 'POST', '/exceptions/preview', {
      covers: { package: { name: 'of-CVE-2' } },
    });
    expect(body.examples.map(({ weakness: key }) => key)).toEqual(['CVE-2']);
    await db.query(
      `update findings.findings f set fix_id = null,
              evidence = '[{"component": "bash", "ecosystem": "Debian:12"}]'
         from findings.weaknesses w where w.id = f.weakness_id and w.key = 'CVE-1'`,
    );
    const seenIn = async (name: string, ecosystem?: string) =>
      (
        await server.call<ExceptionPreview>(hana, 'POST', '/exceptions/preview', {
          covers: { package: { name, ...(ecosystem && { ecosystem }) } },
        })
      ).body.findings;
    expect(await seenIn('bash')).toBe(2);
    expect(await seenIn('bash', 'Debian:12')).toBe(2);
    expect(await seenIn('bash', 'Debian:13')).toBe(0);
    expect(await seenIn('of-CVE-1')).toBe(0);
  });
});
