/** Which inventory parts belong on which tab of an endpoint's page. */
import type { PartState } from '../api.ts';

export const endpointTabs = [
  'summary',
  'software',
  'users',
  'network',
  'services',
  'disks',
  'certificates',
  'kernels',
  'history',
] as const;
export type EndpointTab = (typeof endpointTabs)[number];

/** An unknown tab in the address opens the summary instead of an empty page. */
export function endpointTabOf(text: string | undefined): EndpointTab {
  return endpointTabs.find((tab) => tab === text) ?? 'summary';
}

/**
 * By what the name of a part says, so that a part added later finds its tab. What fits nowhere is
 * still listed on the summary, from where its rows can be opened.
 */
export function tabOfPart(part: string): EndpointTab {
  if (part.startsWith('software-')) return 'software';
  if (/user|group|admin|account|sudo|login/.test(part)) return 'users';
  if (/interface|address|port|route|dns|network|arp/.test(part)) return 'network';
  if (/service|daemon|launchd|systemd|startup/.test(part)) return 'services';
  if (/disk|mount|volume|encryption|bitlocker|filevault/.test(part)) return 'disks';
  if (part.startsWith('certificate')) return 'certificates';
  if (/kernel|patch/.test(part)) return 'kernels';
  return 'summary';
}

/** The parts that endpoints are asked for today, in the order of their tabs; for filters. */
export const partNames = [
  'os',
  'hardware',
  'boot',
  'software-deb',
  'software-rpm',
  'software-homebrew',
  'software-windows-program',
  'software-macos-app',
  'software-python',
  'software-npm',
  'software-chrome-extension',
  'software-firefox-addon',
  'software-vscode-extension',
  'administrators',
  'users',
  'logins',
  'sudoers',
  'groups',
  'ports',
  'port-packages',
  'addresses',
  'interfaces',
  'services',
  'disk-encryption',
  'disks',
  'mounts',
  'certificates',
  'kernels',
  'patches',
] as const;

/** The sources of software, as the catalogue names them. */
export const sourceNames = partNames
  .filter((part) => part.startsWith('software-'))
  .map(softwareSourceOf);

/** Columns that are shown at first; all of a part that is not named here. */
const mainColumns: Readonly<Record<string, readonly string[]>> = {
  certificates: ['common_name', 'issuer', 'self_signed', 'path'],
  users: ['username', 'uid', 'description', 'directory', 'shell', 'password'],
  services: ['name', 'description', 'state', 'start', 'account'],
  disks: ['name', 'vendor', 'model', 'size_bytes', 'type'],
};

export function mainColumnsOf(part: string, all: readonly string[]): readonly string[] {
  const main = mainColumns[part]?.filter((column) => all.includes(column)) ?? [];
  return main.length > 0 ? main : all;
}

/** `software-deb` → `deb`, the name its software has in the catalogue. */
export function softwareSourceOf(part: string): string {
  return part.replace(/^software-/, '');
}

/** What matters most first; parts that this page does not know yet come last. */
export function partsOfTab(parts: readonly PartState[], tab: EndpointTab): readonly PartState[] {
  const place = ({ part }: PartState) => {
    const index = (partNames as readonly string[]).indexOf(part);
    return index < 0 ? partNames.length : index;
  };
  return parts.filter(({ part }) => tabOfPart(part) === tab).sort((a, b) => place(a) - place(b));
}
