import type { Platform, Row } from '../../modules/assets/public.ts';
import type { CatalogueName, Role } from './catalogue.ts';
import { catalogues } from './catalogue.ts';
import type { Profile } from './profile-name.ts';
import {
  type ComputerModel,
  models,
  type OsBuild,
  osBuilds,
} from './profiles/operating-systems.ts';
import { people } from './profiles/people.ts';
import { Random } from './random.ts';

/** What a fleet is made from: the same values, the same fleet. */
export interface Population {
  readonly seed: string;
  readonly profile: Profile;
  readonly endpoints: number;
  /** Share of the endpoints that are copies of another one, hardware UUID included. */
  readonly clones: number;
  /** The first moment of the simulation; ages of boots and log-ins count back from it. */
  readonly startsAt: Date;
}

type Kind = keyof typeof osBuilds;

/** Kinds by profile, with their share of a hundred. */
const mixes: Readonly<Record<Profile, readonly (readonly [Kind, number])[]>> = {
  mixed: [
    ['windows-pc', 54],
    ['windows-server', 8],
    ['mac', 13],
    ['debian', 17],
    ['alma', 8],
  ],
  linux: [
    ['debian', 70],
    ['alma', 30],
  ],
  windows: [
    ['windows-pc', 86],
    ['windows-server', 14],
  ],
  macos: [['mac', 100]],
};

const platformOf: Readonly<Record<Kind, Platform>> = {
  debian: 'linux',
  alma: 'linux',
  'windows-pc': 'windows',
  'windows-server': 'windows',
  mac: 'darwin',
};

export interface Account {
  readonly name: string;
  readonly fullName: string;
  readonly administrator: boolean;
}

export interface Port {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
  readonly process: string;
  readonly path: string;
}

const noUpdates: ReadonlyMap<number, number> = new Map();

/** One simulated computer. What it is follows from the seed; `change` lets it live. */
export class Host {
  readonly index: number;
  /** Is a copy of the host of that index; undefined: is itself. */
  readonly cloneOf: number | undefined;
  readonly kind: Kind;
  readonly platform: Platform;
  readonly role: Role;
  readonly hostname: string;
  readonly computerName: string;
  readonly uuid: string;
  readonly instanceId: string;
  readonly serial: string;
  readonly model: ComputerModel;
  readonly salt: number;
  /** How likely it has missed an update of a piece of software, 0 to 1. */
  readonly behind: number;
  readonly encrypted: boolean;
  readonly mac: string;
  readonly has: { readonly python: boolean; readonly node: boolean; readonly editor: boolean };
  readonly startsAtSeconds: number;
  readonly #family: readonly OsBuild[];
  readonly #drift: Random;

  // What changes as time passes.
  build: number;
  /** Linux: an update is installed that runs only after the next start. */
  installedBuild: number;
  bootedAtSeconds: number;
  accounts: Account[];
  extraPorts: Port[] = [];
  addressEnd: number;
  lastDay: number;
  /** Updates of software taken since the start: source, item of its catalogue, how many. */
  readonly #updates = new Map<CatalogueName, Map<number, number>>();

  constructor(population: Population, index: number) {
    const { seed, profile, endpoints, clones, startsAt } = population;
    const copies = Math.min(Math.floor(endpoints / 2), Math.round(endpoints * clones));
    const original = index - (endpoints - copies);
    this.index = index;
    this.cloneOf = original >= 0 ? original : undefined;
    const identity = this.cloneOf ?? index;
    const random = new Random(seed, 'host', identity);
    const own = new Random(seed, 'own', index);
    this.#drift = new Random(seed, 'drift', index);

    this.kind = kindOf(mixes[profile], random.below(100));
    this.platform = platformOf[this.kind];
    const isServer =
      this.kind === 'windows-server' ||
      this.kind === 'alma' ||
      (this.kind === 'debian' && random.chance(0.65));
    this.role = isServer ? 'server' : 'desktop';
    this.uuid = `${random.hex(8)}-${random.hex(4)}-4${random.hex(3)}-${random.pick(['8', '9', 'a', 'b'])}${random.hex(3)}-${identity.toString(16).padStart(6, '0')}${random.hex(6)}`;
    this.salt = random.below(2 ** 32);
    this.behind = Math.min(0.6, random.logNormal(0.06, 0.9));
    this.model = random.pick(
      this.platform === 'darwin' ? models.mac : isServer ? models.server : models.pc,
    );
    this.serial =
      this.model[0] === 'VMware, Inc.'
        ? `VMware-${random.hex(16).replace(/(..)(?=.)/g, '$1 ')}`
        : random.hex(this.platform === 'darwin' ? 10 : 7).toUpperCase();
    const owner = personOf(random);
    const names = namesOf(random, this.kind, isServer, identity, owner);
    // A copy keeps its name until somebody gives it another one.
    const renamed = this.cloneOf !== undefined && own.chance(0.5);
    this.hostname = renamed ? names.hostname.replace(/(\.|$)/, '-copy$1') : names.hostname;
    this.computerName = renamed ? `${names.computerName}-copy` : names.computerName;
    this.encrypted = random.chance(isServer ? 0.2 : 0.88);
    this.has = {
      python: random.chance(isServer ? 0.35 : 0.22),
      node: random.chance(isServer ? 0.14 : 0.18),
      editor: !isServer && random.chance(0.3),
    };
    this.#family = pickFamily(this.kind, random);
    const newest = this.#family.length - 1;
    this.build = Math.max(0, newest - Math.floor(random.exponential(0.8)));
    this.installedBuild = this.build;
    this.startsAtSeconds = Math.floor(startsAt.getTime() / 1000);
    this.bootedAtSeconds =
      this.startsAtSeconds - Math.floor(random.exponential(isServer ? 40 : 4) * 86_400) - 600;
    this.lastDay =
      Math.floor(this.startsAtSeconds / 86_400) -
      Math.floor(random.exponential(isServer ? 9 : 0.6));
    this.accounts = accountsOf(random, this.kind, isServer, owner);
    this.instanceId = `${own.hex(8)}-${own.hex(4)}-4${own.hex(3)}-a${own.hex(3)}-${own.hex(12)}`;
    this.mac = `${random.pick(['00:50:56', '3c:22:fb', 'f0:18:98', 'd8:bb:c1', '00:1b:d3', '54:ee:75'])}:${own.hex(6).replace(/(..)(?=.)/g, '$1:')}`;
    this.addressEnd = 10 + own.below(240);
  }

  get os(): OsBuild {
    return this.#family[this.build]!;
  }

  get installedOs(): OsBuild {
    return this.#family[this.installedBuild]!;
  }

  /** Updates it has had, oldest first, the one that runs last. */
  get osHistory(): readonly OsBuild[] {
    return this.#family.slice(0, this.installedBuild + 1);
  }

  updatesOf(source: CatalogueName): ReadonlyMap<number, number> {
    return this.#updates.get(source) ?? noUpdates;
  }

  get address(): string {
    return `10.${Math.floor(this.index / 200 / 256) % 256}.${Math.floor(this.index / 200) % 256}.${this.addressEnd}`;
  }

  /** One thing happens to it. Answers the parts of its inventory that are different now. */
  change(): readonly string[] {
    const random = this.#drift;
    const what = random.next();
    if (what < 0.5) return this.#takeUpdates(random.between(1, 3));
    if (what < 0.56) return this.#takeUpdates(random.between(8, 30));
    if (what < 0.72) return this.#logIn();
    if (what < 0.82) return this.#listen(random);
    if (what < 0.88) return this.#move(random);
    if (what < 0.92) return this.#changeAccounts(random);
    if (what < 0.96) return this.#updateSystem();
    return this.#restart(random);
  }

  #takeUpdates(count: number): readonly string[] {
    const source = this.#drift.pick(sourcesOf(this));
    const { items } = catalogues[source];
    const updates = this.#updates.get(source) ?? new Map<number, number>();
    this.#updates.set(source, updates);
    for (let i = 0; i < count; i += 1) {
      const item = this.#drift.below(items.length);
      updates.set(item, (updates.get(item) ?? 0) + 1);
    }
    return [`software-${source.replace(/^python-.*/, 'python')}`];
  }

  #logIn(): readonly string[] {
    this.lastDay += 1;
    return ['logins'];
  }

  #listen(random: Random): readonly string[] {
    if (this.extraPorts.length > 2 || (this.extraPorts.length > 0 && random.chance(0.5))) {
      this.extraPorts = this.extraPorts.slice(1);
    } else {
      const [process, path, port] = random.pick(
        this.platform === 'windows' ? passingWindowsPorts : passingPorts,
      );
      const address = random.pick(['0.0.0.0', '127.0.0.1', '::']);
      this.extraPorts = [...this.extraPorts, { protocol: 'tcp', address, port, process, path }];
    }
    return ['ports'];
  }

  #move(random: Random): readonly string[] {
    this.addressEnd = 10 + random.below(240);
    return ['addresses'];
  }

  #changeAccounts(random: Random): readonly string[] {
    if (this.accounts.length > 3 && random.chance(0.5)) this.accounts = this.accounts.slice(0, -1);
    else {
      const { login, fullName } = personOf(random);
      if (!this.accounts.some(({ name }) => name === login)) {
        this.accounts = [
          ...this.accounts,
          { name: login, fullName, administrator: random.chance(0.1) },
        ];
      }
    }
    return ['users', 'groups', 'administrators', 'logins'];
  }

  #updateSystem(): readonly string[] {
    this.installedBuild = Math.min(this.#family.length - 1, this.installedBuild + 1);
    return this.platform === 'linux' ? ['kernels'] : this.#restart(this.#drift);
  }

  #restart(random: Random): readonly string[] {
    this.bootedAtSeconds = Math.max(
      this.bootedAtSeconds + 60,
      this.startsAtSeconds + random.below(3600),
    );
    this.build = this.installedBuild;
    return ['boot', 'os', 'kernels', 'patches'];
  }
}

/** Makes the rows of one part of an inventory, as the statement of that name answers them. */
export type PartRows = (host: Host) => readonly Row[];

/** The catalogues that an endpoint may have software of. */
export function sourcesOf({ kind, platform, role, has }: Host): CatalogueName[] {
  const main: Readonly<Record<Kind, readonly CatalogueName[]>> = {
    debian: ['deb'],
    alma: ['rpm'],
    'windows-pc': ['windows-program'],
    'windows-server': ['windows-program'],
    mac: ['macos-app', 'homebrew'],
  };
  return [
    ...main[kind],
    ...(has.python ? [`python-${platform}` as const] : []),
    ...(has.node ? ['npm' as const] : []),
    ...(role === 'desktop' ? ['chrome-extension' as const, 'firefox-addon' as const] : []),
    ...(has.editor ? ['vscode-extension' as const] : []),
  ];
}

const passingPorts: readonly (readonly [string, string, number])[] = [
  ['node', '/usr/bin/node', 3000],
  ['python3', '/usr/bin/python3', 8000],
  ['java', '/usr/lib/jvm/java-17-openjdk-amd64/bin/java', 8080],
  ['redis-server', '/usr/bin/redis-server', 6379],
  ['docker-proxy', '/usr/bin/docker-proxy', 8443],
];
const passingWindowsPorts: readonly (readonly [string, string, number])[] = [
  ['node.exe', 'C:\\Program Files\\nodejs\\node.exe', 3000],
  ['java.exe', 'C:\\Program Files\\Java\\jdk-17\\bin\\java.exe', 8080],
  ['TeamViewer_Service.exe', 'C:\\Program Files\\TeamViewer\\TeamViewer_Service.exe', 5939],
  ['vncserver.exe', 'C:\\Program Files\\uvnc bvba\\UltraVNC\\winvnc.exe', 5900],
];

function kindOf(mix: readonly (readonly [Kind, number])[], at: number): Kind {
  let passed = 0;
  for (const [kind, share] of mix) {
    passed += share;
    if (at < passed) return kind;
  }
  return mix[0]![0];
}

function pickFamily(kind: Kind, random: Random): readonly OsBuild[] {
  const families: readonly (readonly OsBuild[])[] = osBuilds[kind];
  // The first family is the one most are on.
  return random.chance(0.6) ? families[0]! : random.pick(families);
}

function personOf(random: Random): { login: string; fullName: string; family: string } {
  const family = random.pick(people.families);
  const given = random.pick(people.givens);
  return {
    login: `${given.said[0]}.${family.said}`,
    fullName: `${family.written} ${given.written}`,
    family: family.written,
  };
}

function namesOf(
  random: Random,
  kind: Kind,
  isServer: boolean,
  identity: number,
  owner: { readonly family: string; readonly login: string },
): { hostname: string; computerName: string } {
  const site = random.pick(people.sites);
  const number = String(identity).padStart(5, '0');
  if (kind === 'mac') {
    const computerName = `${owner.family}のMacBook Pro`;
    return { computerName, hostname: `${owner.login.slice(2)}-mbp-${number}.local` };
  }
  const same = (name: string) => ({ hostname: name, computerName: name });
  if (kind === 'windows-server') {
    return same(
      `${site}-${random.pick(['AD', 'FS', 'SQL', 'WEB', 'APP', 'WSUS'])}-${number}`.toUpperCase(),
    );
  }
  if (kind === 'windows-pc') {
    const how = random.next();
    const department = random.pick(people.departments);
    if (how < 0.3) return same(`DESKTOP-${random.hex(2).toUpperCase()}${number}`);
    if (how < 0.85) return same(`${site}-${department.written}-PC${number}`.toUpperCase());
    return same(`${department.said}-PC${number}`);
  }
  const use = isServer
    ? random.pick(['web', 'app', 'db', 'mail', 'dns', 'build', 'proxy', 'log', 'k8s'])
    : 'ws';
  const full = `${use}-${site}-${number}.corp.example`;
  return { hostname: full, computerName: full.split('.')[0]! };
}

function accountsOf(
  random: Random,
  kind: Kind,
  isServer: boolean,
  owner: { readonly login: string; readonly fullName: string },
): Account[] {
  const local =
    kind === 'windows-pc' || kind === 'windows-server'
      ? [{ name: 'Administrator', fullName: '', administrator: true }]
      : [];
  const first = {
    name: owner.login,
    fullName: owner.fullName,
    administrator: random.chance(isServer ? 0.9 : 0.35),
  };
  const others = Array.from(
    { length: isServer ? random.below(6) : Number(random.chance(0.2)) },
    () => {
      const { login, fullName } = personOf(random);
      return { name: login, fullName, administrator: random.chance(isServer ? 0.4 : 0.1) };
    },
  );
  const all = [...local, first, ...others];
  return all.filter(({ name }, at) => all.findIndex((one) => one.name === name) === at);
}
