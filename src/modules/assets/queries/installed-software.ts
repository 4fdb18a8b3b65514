import type { PartQuery } from './part-query.ts';

/**
 * Installed software, one part per source. Names and versions stay as the ecosystem writes them,
 * since advisories are matched against them; software/identity.ts reads the rows.
 */
export interface SoftwareQuery extends PartQuery {
  readonly source: SoftwareSource;
}

export const softwareSources = [
  'deb',
  'rpm',
  'homebrew',
  'windows-program',
  'macos-app',
  'python',
  'npm',
  'chrome-extension',
  'firefox-addon',
  'vscode-extension',
] as const;
export type SoftwareSource = (typeof softwareSources)[number];

// Tables of what users have show only osqueryd's own user unless they are joined with users.
const python = `select distinct p.name, p.version, p.directory
  from users u cross join python_packages p using (uid)`;
const npm = `select distinct name, version from npm_packages`;
const chrome = `select distinct c.name, c.version, c.identifier, c.browser_type
  from users u cross join chrome_extensions c using (uid)`;
// Firefox's own parts are no one's choice and carry Firefox's version.
const firefox = `select distinct f.name, f.version, f.identifier, f.creator
  from users u cross join firefox_addons f using (uid)
  where f.location not in ('app-builtin', 'app-builtin-addons', 'app-system-defaults',
    'app-system-addons')`;
const vscode = `select distinct v.name, v.version, v.publisher, v.uuid, v.vscode_edition
  from users u cross join vscode_extensions v using (uid)`;

export const softwareQueries: readonly SoftwareQuery[] = [
  {
    // "install ok installed", and "hold ok installed": a held package is installed too.
    source: 'deb',
    name: 'software-deb',
    intervalSeconds: 300,
    maxRows: 50_000,
    columns: ['name', 'version', 'arch', 'source', 'maintainer'],
    sql: {
      linux: `select distinct name, version, arch, source, maintainer from deb_packages
        where status like '% ok installed'`,
    },
  },
  {
    source: 'rpm',
    name: 'software-rpm',
    intervalSeconds: 300,
    maxRows: 50_000,
    columns: ['name', 'epoch', 'version', 'release', 'arch', 'source', 'vendor'],
    sql: {
      linux: `select distinct name, epoch, version, release, arch, source, vendor
        from rpm_packages where name <> 'gpg-pubkey'`,
    },
  },
  {
    source: 'homebrew',
    name: 'software-homebrew',
    intervalSeconds: 300,
    maxRows: 20_000,
    columns: ['name', 'version'],
    sql: { darwin: `select distinct name, version from homebrew_packages` },
  },
  {
    source: 'windows-program',
    name: 'software-windows-program',
    intervalSeconds: 300,
    maxRows: 20_000,
    columns: ['name', 'version', 'publisher', 'identifying_number'],
    sql: {
      windows: `select distinct name, version, publisher, identifying_number from programs
        where name <> ''`,
    },
  },
  {
    source: 'macos-app',
    name: 'software-macos-app',
    intervalSeconds: 300,
    maxRows: 20_000,
    columns: ['name', 'bundle_short_version', 'bundle_version', 'bundle_identifier'],
    sql: {
      darwin: `select distinct name, bundle_short_version, bundle_version, bundle_identifier
        from apps`,
    },
  },
  {
    source: 'python',
    name: 'software-python',
    intervalSeconds: 600,
    maxRows: 50_000,
    columns: ['name', 'version', 'directory'],
    sql: { linux: python, darwin: python, windows: python },
  },
  {
    source: 'npm',
    name: 'software-npm',
    intervalSeconds: 600,
    maxRows: 50_000,
    columns: ['name', 'version'],
    sql: { linux: npm, darwin: npm, windows: npm },
  },
  {
    source: 'chrome-extension',
    name: 'software-chrome-extension',
    intervalSeconds: 600,
    maxRows: 20_000,
    columns: ['name', 'version', 'identifier', 'browser_type'],
    sql: { linux: chrome, darwin: chrome, windows: chrome },
  },
  {
    source: 'firefox-addon',
    name: 'software-firefox-addon',
    intervalSeconds: 600,
    maxRows: 20_000,
    columns: ['name', 'version', 'identifier', 'creator'],
    sql: { linux: firefox, darwin: firefox, windows: firefox },
  },
  {
    source: 'vscode-extension',
    name: 'software-vscode-extension',
    intervalSeconds: 600,
    maxRows: 20_000,
    columns: ['name', 'version', 'publisher', 'uuid', 'vscode_edition'],
    sql: { linux: vscode, darwin: vscode, windows: vscode },
  },
];
