/** What modules that observe weaknesses use: describe them, and say where they were seen. */

export { exposureOf } from './exposure.ts';
export type { ReconcileCause, ReconcileResult } from './reconcile-store.ts';
export { reconcile } from './reconcile-store.ts';
export type { OpenFinding, StatedState } from './statement-store.ts';
export { applyStatements, listOpenFindings } from './statement-store.ts';
export type {
  AssetFacts,
  Evidence,
  FindingClass,
  Observed,
  Severity,
  Weakness,
} from './weakness.ts';
export { knownWeaknessKeys, upsertWeaknesses } from './weakness-store.ts';
export { moveForWork } from './work-store.ts';
