import { RoaringBitmap32 } from 'roaring-wasm';
import { type AddressRange, readNetwork } from '../../../platform/facets/addresses.ts';
import {
  type Bitmap,
  type Facet,
  type FacetSource,
  type Test,
  ValueProblem,
} from '../../../platform/facets/facet.ts';
import { foldText } from '../../../platform/facets/fold-text.ts';
import type { PostingIndex } from '../../../platform/facets/posting-index.ts';
import {
  addressFacet,
  choiceFacet,
  flagFacet,
  frequentNumbers,
  textFacet,
  timeFacet,
} from '../../../platform/facets/value-facets.ts';
import {
  type FacetTexts,
  isNone,
  mostFrequent,
  noOrder,
  shortened,
  textsLike,
  without,
} from '../../../platform/facets/value-reading.ts';
import { wildcard } from '../../../platform/facets/wildcard.ts';
import { onlineForMs, recentForMs } from '../endpoints/list/store.ts';
import type { ContactIndex } from './contacts-store.ts';
import { createEndpointIndex, type EndpointIndex } from './endpoints-store.ts';
import { choiceTitles, assetFacetTexts as words } from './facet-texts.ts';
import { macDigits } from './mac-address.ts';
import { createPartIndex, type PartIndex, udpOffset } from './parts-store.ts';
import { architectureNames, platformOf } from './platforms.ts';
import { createScopeIndex, type ScopeIndex } from './scopes-store.ts';
import { createSoftwareIndex, extensionSources, softwareFacet } from './software-store.ts';
import { createVendorIndex, type VendorIndex } from './vendors-store.ts';
import { versionFacet } from './version-facet-store.ts';

export interface AssetFacets {
  readonly facets: readonly Facet[];
  readonly sources: readonly FacetSource[];
  /** Ids of the software that is on at least one of these endpoints. */
  softwareOn(endpoints: Bitmap): number[];
  /** Endpoints of these very scopes. */
  within(scopeIds: readonly string[] | 'all'): Bitmap;
}

interface AssetFacetOptions {
  readonly contacts: ContactIndex;
}

/** All that can be asked of endpoints by what `assets` knows. */
export function createAssetFacets({ contacts }: AssetFacetOptions): AssetFacets {
  const endpoints = createEndpointIndex();
  const scopes = createScopeIndex();
  const software = createSoftwareIndex();
  const parts = createPartIndex();
  const vendors = createVendorIndex();
  const everyone = () => endpoints.everyone();
  const titleOf = (key: string) => (value: string) => choiceTitles[key]?.[value];

  const facets: Facet[] = [
    anywhereFacet(endpoints),
    osFacet(endpoints),
    choiceFacet({
      ...words.platform,
      index: endpoints.platforms,
      choices: ['linux', 'windows', 'darwin'],
      synonyms: { macos: 'darwin', mac: 'darwin', osx: 'darwin', win: 'windows' },
      titleOf: titleOf('platform'),
    }),
    versionFacet({
      ...words.osversion,
      index: endpoints.osVersions,
      names: endpoints.osCodenames,
      everyone,
    }),
    versionFacet({ ...words.osbuild, index: endpoints.osBuilds, everyone }),
    archFacet(endpoints),
    scopeFacet(endpoints, scopes),
    relationFacet(endpoints, scopes),
    textFacet({ ...words.tag, index: endpoints.tags, everyone }),
    textFacet({ ...words.owner, index: endpoints.owners, everyone }),
    choiceFacet({
      ...words.criticality,
      index: endpoints.criticalities,
      choices: ['low', 'normal', 'high', 'critical'],
      ordered: true,
      titleOf: titleOf('criticality'),
    }),
    textFacet({ ...words.hostname, index: endpoints.hostnames }),
    addressFacet({ ...words.ip, index: endpoints.addresses, everyone }),
    macFacet(parts),
    macVendorFacet(parts, vendors),
    timeFacet({ ...words.lastseen, index: contacts.lastSeen, everyone }),
    timeFacet({ ...words.firstseen, index: endpoints.firstSeen }),
    presenceFacet(contacts, everyone),
    versionFacet({ ...words.agentversion, index: endpoints.agentVersions, everyone }),
    softwareFacet({ ...words.software, index: software, everyone }),
    softwareFacet({ ...words.extension, index: software, among: extensionSources, everyone }),
    portFacet(words.port, parts.ports, everyone),
    portFacet(words.openport, parts.openPorts, everyone),
    textFacet({ ...words.user, index: parts.users, everyone }),
    textFacet({ ...words.administrator, index: parts.administrators, everyone }),
    textFacet({ ...words.lastuser, index: endpoints.lastUsers, everyone }),
    textFacet({ ...words.service, index: parts.services, everyone }),
    textFacet({ ...words.running, index: parts.runningServices, everyone }),
    flagFacet({
      ...words.cloned,
      yes: () => endpoints.clones.bitmapOf('yes'),
      no: () => endpoints.clones.bitmapOf('no'),
    }),
  ];
  return {
    facets,
    sources: [
      endpoints.source,
      scopes.source,
      contacts.source,
      software.source,
      parts.source,
      vendors.source,
    ],
    softwareOn: (positions) => [...software.installed.countsWithin(positions).keys()],
    within: (scopeIds) => (scopeIds === 'all' ? everyone() : endpoints.scopeIds.union(scopeIds)),
  };
}

/** Words without a key. */
function anywhereFacet(endpoints: EndpointIndex): Facet {
  const indexes = [
    endpoints.hostnames,
    endpoints.computerNames,
    endpoints.owners,
    endpoints.lastUsers,
    endpoints.tags,
    endpoints.osNames,
  ];
  return {
    ...words.text,
    values: 'text',
    match(test) {
      if (test.kind !== 'is') throw noOrder(words.text.key);
      const found = new RoaringBitmap32();
      const add = (bitmap: Bitmap) => {
        found.orInPlace(bitmap);
        bitmap.dispose();
      };
      for (const index of indexes) add(textsLike(index, { ...test, anywhere: true }));
      const addresses = networkOf(test.value);
      if (addresses !== undefined) add(endpoints.addresses.within(addresses));
      return found;
    },
    suggest: (typed, { within, limit }) =>
      endpoints.hostnames.frequent(foldText(typed).replaceAll('*', ''), within, limit),
  };
}

/** An address, or how one begins: `10.1.2`. A lone number is no address. */
function networkOf(text: string): AddressRange | undefined {
  if (!/[.:/]/.test(text)) return undefined;
  return readNetwork(
    /^(\d{1,3}\.){1,2}\d{1,3}$|^(\d{1,3}\.){1,3}$/.test(text)
      ? `${text.replace(/\.$/, '')}.*`
      : text,
  );
}

function osFacet({ osNames, platforms, everyone }: EndpointIndex): Facet {
  return {
    ...words.os,
    values: 'choice',
    match(test) {
      if (test.kind !== 'is') throw noOrder(words.os.key);
      if (!test.quoted) {
        const platform = platformOf(foldText(test.value));
        if (platform !== undefined) return platforms.bitmapOf(platform);
        if (test.value === '*') return osNames.positions();
        if (isNone(test.value)) return without(everyone(), osNames.positions());
      }
      return textsLike(osNames, { ...test, anywhere: !test.quoted });
    },
    suggest(typed, context) {
      const counts = osNames.countsWithin(context.within);
      for (const [platform, count] of platforms.countsWithin(context.within)) {
        counts.set(platform === 'darwin' ? 'macos' : platform, count);
      }
      return mostFrequent(counts, typed, context);
    },
  };
}

function archFacet({ architectures, everyone }: EndpointIndex): Facet {
  const plain = textFacet({ ...words.arch, index: architectures, everyone });
  return {
    ...plain,
    values: 'choice',
    match(test, context) {
      if (test.kind !== 'is' || test.value.includes('*') || isNone(test.value)) {
        return plain.match(test, context);
      }
      const names = new Set(architectureNames(foldText(test.value)));
      return architectures.unionWhere((text) => names.has(text));
    },
  };
}

/**
 * A name that nobody gave selects nobody. It is no error: the same answer for a scope that the asker
 * may not see, so that nobody learns by asking what companies there are.
 */
function scopeFacet({ scopeIds }: EndpointIndex, scopes: ScopeIndex): Facet {
  return {
    ...words.scope,
    values: 'text',
    match(test) {
      if (test.kind !== 'is') throw noOrder(words.scope.key);
      if (!test.quoted && test.value === '*') return scopeIds.positions();
      return scopeIds.union(scopes.named(test.value, { wildcards: !test.quoted }));
    },
    suggest(typed, context) {
      const counts = new Map<string, number>();
      for (const { id, name } of scopes.all()) {
        const bitmap = scopeIds.union(scopes.below(id));
        const count = bitmap.andCardinality(context.within);
        bitmap.dispose();
        if (count > 0) counts.set(name, count);
      }
      return mostFrequent(counts, typed, context);
    },
  };
}

/** Choices whose positions are computed when they are asked for. */
function computedChoice(
  texts: FacetTexts,
  choices: Readonly<Record<string, (nowMs: number) => Bitmap>>,
): Facet {
  const titles = choiceTitles[texts.key] ?? {};
  const names = Object.keys(choices);
  return {
    ...texts,
    values: 'choice',
    match(test, { now }) {
      if (test.kind !== 'is') throw noOrder(texts.key);
      const folded = foldText(test.value);
      const fits = !test.quoted && folded.includes('*') ? wildcard(folded) : undefined;
      const meant = names.filter((name) =>
        fits ? fits(name) : name === folded || foldText(titles[name]?.ja ?? '') === folded,
      );
      if (meant.length === 0) {
        throw new ValueProblem(
          {
            ja: `「${shortened(test.value)}」という値は${texts.title.ja}にありません。`,
            en: `${texts.title.en} has no value "${shortened(test.value)}".`,
          },
          names,
        );
      }
      const found = new RoaringBitmap32();
      for (const name of meant) {
        const one = choices[name]!(now.getTime());
        found.orInPlace(one);
        one.dispose();
      }
      return found;
    },
    suggest(typed, context) {
      const counts = new Map<string, number>();
      for (const name of names) {
        const bitmap = choices[name]!(context.now.getTime());
        counts.set(name, bitmap.andCardinality(context.within));
        bitmap.dispose();
      }
      return mostFrequent(counts, typed, context, (name) => titles[name]);
    },
  };
}

function relationFacet({ scopeIds }: EndpointIndex, scopes: ScopeIndex): Facet {
  const having = (relation: string) => () => scopeIds.union(scopes.withRelation(relation));
  return computedChoice(words.relation, {
    headquarters: having('headquarters'),
    domestic: having('domestic'),
    overseas: having('overseas'),
    group: having('group'),
    supplier: having('supplier'),
  });
}

/** As lists show it: see `presenceOf` in endpoints/list/store.ts. */
function presenceFacet({ lastSeen }: ContactIndex, everyone: () => Bitmap): Facet {
  return computedChoice(words.presence, {
    online: (nowMs) => lastSeen.compare('>=', nowMs - onlineForMs),
    recent(nowMs) {
      const found = lastSeen.compare('>=', nowMs - recentForMs);
      return without(found, lastSeen.compare('>=', nowMs - onlineForMs));
    },
    silent: (nowMs) => lastSeen.compare('<', nowMs - recentForMs),
    never: () => without(everyone(), lastSeen.positions()),
  });
}

function macFacet({ macs }: PartIndex): Facet {
  const plain = textFacet({ ...words.mac, index: macs });
  return {
    ...plain,
    match(test, context) {
      if (test.kind !== 'is' || test.value === '*') return plain.match(test, context);
      const digits = macDigits(test.value);
      if (digits === undefined) {
        throw new ValueProblem({
          ja: `「${shortened(test.value)}」はMACアドレスとして読めません。00:1a:2b:3c:4d:5e か、その先頭を指定してください。`,
          en: `"${shortened(test.value)}" is not a MAC address. Write 00:1a:2b:3c:4d:5e, or how it begins.`,
        });
      }
      if (!digits.includes('*')) {
        return macs.unionLike(`${digits.replaceAll(/..(?=.)/g, '$&:')}*`);
      }
      const fits = wildcard(digits);
      return macs.unionWhere((mac) => fits(mac.replaceAll(':', '')));
    },
  };
}

function macVendorFacet({ macs }: PartIndex, { vendorOf }: VendorIndex): Facet {
  return {
    ...words.macvendor,
    values: 'text',
    match(test) {
      if (test.kind !== 'is') throw noOrder(words.macvendor.key);
      const vendors = vendorOf();
      if (vendors === undefined) {
        throw new ValueProblem({
          ja: '製造元は未判定です。IEEEの割り当て一覧（OUI）をまだ取得していません。',
          en: 'Vendors are not assessed: the assignments of IEEE (OUI) were not fetched yet.',
        });
      }
      const folded = foldText(test.value);
      const pattern = !test.quoted && folded.includes('*');
      const fits = pattern
        ? wildcard(folded)
        : (name: string) => (test.quoted ? name === folded : name.includes(folded));
      if (!test.quoted && isNone(test.value)) {
        return macs.unionWhere((mac) => vendors(mac) === undefined);
      }
      return macs.unionWhere((mac) => {
        const vendor = vendors(mac);
        return vendor !== undefined && fits(foldText(vendor));
      });
    },
    suggest(typed, context) {
      const vendors = vendorOf();
      if (vendors === undefined) return [];
      // Interfaces, not endpoints: close enough to order by, too costly to count otherwise.
      const counts = new Map<string, number>();
      for (const [mac, count] of macs.countsWithin(context.within)) {
        const vendor = vendors(mac);
        if (vendor !== undefined) counts.set(vendor, (counts.get(vendor) ?? 0) + count);
      }
      return mostFrequent(counts, typed, context).map((one) => ({ ...one, count: null }));
    },
  };
}

/** `port:443`, `port:443/tcp`, `port:1..1023`, `port:>=1024`. */
function portFacet(texts: FacetTexts, ports: PostingIndex, everyone: () => Bitmap): Facet {
  function portOf(text: string): { readonly port: number; readonly protocol: string | undefined } {
    const [, number, protocol] = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(foldText(text)) ?? [];
    const port = Number(number);
    if (number === undefined || port > 65_535) {
      throw new ValueProblem({
        ja: `「${shortened(text)}」はポート番号として読めません。443、443/tcp、8000..8999 のように指定してください。`,
        en: `"${shortened(text)}" is not a port. Write 443, 443/tcp or 8000..8999.`,
      });
    }
    return { port, protocol };
  }
  const nameOf = (value: number) =>
    value >= udpOffset ? `${value - udpOffset}/udp` : `${value}/tcp`;

  function between(from: number, to: number, protocol?: string): Bitmap {
    const tcp = () => ports.unionBetween(from, to);
    const udp = () => ports.unionBetween(from + udpOffset, to + udpOffset);
    if (protocol !== undefined) return protocol === 'udp' ? udp() : tcp();
    const either = tcp();
    const more = udp();
    either.orInPlace(more);
    more.dispose();
    return either;
  }
  function match(test: Test): Bitmap {
    if (test.kind === 'range') {
      const from = test.from === null ? 0 : portOf(test.from).port;
      return between(from, test.to === null ? 65_535 : portOf(test.to).port);
    }
    if (test.kind === 'compare') {
      const { port } = portOf(test.value);
      if (test.operator === '<') return between(0, port - 1);
      if (test.operator === '<=') return between(0, port);
      return between(test.operator === '>' ? port + 1 : port, 65_535);
    }
    if (test.value === '*') return ports.positions();
    if (isNone(test.value)) return without(everyone(), ports.positions());
    const { port, protocol } = portOf(test.value);
    return between(port, port, protocol);
  }
  return {
    ...texts,
    values: 'number',
    match,
    suggest: (typed, context) => frequentNumbers(ports, nameOf, typed, context),
  };
}
