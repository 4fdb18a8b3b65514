import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { agentFlagFile } from '../modules/agent-protocol/api.ts';
import { ownCertificates } from '../programs/launcher/certificates.ts';

const PACKAGE = '@cdxgen/cdxgen-plugins-bin-linux-amd64/package.json';

/** The folder of the test's daemons: the real osqueryd of npm under its own name, and a CA. */
export async function prepareOsqueryd() {
  const folder = mkdtempSync(join(tmpdir(), 'yojin-osqueryd-'));
  const program = join(folder, 'osqueryd');
  const packageFolder = dirname(createRequire(import.meta.url).resolve(PACKAGE));
  copyFileSync(join(packageFolder, 'plugins/osquery/osqueryi-linux-amd64'), program);
  const { tls } = await ownCertificates(folder, ['localhost', '127.0.0.1'], new Date());
  writeFileSync(join(folder, 'pinned.pem'), tls.ca);
  const started = new Set<RealOsqueryd>();

  return {
    tls,
    /** Starts a daemon; `name` names its database, which is kept when the daemon stops. */
    start(name: string, port: number, secret: string, more: readonly string[] = []): RealOsqueryd {
      const daemon = new RealOsqueryd(folder, program, name, port, secret, more);
      started.add(daemon);
      return daemon;
    },
    forgetDatabase(name: string): void {
      rmSync(join(folder, `${name}.db`), { recursive: true, force: true });
    },
    async [Symbol.asyncDispose]() {
      for (const daemon of started) await daemon.stop('SIGKILL');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export class RealOsqueryd {
  readonly #child: ChildProcess;
  readonly #exited: Promise<void>;
  /** What it wrote to standard output and error. */
  output = '';

  constructor(
    folder: string,
    program: string,
    name: string,
    port: number,
    secret: string,
    more: readonly string[],
  ) {
    const path = (suffix: string) => join(folder, `${name}${suffix}`);
    writeFileSync(path('.secret'), secret);
    writeFileSync(
      path('.flags'),
      agentFlagFile({
        tlsAddress: `localhost:${port}`,
        caPath: join(folder, 'pinned.pem'),
        secretPath: path('.secret'),
        more: [
          `--database_path=${path('.db')}`,
          `--pidfile=${path('.pid')}`,
          `--logger_path=${folder}`,
          `--extensions_socket=${path('.em')}`,
          '--allow_unsafe',
          '--disable_watchdog',
          '--disable_extensions',
          '--disable_events',
          '--logtostderr',
          ...more,
        ],
      }),
    );
    if (existsSync(path('.pid'))) rmSync(path('.pid'));
    this.#child = spawn(program, [`--flagfile=${path('.flags')}`], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.output += chunk.toString();
      });
    }
    this.#exited = new Promise((resolve) => this.#child.once('exit', () => resolve()));
  }

  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    await this.#exited;
  }
}

/** Waits until `condition` answers something; the test's own time limit ends it. */
export async function until<Result>(
  condition: () => Promise<Result | undefined | false | null>,
): Promise<Result> {
  for (;;) {
    const result = await condition();
    if (result !== undefined && result !== false && result !== null) return result;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
