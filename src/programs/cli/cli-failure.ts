import type { Values } from '../../platform/i18n/translator.ts';
import type { ExitCode } from './exit-codes.ts';
import type { CliKey } from './texts.ts';

/** An expected failure of a command: its text, what to do, and the exit code. */
export class CliFailure extends Error {
  readonly exitCode: ExitCode;
  readonly key: CliKey;
  readonly values: Values;
  readonly remedyKey: CliKey | undefined;

  constructor(exitCode: ExitCode, key: CliKey, values: Values = {}, remedyKey?: CliKey) {
    super(key);
    this.exitCode = exitCode;
    this.key = key;
    this.values = values;
    this.remedyKey = remedyKey;
  }
}
