import { accessSync, constants } from 'node:fs';
import type { PackageManager } from '../../../../modules/agent-protocol/api.ts';
import { type Executor, failed } from '../executor.ts';
import { apkTool } from './apk.ts';
import { brewTool, softwareUpdateTool } from './apple-tools.ts';
import { type AptOptions, aptTool } from './apt.ts';
import { changePackages, packagesAfterRestart, recoverPackages } from './change-packages.ts';
import type { PackageChange, PackageTool } from './package-tool.ts';
import { dnfTool, yumTool, zypperTool } from './rpm-tools.ts';
import { windowsUpdateTool, wingetTool } from './windows-tools.ts';

/** All package managers that we can tell what to do. */
export function packageTools(apt?: AptOptions): Readonly<Record<PackageManager, PackageTool>> {
  return {
    apt: aptTool(apt),
    dnf: dnfTool,
    yum: yumTool,
    zypper: zypperTool,
    apk: apkTool,
    winget: wingetTool,
    'windows-update': windowsUpdateTool,
    softwareupdate: softwareUpdateTool,
    brew: brewTool,
  };
}

export function packageExecutor(
  tools: Readonly<Record<PackageManager, PackageTool>>,
): Executor<PackageChange> {
  return {
    async perform(action, context) {
      if (action.manager === 'softwareupdate' && action.type === 'package-remove') {
        return failed('NOT_SUPPORTED', 'macOS does not take back an update of Apple');
      }
      return changePackages(tools[action.manager], action, context);
    },
    recover: (action, context) => recoverPackages(tools[action.manager], action, context),
    tick: (action, context) => packagesAfterRestart(tools[action.manager], action, context),
  };
}

const programs: readonly (readonly [PackageManager, readonly string[]])[] = [
  ['apt', ['/usr/bin/apt-get']],
  ['dnf', ['/usr/bin/dnf']],
  ['yum', ['/usr/bin/yum']],
  ['zypper', ['/usr/bin/zypper']],
  ['apk', ['/sbin/apk', '/usr/bin/apk', '/usr/sbin/apk']],
  ['softwareupdate', ['/usr/sbin/softwareupdate']],
  [
    'brew',
    ['/opt/homebrew/bin/brew', '/usr/local/bin/brew', '/home/linuxbrew/.linuxbrew/bin/brew'],
  ],
];

/** The package managers of this machine. */
export function managersHere(platform: NodeJS.Platform = process.platform): PackageManager[] {
  if (platform === 'win32') {
    const folder = process.env['LOCALAPPDATA'] ?? '';
    const winget = isThere(`${folder}\\Microsoft\\WindowsApps\\winget.exe`);
    return [...(winget ? (['winget'] as const) : []), 'windows-update'];
  }
  const found = programs.filter(([, paths]) => paths.some(isThere)).map(([manager]) => manager);
  // Where yum is a name of dnf, it is dnf.
  return found.includes('dnf') ? found.filter((manager) => manager !== 'yum') : found;
}

function isThere(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
