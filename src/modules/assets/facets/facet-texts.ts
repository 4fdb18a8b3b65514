import type { Bilingual } from '../../../platform/facets/facet.ts';

/** What each facet of this module is called, and how its terms are written. */
export const assetFacetTexts = {
  text: {
    key: 'text',
    title: { ja: '文字列', en: 'Text' },
    description: {
      ja: 'ホスト名・コンピューター名・管理担当・最終利用者・タグ・OS名・IPアドレスのどこかに含む。キーのない言葉も同じ意味です。',
      en: 'Anywhere in host name, computer name, owner, last user, tags, name of the operating system or address. The same as a word without a key.',
    },
    examples: ['text:osaka', 'osaka'],
  },
  os: {
    key: 'os',
    title: { ja: 'OS', en: 'Operating system' },
    description: {
      ja: 'windows・linux・macos は系統全体。ほかの言葉はOS名に含まれるもの。引用符で囲むとOS名の完全一致。',
      en: 'windows, linux and macos are whole families; another word is found in the name of the operating system; in quotes it is the whole name.',
    },
    examples: ['os:windows', 'os:debian', 'os:"Microsoft Windows 11 Pro"'],
  },
  platform: {
    key: 'platform',
    title: { ja: 'プラットフォーム', en: 'Platform' },
    description: { ja: 'OSの系統。', en: 'The family of the operating system.' },
    examples: ['platform:darwin'],
  },
  osversion: {
    key: 'osversion',
    title: { ja: 'OSのバージョン', en: 'Version of the operating system' },
    description: {
      ja: '数として比べます。22.04は 22.04.5 も含み、コード名（bookworm、23H2）でも探せます。系統ごとに番号の付け方が違うので os: と一緒に使ってください。',
      en: 'Compared as numbers; 22.04 includes 22.04.5, and code names (bookworm, 23H2) are found too. Families count differently: use it together with os:.',
    },
    examples: ['osversion:22.04', 'osversion:>=12', 'osversion:23H2'],
  },
  osbuild: {
    key: 'osbuild',
    title: { ja: 'OSのビルド', en: 'Build of the operating system' },
    description: {
      ja: 'Windowsと macOS のビルド番号。数として比べます。',
      en: 'Build number of Windows and macOS, compared as numbers.',
    },
    examples: ['osbuild:<26100.2314'],
  },
  arch: {
    key: 'arch',
    title: { ja: 'アーキテクチャ', en: 'Architecture' },
    description: {
      ja: 'x86_64 と amd64、arm64 と aarch64 は同じものとして扱います。',
      en: 'x86_64 and amd64 are the same, and so are arm64 and aarch64.',
    },
    examples: ['arch:arm64'],
  },
  scope: {
    key: 'scope',
    title: { ja: '所属範囲', en: 'Scope' },
    description: {
      ja: '会社や拠点の名前。配下もすべて含みます。同じ名前があるときは 親/子 の形で。',
      en: 'A company or site by name, with all that lies below it. Where names are equal, write parent/child.',
    },
    examples: ['scope:大阪支社', 'scope:Acme/Osaka'],
  },
  relation: {
    key: 'relation',
    title: { ja: '拠点の関係', en: 'Relation' },
    description: {
      ja: '端末の所属範囲が本社・国内・海外・グループ会社・取引先のどれか。',
      en: 'Whether the scope of the endpoint is headquarters, domestic, overseas, a group company or a supplier.',
    },
    examples: ['relation:overseas'],
  },
  tag: {
    key: 'tag',
    title: { ja: 'タグ', en: 'Tag' },
    description: { ja: '端末に付けたタグ。', en: 'A tag that somebody gave the endpoint.' },
    examples: ['tag:pci', 'tag:none'],
  },
  owner: {
    key: 'owner',
    title: { ja: '管理担当', en: 'Owner' },
    description: { ja: '端末の管理担当。', en: 'Who answers for the endpoint.' },
    examples: ['owner:"佐藤 花子"', 'owner:none'],
  },
  criticality: {
    key: 'criticality',
    title: { ja: '重要度', en: 'Criticality' },
    description: {
      ja: '端末の重要度。大小を比べられます。',
      en: 'How much depends on the endpoint; it has an order.',
    },
    examples: ['criticality:critical', 'criticality:>=high'],
  },
  hostname: {
    key: 'hostname',
    aliases: ['host'],
    title: { ja: 'ホスト名', en: 'Host name' },
    description: {
      ja: 'ホスト名の全体。一部で探すときは * を使います。',
      en: 'The whole host name; * stands for any part of it.',
    },
    examples: ['hostname:web-01', 'hostname:web-*'],
  },
  ip: {
    key: 'ip',
    aliases: ['address'],
    title: { ja: 'IPアドレス', en: 'IP address' },
    description: {
      ja: '端末のどれかのアドレス。ネットワークや範囲でも指定できます。',
      en: 'Any address of the endpoint; also a network or a range.',
    },
    examples: ['ip:10.1.2.3', 'ip:10.0.0.0/8', 'ip:10.0.0.1..10.0.0.99'],
  },
  mac: {
    key: 'mac',
    title: { ja: 'MACアドレス', en: 'MAC address' },
    description: {
      ja: '区切りは問いません。途中までの値は、それで始まるもの。',
      en: 'However it is separated; a part of one is what begins so.',
    },
    examples: ['mac:"00:1a:2b:3c:4d:5e"', 'mac:001a2b'],
  },
  macvendor: {
    key: 'macvendor',
    aliases: ['vendor-mac'],
    title: { ja: 'MACアドレスの製造元', en: 'Vendor of the MAC address' },
    description: {
      ja: 'IEEEの割り当て（OUI）による、ネットワーク機器の製造元。名前に含まれる言葉で探します。',
      en: 'Who made the network interface, by the assignments of IEEE (OUI); found anywhere in the name.',
    },
    examples: ['macvendor:vmware'],
  },
  lastseen: {
    key: 'lastseen',
    title: { ja: '最終応答', en: 'Last seen' },
    description: { ja: '最後に応答した日時。', en: 'When the endpoint was last heard of.' },
    examples: ['lastseen:<7d', 'lastseen:>30d', 'lastseen:never'],
  },
  firstseen: {
    key: 'firstseen',
    aliases: ['enrolled'],
    title: { ja: '登録日時', en: 'First seen' },
    description: { ja: '初めて登録された日時。', en: 'When the endpoint enrolled first.' },
    examples: ['firstseen:<24h'],
  },
  presence: {
    key: 'presence',
    title: { ja: '応答状況', en: 'Presence' },
    description: {
      ja: 'online は2分以内、recent は24時間以内、silent はそれより前、never は登録後に一度も応答がない。',
      en: 'online: within two minutes; recent: within 24 hours; silent: longer ago; never: not since enrolment.',
    },
    examples: ['presence:online', 'presence:silent'],
  },
  agentversion: {
    key: 'agentversion',
    title: { ja: 'エージェントのバージョン', en: 'Agent version' },
    description: { ja: 'osquery のバージョン。', en: 'Version of osquery.' },
    examples: ['agentversion:<5.20'],
  },
  software: {
    key: 'software',
    aliases: ['sw', 'package'],
    title: { ja: 'ソフトウェア', en: 'Software' },
    description: {
      ja: 'いま入っているソフトウェア。バージョンはそのエコシステムの規則で比べます。書かなかったエポックやリビジョンは比べません。比べられないバージョンのものは選ばれません。software:* は一度でも一覧を取れた端末。',
      en: 'Software that is installed now. Versions are compared by the rule of their ecosystem, without the epoch or revision that is not written; what cannot be compared is not selected. software:* is every endpoint whose software is known.',
    },
    examples: [
      'software:openssl',
      'software:openssl<3.0.13',
      'software:"log4j-core>=2.0,<2.17"',
      'software:python3*',
    ],
  },
  extension: {
    key: 'extension',
    title: { ja: '拡張機能', en: 'Extension' },
    description: {
      ja: 'ブラウザーとエディターの拡張機能。名前か識別子、バージョンも指定できます。',
      en: 'Extensions of browsers and editors, by name or identifier, with a version if you like.',
    },
    examples: ['extension:ublock*', 'extension:cjpalhdlnbpafiamejdnhcphjbkeiagm'],
  },
  port: {
    key: 'port',
    title: { ja: '待ち受けポート', en: 'Listening port' },
    description: {
      ja: '待ち受けているポート。プロトコルを付けられます。',
      en: 'A port that something listens on; the protocol may be added.',
    },
    examples: ['port:3389', 'port:8000..8999', 'port:53/udp'],
  },
  openport: {
    key: 'openport',
    title: { ja: '全体に開いたポート', en: 'Port open to everyone' },
    description: {
      ja: 'すべてのアドレスで待ち受けているポート（0.0.0.0 と ::）。',
      en: 'A port that something listens on at all addresses (0.0.0.0 and ::).',
    },
    examples: ['openport:22'],
  },
  user: {
    key: 'user',
    title: { ja: 'アカウント', en: 'Account' },
    description: { ja: '端末にあるアカウント。', en: 'An account that exists on the endpoint.' },
    examples: ['user:sato'],
  },
  administrator: {
    key: 'administrator',
    aliases: ['admin'],
    title: { ja: '管理者', en: 'Administrator' },
    description: {
      ja: '何でもできるアカウント（UID 0と管理者グループ）。',
      en: 'An account that may do everything (UID 0 and the groups of administrators).',
    },
    examples: ['administrator:sato'],
  },
  lastuser: {
    key: 'lastuser',
    title: { ja: '最終利用者', en: 'Last user' },
    description: { ja: '最後にログオンしたアカウント。', en: 'The account that logged in last.' },
    examples: ['lastuser:sato'],
  },
  service: {
    key: 'service',
    title: { ja: 'サービス', en: 'Service' },
    description: {
      ja: '端末にあるサービス。動いているかどうかは問いません。',
      en: 'A service of the endpoint, whether it runs or not.',
    },
    examples: ['service:sshd'],
  },
  running: {
    key: 'running',
    title: { ja: '動作中のサービス', en: 'Running service' },
    description: {
      ja: '動いていると端末が答えたサービス。macOS は状態を答えません。',
      en: 'A service that the endpoint says is running; macOS does not say.',
    },
    examples: ['running:sshd', '-running:falcon-sensor'],
  },
  cloned: {
    key: 'cloned',
    title: { ja: 'UUIDの重複', en: 'Cloned' },
    description: {
      ja: 'ハードウェアUUIDを別の端末と共有している。',
      en: 'Shares its hardware UUID with another endpoint.',
    },
    examples: ['cloned:yes'],
  },
} as const satisfies Readonly<Record<string, FacetWords>>;

interface FacetWords {
  readonly key: string;
  readonly aliases?: readonly string[];
  readonly title: Bilingual;
  readonly description: Bilingual;
  readonly examples: readonly string[];
}

/** What a value of a choice is called. */
export const choiceTitles: Readonly<Record<string, Readonly<Record<string, Bilingual>>>> = {
  platform: {
    linux: { ja: 'Linux', en: 'Linux' },
    darwin: { ja: 'macOS', en: 'macOS' },
    windows: { ja: 'Windows', en: 'Windows' },
  },
  relation: {
    headquarters: { ja: '本社', en: 'Headquarters' },
    domestic: { ja: '国内', en: 'Domestic' },
    overseas: { ja: '海外', en: 'Overseas' },
    group: { ja: 'グループ会社', en: 'Group company' },
    supplier: { ja: '取引先', en: 'Supplier' },
  },
  criticality: {
    low: { ja: '低', en: 'Low' },
    normal: { ja: '標準', en: 'Normal' },
    high: { ja: '高', en: 'High' },
    critical: { ja: '最重要', en: 'Critical' },
  },
  presence: {
    online: { ja: 'オンライン', en: 'Online' },
    recent: { ja: '24時間以内', en: 'Within 24 hours' },
    silent: { ja: '応答なし', en: 'Silent' },
    never: { ja: '未応答', en: 'Not heard of yet' },
  },
};
