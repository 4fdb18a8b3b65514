import type { Platform, Row } from '../../modules/assets/public.ts';
import { debianPackages } from './profiles/debian-packages.ts';
import {
  chromeExtensions,
  firefoxAddons,
  npmPackages,
  pythonPackages,
  vscodeExtensions,
} from './profiles/extensions.ts';
import { homebrewPackages, macosApps } from './profiles/macos-apps.ts';
import { rpmPackages } from './profiles/rpm-packages.ts';
import { windowsPrograms } from './profiles/windows-programs.ts';
import { Random, roll } from './random.ts';
import { versionAtLevel } from './versions.ts';

export type Role = 'server' | 'desktop';

/** One piece of software that simulated endpoints may have. */
interface Item {
  /** Its row when it is at `version`. */
  readonly rowAt: (version: string) => Row;
  /** What counts up; for rpm its release. */
  readonly version: string;
  /** Share of the endpoints of a role that have it, 0 to 1. */
  readonly share: Readonly<Record<Role, number>>;
}

/** All software of one source. Rows are made once and shared by all endpoints that have them. */
export class SoftwareCatalogue {
  readonly source: string;
  readonly items: readonly Item[];
  readonly #rows = new Map<string, Row>();
  readonly #salt: number;

  constructor(source: string, items: readonly Item[]) {
    this.source = source;
    this.items = items;
    this.#salt = new Random(source).below(2 ** 32);
  }

  /** Row of an item so many updates after (before) the version of the catalogue. */
  row(item: number, level: number): Row {
    const key = `${item} ${level}`;
    let row = this.#rows.get(key);
    if (row === undefined) {
      const { rowAt, version } = this.items[item]!;
      row = rowAt(versionAtLevel(version, level, this.source));
      this.#rows.set(key, row);
    }
    return row;
  }

  /**
   * What an endpoint has installed. `salt`: the endpoint's; `behind`: how likely it is to have
   * missed an update, 0 to 1; `updates`: those it took since, by item.
   */
  rowsOf(
    { salt, role, behind }: { salt: number; role: Role; behind: number },
    updates: ReadonlyMap<number, number>,
  ): Row[] {
    const rows: Row[] = [];
    const own = (salt ^ this.#salt) >>> 0;
    for (let item = 0; item < this.items.length; item += 1) {
      if (roll(own, item) >= this.items[item]!.share[role]) continue;
      rows.push(this.row(item, levelOf(own, item, behind) + (updates.get(item) ?? 0)));
    }
    return rows;
  }
}

function levelOf(salt: number, item: number, behind: number): number {
  const chance = roll(salt ^ 0x5bd1e995, item);
  if (chance < behind * 0.3) return -2;
  return chance < behind ? -1 : 0;
}

const both = (share: number) => ({ server: share, desktop: share });
const linesOf = (text: string) => text.trim().split('\n');

/** Things that only a graphical or a developer's machine has. */
const graphical =
  /^(lib(x|gtk|gl|wayland|drm|egl|pango|cairo|gdk|at-spi|atk|gir|vorbis|pulse|av|heif|x265|dav1d|svtav|rav1e|aom|asound|flac|mp3|ogg|opus|sndfile|gstreamer|handy|notify|colord|cups|tiff|webp|jpeg|jbig|thai)|gir1|gnome|gdm|x11|xserver|xfonts|fonts|mesa|evolution|libreoffice|thunderbird|firefox|chromium|vlc|gimp|ibus|mozc|cups|alsa|adwaita|at-spi|appstream|avahi|hicolor|gsettings|dconf|gtk|flatpak|keepassxc|wireshark|imagemagick|ffmpeg|iso-codes|packagekit|software-properties|network-manager|wpa)/;
const development =
  /(-dev$|^(build-essential|g\+\+|gcc|cpp|cmake|cscope|gdb|make|dpkg-dev|lib.*-dev|valgrind|maven|default-jdk|openjdk-17-jdk|fakeroot|gettext|binutils|manpages-dev|nodejs|clang|llvm))/;
const services =
  /^(nginx|apache2|postgresql|mariadb|redis|php|haproxy|memcached|tomcat|postfix|exim|snmpd|fail2ban|bind9-(?!libs|host)|docker|containerd|runc|samba(?!-)|clamav|certbot|strongswan|openvpn|nfs)/;

function shareOfPackage(name: string): Record<Role, number> {
  if (services.test(name)) return { server: 0.28, desktop: 0.02 };
  if (graphical.test(name)) return { server: 0.02, desktop: 0.96 };
  if (development.test(name)) return { server: 0.12, desktop: 0.4 };
  return { server: 0.97, desktop: 0.98 };
}

const debianMaintainer = 'Debian Developers <debian-devel@lists.debian.org>';
const debian = linesOf(debianPackages).map((line): Item => {
  const [name = '', version = '', arch = '', ...source] = line.split(' ');
  const row = { name, version, arch, source: source.join(' '), maintainer: debianMaintainer };
  return { rowAt: (at) => ({ ...row, version: at }), version, share: shareOfPackage(name) };
});

const rpm = linesOf(rpmPackages).map((line): Item => {
  const [name = '', epoch = '', version = '', release = '', arch = '', source = ''] =
    line.split(' ');
  const rowAt = (at: string): Row => ({
    name,
    epoch,
    version,
    release: at,
    arch,
    source: `${source}-${version}-${at}.src.rpm`,
    vendor: 'AlmaLinux',
  });
  const share = services.test(name) || /^(httpd|podman|java)/.test(name) ? 0.3 : 0.97;
  return { rowAt, version: release, share: both(share) };
});

const windows = linesOf(windowsPrograms).map((line): Item => {
  const [name = '', version = '', publisher = '', shares = ''] = line.split('|');
  const share = (letter: string) =>
    Number(new RegExp(`${letter}(\\d+)`).exec(shares)?.[1] ?? 0) / 100;
  // Installed by Windows Installer: known by a product code, which each version has its own of.
  const hasCode = /Runtime|Redistributable|Driver|Java|Python|SDK|Zoom|Webex|Slack|Agent/.test(
    name,
  );
  return {
    version,
    share: { desktop: share('w'), server: share('s') },
    rowAt: (at) => ({
      name: name.replace(version, at),
      version: at,
      publisher,
      identifying_number: hasCode ? productCode(`${name} ${at}`) : '',
    }),
  };
});

function productCode(text: string): string {
  const hex = new Random('product code', text).hex(32).toUpperCase();
  return `{${[8, 12, 16, 20, 32].map((end, i) => hex.slice([0, 8, 12, 16, 20][i], end)).join('-')}}`;
}

const macos = linesOf(macosApps).map((line): Item => {
  const [name = '', version = '', build = '', identifier = '', share = ''] = line.split('|');
  const short = version === '@safari' ? '18.6' : version;
  return {
    version: short,
    share: both(Number(share) / 100),
    rowAt: (at) => ({
      name,
      bundle_short_version: at,
      bundle_version: build === '' || at !== short ? at : build,
      bundle_identifier: identifier,
    }),
  };
});

/** Lines of `name|version|…|share`, what lies between named by `columns`. */
function listed(text: string, columns: readonly string[], more: Row = {}): Item[] {
  return linesOf(text).map((line): Item => {
    const fields = line.split('|');
    const row: Record<string, string> = { ...more };
    for (const [i, column] of columns.entries()) row[column] = fields[i] ?? '';
    return {
      version: fields[1] ?? '',
      share: both(Number(fields.at(-1)) / 100),
      rowAt: (version) => ({ ...row, version }),
    };
  });
}

const pythonFolders: Readonly<Record<Platform, string>> = {
  linux: '/usr/local/lib/python3.11/dist-packages',
  darwin: '/opt/homebrew/lib/python3.13/site-packages',
  windows: 'C:\\Program Files\\Python312\\Lib\\site-packages',
};

const of = (source: string, items: readonly Item[]) => new SoftwareCatalogue(source, items);
export const catalogues = {
  deb: of('deb', debian),
  rpm: of('rpm', rpm),
  'windows-program': of('windows-program', windows),
  'macos-app': of('macos-app', macos),
  homebrew: of('homebrew', listed(homebrewPackages, ['name', 'version'])),
  npm: of('npm', listed(npmPackages, ['name', 'version'])),
  'chrome-extension': of(
    'chrome-extension',
    listed(chromeExtensions, ['name', 'version', 'identifier'], { browser_type: 'chrome' }),
  ),
  'firefox-addon': of(
    'firefox-addon',
    listed(firefoxAddons, ['name', 'version', 'identifier', 'creator']),
  ),
  'vscode-extension': of(
    'vscode-extension',
    linesOf(vscodeExtensions).map((line): Item => {
      const [name = '', version = '', publisher = '', share = ''] = line.split('|');
      const hex = new Random('extension', name).hex(32);
      const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
      return {
        version,
        share: both(Number(share) / 100),
        rowAt: (at) => ({ name, version: at, publisher, uuid, vscode_edition: 'vscode' }),
      };
    }),
  ),
  'python-linux': of(
    'python-linux',
    listed(pythonPackages, ['name', 'version'], { directory: pythonFolders.linux }),
  ),
  'python-darwin': of(
    'python-darwin',
    listed(pythonPackages, ['name', 'version'], { directory: pythonFolders.darwin }),
  ),
  'python-windows': of(
    'python-windows',
    listed(pythonPackages, ['name', 'version'], { directory: pythonFolders.windows }),
  ),
} as const;

export type CatalogueName = keyof typeof catalogues;
