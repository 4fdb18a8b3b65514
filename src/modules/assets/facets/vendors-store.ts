import type { FacetSource } from '../../../platform/facets/facet.ts';
import { type MacVendorLookup, macVendorLookup } from '../mac/mac-vendor-store.ts';

export interface VendorIndex {
  readonly source: FacetSource;
  /** Undefined as long as no assignments of IEEE were ever imported. */
  vendorOf(): ((mac: string) => string | undefined) | undefined;
}

/** Who makes network interfaces: 50,000 blocks of addresses, which change with the feed only. */
export function createVendorIndex(): VendorIndex {
  let lookup: MacVendorLookup | undefined;
  const source: FacetSource = {
    name: 'assets.vendors',
    async load(db) {
      lookup = await macVendorLookup(db);
    },
    refresh: (db) => source.load(db),
    async check(db) {
      const stored = await macVendorLookup(db);
      if (stored.assessed === lookup?.assessed) return [];
      const detail = stored.assessed ? 'the feed is not in the index' : 'the feed is gone';
      return [{ source: source.name, position: 0, detail }];
    },
  };
  return {
    source,
    vendorOf: () => (lookup?.assessed ? lookup.vendorOf : undefined),
  };
}
