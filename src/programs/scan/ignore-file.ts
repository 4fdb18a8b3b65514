import { isMap, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { textMatcher } from './expression.ts';

/** One accepted risk: which vulnerability, where, why, and until when. */
export interface IgnoreEntry {
  /** An id of the vulnerability; `*` stands for anything. */
  readonly id: string;
  readonly package: string | null;
  readonly ecosystem: string | null;
  readonly reason: string;
  /** Last day on which it holds, `2026-12-31`. */
  readonly expires: string;
  /** Line of the file. */
  readonly line: number;
}

export type IgnoreProblem = {
  readonly code:
    | 'not-a-list'
    | 'not-an-entry'
    | 'unknown-key'
    | 'no-id'
    | 'no-reason'
    | 'no-expiry'
    | 'bad-expiry'
    | 'bad-value'
    | 'expired';
  readonly what: string;
  readonly line: number;
};

export type IgnoreFile =
  | { readonly entries: readonly IgnoreEntry[]; readonly problems: readonly IgnoreProblem[] }
  | { readonly error: string; readonly at: string };

const keys = ['id', 'package', 'ecosystem', 'reason', 'expires'];
export const maxIgnoreFileBytes = 1_048_576;

/**
 * `.yojin-ignore.yaml` (JSON is YAML too): a list `ignore` of entries. An entry with a problem
 * ignores nothing, and the problem is shown: a typo must not hide a finding, nor a forgotten one
 * keep it hidden.
 */
export function parseIgnoreFile(text: string, today: string): IgnoreFile {
  const lines = new LineCounter();
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { lineCounter: lines, schema: 'failsafe' });
  } catch (error) {
    if (error instanceof RangeError) return { error: 'nested too deeply', at: '1:1' };
    throw error;
  }
  const [problem] = document.errors;
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0]);
    return { error: problem.message.split('\n', 1)[0]!.replace(/:$/, ''), at: `${line}:${col}` };
  }
  const lineOf = (node: unknown) => {
    const range = (node as Node | null)?.range;
    return range ? lines.linePos(range[0]).line : 1;
  };
  const root = document.contents;
  if (root === null) return { entries: [], problems: [] };
  const list = isMap(root) ? root.get('ignore', true) : root;
  const stray = isMap(root) ? root.items.find(({ key }) => String(key) !== 'ignore') : undefined;
  const problems: IgnoreProblem[] = [];
  if (stray) {
    problems.push({ code: 'unknown-key', what: String(stray.key), line: lineOf(stray.key) });
  }
  if (!isSeq(list)) {
    problems.push({ code: 'not-a-list', what: '', line: lineOf(root) });
    return { entries: [], problems };
  }
  const entries: IgnoreEntry[] = [];
  for (const item of list.items) {
    const line = lineOf(item);
    const fields = new Map<string, string>();
    let fault: IgnoreProblem | undefined;
    if (!isMap(item)) fault = { code: 'not-an-entry', what: String(item).slice(0, 80), line };
    else {
      for (const pair of item.items) {
        const key = String(pair.key);
        const value = (pair.value as { value?: unknown } | null)?.value;
        if (!keys.includes(key)) {
          fault ??= { code: 'unknown-key', what: key.slice(0, 80), line: lineOf(pair.key) };
        } else if (typeof value !== 'string') {
          fault ??= { code: 'bad-value', what: key, line: lineOf(pair.key) };
        } else fields.set(key, value.trim());
      }
    }
    fault ??= faultOf(fields, today, line);
    if (fault) {
      problems.push(fault);
      continue;
    }
    entries.push({
      id: fields.get('id')!,
      package: fields.get('package') || null,
      ecosystem: fields.get('ecosystem') || null,
      reason: fields.get('reason')!,
      expires: fields.get('expires')!,
      line,
    });
  }
  return { entries, problems };
}

function faultOf(
  fields: ReadonlyMap<string, string>,
  today: string,
  line: number,
): IgnoreProblem | undefined {
  const id = fields.get('id');
  // Everything everywhere is nobody's decision: a package has to be named then.
  if (!id || (/^\*+$/.test(id) && !fields.get('package'))) return { code: 'no-id', what: '', line };
  if (!fields.get('reason')) return { code: 'no-reason', what: id, line };
  const expires = fields.get('expires');
  if (!expires) return { code: 'no-expiry', what: id, line };
  if (!isDay(expires)) return { code: 'bad-expiry', what: `${id}: ${expires.slice(0, 40)}`, line };
  return expires < today ? { code: 'expired', what: `${id}: ${expires}`, line } : undefined;
}

function isDay(text: string): boolean {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** The first entry that covers a vulnerability of a package. */
export function ignoredBy(
  entries: readonly IgnoreEntry[],
  finding: {
    readonly ids: readonly string[];
    readonly package: string;
    readonly ecosystem: string;
  },
): IgnoreEntry | null {
  const covers = (pattern: string | null, ...texts: readonly string[]) =>
    pattern === null || texts.some(textMatcher(pattern));
  return (
    entries.find(
      (entry) =>
        covers(entry.id, ...finding.ids) &&
        covers(entry.package, finding.package) &&
        covers(entry.ecosystem, finding.ecosystem, finding.ecosystem.split(':', 1)[0]!),
    ) ?? null
  );
}
