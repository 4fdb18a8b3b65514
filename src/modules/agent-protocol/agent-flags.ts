/** Where osqueryd finds the server, below the endpoints' TLS listener. */
export const agentPaths = {
  enrol: '/osquery/enroll',
  config: '/osquery/config',
  log: '/osquery/log',
  distributedRead: '/osquery/distributed/read',
  distributedWrite: '/osquery/distributed/write',
} as const;

/** Where our own agent finds the action channel, on the same listener; see actions/channel.ts. */
export const actionPaths = {
  enrol: '/agent/enrol',
  poll: '/agent/poll',
  report: '/agent/report',
  upload: '/agent/upload',
} as const;

export interface AgentFlags {
  /** `host:port` of the endpoints' TLS listener. */
  readonly tlsAddress: string;
  /** File on the endpoint that holds the CA certificate to pin, PEM. */
  readonly caPath: string;
  /** File on the endpoint that holds the enrolment secret. */
  readonly secretPath: string;
  /** Anything else, e.g. `['--database_path=/var/lib/yojin/osquery.db']`. */
  readonly more?: readonly string[];
}

/**
 * The flag file of an osqueryd that reports to us. It holds what osquery reads only from its
 * command line; everything else comes with the configuration. One flag per line.
 */
export function agentFlagFile({ tlsAddress, caPath, secretPath, more = [] }: AgentFlags): string {
  return `${[
    `--tls_hostname=${tlsAddress}`,
    `--tls_server_certs=${caPath}`,
    `--enroll_secret_path=${secretPath}`,
    '--host_identifier=uuid',
    `--enroll_tls_endpoint=${agentPaths.enrol}`,
    // Enrolment refused or the server away: try for ever, at most ten minutes apart.
    '--tls_enroll_max_attempts=0',
    '--config_plugin=tls',
    `--config_tls_endpoint=${agentPaths.config}`,
    '--config_refresh=300',
    '--config_accelerated_refresh=60',
    '--logger_plugin=tls',
    `--logger_tls_endpoint=${agentPaths.log}`,
    '--disable_distributed=false',
    '--distributed_plugin=tls',
    `--distributed_tls_read_endpoint=${agentPaths.distributedRead}`,
    `--distributed_tls_write_endpoint=${agentPaths.distributedWrite}`,
    '--disable_carver=true',
    ...more,
  ].join('\n')}\n`;
}
