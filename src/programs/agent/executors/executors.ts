import type { Action } from '../../../modules/agent-protocol/api.ts';
import { collectExecutor } from './collect.ts';
import type { Executor } from './executor.ts';
import type { AptOptions } from './packages/apt.ts';
import { packageExecutor, packageTools } from './packages/package-tools.ts';
import { removeExtensionExecutor } from './remove-extension.ts';
import { restartExecutor } from './restart.ts';
import { scriptExecutor } from './script.ts';
import { serviceExecutor } from './service.ts';
import { setValueExecutor } from './set-value.ts';

export type Executors = { readonly [T in Action['type']]: Executor<T> };

/** Who does what. */
export function createExecutors(options: { readonly apt?: AptOptions } = {}): Executors {
  const packages = packageExecutor(packageTools(options.apt));
  return {
    'package-upgrade': packages as Executor<'package-upgrade'>,
    'package-install': packages as Executor<'package-install'>,
    'package-remove': packages as Executor<'package-remove'>,
    service: serviceExecutor,
    'set-value': setValueExecutor,
    'remove-extension': removeExtensionExecutor,
    restart: restartExecutor,
    collect: collectExecutor,
    // The server asks osquery; that the agent is there and hears is all there is to say.
    'report-now': {
      perform: async () => ({ state: 'done' }),
      recover: async () => ({ state: 'done' }),
    },
    script: scriptExecutor,
  };
}
