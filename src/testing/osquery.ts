import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

let binary: string | undefined;

/** The real osqueryi of the npm package, in a place that every user of this machine can read. */
export function osqueryBinary(): string {
  if (binary !== undefined) return binary;
  const packageFile = createRequire(import.meta.url).resolve(
    '@cdxgen/cdxgen-plugins-bin-linux-amd64/package.json',
  );
  const folder = mkdtempSync(join(tmpdir(), 'yojin-osquery-'));
  chmodSync(folder, 0o755);
  binary = join(folder, 'osqueryi');
  copyFileSync(join(dirname(packageFile), 'plugins/osquery/osqueryi-linux-amd64'), binary);
  chmodSync(binary, 0o755);
  return binary;
}

export type OsqueryRow = Readonly<Record<string, string>>;

/**
 * Runs the statements in one osqueryi, each answer being the rows as the remote API sends them.
 * `unprivileged`: as nobody (needs root).
 *
 * @throws with osquery's message when one of them fails
 */
export function runOsquery(
  statements: readonly string[],
  { unprivileged = false }: { readonly unprivileged?: boolean } = {},
): OsqueryRow[][] {
  const input = `${statements.map((one) => one.replace(/\s+/g, ' ').trim()).join(';\n')};\n`;
  const result = spawnSync(osqueryBinary(), ['--S', '--json'], {
    input,
    encoding: 'utf8',
    maxBuffer: 512 * 1024 * 1024,
    ...(unprivileged && { uid: 65_534, gid: 65_534, cwd: '/', env: { HOME: '/nonexistent' } }),
  });
  if (result.error) throw result.error;
  const failure = /^Error: .*$/m.exec(result.stderr);
  if (failure) throw new Error(failure[0]);
  const answers = readArrays(result.stdout);
  if (answers.length !== statements.length) {
    throw new Error(
      `${answers.length} answers to ${statements.length} statements: ${result.stderr}`,
    );
  }
  return answers;
}

/** The answers stand one after another, as JSON arrays, with nothing between them. */
function readArrays(text: string): OsqueryRow[][] {
  const found: OsqueryRow[][] = [];
  let depth = 0;
  let start = 0;
  let inText = false;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i];
    if (inText) {
      if (character === '\\') i += 1;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === '[' && depth++ === 0) start = i;
    else if (character === ']' && --depth === 0) found.push(JSON.parse(text.slice(start, i + 1)));
  }
  return found;
}
