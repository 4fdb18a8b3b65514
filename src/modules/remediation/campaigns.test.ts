import { describe, expect, it } from 'vitest';
import {
  before,
  type CampaignServer,
  fixed,
  startCampaignServer,
} from '../../testing/campaign-server.ts';
import { openTestDatabase } from '../../testing/database.ts';
import type { CampaignTarget } from './api.ts';
import { remediationModule } from './module.ts';

const once = [{ name: 'all', percent: 100, soakMinutes: 0 }];

const targetsOf = async (server: CampaignServer, id: number, query = '') =>
  (await server.call('GET', `/campaigns/${id}/targets${query}`)).body.items as CampaignTarget[];
const statesOf = async (server: CampaignServer, keys?: readonly string[]) => {
  const { rows } = await server.db.query<{ state: string; count: number }>(
    `select state, count(*)::int as count from findings.finding_view
      where $1::text[] is null or weakness_key = any($1) group by 1 order by 1`,
    [keys ?? null],
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

describe('preview', () => {
  it('says what happens, from what to what, and what cannot be done and why', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(20, 'host-');
    const [stock] = [await server.addMany(3, 'stock-', { agents: false })];
    const fixId = await server.infect([...ids, ...stock], ['CVE-2026-1', 'CVE-KEV-2']);
    await db.query(
      `update agent_protocol.agents set privileged = false where endpoint_id = any($1::uuid[])`,
      [ids.slice(0, 2)],
    );
    await db.query(`update agent_protocol.agents set managers = '{}' where endpoint_id = $1`, [
      ids[2],
    ]);
    await db.query(
      `update assets.contacts set confirmed = jsonb_build_object('software-deb', $2::bigint)
        where endpoint_id = $1`,
      [ids[3], server.clock.now.getTime() - 8 * 86_400_000],
    );
    await db.query(
      `update findings.findings set state = 'excepted', excepted_until = '2027-01-01'
        where asset_ref = (select id from findings.assets where asset_id = $1)`,
      [ids[4]],
    );
    const { status, body } = await server.call('POST', '/campaigns/preview', {
      body: { work: { kind: 'fix', fixId } },
    });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      targeted: 23,
      byState: { waiting: 15, 'no-agent': 3, excluded: 5 },
      findingsToClose: 30,
      exploitedToClose: 15,
      // openssl is in nearly every process.
      rebootLikely: 15,
      needsApproval: false,
      rings: [
        { name: '1', endpoints: 1 },
        { name: '5 %', endpoints: 0 },
        { name: '25 %', endpoints: 3 },
        { name: '100 %', endpoints: 11 },
      ],
    });
    expect(body.actions).toEqual([
      {
        manager: 'apt',
        summary: { en: 'Upgrade libssl3, openssl (apt)', ja: expect.stringContaining('libssl3') },
        packages: [
          { name: 'libssl3', from: [before], atLeast: fixed },
          { name: 'openssl', from: [before], atLeast: fixed },
        ],
        endpoints: 18,
      },
    ]);
    const reasons = Object.fromEntries(
      body.excluded.map(({ reason, endpoints }: { reason: { en: string }; endpoints: number }) => [
        reason.en.split(/[,.;]/)[0],
        endpoints,
      ]),
    );
    expect(reasons).toEqual({
      'It has stock osqueryd only': 3,
      'Its agent runs without the rights that this needs': 2,
      'Its agent does not find the package manager that is needed': 1,
      'Its software has not been confirmed for a week': 1,
      'Everything that could be mended there is excepted': 1,
    });
    expect(await db.query(`select from remediation.campaigns`)).toMatchObject({ rowCount: 0 });
  });

  it('refuses what makes no sense, with its place', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const refused = async (body: unknown) => {
      const answer = await server.call('POST', '/campaigns/preview', { body });
      return [answer.status, answer.body.code];
    };
    const action = { type: 'service', name: 'ssh', operation: 'restart' };
    expect(await refused({ work: { kind: 'fix', fixId: 9 } })).toEqual([404, 'FIX_NOT_FOUND']);
    expect(await refused({ work: { kind: 'findings' } })).toEqual([422, 'NO_ENDPOINTS']);
    expect(await refused({ work: { kind: 'findings', severities: ['bad'] } })).toEqual([
      400,
      'SEVERITY_UNKNOWN',
    ]);
    expect(await refused({ work: { kind: 'action', action } })).toEqual([422, 'SELECTION_MISSING']);
    expect(
      await refused({
        work: { kind: 'findings' },
        rings: [
          { name: 'a', percent: 50, soakMinutes: 0 },
          { name: 'b', percent: 60, soakMinutes: 0 },
        ],
      }),
    ).toEqual([400, 'RINGS_INVALID']);
    expect(
      await refused({ work: { kind: 'findings' }, deadlineAt: '2026-11-20T00:00:00Z' }),
    ).toEqual([400, 'DEADLINE_INVALID']);
    const [status] = await refused({
      work: {
        kind: 'action',
        action: { type: 'package-remove', manager: 'apt', packages: [{ name: '--purge' }] },
      },
    });
    expect(status).toBe(400);
  });
});

describe('the life of a campaign', () => {
  it('goes from finding to planned, patched, measured again and proved', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const hosts = [
      await server.enrol('one'),
      await server.enrol('two'),
      await server.enrol('three'),
    ];
    const ids = hosts.map(({ id }) => id);
    const fixId = await server.infect(ids);
    const campaign = await server.create({
      work: { kind: 'fix', fixId },
      rings: once,
      start: true,
    });
    expect(campaign).toMatchObject({ state: 'running', title: `openssl → ${fixed}`, targeted: 3 });
    await server.remediation.drive();
    expect(await statesOf(server)).toEqual({ planned: 3 });
    expect((await server.show(campaign.id)).byState).toEqual({ queued: 3 });

    const orders = await Promise.all(hosts.map(async ({ agent }) => (await agent.orders())[0]!));
    expect(orders[0]!.action).toEqual({
      type: 'package-upgrade',
      manager: 'apt',
      packages: [
        { name: 'libssl3', atLeast: fixed },
        { name: 'openssl', atLeast: fixed },
      ],
    });
    for (const [at, { agent }] of hosts.entries()) await agent.say(orders[at]!.id, 'running');
    await server.remediation.drive();
    expect(await statesOf(server)).toEqual({ 'in-progress': 3 });
    expect((await server.show(campaign.id)).byState).toEqual({ running: 3 });

    server.clock.advance(60);
    for (const [at, { agent }] of hosts.entries()) {
      await agent.say(orders[at]!.id, 'done', {
        before: { openssl: before },
        after: { openssl: fixed },
      });
    }
    await server.remediation.drive();
    // Done is not closed; each is asked for its inventory at once.
    expect(await server.show(campaign.id)).toMatchObject({
      state: 'finished',
      byState: { done: 3 },
      byProof: { waiting: 3 },
      findingsToClose: 3,
      findingsClosed: 0,
    });
    expect(await statesOf(server)).toEqual({ 'awaiting-proof': 3 });
    expect([...server.observed].sort()).toEqual([...ids].sort());

    // The first is observed without the finding, the second with it, the third not at all.
    server.clock.advance(30);
    const softwareIds = await server.install([ids[0]!], fixed);
    await server.assess([ids[0]!], [], { softwareIds });
    await server.observe([ids[1]!]);
    await server.remediation.drive();
    const listed = await targetsOf(server, campaign.id);
    expect(listed.map(({ hostname, proof }) => [hostname, proof])).toEqual([
      ['two', 'still-there'],
      ['three', 'waiting'],
      ['one', 'proved'],
    ]);
    expect(listed[0]).toMatchObject({
      state: 'done',
      before: { openssl: before, libssl3: before },
      after: { openssl: fixed },
      findingsClosed: 0,
    });
    // What is still there glows again, and somebody is told.
    expect(await statesOf(server)).toEqual({ 'awaiting-proof': 1, closed: 1, open: 1 });
    expect(server.told.map(({ kind }) => kind)).toEqual(['campaign-still-there']);

    server.clock.advance(2 * 3600);
    await server.remediation.drive();
    expect((await server.show(campaign.id)).byProof).toEqual({
      proved: 1,
      'still-there': 1,
      unknown: 1,
    });
    // Observation has the last word, however late.
    await server.assess([ids[1]!, ids[2]!], [], { softwareIds });
    await server.remediation.drive();
    expect(await server.show(campaign.id)).toMatchObject({
      byProof: { proved: 3 },
      findingsClosed: 3,
    });
    const { body } = await server.call('GET', `/endpoints/${ids[0]}/orders`);
    expect(body.items).toMatchObject([
      { campaignId: campaign.id, state: 'done', requestedBy: 'hanako', dryRun: false },
    ]);
    const { rows } = await db.query<{ action: string }>(
      `select action from platform.audit_log where action like 'campaign%' order by seq`,
    );
    expect(rows.map(({ action }) => action)).toEqual(['campaign.created', 'campaign.finished']);
  });

  it('halts a ring when a tenth of it fails, goes on when somebody says so, and retries', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(60, 'host-');
    const fixId = await server.infect(ids);
    await db.query(`update remediation.settings set approval_above = 1000`);
    const { id } = await server.create({
      work: { kind: 'fix', fixId },
      rings: [
        { name: 'first', percent: 50, soakMinutes: 30 },
        { name: 'all', percent: 100, soakMinutes: 0 },
      ],
      start: true,
    });
    await server.remediation.drive();
    const first = (await server.orders(id)).map(({ endpointId }) => endpointId);
    expect(first).toHaveLength(30);
    server.clock.advance(1);
    // Two of thirty are not a tenth; the third is.
    await server.allSay(id, 'failed', { only: first.slice(0, 2), reason: 'APT_LOCKED' });
    await server.remediation.drive();
    expect((await server.show(id)).state).toBe('running');
    await server.allSay(id, 'failed', { only: first.slice(2, 3), reason: 'DISK_FULL' });
    await server.allSay(id, 'running', { only: first.slice(3, 5) });
    await server.remediation.drive();
    expect(await server.show(id)).toMatchObject({
      state: 'halted',
      stateBecause: { en: expect.stringContaining('3 of 30') },
      // What nobody had taken was taken back; what runs goes on.
      byState: { failed: 3, running: 2, waiting: 55 },
    });
    expect(server.told.map(({ kind }) => kind)).toEqual(['campaign-halted']);
    await server.remediation.drive();
    expect((await server.orders(id)).filter(({ state }) => state === 'waiting')).toEqual([]);

    expect((await server.call('POST', `/campaigns/${id}/resume`)).status).toBe(200);
    server.clock.advance(60);
    await server.remediation.drive();
    // Those that failed were seen by who resumed; they do not halt it again.
    expect((await server.show(id)).byState).toEqual({
      failed: 3,
      running: 2,
      queued: 25,
      waiting: 30,
    });
    await server.allSay(id, 'done');
    await server.remediation.drive();
    expect((await server.show(id)).currentRing).toBe(0);
    server.clock.advance(29 * 60);
    await server.hear();
    await server.remediation.drive();
    expect((await server.show(id)).currentRing).toBe(0);
    server.clock.advance(61);
    await server.hear();
    await server.remediation.drive();
    expect(await server.show(id)).toMatchObject({ currentRing: 1, byState: { queued: 30 } });

    const retried = await server.call('POST', `/campaigns/${id}/retry`);
    expect(retried.body.byState).toEqual({ waiting: 3, done: 27, queued: 30 });
    await server.remediation.drive();
    await server.allSay(id, 'done');
    await server.remediation.drive();
    expect(await server.show(id)).toMatchObject({ state: 'finished', byState: { done: 60 } });
    const twice = await targetsOf(server, id, '?sort=-attempts&limit=4');
    expect(twice.map(({ attempts }) => attempts).slice(0, 3)).toEqual([2, 2, 2]);
    expect((await server.call('POST', `/campaigns/${id}/retry`)).body.code).toBe(
      'NOTHING_TO_RETRY',
    );
  });

  it('halts when endpoints take their order and fall silent, not when they are switched off', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(10, 'host-');
    const fixId = await server.infect(ids);
    const { id } = await server.create({ work: { kind: 'fix', fixId }, rings: once, start: true });
    await server.remediation.drive();
    await server.allSay(id, 'done', { only: ids.slice(0, 3) });
    server.clock.advance(16 * 60);
    await db.query(
      `update agent_protocol.agents set last_seen_at = $1 where endpoint_id <> all($2::uuid[])`,
      [server.clock.now, ids.slice(5)],
    );
    await server.remediation.drive();
    expect(await server.show(id)).toMatchObject({
      state: 'running',
      byState: { done: 3, queued: 2, offline: 5 },
    });
    // One takes its order and is heard no more.
    await server.allSay(id, 'running', { only: [ids[3]!] });
    server.clock.advance(16 * 60);
    await db.query(
      `update agent_protocol.agents set last_seen_at = $1 where endpoint_id = any($2::uuid[])`,
      [server.clock.now, ids.slice(0, 3)],
    );
    await server.remediation.drive();
    expect(await server.show(id)).toMatchObject({
      state: 'halted',
      stateBecause: {
        en: expect.stringContaining('1 of 10 endpoints of the ring took their order'),
      },
    });
  });

  it('waits for the approval of a second person who reaches everything', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(51, 'host-');
    const fixId = await server.infect(ids);
    const campaign = await server.create({ work: { kind: 'fix', fixId }, start: true });
    expect(campaign).toMatchObject({
      state: 'awaiting-approval',
      stateBecause: { en: '51 endpoints, more than 50.' },
    });
    expect(server.told.map(({ kind }) => kind)).toEqual(['campaign-approval']);
    const { id } = campaign;
    await server.remediation.drive();
    expect(await server.orders(id)).toEqual([]);
    const own = await server.call('POST', `/campaigns/${id}/approve`);
    expect([own.status, own.body.code]).toEqual([403, 'SECOND_PERSON_NEEDED']);
    server.callers.set('elsewhere', {
      userId: 'x',
      userName: 'x',
      role: 'operator',
      scopes: ['00000000-0000-4000-8000-00000000000f'],
    });
    const blind = await server.call('POST', `/campaigns/${id}/approve`, { as: 'elsewhere' });
    expect(blind.status).toBe(404);
    server.callers.set('reader', { userId: 'y', userName: 'y', role: 'viewer', scopes: 'all' });
    expect((await server.call('POST', `/campaigns/${id}/approve`, { as: 'reader' })).status).toBe(
      403,
    );
    const { body } = await server.call('POST', `/campaigns/${id}/approve`, { as: 'second' });
    expect(body).toMatchObject({ state: 'running', approvedBy: 'taro' });
    await server.remediation.drive();
    expect(await server.orders(id)).toHaveLength(1);
    expect((await server.call('POST', `/campaigns/${id}/approve`, { as: 'second' })).status).toBe(
      409,
    );
  });

  it('shows and touches only endpoints within the scopes of the caller', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(4, 'host-');
    const fixId = await server.infect(ids);
    const { rows } = await db.query<{ id: string }>(
      `insert into assets.scopes (name, kind, relation) values ('Osaka', 'site', 'domestic') returning id`,
    );
    const osaka = rows[0]!.id;
    await db.query(`update assets.endpoints set scope_id = $1 where id = $2`, [osaka, ids[0]]);
    const { id } = await server.create({ work: { kind: 'fix', fixId }, rings: once, start: true });
    server.callers.set('osaka', { userId: 'o', userName: 'o', role: 'operator', scopes: [osaka] });
    const as = 'osaka';
    const { body } = await server.call('GET', `/campaigns/${id}`, { as });
    expect(body).toMatchObject({ targeted: 1, findingsToClose: 1 });
    const targets = await server.call('GET', `/campaigns/${id}/targets`, { as });
    expect(targets.body.items.map((each: CampaignTarget) => each.endpointId)).toEqual([ids[0]]);
    for (const deed of ['pause', 'cancel', 'retry', 'resume', 'start', 'approve']) {
      const answer = await server.call('POST', `/campaigns/${id}/${deed}`, { as });
      expect([deed, answer.status, answer.body.code]).toEqual([deed, 403, 'BEYOND_REACH']);
    }
    expect((await server.call('GET', `/endpoints/${ids[1]}/orders`, { as })).status).toBe(404);
    const own = await server.call('POST', '/campaigns/preview', {
      as,
      body: { work: { kind: 'fix', fixId }, endpointIds: ids },
    });
    expect(own.body.targeted).toBe(1);
  });

  it('gives orders within the window of each endpoint, by its own clock', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(3, 'host-');
    const zones = ['Asia/Tokyo', 'Europe/London', null];
    for (const [at, zone] of zones.entries()) {
      await db.query(`update agent_protocol.agents set time_zone = $2 where endpoint_id = $1`, [
        ids[at],
        zone,
      ]);
    }
    const fixId = await server.infect(ids);
    server.clock.now = new Date('2026-11-23T13:30:00Z');
    await server.observe(ids);
    await server.hear();
    const { id } = await server.create({
      work: { kind: 'fix', fixId },
      rings: once,
      window: { days: [0, 1, 2, 3, 4, 5, 6], from: '22:00', to: '05:00' },
      start: true,
    });
    await server.remediation.drive();
    // 22:30 in Tokyo, 13:30 in London; who tells no zone goes by the server's, here UTC.
    const given = async () => (await server.orders(id)).map(({ endpointId }) => endpointId).sort();
    expect(await given()).toEqual([ids[0]]);
    const { rows } = await db.query<{ until: Date }>(
      `select expires_at as until from agent_protocol.order_view`,
    );
    expect(rows[0]!.until.toISOString()).toBe('2026-11-23T20:00:00.000Z');
    // It closed before the endpoint came: there is another night.
    server.clock.now = new Date('2026-11-23T22:30:00Z');
    await server.agentServer.module.sweepOrders();
    await server.hear();
    await server.remediation.drive();
    expect((await server.show(id)).byState).toEqual({ waiting: 1, queued: 2 });
  });

  it('ends at its deadline, and believes a word that comes late', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(4, 'host-');
    const fixId = await server.infect(ids);
    const { id } = await server.create({
      work: { kind: 'fix', fixId },
      rings: [
        { name: 'a', percent: 50, soakMinutes: 0 },
        { name: 'b', percent: 100, soakMinutes: 0 },
      ],
      deadlineAt: new Date(server.clock.now.getTime() + 3_600_000).toISOString(),
      start: true,
    });
    await server.remediation.drive();
    expect(server.told.map(({ kind }) => kind)).toEqual(['campaign-deadline']);
    const [late] = await server.orders(id);
    server.clock.advance(3601);
    await server.agentServer.module.sweepOrders();
    await server.remediation.drive();
    expect(await server.show(id)).toMatchObject({ state: 'finished', byState: { expired: 4 } });
    expect(await statesOf(server)).toEqual({ open: 4 });
    server.clock.advance(60);
    await db.query(
      `update agent_protocol.orders set state = 'done', state_since = $2 where endpoint_id = $1`,
      [late!.endpointId, server.clock.now],
    );
    await server.remediation.drive();
    expect((await server.show(id)).byState).toEqual({ done: 1, expired: 3 });
  });

  it('tries the first ring out, restarts where that is needed, and can be cancelled', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(2, 'host-');
    const fixId = await server.infect(ids);
    const { id, state } = await server.create({
      work: { kind: 'fix', fixId },
      rings: [
        { name: 'a', percent: 50, soakMinutes: 0 },
        { name: 'b', percent: 100, soakMinutes: 0 },
      ],
      restart: 'when-needed',
      restartNotice: 'Updates',
      dryRunFirst: true,
      start: true,
    });
    expect(state).toBe('awaiting-approval');
    await server.call('POST', `/campaigns/${id}/approve`, { as: 'second' });
    await server.remediation.drive();
    expect((await server.orders(id)).map(({ dryRun }) => dryRun)).toEqual([true]);
    server.clock.advance(1);
    await server.allSay(id, 'done');
    await server.remediation.drive();
    expect((await server.orders(id)).map(({ dryRun }) => dryRun)).toEqual([true, false]);
    await server.db.query(
      `update agent_protocol.orders set reboot_needed = true where not dry_run`,
    );
    server.clock.advance(1);
    await server.allSay(id, 'done');
    await server.remediation.drive();
    const orders = await server.orders(id);
    expect(orders.map(({ action }) => action.type)).toEqual([
      'package-upgrade',
      'package-upgrade',
      'restart',
    ]);
    expect((await server.show(id)).byState).toEqual({ 'reboot-pending': 1, waiting: 1 });
    await server.allSay(id, 'done');
    await server.remediation.drive();
    expect((await server.show(id)).byState).toEqual({ done: 1, queued: 1 });
    expect((await server.call('POST', `/campaigns/${id}/pause`)).body.byState).toEqual({
      done: 1,
      waiting: 1,
    });
    await server.call('POST', `/campaigns/${id}/resume`);
    await server.remediation.drive();
    const { body } = await server.call('POST', `/campaigns/${id}/cancel`);
    expect(body).toMatchObject({ state: 'cancelled', byState: { done: 1, cancelled: 1 } });
    await server.remediation.drive();
    expect(await statesOf(server)).toEqual({ 'awaiting-proof': 1, open: 1 });
  });
});

describe('the driver', () => {
  it('may be killed between any two statements: no order is given twice or lost', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    await db.query(`update remediation.settings set approval_above = 10000`);
    const ids = await server.addMany(1_200, 'host-');
    const fixId = await server.infect(ids);
    const { id } = await server.create({ work: { kind: 'fix', fixId }, rings: once, start: true });
    // Dies in its second batch, after the orders were signed and before that was written down.
    let batches = 0;
    const dying = remediationModule(server.context, {
      ...server.options,
      issueOrders: async (tx, requests) => {
        const issued = await server.options.issueOrders(tx, requests);
        batches += 1;
        if (batches === 2) throw new Error('killed');
        return issued;
      },
    });
    await dying.drive();
    expect((await server.orders(id)).length).toBe(500);
    await dying.close?.();
    await server.remediation.drive();
    const orders = await server.orders(id);
    expect(orders).toHaveLength(1_200);
    expect(new Set(orders.map(({ endpointId }) => endpointId)).size).toBe(1_200);
  });

  it('is one at a time, however many servers there are', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    await db.query(`update remediation.settings set approval_above = 10000`);
    const ids = await server.addMany(700, 'host-');
    const fixId = await server.infect(ids);
    const { id } = await server.create({ work: { kind: 'fix', fixId }, rings: once, start: true });
    const other = remediationModule(server.context, server.options);
    for (let round = 0; round < 3; round += 1) {
      await Promise.all([server.remediation.drive(), other.drive()]);
    }
    const orders = await server.orders(id);
    expect(orders).toHaveLength(700);
    expect(new Set(orders.map(({ endpointId }) => endpointId)).size).toBe(700);
    await server.allSay(id, 'done');
    await Promise.all([server.remediation.drive(), other.drive()]);
    await Promise.all([server.remediation.drive(), other.drive()]);
    expect((await server.show(id)).state).toBe('finished');
    const { rows } = await db.query<{ count: number }>(
      `select count(*)::int as count from platform.audit_log where action = 'campaign.finished'`,
    );
    expect(rows[0]!.count).toBe(1);
    await other.close?.();
  });

  it('takes ten thousand endpoints in one campaign, in statements that do not grow with them', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(10_000, 'host-');
    const fixId = await server.infect(ids);
    let statements = 0;
    const counted = {
      ...server.context,
      db: {
        ...db,
        query: (text: string, values?: readonly unknown[]) => {
          statements += 1;
          return db.query(text, values);
        },
        transaction: <T>(work: (tx: typeof db) => Promise<T>) =>
          db.transaction((tx) =>
            work({
              ...db,
              query: (text: string, values?: readonly unknown[]) => {
                statements += 1;
                return tx.query(text, values);
              },
            } as typeof db),
          ),
      },
    };
    const driver = remediationModule(counted as never, server.options);
    const { id, targeted } = await server.create({
      work: { kind: 'fix', fixId },
      rings: once,
      start: true,
    });
    expect(targeted).toBe(10_000);
    await server.call('POST', `/campaigns/${id}/approve`, { as: 'second' });
    await driver.drive();
    expect((await server.show(id)).byState).toEqual({ queued: 10_000 });
    await server.allSay(id, 'done');
    await driver.drive();
    expect(await server.show(id)).toMatchObject({
      state: 'finished',
      byState: { done: 10_000 },
      findingsToClose: 10_000,
    });
    expect(statements).toBeLessThan(1_500);
    await driver.close?.();
  }, 180_000);
});
