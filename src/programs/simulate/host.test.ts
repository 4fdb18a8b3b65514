import { describe, expect, it } from 'vitest';
import { digestOf } from '../../modules/agent-protocol/digest.ts';
import { partQueries } from '../../modules/assets/endpoint-queries.ts';
import { softwareContent } from '../../modules/assets/inventory/content.ts';
import { softwareQueries } from '../../modules/assets/queries/installed-software.ts';
import { Host, type Population } from './host.ts';
import { rowsOfPart } from './inventory.ts';
import { profiles } from './profile-name.ts';

const population: Population = {
  seed: 'one',
  profile: 'mixed',
  endpoints: 400,
  clones: 0.01,
  startsAt: new Date('2026-11-21T09:00:00Z'),
};
const fleet = (over: Partial<Population> = {}) =>
  Array.from({ length: population.endpoints }, (_, i) => new Host({ ...population, ...over }, i));

function digestsOf(host: Host): string[] {
  return partQueries
    .filter(({ sql }) => sql[host.platform] !== undefined)
    .map(
      ({ name, columns }) =>
        `${name} ${digestOf(columns, rowsOfPart(host, name) ?? []).toString('hex')}`,
    );
}

describe('a simulated fleet', () => {
  it('has every part that is asked for, with exactly its columns, all of them texts', () => {
    const faults = new Set<string>();
    for (const host of fleet()) {
      for (const { name, columns, sql, maxRows } of partQueries) {
        if (sql[host.platform] === undefined) continue;
        const rows = rowsOfPart(host, name);
        if (rows === undefined) faults.add(`${name}: not simulated`);
        for (const row of rows ?? []) {
          if (Object.keys(row).sort().join() !== [...columns].sort().join()) {
            faults.add(`${host.kind} ${name}: ${Object.keys(row)}`);
          }
          if (Object.values(row).some((value) => typeof value !== 'string')) {
            faults.add(`${host.kind} ${name}: not a text`);
          }
        }
        if ((rows?.length ?? 0) > maxRows) faults.add(`${name}: too many rows`);
      }
    }
    expect([...faults]).toEqual([]);
  });

  it('has only software that the catalogue takes', () => {
    for (const host of fleet().slice(0, 100)) {
      for (const { source, name, columns, sql } of softwareQueries) {
        if (sql[host.platform] === undefined) continue;
        const { rejected } = softwareContent(source, columns, rowsOfPart(host, name) ?? []);
        expect(rejected).toEqual({ count: 0, examples: [] });
      }
    }
  });

  it('is the same for the same seed, also after the same number of changes', () => {
    const [one, same, other] = [fleet(), fleet(), fleet({ seed: 'two' })];
    expect(one.map(digestsOf)).toEqual(same.map(digestsOf));
    expect(one[0]!.uuid).not.toBe(other[0]!.uuid);
    const changed = new Set<string>();
    for (const hosts of [one, same]) {
      for (const host of hosts)
        for (let i = 0; i < 6; i += 1) for (const part of host.change()) changed.add(part);
    }
    expect(one.map(digestsOf)).toEqual(same.map(digestsOf));
    expect([...changed].sort()).toEqual(
      expect.arrayContaining(['boot', 'logins', 'ports', 'users']),
    );
  });

  it('says of each change which parts it touched, and touches no others', () => {
    for (const host of fleet().slice(0, 60)) {
      for (let i = 0; i < 10; i += 1) {
        const before = digestsOf(host);
        const parts = host.change();
        const different = digestsOf(host)
          .filter((digest, at) => digest !== before[at])
          .map((digest) => digest.split(' ')[0]);
        expect(parts).toEqual(expect.arrayContaining(different));
      }
    }
  });

  it('has different hosts, but for the clones, which have the hardware UUID of another', () => {
    const hosts = fleet();
    const uuids = hosts.map(({ uuid }) => uuid);
    const clones = hosts.filter(({ cloneOf }) => cloneOf !== undefined);
    expect(clones).toHaveLength(4);
    expect(new Set(uuids).size).toBe(396);
    for (const clone of clones) expect(hosts[clone.cloneOf!]!.uuid).toBe(clone.uuid);
    expect(new Set(hosts.map(({ instanceId }) => instanceId)).size).toBe(400);
    expect(hosts.some(({ computerName }) => /[\u3040-\u9fff]/.test(computerName))).toBe(true);
  });

  it.each(profiles)('of profile %s has the platforms that its name says', (profile) => {
    const platforms = new Set(fleet({ profile }).map(({ platform }) => platform));
    const expected = { mixed: 3, linux: 1, windows: 1, macos: 1 }[profile];
    expect(platforms.size).toBe(expected);
  });
});
