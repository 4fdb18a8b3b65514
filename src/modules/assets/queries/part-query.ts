import type { EndpointQuery } from '../observation.ts';

/** A query of this module, before it is told how to store its answers. */
export type PartQuery = Omit<EndpointQuery, 'ingest'>;
