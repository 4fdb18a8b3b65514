import { createHash, randomUUID } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  copyFileSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Action } from '../../../modules/agent-protocol/api.ts';
import type { Machine } from '../machine.ts';
import { type Executor, failed, type Outcome } from './executor.ts';

type SetValue = Extract<Action, { type: 'set-value' }>;

/** Where values may be set: settings of the system, never programs, accounts or keys. */
const allowed = [/^\/etc\/.+/, /^\/usr\/local\/etc\/.+/, /^\/Library\/Preferences\/.+/];
const forbidden = [
  /^\/etc\/(passwd|group|shadow|gshadow|subuid|subgid|sudoers|crontab|ld\.so\.preload)(-|\.d\/.*)?$/,
  /^\/etc\/cron\.[^/]+\//,
  /^\/etc\/(ssl|pki)\/.*(private|key)/,
  /^\/etc\/ssh\/ssh_host_/,
  /\.yojin-(before|new)/,
];
const mostBytes = 1024 * 1024;

/** Sets one `key = value` line of a configuration file; the file of before stays beside it. */
export const setValueExecutor: Executor<'set-value'> = {
  async perform(action, { machine, dryRun, remember }) {
    const opened = open(machine, action);
    if ('outcome' in opened) return opened.outcome;
    const { path, text, info } = opened;
    const changed = withValue(text, action);
    const before = described(action, text);
    const after = described(action, changed);
    remember({ before });
    if (changed === text) return { state: 'done', reason: 'ALREADY', before, after };
    if (dryRun) return { state: 'done', before, after };
    const making = join(dirname(path), `.${basename(path)}.yojin-new-${randomUUID().slice(0, 8)}`);
    try {
      copyFileSync(path, `${path}.yojin-before`, constants.COPYFILE_FICLONE);
      chownSync(`${path}.yojin-before`, info.uid, info.gid);
      chmodSync(`${path}.yojin-before`, info.mode & 0o7777);
      const file = openSync(making, 'wx', 0o600);
      try {
        writeSync(file, changed);
        chownIfNeeded(making, info);
        chmodSync(making, info.mode & 0o7777);
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(making, path);
    } catch (error) {
      rmSync(making, { force: true });
      const { code, message } = error as NodeJS.ErrnoException;
      const reason =
        code === 'ENOSPC'
          ? 'DISK_FULL'
          : code === 'EACCES' || code === 'EPERM'
            ? 'NOT_PRIVILEGED'
            : code === 'EROFS'
              ? 'READ_ONLY'
              : 'WRITE_FAILED';
      return failed(reason, message, { before, after: before });
    }
    const now = described(action, readFileSync(path, 'utf8'));
    return now[action.key] === action.value
      ? {
          state: 'done',
          before,
          after: now,
          output: `the file of before: ${action.path}.yojin-before`,
        }
      : { state: 'no-effect', reason: 'NO_EFFECT', before, after: now };
  },
  async recover(action, { machine, remembered }) {
    const opened = open(machine, action);
    const after = 'outcome' in opened ? {} : described(action, opened.text);
    const more = { ...(remembered.before && { before: remembered.before }), after };
    return after[action.key] === action.value
      ? { state: 'done', ...more }
      : failed('INTERRUPTED', 'the agent ended before the file was written', more);
  },
};

type Opened =
  | {
      readonly path: string;
      readonly text: string;
      readonly info: { uid: number; gid: number; mode: number };
    }
  | { readonly outcome: Outcome };

function open(machine: Machine, { path: asked }: SetValue): Opened {
  const no = (reason: string, says: string): Opened => ({
    outcome: { state: 'refused', reason, output: `${asked}: ${says}` },
  });
  if (!allowed.some((rule) => rule.test(asked)) || forbidden.some((rule) => rule.test(asked))) {
    return no('PATH_NOT_ALLOWED', 'values are set below /etc only, and not in accounts and keys');
  }
  const path = machine.path(asked);
  try {
    // Somebody who can put a link into the way would have us write elsewhere.
    const root = machine.path('/');
    const folder = dirname(path);
    const real = realpathSync(folder);
    // macOS keeps /etc in /private, by a link of its own.
    const straight = root !== '/' || real === folder || real === `/private${folder}`;
    if (!straight || lstatSync(path).isSymbolicLink()) {
      return no('SYMLINK', 'leads through a symbolic link');
    }
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    try {
      const info = fstatSync(file);
      if (!info.isFile()) return no('NOT_A_FILE', 'not a file');
      if (info.nlink > 1) return no('HARD_LINK', 'has more than one name');
      if (info.size > mostBytes) return no('TOO_LARGE', 'larger than a configuration file is');
      const bytes = readFileSync(file);
      const text = bytes.toString('utf8');
      if (!bytes.equals(Buffer.from(text, 'utf8')) || text.includes('\u0000')) {
        return no('NOT_TEXT', 'not a text');
      }
      return { path, text, info };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { outcome: failed('NOT_FOUND', `${asked}: not there`) };
    if (code === 'EACCES') return { outcome: failed('NOT_PRIVILEGED', message) };
    if (code === 'ELOOP') return no('SYMLINK', 'leads through a symbolic link');
    return { outcome: failed('READ_FAILED', message) };
  }
}

function chownIfNeeded(path: string, { uid, gid }: { uid: number; gid: number }): void {
  if (process.getuid?.() === uid && process.getgid?.() === gid) return;
  chownSync(path, uid, gid);
}

/**
 * The text with the value set: every line that sets the key gets it, those that are commented out
 * stay; a key that is not there is added at the end (of the file's first part, where a `Match`
 * block of sshd or a section would otherwise take it in).
 */
export function withValue(
  text: string,
  { key, value, separator }: Omit<SetValue, 'type' | 'path'>,
): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const lines = text.split(/\r?\n/);
  const wanted = `${key}${separator}${value}`;
  const at = lines.flatMap((line, index) => (isKey(line, key, separator) ? [index] : []));
  if (at.length > 0) {
    for (const index of at) lines[index] = /^\s*/.exec(lines[index]!)![0] + wanted;
    return lines.join(newline);
  }
  const block = lines.findIndex((line) => /^\s*(Match\s|\[.+\]\s*$)/i.test(line));
  if (block >= 0 && separator === ' ') lines.splice(block, 0, wanted);
  else if (lines.at(-1) === '') lines.splice(-1, 0, wanted);
  else lines.push(wanted, '');
  return lines.join(newline);
}

/** What the file says for the key: of several lines, the first that counts. */
export function valueIn(
  text: string,
  key: string,
  separator: SetValue['separator'],
): string | null {
  const line = text.split(/\r?\n/).find((candidate) => isKey(candidate, key, separator));
  if (line === undefined) return null;
  const rest = line.trim().slice(key.length).trim();
  return rest.replace(/^[=:]\s*/, '');
}

/** `key = value`, however the blanks are; for ` ` the key is the first word. */
function isKey(line: string, key: string, separator: SetValue['separator']): boolean {
  const trimmed = line.trim();
  if (!trimmed.toLowerCase().startsWith(key.toLowerCase())) return false;
  // Only where words are the form (sshd_config) does case not matter.
  if (separator !== ' ' && !trimmed.startsWith(key)) return false;
  const rest = trimmed.slice(key.length);
  const sign = separator.trim();
  return sign === '' ? /^\s+\S|^\s*=|^$/.test(rest) : rest.trimStart().startsWith(sign);
}

const described = ({ path, key, separator }: SetValue, text: string) => ({
  [key]: valueIn(text, key, separator),
  [path]: `sha256:${createHash('sha256').update(text).digest('hex')}`,
});
