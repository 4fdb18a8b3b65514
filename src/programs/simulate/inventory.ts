import type { Row } from '../../modules/assets/public.ts';
import { type CatalogueName, catalogues } from './catalogue.ts';
import { type Host, type PartRows, sourcesOf } from './host.ts';
import { accountRows } from './inventory-accounts.ts';
import { machineRows } from './inventory-machine.ts';
import { networkRows } from './inventory-network.ts';

const software =
  (source: CatalogueName): PartRows =>
  (host) =>
    sourcesOf(host).includes(source) ? catalogues[source].rowsOf(host, host.updatesOf(source)) : [];

const parts: Readonly<Record<string, PartRows>> = {
  ...machineRows,
  ...networkRows,
  ...accountRows,
  'software-deb': software('deb'),
  'software-rpm': software('rpm'),
  'software-homebrew': software('homebrew'),
  'software-windows-program': software('windows-program'),
  'software-macos-app': software('macos-app'),
  'software-python': (host) => software(`python-${host.platform}`)(host),
  'software-npm': software('npm'),
  'software-chrome-extension': software('chrome-extension'),
  'software-firefox-addon': software('firefox-addon'),
  'software-vscode-extension': software('vscode-extension'),
};

/** Undefined: the simulator knows no such part. Rows belong to everybody: do not change them. */
export function rowsOfPart(host: Host, part: string): readonly Row[] | undefined {
  return Object.hasOwn(parts, part) ? parts[part]!(host) : undefined;
}
