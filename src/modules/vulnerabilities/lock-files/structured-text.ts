import { parse as parseToml, TomlError } from 'smol-toml';
import { LineCounter, parseAllDocuments } from 'yaml';
import { type JsonObject, parseJson, Refusal } from '../../../standards/cyclonedx/reader.ts';

/** JSON, YAML and TOML of strangers, with the place of what is wrong; a `Refusal` otherwise. */
const maxDepth = 200;

export function parseJsonObject(text: string): JsonObject {
  return rootObject(parseJson(text));
}

/**
 * All documents of a YAML text. Lock files have no anchors, so aliases are refused: they are how a
 * few lines become gigabytes.
 */
export function parseYamlObjects(text: string): readonly JsonObject[] {
  refuseDeepYaml(text);
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${line}:${col}`;
  };
  try {
    // Without `uniqueKeys: false` every key is compared with every other.
    const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false });
    return [...documents].flatMap((document) => {
      const [problem] = document.errors;
      if (problem)
        throw new Refusal(`not YAML: ${firstLine(problem.message)}`, place(problem.pos[0]));
      if (document.contents === null) return [];
      return [rootObject(document.toJS({ maxAliasCount: 0 }))];
    });
  } catch (error) {
    if (error instanceof Refusal) throw error;
    if (error instanceof ReferenceError) throw new Refusal('YAML aliases are not accepted', '1:1');
    if (error instanceof RangeError) throw new Refusal('nested too deeply', '1:1');
    throw error;
  }
}

export function parseTomlObject(text: string): JsonObject {
  try {
    return rootObject(parseToml(text, { maxDepth }));
  } catch (error) {
    if (error instanceof TomlError) {
      const reason = firstLine(error.message).replace(/^Invalid TOML document: /, '');
      throw new Refusal(`not TOML: ${reason}`, `${error.line}:${error.column}`);
    }
    if (error instanceof RangeError) throw new Refusal('nested too deeply', '1:1');
    throw error;
  }
}

/** Before the parser recurses into it: brackets within brackets, or ever deeper indentation. */
function refuseDeepYaml(text: string): void {
  let brackets = 0;
  let line = 1;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x0a) {
      line += 1;
      start = at + 1;
    } else if (char === 0x5b || char === 0x7b) {
      brackets += 1;
      if (brackets > maxDepth) throw new Refusal('nested too deeply', `${line}:${at - start + 1}`);
    } else if ((char === 0x5d || char === 0x7d) && brackets > 0) brackets -= 1;
  }
  const tooDeep = /^(?: {400}|(?:- ){200})/m.exec(text);
  if (tooDeep) {
    throw new Refusal('nested too deeply', `${text.slice(0, tooDeep.index).split('\n').length}:1`);
  }
}

function rootObject(value: unknown): JsonObject {
  const object = objectOf(value);
  if (object === undefined) throw new Refusal('an object is expected', '$');
  return object;
}

const firstLine = (text: string) => text.split('\n', 1)[0]!.replace(/:$/, '');

export function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}
export function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  const object = objectOf(value);
  return object === undefined ? [] : Object.entries(object);
}
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Line (1-based) of the first text that each match of `pattern` names with its first group. */
export function linesByName(text: string, pattern: RegExp): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  text.split('\n').forEach((line, at) => {
    const name = pattern.exec(line)?.[1];
    if (name !== undefined && !lines.has(name)) lines.set(name, at + 1);
  });
  return lines;
}

/** Lines (1-based) that match, in order: the nth table of a TOML list stands on the nth. */
export function linesMatching(text: string, pattern: RegExp): readonly number[] {
  return text.split('\n').flatMap((line, at) => (pattern.test(line) ? [at + 1] : []));
}

/** `"key": {` of JSON, one line per key. */
export const jsonObjectKey = /^\s*"((?:[^"\\]|\\.){1,500})"\s*:\s*\{/;
