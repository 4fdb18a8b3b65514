/** An agent without a server, to be killed by a test: does what is in the journal of a folder. */
import { join } from 'node:path';
import { createExecutors } from '../executors/executors.ts';
import { Journal } from '../journal.ts';
import { createMachine } from '../machine.ts';
import { Worker } from '../worker.ts';

const [folder = '', agentId = '', root = '', ...prefix] = process.argv.slice(2);

new Worker({
  journal: new Journal(join(folder, 'journal')),
  machine: createMachine({ prefix, root }),
  executors: createExecutors({ apt: { lockSeconds: 20 } }),
  folder: join(folder, 'work'),
  serverTime: () => new Date(),
  holder: () => ({ agentId, verifyKey: '', keyId: '', scripts: true, endpoint: undefined }),
  onEndpoint: () => undefined,
  upload: () => Promise.reject(new Error('no server')),
  onReport: () => undefined,
  onEvent: (event) => process.stdout.write(`${JSON.stringify(event)}\n`),
}).start();
