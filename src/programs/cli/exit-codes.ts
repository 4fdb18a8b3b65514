/** Exit codes of `yojin`; scripts rely on them. `yojin --help` tells them. */
export const exitCodes = {
  ok: 0,
  /** It failed for another reason than those below; or `status` found an error. */
  failed: 1,
  /** The command line is wrong, or the server found the request wrong. */
  usage: 2,
  /** No such endpoint, software, user, … */
  notFound: 3,
  /** No credential, a refused one, or one without the permission. */
  notPermitted: 4,
  /** No server answers at the address. */
  unreachable: 5,
  /** `audit verify`: the log was changed. */
  auditBroken: 6,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
