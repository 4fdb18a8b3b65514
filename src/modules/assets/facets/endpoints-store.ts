import { RoaringBitmap32 } from 'roaring-wasm';
import { ipv4Text, ipv6Text, readAddress } from '../../../platform/facets/addresses.ts';
import { ColumnIndex } from '../../../platform/facets/column-index.ts';
import type { Bitmap, FacetSource } from '../../../platform/facets/facet.ts';
import { TextPostingIndex } from '../../../platform/facets/posting-index.ts';
import {
  type FactColumn,
  numberColumn,
  postingsColumn,
  rowSource,
} from '../../../platform/facets/row-source.ts';
import { AddressIndex } from '../../../platform/facets/value-facets.ts';

interface EndpointRow {
  readonly position: number;
  readonly scopeId: string;
  readonly hostname: string;
  readonly computerName: string | null;
  readonly platform: string;
  readonly agentVersion: string | null;
  readonly firstSeenMs: number;
  readonly owner: string | null;
  readonly criticality: string;
  readonly tags: readonly string[];
  readonly osName: string | null;
  readonly osVersion: string | null;
  readonly osBuild: string | null;
  readonly osCodename: string | null;
  readonly arch: string | null;
  readonly addresses: readonly string[];
  readonly lastUser: string | null;
  readonly shared: boolean;
}

/** What stands in the columns of `assets.endpoints`. */
export interface EndpointIndex {
  readonly source: FacetSource;
  readonly scopeIds: TextPostingIndex;
  readonly hostnames: TextPostingIndex;
  readonly computerNames: TextPostingIndex;
  readonly platforms: TextPostingIndex;
  readonly agentVersions: TextPostingIndex;
  readonly owners: TextPostingIndex;
  readonly criticalities: TextPostingIndex;
  readonly tags: TextPostingIndex;
  readonly osNames: TextPostingIndex;
  readonly osVersions: TextPostingIndex;
  readonly osBuilds: TextPostingIndex;
  readonly osCodenames: TextPostingIndex;
  readonly architectures: TextPostingIndex;
  readonly lastUsers: TextPostingIndex;
  /** `yes` for machines that share their hardware UUID with another. */
  readonly clones: TextPostingIndex;
  readonly addresses: AddressIndex;
  /** Milliseconds since 1970. */
  readonly firstSeen: ColumnIndex;
  /** All endpoints. The bitmap is the caller's. */
  everyone(): Bitmap;
}

export function createEndpointIndex(): EndpointIndex {
  const texts = {
    scopeIds: new TextPostingIndex(),
    hostnames: new TextPostingIndex(),
    computerNames: new TextPostingIndex(),
    platforms: new TextPostingIndex(),
    agentVersions: new TextPostingIndex(),
    owners: new TextPostingIndex(),
    criticalities: new TextPostingIndex(),
    tags: new TextPostingIndex(),
    osNames: new TextPostingIndex(),
    osVersions: new TextPostingIndex(),
    osBuilds: new TextPostingIndex(),
    osCodenames: new TextPostingIndex(),
    architectures: new TextPostingIndex(),
    lastUsers: new TextPostingIndex(),
    clones: new TextPostingIndex(),
  };
  const addresses = new AddressIndex();
  const firstSeen = new ColumnIndex();
  const everyone = createEveryone();
  const text = (name: keyof typeof texts, of: (row: EndpointRow) => string | null) =>
    postingsColumn<EndpointRow, string>(name, texts[name], (row) => listed(of(row)));
  const source = rowSource<EndpointRow>({
    name: 'assets.endpoints',
    positionColumn: 'ordinal',
    statement: (where) =>
      `select ordinal as position, scope_id as "scopeId", hostname,
              computer_name as "computerName", platform, agent_version as "agentVersion",
              (extract(epoch from first_seen_at) * 1000)::float8 as "firstSeenMs", owner,
              criticality, tags, os_name as "osName", os_version as "osVersion",
              os_build as "osBuild", os_codename as "osCodename", arch, addresses,
              last_user as "lastUser", shared_hardware_uuid as shared
         from assets.endpoints where ${where}`,
    lastPosition: 'select max(ordinal) as last from assets.endpoints',
    windowSize: 5_000,
    columns: [
      everyone.column,
      text('scopeIds', ({ scopeId }) => scopeId),
      text('hostnames', ({ hostname }) => hostname),
      text('computerNames', ({ computerName }) => computerName),
      text('platforms', ({ platform }) => platform),
      text('agentVersions', ({ agentVersion }) => agentVersion),
      text('owners', ({ owner }) => owner),
      text('criticalities', ({ criticality }) => criticality),
      postingsColumn('tags', texts.tags, ({ tags }) => tags),
      text('osNames', ({ osName }) => osName),
      text('osVersions', ({ osVersion }) => osVersion),
      text('osBuilds', ({ osBuild }) => osBuild),
      text('osCodenames', ({ osCodename }) => osCodename),
      text('architectures', ({ arch }) => arch),
      text('lastUsers', ({ lastUser }) => lastUser),
      text('clones', ({ shared }) => (shared ? 'yes' : 'no')),
      postingsColumn('addresses', addresses, ({ addresses: all }) => all.flatMap(usualWriting)),
      numberColumn('firstSeen', firstSeen, ({ firstSeenMs }) => Math.floor(firstSeenMs)),
    ],
  });
  return { source, ...texts, addresses, firstSeen, everyone: () => everyone.bitmap() };
}

/** As the index answers it; nothing for what is no address. */
function usualWriting(text: string): string[] {
  const address = readAddress(text);
  if (address === undefined) return [];
  return [typeof address === 'number' ? ipv4Text(address) : ipv6Text(address)];
}

/** An empty text says nothing. */
function listed(value: string | null): string[] {
  return value === null || value === '' ? [] : [value];
}

/** Who is there at all: asked at every selector, hence kept as the bitmap it is asked for. */
function createEveryone(): {
  readonly column: FactColumn<EndpointRow>;
  readonly bitmap: () => Bitmap;
} {
  let bitmap = new RoaringBitmap32();
  return {
    bitmap: () => bitmap.clone(),
    column: {
      name: 'endpoint',
      wanted: () => ['there'],
      held: (position) => (bitmap.has(position) ? ['there'] : []),
      write: (position) => void bitmap.add(position),
      remove: (position) => void bitmap.delete(position),
      replace() {
        const found: number[] = [];
        return {
          write: (position) => void found.push(position),
          done: () => {
            bitmap.dispose();
            bitmap = new RoaringBitmap32(Uint32Array.from(found));
          },
        };
      },
      positions: () => bitmap.clone(),
    },
  };
}
