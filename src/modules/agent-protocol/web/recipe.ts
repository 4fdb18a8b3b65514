/** How a stock osqueryd is pointed at this server, for each platform. */
export type EnrolPlatform = 'linux' | 'darwin' | 'windows';

export interface Recipe {
  /** Where the three files belong on that platform. */
  flagFilePath: string;
  secretPath: string;
  certificatePath: string;
  shell: 'sh' | 'powershell';
  commands: string;
}

interface Enrolment {
  secret: string;
  caCertificate: string;
  flagFile: string;
}

const places = {
  linux: '/etc/osquery',
  darwin: '/var/osquery',
  windows: 'C:\\Program Files\\osquery',
} as const;

function placesOf(platform: EnrolPlatform) {
  const folder = places[platform];
  const separator = platform === 'windows' ? '\\' : '/';
  return {
    flagFilePath: `${folder}${separator}osquery.flags`,
    secretPath: `${folder}${separator}yojin-enrolment-secret`,
    certificatePath: `${folder}${separator}yojin-ca.pem`,
  };
}

/**
 * The server's flag file with the paths of this platform. A flag that the server's file does not
 * have is added, since without it osqueryd could not enrol.
 */
export function flagFileFor(flagFile: string, platform: EnrolPlatform): string {
  const { secretPath, certificatePath } = placesOf(platform);
  const wanted: Record<string, string> = {
    enroll_secret_path: secretPath,
    tls_server_certs: certificatePath,
  };
  const seen = new Set<string>();
  const lines = flagFile
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const name = /^--([a-z_]+)=/.exec(line)?.[1];
      const path = name === undefined ? undefined : wanted[name];
      if (name === undefined || path === undefined) return line;
      seen.add(name);
      return `--${name}=${path}`;
    });
  for (const [name, path] of Object.entries(wanted)) {
    if (!seen.has(name)) lines.push(`--${name}=${path}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A here-document whose end mark does not occur in the text. */
function hereDocument(path: string, text: string): string {
  let mark = 'YOJIN';
  while (text.split('\n').includes(mark)) mark += '_';
  return `cat > ${path} <<'${mark}'\n${text.replace(/\n$/, '')}\n${mark}`;
}

/** A literal here-string of PowerShell; nothing inside is expanded. */
function hereString(path: string, text: string): string {
  const body = text.replace(/\r?\n$/, '').replaceAll('\n', '\r\n');
  return `[IO.File]::WriteAllText('${path}', @'\r\n${body}\r\n'@)`;
}

/** What to paste on an endpoint that has osquery installed, as root or administrator. */
export function recipeFor(platform: EnrolPlatform, enrolment: Enrolment): Recipe {
  const where = placesOf(platform);
  const flags = flagFileFor(enrolment.flagFile, platform);
  if (platform === 'windows') {
    return {
      ...where,
      shell: 'powershell',
      commands: [
        hereString(where.certificatePath, enrolment.caCertificate),
        hereString(where.secretPath, enrolment.secret),
        `icacls '${where.secretPath}' /inheritance:r /grant '*S-1-5-18:R' '*S-1-5-32-544:F'`,
        hereString(where.flagFilePath, flags),
        'Restart-Service osqueryd',
      ].join('\r\n'),
    };
  }
  const isMac = platform === 'darwin';
  return {
    ...where,
    shell: 'sh',
    commands: [
      `mkdir -p ${places[platform]}`,
      hereDocument(where.certificatePath, enrolment.caCertificate),
      `( umask 077; printf '%s' '${enrolment.secret}' > ${where.secretPath} )`,
      hereDocument(where.flagFilePath, flags),
      isMac ? 'osqueryctl restart' : 'systemctl enable osqueryd && systemctl restart osqueryd',
    ].join('\n'),
  };
}
