import { accessSync, constants, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Language } from '../../platform/i18n/language.ts';
import { createLog, type LogLevel } from '../../platform/log.ts';
import { requireOsqueryd, runAgent } from '../launcher/agent-step.ts';
import { LaunchFailure } from '../launcher/failure.ts';
import { homeAt, homePath } from '../launcher/home.ts';
import { productVersion } from '../launcher/product.ts';
import { failureText, type LaunchTexts, launchTexts, type Tell } from '../launcher/texts.ts';
import { type RunningUp, up } from '../launcher/up.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { untilStopped } from './until-stopped.ts';

export interface UpCommandOptions {
  readonly home?: string;
  readonly host: string;
  readonly port: number;
  readonly tlsPort: number;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly agent: boolean;
  readonly osqueryd?: string;
  readonly logLevel: LogLevel;
}

/** Lines of progress with the seconds since the start. */
function teller(texts: LaunchTexts): Tell {
  const startedAt = performance.now();
  return (key, values) => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1).padStart(6);
    const text = texts(key, values);
    const indent = key.startsWith('limits.') && key !== 'limits.intro' && key !== 'limits.remedy';
    process.stdout.write(`${seconds} s  ${indent ? '  · ' : ''}${text}\n`);
  };
}

function told(texts: LaunchTexts, error: unknown): ExitCode {
  if (!(error instanceof LaunchFailure)) throw error;
  process.stderr.write(`${failureText(texts, error)}\n`);
  return exitCodes.failed;
}

/** `yojin up` and, without an embedded database and an agent, `yojin server`. */
export async function runServer(
  language: Language,
  options: UpCommandOptions,
  external: 'as-set' | 'required',
): Promise<ExitCode> {
  const texts = launchTexts(language);
  const tell = teller(texts);
  const databaseUrl = process.env['DATABASE_URL'] || undefined;
  const natsUrl = process.env['NATS_URL'] || undefined;
  const orderKeyFile = process.env['YOJIN_ORDER_KEY'] || undefined;
  const replaceOrderKey = process.env['YOJIN_REPLACE_ORDER_KEY'] === '1';
  const log = createLog(options.logLevel);
  process.stdout.write(`用心 Yojin ${productVersion}\n`);
  try {
    if (external === 'required' && databaseUrl === undefined) {
      throw new LaunchFailure('database-url-missing');
    }
    return await untilStopped<RunningUp>({
      async start(signal) {
        const { startServer } = await import('../server/server.ts');
        const environment = { databaseUrl, natsUrl, orderKeyFile, replaceOrderKey };
        return up({ ...options, ...environment, startServer, log, tell, signal });
      },
      onReady({ consoleUrl, tlsAddress, setupLink }) {
        const say: Tell = (key, values) => process.stdout.write(`${texts(key, values)}\n`);
        process.stdout.write('\n');
        say('ready.console', { url: consoleUrl });
        if (!/^(127\.|localhost|\[::1\])/.test(tlsAddress)) {
          say('ready.console-tls', { url: `https://${tlsAddress}` });
        }
        if (setupLink !== undefined) say('ready.setup', { url: setupLink });
        say('ready.agents', { address: tlsAddress });
        say('ready.stop');
      },
      stop: (running) => running.stop(),
      log,
      tell,
    });
  } catch (error) {
    return told(texts, error);
  }
}

export interface AgentCommandOptions {
  readonly server: string;
  readonly ca: string;
  readonly secretFile: string;
  readonly home?: string;
  readonly osqueryd?: string;
  /** `--allow-scripts` */
  readonly allowScripts?: boolean;
  readonly logLevel: LogLevel;
}

/**
 * `yojin agent`: an osqueryd for this machine that reports to a server elsewhere, and the action
 * channel, over which that server has things done here.
 */
export async function runAgentOnly(
  language: Language,
  options: AgentCommandOptions,
): Promise<ExitCode> {
  const texts = launchTexts(language);
  const tell = teller(texts);
  const log = createLog(options.logLevel);
  const uid = process.getuid?.();
  try {
    const home = homeAt(homePath({ asked: options.home, environment: process.env, uid }));
    const folder = join(home.path, 'remote-agent');
    const readable = (path: string) => {
      const full = resolve(path.replace(/^~(?=\/)/, homedir()));
      try {
        accessSync(full, constants.R_OK);
      } catch (error) {
        const reason = (error as NodeJS.ErrnoException).code ?? '';
        throw new LaunchFailure('secret-unreadable', { path: full, reason }, error);
      }
      return full;
    };
    const caFile = readable(options.ca);
    const secretFile = readable(options.secretFile);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    } catch (error) {
      const reason = (error as NodeJS.ErrnoException).code ?? '';
      throw new LaunchFailure('home-not-writable', { path: folder, reason }, error);
    }
    const osqueryd = await requireOsqueryd(options.osqueryd, home.binaries);
    const agentOptions = {
      osqueryd,
      folder,
      tlsAddress: options.server,
      caFile,
      secretFile,
      allowScripts: options.allowScripts ?? false,
    };
    return await untilStopped({
      start: () => runAgent(agentOptions, log, tell),
      onReady: () => {
        const values = { version: osqueryd.version, server: options.server };
        const text = texts('ready.agent', values);
        process.stdout.write(`${text}\n`);
      },
      stop: (agent) => agent.stop(),
      log,
      tell,
    });
  } catch (error) {
    return told(texts, error);
  }
}
