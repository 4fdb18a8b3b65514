import { describe, expect, it } from 'vitest';
import type { Database } from '../../../platform/db/queryable.ts';
import type { Facets } from '../../../platform/facets/public.ts';
import { addEndpoint, addScope } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { openFacets } from '../../../testing/facets.ts';
import { debRow, storeInventory } from '../../../testing/inventory.ts';
import { recordContacts } from '../../assets/public.ts';
import { reconcile } from '../reconcile-store.ts';
import type { Observed, Weakness } from '../weakness.ts';
import { upsertWeaknesses } from '../weakness-store.ts';

const start = new Date('2026-11-21T12:00:00Z');

/** The same numbers for the same seed (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % sides;
  };
}

/** A fleet in which something happens all the time, by the functions that the server uses. */
class Fleet {
  readonly #db: Database;
  readonly #roll: (sides: number) => number;
  readonly #endpoints: string[] = [];
  readonly #scopes: string[] = [];
  #minute = 0;

  constructor(db: Database, seed: number) {
    this.#db = db;
    this.#roll = dice(seed);
  }

  async step(): Promise<void> {
    this.#minute += 1;
    const roll = this.#roll(14);
    if (this.#endpoints.length < 5 || roll === 0) return this.#enrol();
    const endpoint = this.#endpoints[this.#roll(this.#endpoints.length)]!;
    const at = new Date(start.getTime() + this.#minute * 60_000);
    const some = <T>(list: readonly T[]) => list.filter(() => this.#roll(2) === 0);
    switch (roll) {
      case 1:
        return this.#forget(endpoint);
      case 2:
        return this.#move(endpoint);
      case 3:
        await this.#db.query(
          `update assets.endpoints set tags = $2, owner = $3, criticality = $4 where id = $1`,
          [endpoint, some(['a', 'b', 'ｃ']), this.#roll(3) === 0 ? null : 'Sato', 'high'],
        );
        return;
      case 4:
      case 5: {
        const packages = Array.from({ length: 40 }, (_, n) =>
          debRow(`package-${n}`, `1.${this.#roll(3)}-1`),
        );
        return storeInventory(this.#db, endpoint, 'software-deb', some(packages), at);
      }
      case 6: {
        const packages = [1, 2, 3].map((n) => ({
          name: `npm-${n}`,
          version: `${this.#roll(3)}.0.0`,
        }));
        return storeInventory(this.#db, endpoint, 'software-npm', some(packages), at);
      }
      case 7: {
        const ports = [22, 80, 443].map((port) => ({
          protocol: 'tcp',
          address: this.#roll(2) === 0 ? '0.0.0.0' : '127.0.0.1',
          port: String(port),
        }));
        return storeInventory(this.#db, endpoint, 'ports', some(ports), at);
      }
      case 8: {
        const users = ['root', 'sato', 'ito'].map((username) => ({ username, uid: '1' }));
        await storeInventory(this.#db, endpoint, 'users', some(users), at);
        return storeInventory(this.#db, endpoint, 'administrators', some(users), at);
      }
      case 9: {
        const address = `10.0.${this.#roll(4)}.${this.#roll(250)}`;
        return storeInventory(this.#db, endpoint, 'addresses', [{ interface: 'e', address }], at);
      }
      case 10:
        return recordContacts(this.#db, [{ endpointId: endpoint, at }]);
      case 11:
        return this.#observe(endpoint, at);
      case 12:
        await this.#db.query(
          `update findings.findings set state = 'planned'
            where id % 3 = $1 and state in ('open', 'planned')`,
          [this.#roll(3)],
        );
        return;
      default:
        await this.#db.transaction((tx) => upsertWeaknesses(tx, [this.#weakness(this.#roll(6))]));
    }
  }

  async #enrol(): Promise<void> {
    const host = `host-${this.#minute}`;
    const id = await addEndpoint(this.#db, {
      hostname: host,
      hostIdentifier: host,
      platform: (['linux', 'windows', 'darwin'] as const)[this.#roll(3)]!,
    });
    this.#endpoints.push(id);
  }

  async #forget(endpoint: string): Promise<void> {
    this.#endpoints.splice(this.#endpoints.indexOf(endpoint), 1);
    await this.#db.query(`delete from assets.endpoints where id = $1`, [endpoint]);
  }

  async #move(endpoint: string): Promise<void> {
    if (this.#scopes.length < 3) {
      this.#scopes.push(
        await addScope(this.#db, `Site ${this.#scopes.length}`, this.#scopes.at(-1)),
      );
    }
    const scope = this.#scopes[this.#roll(this.#scopes.length)]!;
    await this.#db.query(`update assets.endpoints set scope_id = $2 where id = $1`, [
      endpoint,
      scope,
    ]);
    await this.#db.query(`update assets.scopes set name = $2 where id = $1`, [
      scope,
      `Site ${this.#minute}`,
    ]);
  }

  #weakness(n: number): Weakness {
    return {
      key: `CVE-2026-${1000 + n}`,
      kind: 'vulnerability',
      ids: [`CVE-2026-${1000 + n}`, `GHSA-${n}-${this.#roll(2)}`],
      title: `Weakness ${n}`,
      titleJa: null,
      severity: ([null, 'low', 'high', 'critical'] as const)[this.#roll(4)]!,
      cvssScore: null,
      cvssVector: null,
      exploited:
        this.#roll(2) === 0 ? { since: '2026-11-01', dueOn: null, ransomware: n % 2 === 0 } : null,
      epss: this.#roll(100) / 100,
      automatable: null,
      technicalImpact: null,
      publishedAt: null,
      modifiedAt: null,
      references: [],
    };
  }

  async #observe(endpoint: string, at: Date): Promise<void> {
    const seen = Array.from({ length: 6 }, (_, n) => n).filter(() => this.#roll(2) === 0);
    await this.#db.transaction(async (tx) => {
      await upsertWeaknesses(
        tx,
        seen.map((n) => this.#weakness(n)),
      );
      const { rows } = await tx.query<{ scopeId: string }>(
        `select scope_id as "scopeId" from assets.endpoints where id = $1`,
        [endpoint],
      );
      await reconcile(tx, {
        kinds: ['vulnerability'],
        assets: [
          {
            assetId: endpoint,
            assetKind: 'endpoint',
            scopeId: rows[0]!.scopeId,
            criticality: 'normal',
            exposed: null,
          },
        ],
        observed: seen.map(
          (n): Observed => ({
            assetId: endpoint,
            weaknessKey: `CVE-2026-${1000 + n}`,
            findingClass: this.#roll(4) === 0 ? 'unimportant' : 'normal',
            fix: n % 2 === 0 ? { ecosystem: 'Debian:12', name: 'x', version: '2' } : null,
            evidence: [],
            reachable: null,
          }),
        ),
        observedAt: at,
        cause: 'inventory',
      });
    });
  }
}

/** Selectors beside statements that say the same to PostgreSQL. */
const equals: readonly (readonly [selector: string, sql: string])[] = [
  ['os:windows -tag:a', `platform = 'windows' and not 'a' = any(tags)`],
  ['tag:C', `'ｃ' = any(tags)`],
  ['owner:none', `owner is null`],
  [
    'presence:never',
    `exists (select from assets.contacts where endpoint_id = e.id and last_seen_at is null)`,
  ],
  [
    'software:package-7',
    `exists (select from assets.endpoint_software s, unnest(s.software_ids) i join assets.software w on w.id = i
              where s.endpoint_id = e.id and w.name = 'package-7')`,
  ],
  [
    'software:package-7<1.2 software:npm-1>=1',
    `exists (select from assets.endpoint_software s, unnest(s.software_ids) i join assets.software w on w.id = i
              where s.endpoint_id = e.id and w.name = 'package-7' and w.version in ('1.0-1', '1.1-1'))
     and exists (select from assets.endpoint_software s, unnest(s.software_ids) i join assets.software w on w.id = i
              where s.endpoint_id = e.id and w.name = 'npm-1' and w.version in ('1.0.0', '2.0.0'))`,
  ],
  [
    'openport:443',
    `exists (select from assets.endpoint_parts p, jsonb_array_elements(p.rows) r
              where p.endpoint_id = e.id and p.part = 'ports' and r ->> 1 = '0.0.0.0' and r ->> 2 = '443')`,
  ],
  ['ip:10.0.2.0/24', `exists (select from unnest(addresses) a where a like '10.0.2.%')`],
  ['kev:yes', finding('f.exploited')],
  ['severity:>=high', finding('f.severity_order >= 3')],
  ['severity:unknown', finding('f.severity_order = -1')],
  [
    'cve:CVE-2026-1002',
    finding(`f.weakness_id = (select id from findings.weaknesses where key = 'CVE-2026-1002')`),
  ],
  [
    'cve:ghsa-3-1',
    finding(`f.weakness_id in (select id from findings.weaknesses where 'GHSA-3-1' = any(ids))`),
  ],
  [
    'ransomware:yes',
    finding(`f.weakness_id in (select id from findings.weaknesses where kev_ransomware)`),
  ],
  ['findingstate:planned', finding(`f.state = 'planned'`)],
  ['fixable:yes', finding('f.fix_id is not null')],
  ['epss:>0.5', finding('f.epss > 0.5')],
  ['assessed:no', `not exists (select from findings.assets a where a.asset_id = e.id)`],
  [
    'kev:no',
    `exists (select from findings.assets a where a.asset_id = e.id) and not ${finding('f.exploited')}`,
  ],
];

function finding(condition: string): string {
  return `exists (select from findings.assets a join findings.findings f on f.asset_ref = a.id
    where a.asset_id = e.id and f.class = 'normal'
      and f.state in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation')
      and ${condition})`;
}

async function expectEqual(db: Database, facets: Facets): Promise<void> {
  await facets.settled();
  const { sources } = await facets.check();
  expect(sources.flatMap(({ differences }) => differences)).toEqual([]);
  for (const [selector, sql] of equals) {
    using selection = await facets.select(selector, { reach: 'all', now: start });
    const { rows } = await db.query<{ ordinal: number }>(
      `select ordinal from assets.endpoints e where ${sql} order by ordinal`,
    );
    expect({ selector, positions: selection.positions() }).toEqual({
      selector,
      positions: rows.map(({ ordinal }) => ordinal),
    });
  }
}

describe('the index beside PostgreSQL', () => {
  it.each([1, 2])(
    'is equal after whatever happened, seed %i',
    async (seed) => {
      await using db = await openTestDatabase();
      const fleet = new Fleet(db, seed);
      for (let step = 0; step < 30; step += 1) await fleet.step();
      const { facets, close } = await openFacets(db, () => start);
      try {
        for (let round = 0; round < 4; round += 1) {
          for (let step = 0; step < 60; step += 1) await fleet.step();
          await expectEqual(db, facets);
        }
      } finally {
        await close();
      }
    },
    120_000,
  );

  it('is equal again after the connection on which it listens was cut', async () => {
    await using db = await openTestDatabase();
    const fleet = new Fleet(db, 3);
    for (let step = 0; step < 60; step += 1) await fleet.step();
    const { facets, close } = await openFacets(db, () => start);
    try {
      await expectEqual(db, facets);
      const { rowCount } = await db.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and application_name = 'yojin listen'`,
      );
      expect(rowCount).toBe(1);
      for (let step = 0; step < 60; step += 1) await fleet.step();
      await expectEqual(db, facets);
    } finally {
      await close();
    }
  }, 120_000);

  it('answers three ways: with such a finding, assessed without, never assessed', async () => {
    await using db = await openTestDatabase();
    const fleet = new Fleet(db, 4);
    for (let step = 0; step < 150; step += 1) await fleet.step();
    const { facets, close } = await openFacets(db, () => start);
    try {
      const count = async (selector: string) => {
        using selection = await facets.select(selector, { reach: 'all', now: start });
        return selection.count;
      };
      const [all, yes, no, unknown] = [
        await count(''),
        await count('kev:yes'),
        await count('kev:no'),
        await count('kev:unknown'),
      ];
      expect(yes! + no! + unknown!).toBe(all);
      expect(unknown).toBe(await count('assessed:no'));
      expect(await count('overdue:yes or overdue:no or overdue:unknown')).toBe(all);
      expect([yes, no, unknown].every((number) => number! > 0)).toBe(true);
    } finally {
      await close();
    }
  }, 60_000);
});
