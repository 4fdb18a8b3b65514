import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The folder of the package: the same three steps up from `src/…` and from the compiled `dist/…`. */
export const packageFolder = fileURLToPath(new URL('../../../', import.meta.url));

export const productVersion: string = (
  JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
  }
).version;
