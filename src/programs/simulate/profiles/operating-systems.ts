/** Builds that are found in use, oldest first. Releases of their makers, 2024 to 2026. */
export interface OsBuild {
  readonly name: string;
  readonly version: string;
  readonly build: string;
  readonly platform: string;
  readonly platformLike: string;
  readonly codename: string;
  readonly kernel: string;
  /** The update that brought this build, where there is such a thing. */
  readonly update: string;
}

const debian = (abi: number, kernelPackage: string): OsBuild => ({
  name: 'Debian GNU/Linux',
  version: '12 (bookworm)',
  build: '',
  platform: 'debian',
  platformLike: '',
  codename: 'bookworm',
  kernel: `6.1.0-${abi}-amd64`,
  update: kernelPackage,
});
const alma = (release: string): OsBuild => ({
  name: 'AlmaLinux',
  version: '9.4 (Seafoam Ocelot)',
  build: '',
  platform: 'rhel',
  platformLike: 'rhel',
  codename: '',
  kernel: `5.14.0-${release}.x86_64`,
  update: release,
});
const windows =
  (name: string, base: string, codename: string) =>
  (revision: number, update: string): OsBuild => ({
    name,
    version: `10.0.${base}`,
    build: `${base}.${revision}`,
    platform: 'windows',
    platformLike: 'windows',
    codename,
    kernel: `10.0.${base}.${revision}`,
    update,
  });
const mac = (version: string, build: string, kernel: string): OsBuild => ({
  name: 'macOS',
  version,
  build,
  platform: 'darwin',
  platformLike: 'darwin',
  codename: '',
  kernel,
  update: '',
});

const win11 = windows('Microsoft Windows 11 Pro', '26100', '24H2');
const win11old = windows('Microsoft Windows 11 Enterprise', '22631', '23H2');
const win10 = windows('Microsoft Windows 10 Pro', '19045', '22H2');
const server2022 = windows('Microsoft Windows Server 2022 Standard', '20348', '21H2');
const server2019 = windows('Microsoft Windows Server 2019 Standard', '17763', '1809');

/** By kind of computer: families of builds; a host takes one family and moves up within it. */
export const osBuilds = {
  debian: [
    [
      debian(47, '6.1.170-3'),
      debian(48, '6.1.172-1'),
      debian(49, '6.1.174-1'),
      debian(50, '6.1.176-1'),
      debian(51, '6.1.177-1'),
      debian(52, '6.1.180-1'),
      debian(53, '6.1.187-1'),
      debian(54, '6.1.190-1'),
      debian(55, '6.1.192-1'),
      debian(56, '6.1.192-2'),
    ],
  ],
  alma: [[alma('427.13.1.el9_4'), alma('427.16.1.el9_4'), alma('427.18.1.el9_4')]],
  'windows-pc': [
    [
      win11(4061, 'KB5058411'),
      win11(4652, 'KB5062553'),
      win11(4946, 'KB5063878'),
      win11(6584, 'KB5065426'),
      win11(6899, 'KB5066835'),
      win11(7171, 'KB5068861'),
    ],
    [
      win11old(5335, 'KB5058405'),
      win11old(5624, 'KB5062552'),
      win11old(5768, 'KB5063875'),
      win11old(5909, 'KB5065431'),
      win11old(6060, 'KB5066793'),
    ],
    [
      win10(5854, 'KB5058379'),
      win10(6093, 'KB5062554'),
      win10(6216, 'KB5063709'),
      win10(6332, 'KB5065429'),
      win10(6456, 'KB5066791'),
    ],
  ],
  'windows-server': [
    [
      server2022(3692, 'KB5058385'),
      server2022(3932, 'KB5062572'),
      server2022(4052, 'KB5063880'),
      server2022(4171, 'KB5065432'),
      server2022(4294, 'KB5066782'),
    ],
    [server2019(7314, 'KB5058392'), server2019(7434, 'KB5060531'), server2019(7558, 'KB5062557')],
  ],
  mac: [
    [
      mac('15.4.1', '24E263', '24.4.0'),
      mac('15.5', '24F74', '24.5.0'),
      mac('15.6', '24G84', '24.6.0'),
      mac('15.6.1', '24G90', '24.6.0'),
      mac('15.7', '24G222', '24.6.0'),
    ],
    [mac('14.7.5', '23H527', '23.6.0'), mac('14.7.6', '23H626', '23.6.0')],
    [
      mac('26.0', '25A354', '25.0.0'),
      mac('26.0.1', '25A362', '25.0.0'),
      mac('26.1', '25B78', '25.1.0'),
    ],
  ],
} as const satisfies Record<string, readonly (readonly OsBuild[])[]>;

/** Maker, model, processor, cores, gigabytes of memory. */
export type ComputerModel = readonly [string, string, string, number, number];

export const models: Readonly<Record<'pc' | 'server' | 'mac', readonly ComputerModel[]>> = {
  pc: [
    ['Dell Inc.', 'Latitude 5450', 'Intel(R) Core(TM) Ultra 5 135U', 12, 16],
    ['Dell Inc.', 'OptiPlex 7010', 'Intel(R) Core(TM) i5-13500', 14, 16],
    ['LENOVO', '21HQCTO1WW', '13th Gen Intel(R) Core(TM) i7-1365U', 10, 32],
    ['LENOVO', '20XY0027JP', '11th Gen Intel(R) Core(TM) i5-1135G7 @ 2.40GHz', 4, 16],
    [
      'HP',
      'HP ProBook 450 15.6 inch G10 Notebook PC',
      '13th Gen Intel(R) Core(TM) i5-1335U',
      10,
      16,
    ],
    ['Panasonic Corporation', 'CFSV1-1', 'Intel(R) Core(TM) i5-1145G7 @ 2.60GHz', 4, 8],
    [
      'FUJITSU CLIENT COMPUTING LIMITED',
      'LIFEBOOK U9313/K',
      '13th Gen Intel(R) Core(TM) i5-1335U',
      10,
      16,
    ],
    ['Dynabook Inc.', 'dynabook G83/KV', '12th Gen Intel(R) Core(TM) i5-1240P', 12, 16],
    ['VAIO Corporation', 'VJPK23', '13th Gen Intel(R) Core(TM) i7-1360P', 12, 16],
    ['Microsoft Corporation', 'Surface Pro 9', '12th Gen Intel(R) Core(TM) i5-1245U', 10, 16],
  ],
  server: [
    ['VMware, Inc.', 'VMware7,1', 'Intel(R) Xeon(R) Gold 6342 CPU @ 2.80GHz', 4, 16],
    ['VMware, Inc.', 'VMware20,1', 'AMD EPYC 7543 32-Core Processor', 8, 32],
    ['QEMU', 'Standard PC (Q35 + ICH9, 2009)', 'AMD EPYC', 4, 8],
    ['Amazon EC2', 'm6i.large', 'Intel(R) Xeon(R) Platinum 8375C CPU @ 2.90GHz', 2, 8],
    ['Dell Inc.', 'PowerEdge R650', 'Intel(R) Xeon(R) Gold 5318Y CPU @ 2.10GHz', 24, 128],
    ['HPE', 'ProLiant DL360 Gen10 Plus', 'Intel(R) Xeon(R) Silver 4314 CPU @ 2.40GHz', 16, 64],
  ],
  mac: [
    ['Apple Inc.', 'Mac14,2', 'Apple M2', 8, 16],
    ['Apple Inc.', 'Mac14,7', 'Apple M2', 8, 16],
    ['Apple Inc.', 'Mac15,3', 'Apple M3', 8, 16],
    ['Apple Inc.', 'Mac15,6', 'Apple M3 Pro', 11, 18],
    ['Apple Inc.', 'Mac16,1', 'Apple M4', 10, 24],
    ['Apple Inc.', 'MacBookPro18,3', 'Apple M1 Pro', 8, 16],
  ],
};
