import { type Static, Type } from 'typebox';

/** GET /api/mac-vendors: who makes network interfaces. */
export type MacVendorItem = Static<typeof MacVendorItem>;
export const MacVendorItem = Type.Object({
  mac: Type.String(),
  /**
   * `unnamed`: assigned, but its holder is not published; `unknown`: not assigned in the registry
   * held here; `private`: made up where it is used; `not-assessed`: no registry is held.
   */
  kind: Type.Union([
    Type.Literal('vendor'),
    Type.Literal('unnamed'),
    Type.Literal('unknown'),
    Type.Literal('private'),
    Type.Literal('group'),
    Type.Literal('not-assessed'),
    Type.Literal('unreadable'),
  ]),
  vendor: Type.Union([Type.String(), Type.Null()]),
});

export type MacVendorList = Static<typeof MacVendorList>;
export const MacVendorList = Type.Object({
  /** False: the registry was never imported. */
  assessed: Type.Boolean(),
  items: Type.Array(MacVendorItem),
});
