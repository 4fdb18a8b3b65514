/** What people call the families of operating systems, and processors. */
const platforms: Readonly<Record<string, string>> = {
  linux: 'linux',
  windows: 'windows',
  win: 'windows',
  macos: 'darwin',
  mac: 'darwin',
  osx: 'darwin',
  darwin: 'darwin',
};

/** `macos` → `darwin`; undefined: no word for a family. */
export function platformOf(word: string): string | undefined {
  return Object.hasOwn(platforms, word) ? platforms[word] : undefined;
}

const sameArchitecture: readonly (readonly string[])[] = [
  ['x86_64', 'amd64', 'x64', '64-bit'],
  ['aarch64', 'arm64', 'arm 64-bit processor'],
  ['x86', 'i386', 'i686', '32-bit'],
];

/** All names of the same architecture, the one that was asked for included. */
export function architectureNames(word: string): readonly string[] {
  return sameArchitecture.find((names) => names.includes(word)) ?? [word];
}
