import type { AgentPackage } from './agent-files.ts';
import { gzipped, tarOfFiles } from './archive.ts';
import { stopByHand } from './deb.ts';
import { launchdDefinition, places, windowsDefinition } from './service-definitions.ts';

/** A gzipped tar with scripts that install and uninstall on any Linux: same input, same bytes. */
export function tarballOf({ version, files, folderModes, modifiedAt }: AgentPackage): Buffer {
  const root = `yojin-agent-${version}`;
  const text = (name: string, content: string, mode = 0o644) => ({
    name: `${root}/${name}`,
    mode,
    content: Buffer.from(content),
  });
  const inFiles = <Value>(entries: readonly (readonly [string, Value])[]) =>
    Object.fromEntries(entries.map(([path, value]) => [`/files${path}`, value]));
  return gzipped(
    tarOfFiles(
      files.map((file) => ({ ...file, path: `/files${file.path}` })),
      {
        root,
        folderModes: inFiles(Object.entries(folderModes)),
        modifiedAt,
        before: [
          text('install.sh', install, 0o755),
          text('uninstall.sh', uninstall, 0o755),
          { name: `${root}/other-systems/`, mode: 0o755, content: Buffer.alloc(0) },
          text('other-systems/README', otherSystems),
          text('other-systems/io.yojin.agent.plist', launchdDefinition),
          text('other-systems/register-task.ps1', windowsDefinition.replaceAll('\n', '\r\n')),
        ],
      },
    ),
  );
}

const otherSystems = `How the agent is started on macOS and Windows. These definitions have not been tried on machines
of these systems. The programs in this archive (node, osqueryd) are for Linux: bring those of the
system. The folder files/usr/lib/yojin-agent/app runs on each of them.
`;

const needsRoot = `if [ "$(id -u)" -ne 0 ]; then
  echo "$0: has to be run by root" >&2
  exit 1
fi
`;

const install = `#!/bin/sh
# Installs the Yojin agent. An agent.conf that is there is kept; the new one is put beside it.
set -eu
${needsRoot}
${stopByHand}
here=$(cd "$(dirname "$0")" && pwd)
lib=${places.library}
etc=${places.settings}
systemd=false
if [ -d /run/systemd/system ]; then systemd=true; fi

umask 022
mkdir -p "$(dirname "$lib")"
rm -rf "$lib.new" "$lib.old"
cp -R "$here/files$lib" "$lib.new"
cp "$here/uninstall.sh" "$lib.new/uninstall.sh"
chown -R 0:0 "$lib.new"
if [ $systemd = false ]; then stop_by_hand; fi
if [ -e "$lib" ]; then mv "$lib" "$lib.old"; fi
mv "$lib.new" "$lib"
rm -rf "$lib.old"

mkdir -p "$etc"
chmod 0700 "$etc"
put() {
  rm -f "$etc/$2.new"
  (umask 077; cp "$here/files$etc/$1" "$etc/$2.new")
  chown 0:0 "$etc/$2.new"
  chmod "$3" "$etc/$2.new"
  mv "$etc/$2.new" "$etc/$2"
}
put ca.pem ca.pem 0644
put enrolment-secret enrolment-secret 0600
if [ ! -e "$etc/agent.conf" ]; then
  put agent.conf agent.conf 0600
elif ! cmp -s "$here/files$etc/agent.conf" "$etc/agent.conf"; then
  put agent.conf agent.conf.packaged 0600
  echo "$etc/agent.conf was kept; that of this package is $etc/agent.conf.packaged"
fi

if [ $systemd = true ]; then
  mkdir -p "$(dirname ${places.unit})"
  cp "$here/files${places.unit}" ${places.unit}
  chown 0:0 ${places.unit}
  chmod 0644 ${places.unit}
  systemctl daemon-reload
  systemctl enable yojin-agent.service
  systemctl restart yojin-agent.service
else
  echo "systemd does not run here. Start the agent with: ${places.program}"
fi
`;

const uninstall = `#!/bin/sh
# Removes the Yojin agent. With --purge also its settings, its secret and its state.
set -eu
${needsRoot}
${stopByHand}
if [ -d /run/systemd/system ]; then
  systemctl disable --now yojin-agent.service || true
else
  stop_by_hand
fi
rm -f ${places.unit}
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
rm -rf ${places.library}
if [ "\${1:-}" = --purge ]; then rm -rf ${places.settings} ${places.state}; fi
`;
