import { createHash } from 'node:crypto';
import type { AgentPackage } from './agent-files.ts';
import { arOf, gzipped, sortedByPath, tarOfFiles } from './archive.ts';
import { places } from './service-definitions.ts';

const architectures: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * A Debian package, made without dpkg-deb: same input, same bytes.
 * @throws Error an architecture that we have no name for
 */
export function debOf({ version, files, folderModes, modifiedAt }: AgentPackage): Buffer {
  const architecture = architectures[process.arch];
  if (!architecture) throw new Error(`no Debian architecture for ${process.arch}`);
  const kilobytes = files.reduce((sum, { content }) => sum + Math.ceil(content.length / 1024), 0);
  const control = `Package: yojin-agent
Version: ${version.replaceAll('-', '~')}
Architecture: ${architecture}
Maintainer: Yojin <root@localhost>
Installed-Size: ${kilobytes}
Depends: libc6 (>= 2.28), libstdc++6, util-linux
Section: admin
Priority: optional
Description: Yojin agent with its osquery
 Reports what is on this machine to a Yojin server and does there what that
 server orders with its signature. Contains the address of that server, its
 certificate authority and a secret to enrol with.
`;
  const conffiles = sortedByPath(files).filter(({ configuration }) => configuration);
  const sums = sortedByPath(files)
    .filter(({ configuration }) => !configuration)
    .map(
      ({ path, content }) =>
        `${createHash('md5').update(content).digest('hex')}  ${path.slice(1)}\n`,
    );
  const member = (name: string, text: string, mode = 0o644) => ({
    name: `./${name}`,
    mode,
    content: Buffer.from(text),
  });
  const controlTar = tarOfFiles([], {
    root: '.',
    modifiedAt,
    before: [
      member('conffiles', conffiles.map(({ path }) => `${path}\n`).join('')),
      member('control', control),
      member('md5sums', sums.join('')),
      member('postinst', postinst, 0o755),
      member('postrm', postrm, 0o755),
      member('prerm', prerm, 0o755),
    ],
  });
  const dataTar = tarOfFiles(files, { root: '.', folderModes, modifiedAt });
  return arOf(
    [
      { name: 'debian-binary', content: Buffer.from('2.0\n') },
      { name: 'control.tar.gz', content: gzipped(controlTar) },
      { name: 'data.tar.gz', content: gzipped(dataTar) },
    ],
    modifiedAt,
  );
}

/** Ends an agent that was started by hand, and waits until its osqueryd has ended with it. */
export const stopByHand = `stop_by_hand() {
  pid=$(cat ${places.state}/agent.pid 2>/dev/null) || return 0
  case "$pid" in ''|*[!0-9]*) return 0 ;; esac
  grep -q yojin-agent/app "/proc/$pid/cmdline" 2>/dev/null || return 0
  kill -TERM "$pid" 2>/dev/null || return 0
  tries=0
  while [ -e "/proc/$pid" ] && [ $tries -lt 30 ]; do
    sleep 1
    tries=$((tries + 1))
  done
}
`;

const postinst = `#!/bin/sh
set -e
unit=yojin-agent.service
if [ "$1" = configure ]; then
  chown root:root ${places.settings} ${places.settings}/*
  chmod 0700 ${places.settings}
  if [ -x /usr/bin/deb-systemd-helper ]; then
    deb-systemd-helper unmask "$unit" >/dev/null || true
    if deb-systemd-helper --quiet was-enabled "$unit"; then
      deb-systemd-helper enable "$unit" >/dev/null || true
    else
      deb-systemd-helper update-state "$unit" >/dev/null || true
    fi
  fi
  if [ -d /run/systemd/system ]; then
    systemctl --system daemon-reload >/dev/null || true
    if [ -n "$2" ]; then action=restart; else action=start; fi
    if [ -x /usr/bin/deb-systemd-invoke ]; then
      deb-systemd-invoke $action "$unit" >/dev/null || true
    else
      systemctl enable "$unit" >/dev/null || true
      systemctl $action "$unit" || true
    fi
  else
    echo "yojin-agent: systemd does not run here. Start the agent with: ${places.program}"
  fi
fi
`;

const prerm = `#!/bin/sh
set -e
${stopByHand}
if [ "$1" = remove ]; then
  if [ -d /run/systemd/system ]; then
    if [ -x /usr/bin/deb-systemd-invoke ]; then
      deb-systemd-invoke stop yojin-agent.service >/dev/null || true
    else
      systemctl disable --now yojin-agent.service >/dev/null || true
    fi
  else
    stop_by_hand
  fi
fi
`;

const postrm = `#!/bin/sh
set -e
unit=yojin-agent.service
if [ -d /run/systemd/system ]; then
  systemctl --system daemon-reload >/dev/null || true
fi
if [ "$1" = remove ] && [ -x /usr/bin/deb-systemd-helper ]; then
  deb-systemd-helper mask "$unit" >/dev/null || true
fi
if [ "$1" = purge ]; then
  if [ -x /usr/bin/deb-systemd-helper ]; then
    deb-systemd-helper purge "$unit" >/dev/null || true
    deb-systemd-helper unmask "$unit" >/dev/null || true
  fi
  rm -rf ${places.state} ${places.settings}
fi
`;
