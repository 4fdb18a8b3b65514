import type { Row } from '../observation.ts';
import type { SoftwareSource } from '../queries/installed-software.ts';

/**
 * From a row of osquery to one entry of the catalogue. Nothing is prettified: advisories are
 * written against the names and versions of the ecosystem. Empty text: it has no such thing.
 */
export interface SoftwareIdentity {
  readonly source: SoftwareSource;
  readonly name: string;
  /** deb with its epoch; rpm as `[epoch:]version-release`, the epoch left out when it is 0. */
  readonly version: string;
  readonly arch: string;
  /** The source package it was built from, and that package's version (deb, rpm). */
  readonly sourceName: string;
  readonly sourceVersion: string;
  readonly vendor: string;
  /** Extension id, bundle id, product code: what the ecosystem itself names it by. */
  readonly identifier: string;
  /**
   * What an extension extends (`chrome`, `edge`, `vscode`); `distribution` for a Python package
   * that lies where the packages of the Linux distribution put theirs, so that deb or rpm, with
   * the distribution's own fixes, speaks for it.
   */
  readonly host: string;
}

/** In UTF-16 code units. Longer names or versions are nonsense; other texts are cut. */
export const longestName = 300;
const longestVersion = 200;
const longestOther = 300;

type Fields = Partial<Omit<SoftwareIdentity, 'source'>>;

const readers: Readonly<Record<SoftwareSource, (row: Row) => Fields>> = {
  deb: (row) => ({ ...named(row), ...debSource(row), vendor: text(row, 'maintainer') }),
  rpm(row) {
    const epoch = text(row, 'epoch');
    const release = text(row, 'release');
    const withRelease =
      release === '' ? text(row, 'version') : `${text(row, 'version')}-${release}`;
    return {
      ...named(row),
      ...rpmSource(text(row, 'source')),
      version: epoch === '' || epoch === '0' ? withRelease : `${epoch}:${withRelease}`,
      vendor: text(row, 'vendor'),
    };
  },
  homebrew: named,
  'windows-program': (row) => ({
    ...named(row),
    vendor: text(row, 'publisher'),
    identifier: text(row, 'identifying_number'),
  }),
  'macos-app': (row) => ({
    name: text(row, 'name').replace(/\.app$/, ''),
    version: text(row, 'bundle_short_version') || text(row, 'bundle_version'),
    identifier: text(row, 'bundle_identifier'),
  }),
  python: (row) => ({
    ...named(row),
    host: /^\/usr\/lib(64)?\/python3?(\.\d+)?\/(dist|site)-packages\/?$/.test(
      text(row, 'directory'),
    )
      ? 'distribution'
      : '',
  }),
  npm: named,
  'chrome-extension': (row) => ({
    ...named(row),
    identifier: text(row, 'identifier'),
    host: text(row, 'browser_type'),
  }),
  'firefox-addon': (row) => ({
    ...named(row),
    identifier: text(row, 'identifier'),
    vendor: text(row, 'creator'),
    host: 'firefox',
  }),
  'vscode-extension': (row) => ({
    ...named(row),
    vendor: text(row, 'publisher'),
    identifier: text(row, 'uuid'),
    host: text(row, 'vscode_edition'),
  }),
};

/** A string: why the row cannot be an entry. */
export function softwareOf(source: SoftwareSource, row: Row): SoftwareIdentity | string {
  const fields = readers[source](row);
  const name = fields.name ?? '';
  // An extension without a display name is still known by its id.
  const shown = name === '' ? (fields.identifier ?? '') : name;
  const version = fields.version ?? '';
  if (shown === '') return 'has no name';
  if (shown.length > longestName) return `name is longer than ${longestName} characters`;
  if (version.length > longestVersion) return `version is longer than ${longestVersion} characters`;
  return {
    source,
    name: shown,
    version,
    arch: cut(fields.arch),
    sourceName: cut(fields.sourceName),
    sourceVersion: cut(fields.sourceVersion),
    vendor: cut(fields.vendor),
    identifier: cut(fields.identifier),
    host: cut(fields.host),
  };
}

/** Unique for each distinct entry. */
export function softwareKey(software: SoftwareIdentity): string {
  return [
    software.source,
    software.name,
    software.version,
    software.arch,
    software.sourceName,
    software.sourceVersion,
    software.vendor,
    software.identifier,
    software.host,
  ].join('\u001f');
}

/**
 * dpkg's Source field names the source package, with its version in parentheses only when that
 * differs from the binary's: "glibc", "glibc (2.36-9)", or nothing when both are the same.
 */
function debSource(row: Row): Fields {
  const source = text(row, 'source');
  const match = /^(\S+)\s*\(([^)]*)\)$/.exec(source);
  return {
    sourceName: match?.[1] ?? (source === '' ? text(row, 'name') : source),
    sourceVersion: match?.[2] ?? text(row, 'version'),
  };
}

/** `bash-5.1.8-6.el9.src.rpm` → bash, 5.1.8-6.el9. The file name carries no epoch. */
function rpmSource(fileName: string): Fields {
  const match = /^(.+)-([^-]+-[^-]+)\.(?:no)?src\.rpm$/.exec(fileName);
  return { sourceName: match?.[1] ?? '', sourceVersion: match?.[2] ?? '' };
}

function named(row: Row): Fields {
  return { name: text(row, 'name'), version: text(row, 'version'), arch: text(row, 'arch') };
}

function text(row: Row, column: string): string {
  return (row[column] ?? '').trim();
}

function cut(value = ''): string {
  return value.length > longestOther ? value.slice(0, longestOther).toWellFormed() : value;
}
