import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AgentPackage } from './agent-files.ts';
import { foldersOf, sortedByPath } from './archive.ts';
import { stopByHand } from './deb.ts';
import { places } from './service-definitions.ts';

/** rpmbuild is not here, or it failed. */
export class RpmbuildFailure extends Error {
  /** It is not installed; else it ran and said the message. */
  readonly missing: boolean;

  constructor(missing: boolean, message: string) {
    super(message);
    this.missing = missing;
  }
}

/** @throws RpmbuildFailure it does not run here */
export function requireRpmbuild(environment: NodeJS.ProcessEnv = process.env): void {
  const { error, status } = spawnSync('rpmbuild', ['--version'], { env: environment });
  if (error || status !== 0) throw new RpmbuildFailure(true, error?.message ?? `exit ${status}`);
}

/**
 * An rpm, made by rpmbuild, in a private folder that is gone afterwards. Same input and same
 * rpmbuild, same bytes.
 * @throws RpmbuildFailure
 */
export function rpmOf({ version, files, folderModes, modifiedAt }: AgentPackage): Buffer {
  requireRpmbuild();
  const folder = mkdtempSync(join(tmpdir(), 'yojin-rpm-'));
  try {
    const tree = join(folder, 'tree');
    for (const { path, mode, content } of files) {
      const target = join(tree, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content, { mode: 0o600 });
      chmodSync(target, mode);
      utimesSync(target, modifiedAt, modifiedAt);
    }
    const spec = join(folder, 'yojin-agent.spec');
    writeFileSync(spec, specOf(version, files, folderModes));
    const defines = {
      _topdir: join(folder, 'build'),
      _tmppath: join(folder, 'tmp'),
      _dbpath: join(folder, 'db'),
      _rpmdir: join(folder, 'out'),
      _rpmfilename: 'agent.rpm',
      _buildhost: 'localhost',
      use_source_date_epoch_as_buildtime: '1',
      clamp_mtime_to_source_date_epoch: '1',
      _binary_payload: 'w6.gzdio',
    };
    mkdirSync(join(folder, 'tmp'));
    const args = Object.entries(defines).flatMap(([key, value]) => ['--define', `${key} ${value}`]);
    const { status, stdout, stderr } = spawnSync(
      'rpmbuild',
      ['-bb', '--quiet', '--buildroot', join(folder, 'root'), ...args, spec],
      {
        encoding: 'utf8',
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          LC_ALL: 'C.UTF-8',
          YOJIN_TREE: tree,
          SOURCE_DATE_EPOCH: String(Math.floor(modifiedAt.getTime() / 1000)),
        },
      },
    );
    if (status !== 0) throw new RpmbuildFailure(false, `${stdout}${stderr}`.trim().slice(-2000));
    const [made] = readdirSync(join(folder, 'out'));
    if (!made) throw new RpmbuildFailure(false, 'no package');
    return readFileSync(join(folder, 'out', made));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function specOf(
  version: string,
  files: AgentPackage['files'],
  folderModes: AgentPackage['folderModes'],
): string {
  const octal = (mode: number) => mode.toString(8).padStart(4, '0');
  const listed = sortedByPath(files).map(({ path, mode, configuration }) => {
    // agent.conf belongs to the administrator; certificate and secret are the package's.
    const kind = !configuration ? '' : path.endsWith('.conf') ? '%config(noreplace) ' : '%config ';
    return `${kind}%attr(${octal(mode)}, root, root) "${path}"`;
  });
  // rpm removes the folders that are named, and no others; those of the system are not ours.
  const folders = foldersOf(files, folderModes)
    .filter(({ path }) => /^\/(usr\/lib|etc|usr\/share\/doc)\/yojin-agent(\/|$)/.test(path))
    .map(({ path, mode }) => `%dir %attr(${octal(mode)}, root, root) "${path}"`);
  return `%global debug_package %{nil}
%global __os_install_post %{nil}
%global _build_id_links none
Name: yojin-agent
Version: ${version.replaceAll('-', '~')}
Release: 1
Summary: Yojin agent with its osquery
License: Apache-2.0
AutoReqProv: no
Requires: libstdc++ util-linux

%description
Reports what is on this machine to a Yojin server and does there what that server orders with its
signature. Contains the address of that server, its certificate authority and a secret to enrol with.

%install
mkdir -p %{buildroot}
cp -a "$YOJIN_TREE"/. %{buildroot}/

%files
${[...folders, ...listed].join('\n')}

%post
if [ -d /run/systemd/system ]; then
  systemctl daemon-reload || :
  if [ "$1" -eq 1 ]; then
    systemctl enable --now yojin-agent.service || :
  else
    systemctl try-restart yojin-agent.service || :
  fi
else
  echo "yojin-agent: systemd does not run here. Start the agent with: ${places.program}"
fi

%preun
${stopByHand}
if [ "$1" -eq 0 ]; then
  if [ -d /run/systemd/system ]; then
    systemctl disable --now yojin-agent.service || :
  else
    stop_by_hand
  fi
fi

%postun
if [ "$1" -eq 0 ]; then
  # There is no purge: nothing that vouches for this machine stays behind.
  rm -rf ${places.state}
  if [ -d /run/systemd/system ]; then systemctl daemon-reload || :; fi
fi
`;
}
