import type { Row } from '../../modules/assets/public.ts';
import type { Host, PartRows } from './host.ts';
import { Random } from './random.ts';

const GiB = 1024 ** 3;

/** The operating system, hardware, disks and kernels of a simulated endpoint. */
export const machineRows: Readonly<Record<string, PartRows>> = {
  os({ os, platform, kind }) {
    const [major = '', minor = '', patch = ''] = os.version.split(/[. ]/);
    return [
      {
        name: os.name,
        version: os.version,
        major,
        minor: kind === 'debian' ? '0' : minor,
        patch: platform === 'darwin' ? patch || '0' : platform === 'windows' ? '' : '0',
        build: os.build,
        platform: os.platform,
        platform_like: os.platformLike,
        codename: os.codename,
        arch: platform === 'windows' ? '64-bit' : platform === 'darwin' ? 'arm64' : 'x86_64',
        kernel_version: os.kernel,
      },
    ];
  },
  hardware(host) {
    const [vendor, model, cpu, cores, memoryGb] = host.model;
    const laptop = host.role === 'desktop';
    const isVirtual = /VMware|QEMU|Amazon/.test(vendor);
    return [
      {
        computer_name: host.computerName,
        cpu_brand: cpu,
        cpu_physical_cores: String(cores),
        cpu_logical_cores: String(host.platform === 'darwin' ? cores : cores * 2),
        physical_memory: String(memoryGb * GiB - (host.platform === 'darwin' ? 0 : 134_217_728)),
        hardware_vendor: vendor,
        hardware_model: model,
        hardware_version: isVirtual ? 'None' : '',
        hardware_serial: host.serial,
        board_vendor: isVirtual ? 'Intel Corporation' : vendor,
        board_model: isVirtual ? '440BX Desktop Reference Platform' : model,
        board_serial: isVirtual ? 'None' : `/${host.serial}/`,
        firmware_vendor: host.platform === 'darwin' ? '' : isVirtual ? 'VMware, Inc.' : vendor,
        firmware_version: laptop ? `1.${10 + (host.salt % 20)}.0` : 'VMW201.00V.21805430.B64',
        firmware_date: host.platform === 'darwin' ? '' : `0${1 + (host.salt % 9)}/15/2025`,
      },
    ];
  },
  boot: ({ bootedAtSeconds }) => [{ booted_at: String(bootedAtSeconds) }],
  disks(host) {
    const disk = diskOf(host);
    if (host.platform === 'windows') return [disk];
    const whole = { ...disk, name: host.platform === 'darwin' ? '/dev/disk0' : '/dev/sda' };
    const partition = (number: number, bytes: number): Row => ({
      name: `${whole.name}${host.platform === 'darwin' ? 's' : ''}${number}`,
      parent: whole.name,
      vendor: '',
      model: '',
      serial: '',
      size_bytes: String(bytes),
      type: host.platform === 'darwin' ? 'apfs' : number === 1 ? 'vfat' : 'ext4',
    });
    return [whole, partition(1, GiB), partition(2, Number(whole.size_bytes) - GiB)];
  },
  'disk-encryption'(host) {
    const on = host.encrypted ? '1' : '0';
    if (host.platform === 'windows') {
      const status = host.encrypted ? 'fully encrypted' : 'fully decrypted';
      return [
        { volume: 'C:', encrypted: on, status, method: host.encrypted ? 'XTS-AES 256' : 'None' },
      ];
    }
    if (host.platform === 'darwin') {
      const status = host.encrypted ? 'on' : 'off';
      return [{ volume: '/dev/disk3s1', encrypted: on, status, method: 'APFS Encryption' }];
    }
    const status = host.encrypted ? 'encrypted' : 'not encrypted';
    return ['/dev/sda1', '/dev/sda2'].map((volume, at) => ({
      volume,
      encrypted: at === 1 ? on : '0',
      status: at === 1 ? status : 'not encrypted',
      method: at === 1 && host.encrypted ? 'crypto_LUKS' : '',
    }));
  },
  mounts(host) {
    const bytes = Number(diskOf(host).size_bytes);
    if (host.platform === 'windows') {
      return [
        {
          path: 'C:',
          device: 'Local Fixed Disk',
          type: 'NTFS',
          flags: 'boot',
          size_bytes: String(bytes),
        },
      ];
    }
    if (host.platform === 'darwin') {
      return [
        {
          path: '/',
          device: '/dev/disk3s1s1',
          type: 'apfs',
          flags: '1417711616',
          size_bytes: String(bytes),
        },
        {
          path: '/System/Volumes/Data',
          device: '/dev/disk3s5',
          type: 'apfs',
          flags: '1417679104',
          size_bytes: String(bytes),
        },
      ];
    }
    const root = { path: '/', device: '/dev/sda2', type: host.kind === 'alma' ? 'xfs' : 'ext4' };
    return [
      { ...root, flags: 'rw,relatime', size_bytes: String(bytes - GiB) },
      {
        path: '/boot/efi',
        device: '/dev/sda1',
        type: 'vfat',
        flags: 'rw,relatime',
        size_bytes: String(GiB),
      },
    ];
  },
  kernels(host) {
    const running = host.os.kernel;
    const rows: Row[] = [
      { source: 'running', name: 'linux', version: running, arch: '', running: '1' },
    ];
    for (const { kernel, update } of host.osHistory.slice(-3)) {
      const state = kernel === running ? '1' : '0';
      rows.push(
        host.kind === 'debian'
          ? {
              source: 'deb',
              name: `linux-image-${kernel}`,
              version: update,
              arch: 'amd64',
              running: state,
            }
          : {
              source: 'rpm',
              name: 'kernel-core',
              version: `5.14.0-${update}`,
              arch: 'x86_64',
              running: state,
            },
      );
    }
    return rows;
  },
  patches(host) {
    const day = new Random(host.salt, 'patch day');
    return [
      ...host.osHistory.map(({ update }, at) => ({
        hotfix_id: update,
        description: 'Security Update',
        installed_on: `${5 + (at % 7)}/${13 + day.below(12)}/2026`,
      })),
      { hotfix_id: 'KB5054156', description: 'Update', installed_on: '9/10/2026' },
    ];
  },
};

function diskOf(host: Host) {
  const sizes = host.role === 'server' ? [64, 128, 512, 1024] : [256, 512, 512, 1024];
  const size = sizes[host.salt % sizes.length]! * 1_000_000_000;
  const name = host.platform === 'windows' ? '\\\\.\\PHYSICALDRIVE0' : '';
  const [vendor, model] =
    host.platform === 'darwin'
      ? ['Apple', 'APPLE SSD AP0512Z']
      : host.role === 'server'
        ? ['VMware', 'Virtual disk']
        : ['Samsung', 'SAMSUNG MZVL2512HCJQ-00BL7'];
  const serial = `S${host.salt.toString(16).toUpperCase()}`;
  return {
    name,
    parent: '',
    vendor,
    model,
    serial,
    size_bytes: String(size),
    type: 'SCSI',
  } as const;
}
