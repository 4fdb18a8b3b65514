/** What programs and later modules use of vulnerabilities. */
export { coverageOf, endpointAssessment } from './coverage-store.ts';
export { loadFeeds } from './feeds/feed-store.ts';
export { settle } from './settle-store.ts';
