import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { EnrolmentSecretCreated } from '../../modules/agent-protocol/api.ts';
import type { Finding, FindingDetails } from '../../modules/findings/api.ts';
import type {
  Campaign,
  CampaignPreview,
  CampaignTarget,
  EndpointOrder,
} from '../../modules/remediation/api.ts';
import type { FeedActivity } from '../../modules/vulnerabilities/api.ts';
import { openTestDatabase } from '../../testing/database.ts';
import { DebianRoot } from '../../testing/debian-root.ts';
import { startTestServer } from '../../testing/server-for-tests.ts';
import { zipOf } from '../../testing/zip.ts';

/**
 * The whole loop with nothing played: a server with its PostgreSQL, a Debian whose packages are
 * older than Debian's security archive, and in it the agent program with its osqueryd. What is
 * asked and told goes through the API alone.
 */
interface Outdated {
  readonly name: string;
  readonly source: string;
  readonly old: string;
  readonly newer: string;
  readonly advisory: string;
}

let db: Awaited<ReturnType<typeof openTestDatabase>>;
let server: Awaited<ReturnType<typeof startTestServer>>;
let debian: DebianRoot;
/** Each test has a package of its own; the second one is held. */
let packages: readonly [Outdated, Outdated];
let endpointId: string;

// Loaded machines take their time; nothing here is about speed.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 600_000 });

beforeAll(async () => {
  db = await openTestDatabase();
  server = await startTestServer(db, { reportSeconds: 2 });
  debian = await DebianRoot.open();
  packages = await outdatedPackages();
  await debian.sh(`apt-mark hold ${packages[1].name}`);
  writeFileSync(
    debian.path('/etc/apt/apt.conf.d/99wait'),
    'APT::Update::Pre-Invoke {"while test -e /run/apt-waits; do sleep 0.1; done";};\n',
  );
  await importAdvisories(packages);
  await startAgent();
  endpointId = await eventually('an endpoint with an agent that takes orders', async () => {
    const { rows } = await db.query<{ id: string }>(
      `select endpoint_id as id from agent_protocol.agent_view
        where endpoint_id is not null and privileged and 'apt' = any(managers)`,
    );
    return rows[0]?.id;
  });
});

afterAll(async () => {
  // With the root everything ends that runs or is mounted in it.
  await debian?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await db?.close();
});

/** Packages that Debian has mended since: one version is installed, the archive offers another. */
async function outdatedPackages(): Promise<[Outdated, Outdated]> {
  const { uri, suite, components } = debian.security;
  writeFileSync(
    debian.path('/etc/apt/sources.list.d/security.list'),
    `deb ${uri} ${suite} ${components}\n`,
  );
  await debian.sh('apt-get -q update');
  const offered = await debian.sh('apt-get -s upgrade');
  // Advisories name sources: those whose versions count as their binary packages do.
  const sources = new Map(
    (await debian.sh(`dpkg-query -W -f '\${Package} \${source:Package} \${source:Version}\\n'`))
      .trim()
      .split('\n')
      .map((line) => line.split(' '))
      .map(([name = '', source = '', version = '']) => [name, { source, version }] as const),
  );
  const found = [...offered.matchAll(/^Inst (\S+) \[(\S+)\] \((\S+) /gm)]
    .map(([, name = '', old = '', newer = '']) => ({ name, old, newer, ...sources.get(name) }))
    .filter(({ source, version, old }) => source !== undefined && version === old)
    // The tool itself and the essential perl are no small things.
    .filter(({ source }) => source !== 'apt' && source !== 'perl')
    .sort((a, b) => a.name.length - b.name.length || a.name.localeCompare(b.name))
    .filter(({ source }, at, all) => all.findIndex((other) => other.source === source) === at)
    .map(({ name, source = '', old, newer }, at) => {
      return { name, source, old, newer, advisory: `DEBIAN-CVE-2026-9000${at}` };
    });
  const [first, second] = found;
  if (!first || !second) throw new Error(`two outdated packages are needed:\n${offered}`);
  return [first, second];
}

/** A bundle of one feed, as Debian's advisories would say it of these packages. */
async function importAdvisories(of: readonly Outdated[]): Promise<void> {
  const now = new Date().toISOString();
  const records = of.map(({ advisory, source, newer }) => ({
    name: `${advisory}.json`,
    content: JSON.stringify({
      schema_version: '1.7.3',
      id: advisory,
      published: now,
      modified: now,
      upstream: [advisory.replace('DEBIAN-', '')],
      affected: [
        {
          package: { ecosystem: 'Debian:12', name: source },
          ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: newer }] }],
        },
      ],
    }),
  }));
  const feeds = { format: 1, feeds: [{ name: 'osv/Debian:12', currentAsOf: now }] };
  const bundle = zipOf([
    { name: 'osv/Debian:12/all.zip', content: zipOf(records) },
    { name: 'feeds.json', content: JSON.stringify(feeds) },
  ]);
  const response = await fetch(`${server.consoleUrl}/api/feeds/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${server.localToken}`, 'content-type': 'application/zip' },
    body: new Uint8Array(bundle),
  });
  expect(response.status, await response.text()).toBe(202);
  const activity = await eventually('an import that is done', async () => {
    const now = await server.api<FeedActivity | null>('/feeds/activity');
    return now?.phase === 'done' ? now : undefined;
  });
  expect(activity.feeds).toMatchObject([{ phase: 'imported', recordCount: 2, rejectedCount: 0 }]);
}

/** The program of this checkout, which the root sees but cannot change. */
async function startAgent(): Promise<void> {
  const bind = (from: string, inside: string) =>
    // In the root's namespace of mounts, with which it goes; but with the paths of this machine.
    execFileSync('nsenter', [
      '--mount',
      `--target=${/\d+/.exec(debian.root)?.[0]}`,
      ...['--', 'mount', '-o', 'bind,ro', from, debian.path(inside)],
    ]);
  mkdirSync(debian.path('/opt/yojin'));
  writeFileSync(debian.path('/opt/node'), '');
  bind(join(import.meta.dirname, '../../..'), '/opt/yojin');
  bind(process.execPath, '/opt/node');
  await expect(debian.sh('touch /opt/yojin/package.json')).rejects.toThrow(/Read-only/);

  const { items: scopes } = await server.api<{ items: { id: string; isDefault: boolean }[] }>(
    '/scopes',
  );
  const { secret } = await server.api<EnrolmentSecretCreated>('/enrolment-secrets', {
    method: 'POST',
    body: {
      name: 'debian',
      scopeId: scopes.find(({ isDefault }) => isDefault)?.id,
      expiresInDays: 1,
    },
  });
  mkdirSync(debian.path('/etc/yojin'), { mode: 0o700 });
  writeFileSync(debian.path('/etc/yojin/ca.pem'), readFileSync(server.caFile));
  writeFileSync(debian.path('/etc/yojin/secret'), secret, { mode: 0o600 });
  debian.start(
    `exec /opt/node /opt/yojin/src/programs/cli/yojin.ts agent --server ${server.tlsAddress} \\
       --ca /etc/yojin/ca.pem --secret-file /etc/yojin/secret --home /var/lib/yojin \\
       >/var/log/yojin-agent.log 2>&1`,
  );
}

/** Waits until `look` answers something; when it never does, says what the agent says. */
async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (let round = 0; round < 300; round += 1) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const log = debian.path('/var/log/yojin-agent.log');
  const said = existsSync(log) ? readFileSync(log, 'utf8').slice(-4_000) : '';
  throw new Error(`never came true: ${what}\n${said}`);
}

const installedVersion = (name: string) => debian.sh(`dpkg-query -W -f '\${Version}' ${name}`);

async function reportedVersion(name: string): Promise<string | undefined> {
  const path = `/endpoints/${endpointId}/software?q=${name}`;
  const { items } = await server.api<{ items: { name: string; version: string }[] }>(path);
  return items.find((item) => item.name === name)?.version;
}

/** The findings of the advisory, closed ones included. */
const findingsOf = async ({ advisory }: Outdated) =>
  (await server.api<{ items: Finding[] }>(`/findings?state=any&weakness=${advisory}`)).items;

const openFinding = (of: Outdated) =>
  eventually(`a finding of ${of.name}`, async () => (await findingsOf(of))[0]);

const detailsOf = ({ id }: Finding) => server.api<FindingDetails>(`/findings/${id}`);

/** What happened to it, oldest first. */
const historyOf = async (finding: Finding) =>
  (await detailsOf(finding)).history.map(({ event }) => event).reverse();

/**
 * Makes the campaign that brings the fix of a finding, and starts it. apt goes on only once the
 * finding is seen to be worked on: a machine may be quicker than anybody looks.
 */
async function startCampaign(finding: Finding): Promise<Campaign> {
  const work = { kind: 'fix', fixId: finding.fix?.id };
  const preview = await server.api<CampaignPreview>('/campaigns/preview', {
    method: 'POST',
    body: { work },
  });
  expect(preview).toMatchObject({
    targeted: 1,
    byState: { waiting: 1 },
    findingsToClose: 1,
    needsApproval: false,
  });
  writeFileSync(debian.path('/run/apt-waits'), '');
  const body = { work, start: true };
  const campaign = await server.api<Campaign>('/campaigns', { method: 'POST', body });
  await eventually('a finding that is worked on', async () => {
    const { state } = await detailsOf(finding);
    return state === 'in-progress' || undefined;
  });
  rmSync(debian.path('/run/apt-waits'));
  return campaign;
}

const targetOf = async ({ id }: Campaign) => {
  const { items } = await server.api<{ items: CampaignTarget[] }>(`/campaigns/${id}/targets`);
  expect(items).toHaveLength(1);
  return items[0]!;
};

const finished = ({ id }: Campaign) =>
  eventually('a campaign at its end', async () => {
    const now = await server.api<Campaign>(`/campaigns/${id}`);
    return now.state === 'running' ? undefined : now;
  });

/** Stops osqueryd where it is just after it reported, so that nothing older is on its way. */
async function freezeOsqueryd(): Promise<void> {
  const confirmedAt = async () => {
    const { rows } = await db.query<{ at: string }>(
      `select confirmed ->> 'software-deb' as at from assets.endpoint_view where id = $1`,
      [endpointId],
    );
    return rows[0]?.at;
  };
  const before = await confirmedAt();
  await eventually('another report', async () => (await confirmedAt()) !== before || undefined);
  await debian.sh('kill -STOP $(pidof osqueryd)');
}

it('a campaign upgrades a package; its finding closes once osquery has seen that', async () => {
  const [{ name, old, newer }] = packages;
  const finding = await openFinding(packages[0]);
  expect(finding).toMatchObject({
    assetId: endpointId,
    state: 'open',
    fix: { name: packages[0].source, version: newer },
  });
  expect([await installedVersion(name), await reportedVersion(name)]).toEqual([old, old]);

  await freezeOsqueryd();
  const campaign = await startCampaign(finding);
  expect(await finished(campaign)).toMatchObject({ state: 'finished', byState: { done: 1 } });
  expect(await installedVersion(name)).toBe(newer);

  // Done, and the server has looked for the proof and asked for it: nobody has seen anything yet.
  await eventually('a proof that is asked for', async () => {
    const { rows } = await db.query(
      `select from remediation.targets
        where campaign_id = $1 and (asked_at >= ended_at or proof not in ('not-due', 'waiting'))`,
      [campaign.id],
    );
    return rows[0];
  });
  expect(await targetOf(campaign)).toMatchObject({
    endpointId,
    state: 'done',
    proof: 'waiting',
    before: { [name]: old },
    after: { [name]: newer },
    findingsToClose: 1,
    findingsClosed: 0,
  });
  expect(await reportedVersion(name)).toBe(old);
  expect(await detailsOf(finding)).toMatchObject({ state: 'awaiting-proof', closedAt: null });

  const thawedAt = Date.now();
  await debian.sh('kill -CONT $(pidof osqueryd)');
  const target = await eventually('a proof', async () => {
    const now = await targetOf(campaign);
    return now.proof === 'waiting' ? undefined : now;
  });
  expect(target).toMatchObject({ state: 'done', proof: 'proved', findingsClosed: 1 });
  expect(await reportedVersion(name)).toBe(newer);
  const closed = await detailsOf(finding);
  expect(closed).toMatchObject({ state: 'closed', closedBecause: 'inventory' });
  expect(Date.parse(closed.closedAt ?? '')).toBeGreaterThan(thawedAt);
  expect(await historyOf(finding)).toEqual([
    'opened',
    'planned',
    'in-progress',
    'awaiting-proof',
    'closed',
  ]);
  expect(await server.api<Campaign>(`/campaigns/${campaign.id}`)).toMatchObject({
    state: 'finished',
    byProof: { proved: 1 },
    findingsToClose: 1,
    findingsClosed: 1,
  });
  const { items: orders } = await server.api<{ items: EndpointOrder[] }>(
    `/endpoints/${endpointId}/orders`,
  );
  expect(orders).toMatchObject([
    {
      campaignId: campaign.id,
      state: 'done',
      action: { type: 'package-upgrade', manager: 'apt', packages: [{ name, atLeast: newer }] },
    },
  ]);
});

it('a package that is held stays, with the reason, and its finding stays open', async () => {
  const [, { name, old, newer }] = packages;
  const finding = await openFinding(packages[1]);
  const campaign = await startCampaign(finding);
  // Nothing is left that a halt could spare: the only endpoint has ended.
  expect(await finished(campaign)).toMatchObject({ state: 'finished', byState: { failed: 1 } });
  const target = await targetOf(campaign);
  expect(target).toMatchObject({
    state: 'failed',
    reason: 'HELD',
    proof: 'not-due',
    attempts: 1,
    after: { [name]: old },
    findingsClosed: 0,
  });
  expect(target.message).toContain(`${name}: held at ${old}`);
  expect([await installedVersion(name), await reportedVersion(name)]).toEqual([old, old]);
  await eventually('a finding that is open again', async () => {
    const { state } = await detailsOf(finding);
    return state === 'open' || undefined;
  });
  expect(await historyOf(finding)).toEqual(['opened', 'planned', 'in-progress', 'open']);

  // Let go and tried again by the same campaign, it is proved like any other.
  await debian.sh(`apt-mark unhold ${name}`);
  await server.api(`/campaigns/${campaign.id}/retry`, { method: 'POST' });
  const proved = await eventually('a proof of the second attempt', async () => {
    const now = await targetOf(campaign);
    return now.proof === 'proved' ? now : undefined;
  });
  expect(proved).toMatchObject({ state: 'done', attempts: 2, after: { [name]: newer } });
  expect(await detailsOf(finding)).toMatchObject({ state: 'closed', closedBecause: 'inventory' });
  expect((await server.api<Campaign>(`/campaigns/${campaign.id}`)).state).toBe('finished');
});
