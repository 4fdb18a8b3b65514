/** What `/etc/yojin-agent/agent.conf` says. */
export interface AgentConf {
  /** `host:port` of the server's TLS listener. */
  readonly server: string;
  readonly caFile: string;
  readonly secretFile: string;
  /** Undefined: one of the machine, else the carried one. */
  readonly osqueryd: string | undefined;
  readonly stateFolder: string;
  readonly allowScripts: boolean;
  readonly logLevel: 'error' | 'warn' | 'info' | 'debug';
  readonly language: 'en' | 'ja';
}

/** A line of the configuration file that cannot be understood. */
export class AgentConfFault extends Error {
  /** From 1; 0: what is missing has no line. */
  readonly line: number;

  constructor(line: number, problem: string) {
    super(line === 0 ? problem : `line ${line}: ${problem}`);
    this.line = line;
  }
}

const keys = [
  'server',
  'ca_file',
  'secret_file',
  'osqueryd',
  'state_folder',
  'allow_scripts',
  'log_level',
  'language',
] as const;
type Key = (typeof keys)[number];

/**
 * Reads `key = value` lines; `#` starts a comment line. What is not known is refused: a misspelt
 * key would otherwise be a setting that silently does nothing.
 * @throws AgentConfFault
 */
export function parseAgentConf(text: string): AgentConf {
  const values = new Map<Key, { value: string; line: number }>();
  for (const [at, raw] of text.split(/\r?\n/).entries()) {
    const line = at + 1;
    const trimmed = raw.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const [, name = '', value = ''] = /^([a-z_]+)\s*=\s*(.*)$/.exec(trimmed) ?? [];
    const key = keys.find((known) => known === name);
    if (!key) throw new AgentConfFault(line, `not one of ${keys.join(', ')}: ${trimmed}`);
    if (values.has(key)) throw new AgentConfFault(line, `${key} is set twice`);
    if (value === '') throw new AgentConfFault(line, `${key} is empty`);
    values.set(key, { value, line });
  }
  const required = (key: Key) => {
    const found = values.get(key);
    if (!found) throw new AgentConfFault(0, `${key} is missing`);
    return found.value;
  };
  const oneOf = <Value extends string>(key: Key, allowed: readonly Value[], fallback: Value) => {
    const { value = fallback, line = 0 } = values.get(key) ?? {};
    const found = allowed.find((each) => each === value);
    if (!found) throw new AgentConfFault(line, `${key} is not one of ${allowed.join(', ')}`);
    return found;
  };
  const path = (key: Key) => {
    const value = required(key);
    if (value.startsWith('/') || /^[A-Za-z]:\\/.test(value)) return value;
    throw new AgentConfFault(values.get(key)?.line ?? 0, `${key} is not an absolute path`);
  };
  const server = required('server');
  if (!isServerAddress(server)) {
    throw new AgentConfFault(values.get('server')?.line ?? 0, `server is not host:port: ${server}`);
  }
  return {
    server,
    caFile: path('ca_file'),
    secretFile: path('secret_file'),
    osqueryd: values.has('osqueryd') ? path('osqueryd') : undefined,
    stateFolder: path('state_folder'),
    allowScripts: oneOf('allow_scripts', ['yes', 'no'], 'no') === 'yes',
    logLevel: oneOf('log_level', ['error', 'warn', 'info', 'debug'], 'info'),
    language: oneOf('language', ['en', 'ja'], 'en'),
  };
}

/** `host:port` with a host name, an IPv4 address or an IPv6 address in brackets. */
export function isServerAddress(text: string): boolean {
  const [, port] = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\]):(\d{1,5})$/.exec(text) ?? [];
  return port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
}

/** The file as a package carries it. */
export function agentConfText(conf: AgentConf): string {
  return `# The Yojin agent. After a change: systemctl restart yojin-agent
# Where this machine reports to, and the only authority that may vouch for it.
server = ${conf.server}
ca_file = ${conf.caFile}
# Used once, to enrol.
secret_file = ${conf.secretFile}
${conf.osqueryd === undefined ? '# osqueryd = /opt/osquery/bin/osqueryd' : `osqueryd = ${conf.osqueryd}`}
state_folder = ${conf.stateFolder}
# yes: scripts that an administrator of the server approved may run here.
allow_scripts = ${conf.allowScripts ? 'yes' : 'no'}
log_level = ${conf.logLevel}
language = ${conf.language}
`;
}
