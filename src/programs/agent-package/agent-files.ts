import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Osqueryd } from '../agent/osqueryd.ts';
import { packageFolder, productVersion } from '../launcher/product.ts';
import { agentCode, mainFile } from './agent-code.ts';
import { agentConfText } from './agent-conf.ts';
import type { PackageFile } from './archive.ts';
import { places, systemdUnit } from './service-definitions.ts';

/** What differs between two packages of the same version. */
export interface AgentPackageInput {
  readonly server: string;
  /** PEM */
  readonly caCertificate: string;
  readonly secret: string;
  readonly osqueryd: Osqueryd;
}

/** What every package of the agent is made of, whatever its form. */
export interface AgentPackage {
  readonly version: string;
  readonly files: readonly PackageFile[];
  /** Folders that are closed to others. */
  readonly folderModes: Readonly<Record<string, number>>;
  readonly modifiedAt: Date;
}

/** The time of every file, so that the same input makes the same bytes; SOURCE_DATE_EPOCH wins. */
function modificationTime(environment: Readonly<Record<string, string | undefined>>): Date {
  const asked = environment['SOURCE_DATE_EPOCH'];
  const seconds = asked !== undefined && /^\d{1,11}$/.test(asked) ? Number(asked) : 1_767_225_600;
  return new Date(seconds * 1000);
}

/** @throws Error a part is missing here, or cannot be read */
export function agentPackage(input: AgentPackageInput): AgentPackage {
  const { library, settings } = places;
  const text = (path: string, content: string, mode = 0o644): PackageFile => ({
    path,
    mode,
    content: Buffer.from(content),
  });
  const conf = agentConfText({
    server: input.server,
    caFile: `${settings}/ca.pem`,
    secretFile: `${settings}/enrolment-secret`,
    osqueryd: `${library}/bin/osqueryd`,
    stateFolder: places.state,
    allowScripts: false,
    logLevel: 'info',
    language: 'en',
  });
  const license = join(packageFolder, 'LICENSE');
  return {
    version: productVersion,
    modifiedAt: modificationTime(process.env),
    folderModes: { [settings]: 0o700 },
    files: [
      { path: `${library}/bin/node`, mode: 0o755, content: readFileSync(nodeBinary()) },
      { path: `${library}/bin/osqueryd`, mode: 0o755, content: readFileSync(input.osqueryd.path) },
      text(places.program, launcher, 0o755),
      ...agentCode(`${library}/app`),
      text(places.unit, systemdUnit),
      text('/usr/share/doc/yojin-agent/copyright', copyrightText(readFileSync(license, 'utf8'))),
      { ...text(`${settings}/agent.conf`, conf, 0o600), configuration: true },
      { ...text(`${settings}/ca.pem`, input.caCertificate), configuration: true },
      {
        ...text(`${settings}/enrolment-secret`, `${input.secret}\n`, 0o600),
        configuration: true,
      },
    ],
  };
}

/**
 * The heap is bounded below the limits of the unit: the agent holds a journal and a few requests.
 * exec: the process id is the agent's own.
 */
const launcher = `#!/bin/sh
exec ${places.library}/bin/node --max-old-space-size=128 \\
  ${places.library}/app/code/${mainFile} "\${1:-${places.settings}/agent.conf}"
`;

/** That of the npm package, which is the Node.js that this product is tested with. */
function nodeBinary(): string {
  const require = createRequire(import.meta.url);
  const found = join(dirname(require.resolve('node/package.json')), 'bin', 'node');
  return existsSync(found) ? found : process.execPath;
}

const copyrightText = (license: string) => `Yojin agent: Apache License 2.0, below.
bin/node: Node.js, MIT license with those of what it contains, https://github.com/nodejs/node/blob/main/LICENSE
bin/osqueryd: osquery, Apache License 2.0 or GPL 2.0, https://github.com/osquery/osquery/blob/master/LICENSE
app/node_modules: each package's own LICENSE file.

${license}`;
