/** What other modules may use of assets: identities, contacts, and the tree of scopes. */

export type { EndpointIdentity } from './endpoints/store.ts';
export {
  createEndpoint,
  endpointExists,
  recordConfirmations,
  recordContacts,
  setSharedHardwareUuid,
  updateEndpointIdentity,
} from './endpoints/store.ts';
export { listMacVendors, macVendorLookup, storeMacVendors } from './mac/mac-vendor-store.ts';
export type { Answer, EndpointQuery, Platform, Row } from './observation.ts';
export { defaultScopeId, expandScopes, scopeExists, scopeName } from './scopes/store.ts';
