import { type Logger, pino } from 'pino';

export type { Logger } from 'pino';

export const logLevels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** JSON lines on `destination` (default: standard error). Secrets never reach the log. */
export function createLog(level: LogLevel, destination?: { write(line: string): void }): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: [
        'req.headers.authorization',
        'req.headers.cookie',
        '*.password',
        '*.node_key',
        '*.enroll_secret',
        '*.token',
        '*.secret',
        '*.currentPassword',
        '*.newPassword',
        '*.passwordHash',
        'err.detail',
      ],
      // PostgreSQL tells the whole row in the detail of a violated check, hashes included.
      censor: (value: unknown, path: string[]) => {
        if (path.at(-1) !== 'detail') return '[secret]';
        return /^Failing row contains/.test(String(value)) ? '[row]' : value;
      },
    },
  };
  return destination ? pino(options, destination) : pino(options, pino.destination(2));
}
