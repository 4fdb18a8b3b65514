#!/usr/bin/env node
import { accessSync, constants, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLog } from '../../platform/log.ts';
import { untilStopped } from '../cli/until-stopped.ts';
import { requireOsqueryd, runAgent } from '../launcher/agent-step.ts';
import { errnoOf, LaunchFailure } from '../launcher/failure.ts';
import { failureText, launchTexts, type Tell } from '../launcher/texts.ts';
import { type AgentConf, AgentConfFault, parseAgentConf } from './agent-conf.ts';

/**
 * The program of an installed agent: as `yojin agent`, with a configuration file for its options.
 * Takes one argument, the path of that file.
 */
const confFile = process.argv[2] ?? '/etc/yojin-agent/agent.conf';

function readConf(): AgentConf | undefined {
  try {
    return parseAgentConf(readFileSync(confFile, 'utf8'));
  } catch (error) {
    if (!(error instanceof AgentConfFault) && errnoOf(error) === undefined) throw error;
    process.stderr.write(`yojin-agent: ${confFile}: ${(error as Error).message}\n`);
    return undefined;
  }
}

async function run(conf: AgentConf): Promise<number> {
  const texts = launchTexts(conf.language);
  // Whoever collects our lines (journald) knows the time.
  const tell: Tell = (key, values) => void process.stdout.write(`${texts(key, values)}\n`);
  const log = createLog(conf.logLevel);
  const pidFile = join(conf.stateFolder, 'agent.pid');
  try {
    for (const path of [conf.caFile, conf.secretFile]) {
      try {
        accessSync(path, constants.R_OK);
      } catch (error) {
        throw new LaunchFailure('secret-unreadable', { path, reason: errnoOf(error) ?? '' }, error);
      }
    }
    const folder = join(conf.stateFolder, 'remote-agent');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(pidFile, `${process.pid}\n`, { mode: 0o600 });
    } catch (error) {
      const reason = errnoOf(error) ?? '';
      throw new LaunchFailure('home-not-writable', { path: folder, reason }, error);
    }
    const osqueryd = await requireOsqueryd(conf.osqueryd, join(conf.stateFolder, 'bin'));
    const options = {
      osqueryd,
      folder,
      tlsAddress: conf.server,
      caFile: conf.caFile,
      secretFile: conf.secretFile,
      allowScripts: conf.allowScripts,
    };
    return await untilStopped({
      start: () => runAgent(options, log, tell),
      onReady: () => tell('ready.agent', { version: osqueryd.version, server: conf.server }),
      stop: (agent) => agent.stop(),
      log,
      tell,
    });
  } catch (error) {
    if (!(error instanceof LaunchFailure)) throw error;
    process.stderr.write(`${failureText(texts, error)}\n`);
    return 1;
  } finally {
    rmSync(pidFile, { force: true });
  }
}

const conf = readConf();
// EX_CONFIG: systemd does not restart what only a person can mend.
process.exitCode = conf ? await run(conf) : 78;
