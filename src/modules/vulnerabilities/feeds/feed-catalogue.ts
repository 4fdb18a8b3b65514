/**
 * The feeds: what each is, whose it is and on what terms, how old it may be, and where it lies in a
 * bundle and on the network. OSV is one feed per ecosystem (`osv/Debian`, `osv/npm`).
 */
export type FeedKind =
  | 'osv'
  | 'debian-advisories'
  | 'kev'
  | 'epss'
  | 'vulnrichment'
  | 'endoflife'
  | 'debian-support'
  | 'ubuntu-support'
  | 'windows-fixes'
  | 'windows-cvrf'
  | 'windows-releases'
  | OuiKind;

/** The IEEE publishes blocks of 24, 28 and 36 bits apart; a bundle may hold all in the first. */
export type OuiKind = 'oui' | 'oui-28' | 'oui-36';

export interface FeedDefinition {
  readonly kind: FeedKind;
  readonly title: { readonly en: string; readonly ja: string };
  /** Shown with the data, as its terms ask. */
  readonly licence: string;
  readonly attribution: string;
  /** Older than this, its silence proves nothing any more. Null: its age harms nobody. */
  readonly maxAgeDays: number | null;
  /** It carries the day of its own publication, which tells its age whoever hands it out. */
  readonly dated: boolean;
  /** Where it is fetched from; null: only a bundle brings it. */
  readonly url: string | null;
  /** The environment variable that names another place. */
  readonly urlVariable: string | null;
  /** Where it lies in a bundle, the first being where an export writes it. */
  readonly paths: readonly string[];
  /** Largest file taken, and largest that may come out of it, in bytes. */
  readonly maxFileBytes: number;
  readonly maxContentBytes: number;
}

const mebibyte = 1024 * 1024;

function oui(
  kind: OuiKind,
  {
    name,
    url,
    urlVariable,
    paths,
  }: { name: string } & Pick<FeedDefinition, 'url' | 'urlVariable' | 'paths'>,
): FeedDefinition {
  return {
    kind,
    title: {
      en: `IEEE MAC address vendors (${name})`,
      ja: `IEEE MACアドレスのベンダー（${name}）`,
    },
    licence: 'public listing of the IEEE Registration Authority',
    attribution: 'IEEE Registration Authority',
    // New blocks are assigned every day: after a year, "not assigned" says little.
    maxAgeDays: 365,
    dated: false,
    url,
    urlVariable,
    paths,
    maxFileBytes: 64 * mebibyte,
    maxContentBytes: 64 * mebibyte,
  };
}

const osv: FeedDefinition = {
  kind: 'osv',
  title: { en: 'OSV advisories', ja: 'OSV脆弱性アドバイザリ' },
  licence: 'CC-BY-4.0, CC0-1.0, MIT and others, by source',
  attribution: 'OSV.dev and the advisory databases it collects',
  maxAgeDays: 7,
  dated: false,
  url: 'https://storage.googleapis.com/osv-vulnerabilities',
  urlVariable: 'YOJIN_FEED_OSV_URL',
  paths: [],
  maxFileBytes: 1024 * mebibyte,
  maxContentBytes: 8192 * mebibyte,
};

export const feedDefinitions: readonly FeedDefinition[] = [
  osv,
  {
    kind: 'debian-advisories',
    title: {
      en: 'Debian security advisories (DSA, DLA)',
      ja: 'Debianセキュリティ勧告（DSA、DLA）',
    },
    licence: 'Debian security tracker, MIT',
    attribution: 'Debian security team',
    // It adds to OSV and is never what an assessment rests on.
    maxAgeDays: null,
    dated: false,
    url: null,
    urlVariable: null,
    paths: ['debian/osv-dsa-dla.jsonl.gz'],
    maxFileBytes: 256 * mebibyte,
    maxContentBytes: 1024 * mebibyte,
  },
  {
    kind: 'kev',
    title: { en: 'CISA Known Exploited Vulnerabilities', ja: 'CISAの悪用確認済み脆弱性（KEV）' },
    licence: 'CC0-1.0',
    attribution: 'CISA',
    maxAgeDays: 14,
    dated: true,
    url: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
    urlVariable: 'YOJIN_FEED_KEV_URL',
    paths: ['kev.json'],
    maxFileBytes: 64 * mebibyte,
    maxContentBytes: 64 * mebibyte,
  },
  {
    kind: 'epss',
    title: { en: 'FIRST EPSS scores', ja: 'FIRST EPSSスコア' },
    licence: 'free use with attribution',
    attribution: 'FIRST.org, Exploit Prediction Scoring System (EPSS), https://www.first.org/epss',
    maxAgeDays: 7,
    dated: true,
    url: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
    urlVariable: 'YOJIN_FEED_EPSS_URL',
    paths: ['epss.csv.gz'],
    maxFileBytes: 64 * mebibyte,
    maxContentBytes: 256 * mebibyte,
  },
  {
    kind: 'vulnrichment',
    title: { en: 'CISA Vulnrichment (CVSS, SSVC)', ja: 'CISA Vulnrichment（CVSS、SSVC）' },
    licence: 'CC0-1.0',
    attribution: 'CISA',
    maxAgeDays: 30,
    dated: true,
    // The repository itself, as one archive of CVE records: CISA offers no smaller form of it.
    url: 'https://github.com/cisagov/vulnrichment/archive/refs/heads/develop.zip',
    urlVariable: 'YOJIN_FEED_VULNRICHMENT_URL',
    paths: ['cve-meta-vulnrichment.jsonl.gz'],
    maxFileBytes: 2048 * mebibyte,
    maxContentBytes: 8192 * mebibyte,
  },
  {
    kind: 'endoflife',
    title: { en: 'endoflife.date', ja: 'endoflife.date サポート終了日' },
    licence: 'MIT',
    attribution: 'endoflife.date contributors',
    maxAgeDays: 120,
    dated: true,
    url: 'https://endoflife.date/api/v1/products/full',
    urlVariable: 'YOJIN_FEED_ENDOFLIFE_URL',
    paths: ['eol.json'],
    maxFileBytes: 64 * mebibyte,
    maxContentBytes: 64 * mebibyte,
  },
  {
    kind: 'debian-support',
    title: { en: 'Debian support dates', ja: 'Debianサポート期限' },
    licence: 'ISC (distro-info-data)',
    attribution: 'Debian, distro-info-data',
    maxAgeDays: null,
    dated: false,
    url: 'https://salsa.debian.org/debian/distro-info-data/-/raw/main/debian.csv',
    urlVariable: 'YOJIN_FEED_DEBIAN_SUPPORT_URL',
    paths: ['debian/support/debian.csv'],
    maxFileBytes: mebibyte,
    maxContentBytes: mebibyte,
  },
  {
    kind: 'ubuntu-support',
    title: { en: 'Ubuntu support dates', ja: 'Ubuntuサポート期限' },
    licence: 'ISC (distro-info-data)',
    attribution: 'Debian, distro-info-data',
    maxAgeDays: null,
    dated: false,
    url: 'https://salsa.debian.org/debian/distro-info-data/-/raw/main/ubuntu.csv',
    urlVariable: 'YOJIN_FEED_UBUNTU_SUPPORT_URL',
    paths: ['debian/support/ubuntu.csv'],
    maxFileBytes: mebibyte,
    maxContentBytes: mebibyte,
  },
  {
    kind: 'windows-fixes',
    title: { en: 'Windows fixed builds (CVE to KB)', ja: 'Windows修正ビルド（CVEとKB）' },
    licence: 'MIT; data by Microsoft',
    attribution: 'Microsoft Security Response Center',
    maxAgeDays: 45,
    dated: true,
    url: null,
    urlVariable: null,
    paths: ['windows/cve-kb-mapping.json.gz'],
    maxFileBytes: 64 * mebibyte,
    maxContentBytes: 256 * mebibyte,
  },
  {
    kind: 'windows-cvrf',
    title: {
      en: 'Windows security updates (MSRC CVRF)',
      ja: 'Windowsセキュリティ更新（MSRC CVRF）',
    },
    licence: 'Microsoft, terms of the Security Update Guide',
    attribution: 'Microsoft Security Response Center',
    // Counted from the newest month's first release: the next one is at most 35 days later.
    maxAgeDays: 45,
    dated: true,
    url: null,
    urlVariable: null,
    paths: ['windows/msrc-cvrf-xml.zip'],
    maxFileBytes: 64 * mebibyte,
    maxContentBytes: 512 * mebibyte,
  },
  {
    kind: 'windows-releases',
    title: { en: 'Windows current builds', ja: 'Windows最新ビルド' },
    licence: 'MIT; data by Microsoft',
    attribution: 'Microsoft Security Response Center',
    maxAgeDays: 45,
    dated: true,
    url: null,
    urlVariable: null,
    paths: ['windows/windows-versions.json'],
    maxFileBytes: 16 * mebibyte,
    maxContentBytes: 16 * mebibyte,
  },
  oui('oui', {
    name: 'MA-L',
    url: 'https://standards-oui.ieee.org/oui/oui.csv',
    urlVariable: 'YOJIN_FEED_OUI_URL',
    paths: ['oui.txt', 'oui.csv'],
  }),
  oui('oui-28', {
    name: 'MA-M',
    url: 'https://standards-oui.ieee.org/oui28/mam.csv',
    urlVariable: 'YOJIN_FEED_OUI_28_URL',
    paths: ['oui28.txt', 'mam.csv'],
  }),
  oui('oui-36', {
    name: 'MA-S',
    url: 'https://standards-oui.ieee.org/oui36/oui36.csv',
    urlVariable: 'YOJIN_FEED_OUI_36_URL',
    paths: ['oui36.txt', 'oui36.csv'],
  }),
];

const byKind = new Map(
  feedDefinitions.map((definition) => [definition.kind as string, definition]),
);

/** An OSV ecosystem as it may stand in a path: `Debian:12`, `crates.io`, `Rocky Linux`. */
const ecosystemName = /^[A-Za-z0-9][A-Za-z0-9 ._:+-]{0,99}$/;

/** The definition of a feed by its name (`kev`, `osv/npm`); undefined: there is no such feed. */
export function feedOf(name: string): FeedDefinition | undefined {
  if (!name.startsWith('osv/')) return name === 'osv' ? undefined : byKind.get(name);
  return ecosystemName.test(name.slice(4)) ? osv : undefined;
}

/** The ecosystem of an OSV feed; null for the others. */
export function ecosystemOf(name: string): string | null {
  return name.startsWith('osv/') ? name.slice(4) : null;
}

/** Which feed a file of a bundle is; undefined: none that we know. */
export function feedAt(path: string): string | undefined {
  // Some disks know no colon in names.
  const ecosystem = /^osv\/([^/]+)\/all\.(?:zip|jsonl\.gz)$/
    .exec(path)?.[1]
    ?.replaceAll('%3A', ':');
  if (ecosystem !== undefined)
    return ecosystemName.test(ecosystem) ? `osv/${ecosystem}` : undefined;
  return feedDefinitions.find(({ paths }) => paths.includes(path))?.kind;
}

/** Where an export writes a feed. */
export function exportPathOf(name: string): string {
  const ecosystem = ecosystemOf(name);
  return ecosystem === null ? feedOf(name)!.paths[0]! : `osv/${ecosystem}/all.jsonl.gz`;
}

export interface FeedAge {
  readonly currentAsOf: Date | null;
  readonly dataAsOf: Date | null;
}

const dayMs = 24 * 3_600_000;

/** How old the knowledge is, in days; null: nobody can tell. */
export function ageDays({ currentAsOf, dataAsOf }: FeedAge, at: Date): number | null {
  const since = currentAsOf ?? dataAsOf;
  return since === null ? null : Math.max(0, (at.getTime() - since.getTime()) / dayMs);
}

/** Too old to say that what it does not name is harmless. An unknown age is too old. */
export function isTooOld(name: string, age: FeedAge, at: Date): boolean {
  const maxAgeDays = feedOf(name)?.maxAgeDays ?? null;
  if (maxAgeDays === null) return false;
  const days = ageDays(age, at);
  return days === null || days > maxAgeDays;
}
