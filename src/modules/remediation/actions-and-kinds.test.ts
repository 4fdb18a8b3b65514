import { expect, it } from 'vitest';
import { before, startCampaignServer } from '../../testing/campaign-server.ts';
import { openTestDatabase } from '../../testing/database.ts';
import type { Action } from '../agent-protocol/api.ts';

const once = [{ name: 'all', percent: 100, soakMinutes: 0 }];

it('Windows is mended by the update that brings the build, kernels by their metapackage', async () => {
  await using db = await openTestDatabase();
  await using server = await startCampaignServer(db);
  const [windows, debian, bare] = await server.addMany(3, 'host-');
  await db.query(`update assets.endpoints set platform = 'windows' where id = $1`, [windows]);
  await db.query(
    `update agent_protocol.agents set platform = 'windows', managers = '{windows-update}'
      where endpoint_id = $1`,
    [windows],
  );
  await db.query(
    `insert into vulnerabilities.windows_fixes
       (cve, product, kb, fixed_version, fixed_build, fixed_revision, month)
     values ('CVE-W', 'Windows 11 23H2', '5048685', '10.0.22631.4602', 22631, 4602, '2026-11-01')`,
  );
  await server.install([windows!, debian!, bare!], before);
  await server.assess([windows!], ['CVE-W'], {
    softwareIds: [],
    more: { fix: { ecosystem: 'Windows', name: 'Windows 22631', version: '22631.4602' } },
  });
  const { rows } = await db.query<{ id: number }>(
    `insert into assets.software (identity_hash, source, name, version, arch, source_name,
                                  source_version, vendor, identifier, host, first_seen_at)
     select sha256(name::bytea), 'deb', name, '6.1.76-1', 'amd64', source, '6.1.76-1', '', '', '', $1
       from (values ('linux-image-6.1.0-18-amd64', 'linux'),
                    ('linux-image-amd64', 'linux-signed-amd64')) as x (name, source)
     returning id`,
    [server.clock.now],
  );
  const [image, meta] = rows.map(({ id }) => id);
  await db.query(
    `update assets.endpoint_software set software_ids = software_ids || $2::int[]
      where endpoint_id = any($1::uuid[])`,
    [[debian, bare], [image]],
  );
  await db.query(
    `update assets.endpoint_software set software_ids = software_ids || $2::int
      where endpoint_id = $1`,
    [debian, meta],
  );
  await server.assess([debian!, bare!], ['CVE-K'], {
    softwareIds: [image!],
    more: { fix: { ecosystem: 'Debian:12', name: 'linux', version: '6.1.99-1' } },
  });
  const { body } = await server.call('POST', '/campaigns/preview', {
    body: { work: { kind: 'findings' } },
  });
  expect(body).toMatchObject({ byState: { waiting: 2, excluded: 1 }, rebootLikely: 2 });
  const packages = body.actions.map(
    ({ manager, packages: of }: { manager: string; packages: { name: string }[] }) =>
      `${manager} ${of.map(({ name }) => name).join()}`,
  );
  expect(packages.sort()).toEqual(['apt linux-image-amd64', 'windows-update KB5048685']);
  expect(body.excluded[0].reason.en).toContain('metapackage');
});

it('an action of one’s own goes where it can, scripts only by administrators', async () => {
  await using db = await openTestDatabase();
  await using server = await startCampaignServer(db);
  const ids = await server.addMany(3, 'host-');
  await server.infect(ids);
  await db.query(`update agent_protocol.agents set scripts = true where endpoint_id = $1`, [
    ids[0],
  ]);
  await server.facets.settled();
  const script: Action = {
    type: 'script',
    interpreter: 'sh',
    sha256: '0'.repeat(64),
    text: 'true',
    atMostSeconds: 10,
  };
  const body = { work: { kind: 'action', action: script }, endpointIds: ids };
  const refused = await server.call('POST', '/campaigns/preview', { body, as: 'second' });
  expect(refused.status).toBe(403);
  const preview = (await server.call('POST', '/campaigns/preview', { body })).body;
  expect(preview).toMatchObject({
    byState: { waiting: 1, excluded: 2 },
    needsApproval: true,
    approvalBecause: [{ en: 'A script runs.' }],
  });

  // Removing a package closes what was found in it, and can be undone.
  const remove = {
    type: 'package-remove',
    manager: 'apt',
    packages: [{ name: 'openssl' }, { name: 'libssl3' }],
  };
  const campaign = await server.create({
    work: { kind: 'action', action: remove as Action },
    endpointIds: ids.slice(0, 2),
    rings: once,
    start: true,
  });
  expect(campaign).toMatchObject({ state: 'awaiting-approval', targeted: 2, findingsToClose: 2 });
  const path = `/campaigns/${campaign.id}`;
  await server.call('POST', `${path}/approve`, { as: 'second' });
  await server.remediation.drive();
  await db.query(`update agent_protocol.orders set before_state = $1, after_state = $2`, [
    JSON.stringify({ openssl: before, libssl3: before }),
    JSON.stringify({ openssl: null, libssl3: null }),
  ]);
  await server.allSay(campaign.id, 'done');
  await server.remediation.drive();
  const undone = await server.call('POST', `${path}/targets/${ids[0]}/undo`);
  expect(undone.status).toBe(200);
  const { body: orders } = await server.call('GET', `/endpoints/${ids[0]}/orders`);
  expect(
    orders.items.map((each: { state: string; action: Action }) => [each.state, each.action]),
  ).toEqual(
    expect.arrayContaining([
      ['done', remove],
      [
        'issued',
        {
          type: 'package-install',
          manager: 'apt',
          packages: [
            { name: 'libssl3', atLeast: before },
            { name: 'openssl', atLeast: before },
          ],
        },
      ],
    ]),
  );
  const other = await server.call('POST', `${path}/targets/${ids[2]}/undo`);
  expect([other.status, other.body.code]).toEqual([404, 'ENDPOINT_NOT_FOUND']);
});

it('a held package is not tried again by the next campaign', async () => {
  await using db = await openTestDatabase();
  await using server = await startCampaignServer(db);
  const ids = await server.addMany(2, 'host-');
  const fixId = await server.infect(ids);
  const given = { work: { kind: 'fix' as const, fixId }, rings: once };
  const { id } = await server.create({ ...given, start: true });
  await server.remediation.drive();
  server.clock.advance(1);
  await server.allSay(id, 'failed', { only: [ids[0]!], reason: 'HELD' });
  await server.remediation.drive();
  const { body } = await server.call('POST', '/campaigns/preview', { body: given });
  expect(body).toMatchObject({ byState: { waiting: 1, excluded: 1 } });
  expect(body.excluded[0].reason.en).toContain('held');
  const [failed] = (await server.call('GET', `/campaigns/${id}/targets`)).body.items;
  expect(failed).toMatchObject({ endpointId: ids[0], state: 'failed', reason: 'HELD' });
});

it('the first ring takes those that its selector chooses', async () => {
  await using db = await openTestDatabase();
  await using server = await startCampaignServer(db);
  const ids = [...(await server.addMany(2, 'pilot-')), ...(await server.addMany(8, 'host-'))];
  const fixId = await server.infect(ids);
  await server.facets.settled();
  const { id } = await server.create({
    work: { kind: 'fix', fixId },
    selector: 'os:linux',
    rings: [
      { name: 'pilots', percent: 1, selector: 'hostname:pilot-*', soakMinutes: 0 },
      { name: 'all', percent: 100, soakMinutes: 0 },
    ],
    start: true,
  });
  await server.remediation.drive();
  const first = (await server.orders(id)).map(({ endpointId }) => endpointId);
  expect(first.sort()).toEqual(ids.slice(0, 2).sort());
  const wrong = await server.call('POST', '/campaigns/preview', {
    body: { work: { kind: 'fix', fixId }, selector: 'no-such-key:x' },
  });
  expect([wrong.status, wrong.body.code]).toEqual([400, 'SELECTOR_INVALID']);
});

it('one campaign that cannot be driven stops no other', async () => {
  await using db = await openTestDatabase();
  await using server = await startCampaignServer(db);
  const ids = await server.addMany(2, 'host-');
  const fixId = await server.infect(ids);
  const given = { work: { kind: 'fix' as const, fixId }, rings: once, start: true };
  const broken = await server.create({ ...given, endpointIds: [ids[0]!] });
  const whole = await server.create({ ...given, endpointIds: [ids[1]!] });
  // Somebody tampered with what was to be done: the channel refuses to sign it.
  await db.query(
    `update remediation.actions set action = '{"type": "format-disk"}' where campaign_id = $1`,
    [broken.id],
  );
  await server.remediation.drive();
  expect(await server.orders(broken.id)).toEqual([]);
  expect(await server.orders(whole.id)).toHaveLength(1);
});
