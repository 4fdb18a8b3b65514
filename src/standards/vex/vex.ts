/**
 * VEX statements, whatever they were written in, and the reader that recognises the format.
 *
 * Source: CISA, "Minimum Requirements for VEX" (2023-04) and "Status Justifications" (2022-06): a
 * statement joins products, a vulnerability and a status; `not_affected` says why.
 */
import { attempt, type JsonObject, object, parseJson } from '../cyclonedx/reader.ts';
import { parseCsafVex } from './csaf.ts';
import { parseCycloneDxVex } from './cyclonedx-vex.ts';
import { isOpenVex, parseOpenVex } from './openvex.ts';
import type { VexParse } from './statement.ts';

export type * from './statement.ts';

export function parseVex(source: string): VexParse {
  if (/^\uFEFF?\s*</.test(source)) return parseCycloneDxVex(source);
  const parsed = attempt(() => ({ tree: object(parseJson(source), '$') }));
  if ('error' in parsed) return parsed;
  const tree: JsonObject = parsed.tree;
  if (tree['bomFormat'] !== undefined) return parseCycloneDxVex(source);
  if (isOpenVex(tree)) return parseOpenVex(tree);
  if (tree['document'] !== undefined) return parseCsafVex(tree);
  return { error: 'neither OpenVEX, CycloneDX nor CSAF', at: '$' };
}
