import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { startCampaignServer } from '../../testing/campaign-server.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { parseRule } from './rule-file.ts';
import { isRuleDue, nextRun, secondTuesday, simulateRule } from './rule-plan.ts';
import { readRules, shippedRules } from './rule-store.ts';
import {
  ansibleInventory,
  ansiblePlaybook,
  updatesOf,
  type WorkRow,
  wsusList,
} from './work-export.ts';

const day = (text: string) => new Date(`${text}T00:00:00Z`);

describe('patch rules', () => {
  it('all that are shipped can be read', async () => {
    const { rules, problems } = await readRules();
    expect(problems).toEqual([]);
    expect(rules.map(({ key }) => key)).toEqual([
      'criticals-in-test-ring',
      'kev-within-3-days',
      'monthly',
    ]);
  });

  it('a file that is wrong says where', () => {
    const text = readFileSync(`${shippedRules}monthly.yaml`, 'utf8');
    const wrong = text.replace('deadlineDays: 21', 'deadlineDays: soon');
    const line = wrong.split('\n').findIndex((each) => each.includes('soon')) + 1;
    expect(() => parseRule(wrong, 'monthly.yaml')).toThrow(
      `monthly.yaml:${line}: campaign.deadlineDays`,
    );
    expect(() => parseRule('key: [', 'x.yaml')).toThrow(/^x\.yaml:1/);
    expect(() => parseRule(`${text}\nsurprise: 1\n`, 'x.yaml')).toThrow(/^x\.yaml/);
  });

  it('knows the second Tuesday and its week', () => {
    expect(secondTuesday(day('2026-09-20'))).toEqual(day('2026-09-08'));
    expect(secondTuesday(day('2026-12-01'))).toEqual(day('2026-12-08'));
    expect(secondTuesday(day('2027-02-28'))).toEqual(day('2027-02-09'));
    expect(nextRun('second-tuesday', day('2026-12-09'))).toEqual(day('2027-01-12'));
    expect(nextRun('hour', new Date('2026-12-09T00:00:01Z')).toISOString()).toBe(
      '2026-12-09T01:00:00.000Z',
    );
    expect(isRuleDue('second-tuesday', null, day('2026-12-07'))).toBe(false);
    expect(isRuleDue('second-tuesday', day('2026-11-10'), day('2026-12-10'))).toBe(true);
    expect(isRuleDue('second-tuesday', day('2026-12-08'), day('2026-12-10'))).toBe(false);
    expect(isRuleDue('second-tuesday', day('2026-11-10'), day('2026-12-15'))).toBe(false);
    expect(isRuleDue('hour', day('2026-12-08'), new Date('2026-12-08T00:30:00Z'))).toBe(false);
  });

  it('says what it would have done with the past', () => {
    const rule = { every: 'hour' as const, campaign: { deadlineDays: 3 } };
    const simulated = simulateRule(
      rule,
      [
        { since: day('2026-11-01'), closedAt: day('2026-11-14') }, // due on the 4th: ten days won
        { since: day('2026-11-01'), closedAt: day('2026-11-02') }, // people were faster
        { since: day('2026-11-10'), closedAt: null }, // due on the 13th: eight days by the 21st
        { since: day('2026-11-20'), closedAt: null }, // not due yet
        { since: new Date('2026-11-05T00:00:01Z'), closedAt: new Date('2026-11-05T00:30:00Z') },
      ],
      day('2026-10-22'),
      day('2026-11-21'),
    );
    expect(simulated).toEqual({
      from: '2026-10-22T00:00:00.000Z',
      to: '2026-11-21T00:00:00.000Z',
      campaigns: 3,
      findings: 4,
      closedSooner: 1,
      meanDaysWon: 9,
      days: [
        { day: '2026-11-01', findings: 2 },
        { day: '2026-11-10', findings: 1 },
        { day: '2026-11-20', findings: 1 },
      ],
    });
  });

  it('that are on make campaigns of what is open, once, and those that are off make none', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(4, 'host-');
    await server.infect(ids, ['CVE-KEV-1']);
    const job = server.remediation.jobs![0]!;
    const run = () => job.run({}, new AbortController().signal);
    await run();
    expect((await server.call('GET', '/campaigns')).body.total).toBe(0);

    const set = { enabled: true, scopeId: null };
    const refused = await server.call('PUT', '/patch-rules/kev-within-3-days', {
      body: set,
      as: 'second',
    });
    expect(refused.status).toBe(403);
    const { body } = await server.call('PUT', '/patch-rules/kev-within-3-days', { body: set });
    expect(body).toMatchObject({ enabled: true, lastRunAt: null });
    await run();
    const made = (await server.call('GET', '/campaigns')).body;
    expect(made.items).toMatchObject([
      { state: 'running', rule: 'kev-within-3-days', targeted: 4, findingsToClose: 4 },
    ]);
    expect(made.items[0].deadlineAt).toBe('2026-11-24T18:00:00.000Z');
    // The same findings make no second campaign, in the next hour either.
    server.clock.advance(3600);
    await run();
    expect((await server.call('GET', '/campaigns')).body.total).toBe(1);
    const { body: rules } = await server.call('GET', '/patch-rules');
    expect(
      rules.items.find(({ key }: { key: string }) => key === 'kev-within-3-days'),
    ).toMatchObject({
      lastCampaignId: made.items[0].id,
      lastRunAt: '2026-11-21T19:00:00.000Z',
    });
    const simulated = await server.call('POST', '/patch-rules/kev-within-3-days/simulate', {
      body: { days: 30 },
    });
    expect(simulated.body).toMatchObject({ findings: 4, campaigns: 1, meanDaysWon: null });
    expect((await server.call('PUT', '/patch-rules/none', { body: set })).status).toBe(404);
  });
});

const row = (over: Partial<WorkRow>): WorkRow => ({
  endpointId: '00000000-0000-4000-8000-000000000001',
  hostname: 'alpha',
  platform: 'linux',
  osName: 'Debian GNU/Linux',
  osVersion: '12',
  scopeName: "Head office's",
  reason: 'NO_AGENT',
  action: {
    type: 'package-upgrade',
    manager: 'apt',
    packages: [{ name: 'openssl', atLeast: '3.0.14-1~deb12u2' }, { name: 'default-jre' }],
  },
  from: { openssl: '3.0.11-1' },
  findings: 2,
  ...over,
});

describe('work for others', () => {
  const other = (hostname: string, manager: 'dnf' | 'zypper' | 'apk' | 'windows-update') =>
    row({
      hostname,
      platform: manager === 'windows-update' ? 'windows' : 'linux',
      action: {
        type: 'package-upgrade',
        manager,
        packages:
          manager === 'windows-update'
            ? [{ name: 'KB5048652' }]
            : [{ name: 'openssl', atLeast: '1:3.0.7-28' }],
      },
    });
  const rows = [
    row({}),
    row({ endpointId: '00000000-0000-4000-8000-000000000002' }),
    other('rocky', 'dnf'),
    other('suse', 'zypper'),
    other('alpine', 'apk'),
    other('win', 'windows-update'),
  ];

  it('is a playbook that holds the versions, for the groups of the inventory', () => {
    const plays = parse(ansiblePlaybook(rows, 'Campaign 1: a\nhosts: all')) as {
      hosts: string;
      become?: boolean;
      tasks: Record<string, Record<string, unknown>>[];
    }[];
    const inventory = ansibleInventory(rows);
    expect(plays.map(({ hosts }) => hosts)).toEqual(
      [...inventory.matchAll(/^\[(.+)\]$/gm)].map(([, name]) => name),
    );
    expect(plays[0]!.tasks[0]!['ansible.builtin.apt']).toEqual({
      name: ['openssl', 'default-jre'],
      state: 'latest',
      only_upgrade: true,
      update_cache: true,
    });
    expect(plays[0]!.tasks[1]).toMatchObject({
      loop: [{ name: 'openssl', at_least: '3.0.14-1~deb12u2' }],
      'ansible.builtin.shell': { cmd: expect.stringContaining("-f='${Version}'") },
    });
    expect(plays[1]!.tasks[0]!['ansible.builtin.dnf']!['name']).toEqual(['openssl >= 1:3.0.7-28']);
    expect(plays[2]!.tasks[0]!['community.general.zypper']).toMatchObject({
      name: ['openssl>=1:3.0.7-28'],
      state: 'present',
    });
    expect(plays[4]).toMatchObject({
      tasks: [
        { 'ansible.windows.win_updates': { accept_list: ['KB5048652'], state: 'installed' } },
      ],
    });
    expect(plays[4]!.become).toBeUndefined();
    // Two machines of one name are two hosts.
    expect(inventory).toContain('alpha-00000000-0000-4000-8000-000000000002 ansible_host=alpha ');
  });

  it('takes no more from an endpoint than a name', () => {
    const evil = row({
      hostname: 'x ansible_connection=local\n[all:vars]\nansible_shell_executable=/bin/evil',
    });
    const text = ansibleInventory([evil]);
    expect(text).not.toContain('evil');
    expect(text.trim().split('\n')).toHaveLength(2);
    expect(parse(ansiblePlaybook([], 'nothing'))).toEqual([]);
  });

  it('is a list of updates for WSUS', () => {
    expect(updatesOf(rows)).toEqual([{ kb: 'KB5048652', endpoints: 1 }]);
    expect(wsusList(rows)).toBe('# KB\r\nKB5048652\r\n');
  });

  it('is handed out by permission and written down; proof comes from observation', async () => {
    await using db = await openTestDatabase();
    await using server = await startCampaignServer(db);
    const ids = await server.addMany(2, 'stock-', { agents: false });
    const fixId = await server.infect(ids);
    const { id } = await server.create({ work: { kind: 'fix', fixId }, start: true });
    await server.remediation.drive();
    expect(await server.show(id)).toMatchObject({ state: 'finished', byState: { 'no-agent': 2 } });
    const csv = await server.call('GET', `/campaigns/${id}/work?format=csv`);
    expect(csv.text.split('\r\n')[1]).toContain('stock-1,');
    expect(csv.text).toContain('libssl3,3.0.11-1~deb12u1,3.0.14-1~deb12u2');
    for (const format of [
      'ansible-inventory',
      'ansible-playbook',
      'ansible',
      'wsus',
      'intune',
      'sccm',
    ]) {
      expect((await server.call('GET', `/campaigns/${id}/work?format=${format}`)).status).toBe(200);
    }
    server.callers.set('reader', { userId: 'r', userName: 'r', role: 'viewer', scopes: 'all' });
    expect((await server.call('GET', `/campaigns/${id}/work`, { as: 'reader' })).status).toBe(403);
    const { rows: audited } = await db.query<{ count: number }>(
      `select count(*)::int as count from platform.audit_log where action = 'campaign.work_exported'`,
    );
    expect(audited[0]!.count).toBe(7);
    server.clock.advance(60);
    await server.assess([ids[0]!], [], { softwareIds: [] });
    await server.remediation.drive();
    expect(await server.show(id)).toMatchObject({
      byProof: { proved: 1, 'not-due': 1 },
      findingsClosed: 1,
    });
  });
});
