import { agentFlagFile } from '../../modules/agent-protocol/api.ts';

/** Where the osqueryd under our care reports to, and where it keeps what it must remember. */
export interface OsqueryFlagOptions {
  /** `host:port` of the server's TLS listener; must be a name of its certificate. */
  readonly tlsAddress: string;
  /** File with the CA certificate to trust, PEM; no other CA is. */
  readonly caFile: string;
  readonly secretFile: string;
  readonly databaseFolder: string;
  readonly pidFile: string;
  /** Flags of the caller, each `--name=value`; they win. */
  readonly more?: readonly string[];
}

/**
 * The flags of any osqueryd that reports to a Yojin server, and those of one that we look after.
 * One flag file and nothing else: without it osqueryd would read /etc/osquery/osquery.flags, which
 * belongs to an osquery that the machine may already have.
 */
export function osqueryFlags(options: OsqueryFlagOptions): string {
  return agentFlagFile({
    tlsAddress: options.tlsAddress,
    caPath: options.caFile,
    secretPath: options.secretFile,
    more: [
      // The database keeps the node key, and the identity where the firmware has no UUID.
      `--database_path=${options.databaseFolder}`,
      `--pidfile=${options.pidFile}`,
      // An endpoint that starts while the server is away goes on with the schedule it had.
      '--config_enable_backup=true',
      // Its warnings come to us, who forward them; sent to the server they would come twice.
      '--logger_stderr=true',
      '--logger_min_stderr=1',
      '--logger_min_status=1',
      '--logger_tls_compress=true',
      // The worker is under watch: 10 % of the processors over 12 s (the usual level), 350 MB.
      '--disable_watchdog=false',
      '--watchdog_level=0',
      '--watchdog_memory_limit=350',
      '--watchdog_delay=60',
      '--disable_extensions=true',
      '--utc=true',
      ...(options.more ?? []),
    ],
  });
}

/** A line that osquery wrote to standard error, in glog's form; undefined for anything else. */
export function parseOsqueryLine(
  line: string,
): { severity: 'info' | 'warning' | 'error'; text: string } | undefined {
  const [, letter, text] = /^([IWEF])\d{4} \S+\s+\d+ \S+:\d+\] (.*)$/.exec(line) ?? [];
  if (!letter || text === undefined) return undefined;
  return { severity: letter === 'I' ? 'info' : letter === 'W' ? 'warning' : 'error', text };
}
