import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFolder, productVersion } from '../launcher/product.ts';
import type { PackageFile } from './archive.ts';

/** `.ts` in a checkout, `.js` in the installed package: what runs here is what the agent gets. */
const extension = extname(fileURLToPath(import.meta.url));
const codeFolder = fileURLToPath(new URL('../../', import.meta.url));

/** Started by its path, so that no import names it. */
const startedByPath = [`programs/agent/orphan-watcher${extension}`];
export const mainFile = `programs/agent-package/agent-main${extension}`;

/**
 * The program of the agent: our own files that it imports, directly or not, and the npm packages
 * that these import with all that they depend on.
 * @param folder where it is to be on the endpoint; the program is `code/<mainFile>` below it
 */
export function agentCode(folder: string): PackageFile[] {
  const own = new Map<string, Buffer>();
  const packages = new Set<string>();
  const waiting = [mainFile, ...startedByPath].map((name) => join(codeFolder, name));
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (own.has(path)) continue;
    const content = readFileSync(path);
    own.set(path, content);
    for (const name of importsOf(content.toString('utf8'))) {
      if (name.startsWith('.')) waiting.push(join(dirname(path), name));
      else if (!name.startsWith('node:')) packages.add(packageNameOf(name));
    }
  }
  return [
    {
      path: `${folder}/package.json`,
      mode: 0o644,
      content: Buffer.from(
        `${JSON.stringify({ name: 'yojin-agent', version: productVersion, type: 'module' })}\n`,
      ),
    },
    ...[...own].map(([path, content]) => ({
      path: `${folder}/code/${relative(codeFolder, path).split(sep).join('/')}`,
      mode: 0o644,
      content,
    })),
    ...npmPackages(packages, folder),
  ];
}

/** What a module imports when it runs, in the form that our formatter gives to imports. */
export function importsOf(source: string): string[] {
  const statements =
    /^(?:import|export)\s+(?!type\s)(?:[\w$*\s{},]+?\sfrom\s+)?['"]([^'"\n]+)['"]/gm;
  const calls = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;
  return [...source.matchAll(statements), ...source.matchAll(calls)].map(([, name]) => name ?? '');
}

const packageNameOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** Each package once, at the top or, where there are two versions, below the one that asks for it. */
function npmPackages(names: Iterable<string>, folder: string): PackageFile[] {
  const root = packageFolder;
  const found = new Map<string, string>();
  const waiting = [...names].map((name) => ({ name, from: root }));
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const source = folderOfPackage(next.name, next.from);
    if (found.has(source)) continue;
    // `…/node_modules/a/node_modules/b` stays below a; everything else is at the top.
    const steps = source.split(`${sep}node_modules${sep}`);
    const parent = steps.length > 1 ? steps.slice(0, -1).join(`${sep}node_modules${sep}`) : '';
    const target = `${found.get(parent) ?? folder}/node_modules/${next.name}`;
    found.set(source, target);
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(source, 'package.json'), 'utf8'),
    ) as { dependencies?: Record<string, string> };
    for (const name of Object.keys(dependencies)) waiting.push({ name, from: source });
  }
  return [...found].flatMap(([source, target]) => filesOfPackage(source, target));
}

/** As Node looks for it; by hand, for a package need not let its package.json be imported. */
function folderOfPackage(name: string, from: string): string {
  const require = createRequire(join(from, 'package.json'));
  for (const place of require.resolve.paths(name) ?? []) {
    if (existsSync(join(place, name, 'package.json'))) return join(place, name);
  }
  throw new Error(`npm package ${name}: not installed`);
}

const leftOut = /^(tests?|__tests__|docs?|examples?|benchmarks?|node_modules|\.github)$/;
const kept = /\.(js|cjs|mjs|json|node|wasm)$|^(licen[cs]e|notice|copying)/i;

function filesOfPackage(source: string, target: string, top = true): PackageFile[] {
  return readdirSync(source, { withFileTypes: true }).flatMap((entry): PackageFile[] => {
    const path = join(source, entry.name);
    const inside = `${target}/${entry.name}`;
    if (entry.isDirectory()) {
      if (entry.name === 'node_modules' || (top && leftOut.test(entry.name))) return [];
      return filesOfPackage(path, inside, false);
    }
    if (!entry.isFile() || !kept.test(entry.name)) return [];
    return [{ path: inside, mode: 0o644, content: readFileSync(path) }];
  });
}
