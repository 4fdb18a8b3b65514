import { lstatSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Action } from '../../../modules/agent-protocol/api.ts';
import type { Machine } from '../machine.ts';
import { type Executor, failed } from './executor.ts';

type RemoveExtension = Extract<Action, { type: 'remove-extension' }>;
type Host = RemoveExtension['host'];

/** Below a home folder, by system; `*` is any one folder. macOS and Windows by documentation. */
const places: Readonly<Record<'linux' | 'darwin' | 'win32', Record<Host, readonly string[]>>> = {
  linux: {
    chrome: [
      '.config/google-chrome/*/Extensions',
      '.config/chromium/*/Extensions',
      'snap/chromium/common/chromium/*/Extensions',
    ],
    edge: ['.config/microsoft-edge/*/Extensions'],
    firefox: ['.mozilla/firefox/*/extensions', 'snap/firefox/common/.mozilla/firefox/*/extensions'],
    vscode: ['.vscode/extensions', '.vscode-server/extensions', '.vscode-oss/extensions'],
  },
  darwin: {
    chrome: ['Library/Application Support/Google/Chrome/*/Extensions'],
    edge: ['Library/Application Support/Microsoft Edge/*/Extensions'],
    firefox: ['Library/Application Support/Firefox/Profiles/*/extensions'],
    vscode: ['.vscode/extensions'],
  },
  win32: {
    chrome: ['AppData/Local/Google/Chrome/User Data/*/Extensions'],
    edge: ['AppData/Local/Microsoft/Edge/User Data/*/Extensions'],
    firefox: ['AppData/Roaming/Mozilla/Firefox/Profiles/*/extensions'],
    vscode: ['.vscode/extensions'],
  },
};

/** Removes an extension from the profiles of all users. Programs that run see it at their next start. */
export const removeExtensionExecutor: Executor<'remove-extension'> = {
  async perform(action, { machine, dryRun, remember }) {
    if (/^\.+$/.test(action.identifier)) {
      return {
        state: 'refused',
        reason: 'MALFORMED',
        output: 'not the identifier of an extension',
      };
    }
    const found = findExtension(action, machine);
    const before = Object.fromEntries(found.map(({ shown }) => [shown, 'present']));
    if (found.length === 0) return { state: 'no-effect', reason: 'NOT_FOUND', before, after: {} };
    if (dryRun) {
      return {
        state: 'done',
        before,
        after: Object.fromEntries(found.map(({ shown }) => [shown, null])),
      };
    }
    remember({ before });
    const words: string[] = [];
    for (const place of found) words.push(await remove(place, machine));
    const left = new Set(findExtension(action, machine).map(({ shown }) => shown));
    const after = Object.fromEntries(
      found.map(({ shown }) => [shown, left.has(shown) ? 'present' : null]),
    );
    const output = words.filter(Boolean).join('\n');
    return left.size === 0
      ? { state: 'done', before, after, output }
      : failed('REMOVE_FAILED', output, { before, after });
  },
  async recover(action, { machine, remembered }) {
    const left = findExtension(action, machine).map(({ shown }) => [shown, 'present']);
    const more = {
      ...(remembered.before && { before: remembered.before }),
      after: Object.fromEntries(left) as Record<string, string>,
    };
    return left.length === 0
      ? { state: 'done', ...more }
      : failed('INTERRUPTED', 'the agent ended in the middle of it', more);
  },
};

interface Place {
  /** As the machine names it, and where we find it. */
  readonly shown: string;
  readonly path: string;
  readonly home: string;
}

function findExtension({ host, identifier }: RemoveExtension, machine: Machine): Place[] {
  const { platform } = machine;
  const known = platform === 'darwin' || platform === 'win32' ? platform : 'linux';
  const found: Place[] = [];
  for (const home of homesOf(machine)) {
    for (const pattern of places[known][host]) {
      for (const folder of foldersOf(machine.path(home), pattern)) {
        for (const name of namesIn(folder)) {
          if (!isExtension(host, name, identifier)) continue;
          const path = join(folder, name);
          found.push({ path, shown: join(home, path.slice(machine.path(home).length)), home });
        }
      }
    }
  }
  return found;
}

/** `id` in browsers, `id.xpi` in Firefox, `publisher.name-1.2.3` in Visual Studio Code. */
export function isExtension(host: Host, name: string, identifier: string): boolean {
  if (host === 'firefox') return name === identifier || name === `${identifier}.xpi`;
  if (host !== 'vscode') return name === identifier;
  const [lower, wanted] = [name.toLowerCase(), `${identifier.toLowerCase()}-`];
  return lower.startsWith(wanted) && /^\d/.test(lower.slice(wanted.length));
}

/** Home folders of people: of those who may sign in, by the list of accounts, or by their place. */
function homesOf(machine: Machine): string[] {
  if (machine.platform === 'win32') {
    const folder = `${process.env['SystemDrive'] ?? 'C:'}\\Users`;
    return namesIn(folder).map((name) => join(folder, name));
  }
  if (machine.platform === 'darwin') return namesIn('/Users').map((name) => `/Users/${name}`);
  const homes = new Set<string>(namesIn(machine.path('/home')).map((name) => `/home/${name}`));
  try {
    for (const line of readFileSync(machine.path('/etc/passwd'), 'utf8').split('\n')) {
      const [, , uid, , , home] = line.split(':');
      if (home?.startsWith('/') && home !== '/' && (uid === '0' || Number(uid) >= 1000)) {
        homes.add(home);
      }
    }
  } catch {
    // Then the folders below /home are what there is.
  }
  return [...homes];
}

function foldersOf(home: string, pattern: string): string[] {
  let folders = [home];
  for (const part of pattern.split('/')) {
    folders = folders.flatMap((folder) => {
      const next = part === '*' ? namesIn(folder) : [part];
      return next.map((name) => join(folder, name)).filter(isFolder);
    });
  }
  return folders;
}

/** A link is no folder: it may lead anywhere, and the home belongs to its user. */
function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

/** As the owner of the home: what they could not remove themselves, a trick of theirs cannot either. */
async function remove({ path, shown, home }: Place, machine: Machine): Promise<string> {
  if (machine.platform === 'win32') {
    try {
      rmSync(path, { recursive: true, force: true });
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  }
  const { uid, gid } = statSync(machine.path(home));
  const root = process.getuid?.() === 0;
  const answer = await machine.ask('rm', ['-rf', '--', shown], root ? { as: { uid, gid } } : {});
  return answer.stderr.trim();
}
