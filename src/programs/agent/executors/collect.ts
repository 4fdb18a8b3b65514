import {
  createWriteStream,
  lstatSync,
  opendirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Action } from '../../../modules/agent-protocol/api.ts';
import { type Executor, failed } from './executor.ts';
import { type TarMember, tarOf } from './tar.ts';

type Collect = Extract<Action, { type: 'collect' }>;

/** Files, folders and links of one bundle; a folder with more is cut off. */
const mostMembers = 10_000;
const mostDepth = 32;

export interface Collection {
  readonly members: readonly TarMember[];
  readonly bytes: number;
  /** What is not in it, each with its reason. */
  readonly left: readonly string[];
}

/** Packs files for an incident into one archive, and sends it up. */
export const collectExecutor: Executor<'collect'> = {
  async perform(action, { dryRun, folder, machine, orderId, signal, upload, now }) {
    const collection = gather(action, (path) => machine.path(path));
    const { members, left, bytes } = collection;
    const found = members.length;
    const words = [`${found} files, ${bytes} bytes`, ...left].join('\n');
    const after = { files: String(found), bytes: String(bytes) };
    if (dryRun) return { state: 'done', output: words, after };
    if (found === 0) return failed('NOT_FOUND', words, { after });
    const file = join(folder, `${orderId}.tar.gz`);
    const list = {
      name: 'yojin-collect.txt',
      modifiedAt: now(),
      mode: 0o600,
      content: { kind: 'text', text: `${words}\n` },
    } as const;
    try {
      await pipeline(
        tarOf([list, ...members]),
        createGzip(),
        createWriteStream(file, { mode: 0o600 }),
        {
          signal,
        },
      );
      const size = statSync(file).size;
      const uploadId = await upload(file, `collect-${orderId}.tar.gz`);
      return { state: 'done', output: words, uploadId, after: { ...after, sent: String(size) } };
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (signal.aborted) return failed('CANCELLED', words);
      return failed(code === 'ENOSPC' ? 'DISK_FULL' : 'UPLOAD_FAILED', `${words}\n${message}`);
    } finally {
      rmSync(file, { force: true });
    }
  },
  async recover(_action, { folder, orderId }) {
    rmSync(join(folder, `${orderId}.tar.gz`), { force: true });
    return failed('INTERRUPTED', 'the agent ended before the files were sent');
  },
};

/**
 * What to pack: files as named, folders with all that is in them. Links are packed as links and not
 * followed; devices, pipes and sockets are not read. Stops at `mostBytes`.
 */
export function gather(
  { paths, mostBytes }: Collect,
  inside: (path: string) => string,
): Collection {
  const members: TarMember[] = [];
  const left: string[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  const add = (path: string, depth: number): void => {
    if (seen.has(path)) return;
    seen.add(path);
    if (members.length >= mostMembers) {
      if (members.length === mostMembers) left.push(`${path}: more than ${mostMembers} files`);
      return;
    }
    const full = inside(path);
    let info: ReturnType<typeof lstatSync>;
    try {
      info = lstatSync(full)!;
    } catch (error) {
      left.push(`${path}: ${(error as NodeJS.ErrnoException).code}`);
      return;
    }
    const common = { name: path.slice(1), modifiedAt: info.mtime, mode: info.mode };
    if (info.isSymbolicLink()) {
      members.push({ ...common, content: { kind: 'link', target: readlinkSync(full) } });
    } else if (info.isDirectory()) {
      if (depth >= mostDepth) left.push(`${path}: too deep`);
      else for (const name of namesIn(full, left, path)) add(join(path, name), depth + 1);
    } else if (!info.isFile()) left.push(`${path}: not a file`);
    else if (bytes + info.size > mostBytes) left.push(`${path}: ${info.size} bytes are too many`);
    else {
      bytes += info.size;
      members.push({ ...common, content: { kind: 'file', path: full, bytes: info.size } });
    }
  };
  for (const path of paths) {
    if (path.split('/').includes('..')) left.push(`${path}: not a plain path`);
    else if (throughLink(path, inside)) left.push(`${path}: leads through a symbolic link`);
    else add(path.replace(/\/+$/, '') || '/', 0);
  }
  return { members, bytes, left };
}

/** A user could make a link on the way that leads us to what the path does not say. */
function throughLink(path: string, inside: (path: string) => string): boolean {
  const folder = dirname(inside(path));
  try {
    const real = realpathSync(folder);
    return inside('/') === '/' && real !== folder && real !== `/private${folder}`;
  } catch {
    return false;
  }
}

function namesIn(folder: string, left: string[], shown: string): string[] {
  const names: string[] = [];
  try {
    const entries = opendirSync(folder);
    try {
      for (let entry = entries.readSync(); entry; entry = entries.readSync()) {
        names.push(entry.name);
        if (names.length > mostMembers) {
          left.push(`${shown}: more than ${mostMembers} names`);
          break;
        }
      }
    } finally {
      entries.closeSync();
    }
  } catch (error) {
    left.push(`${shown}: ${(error as NodeJS.ErrnoException).code}`);
  }
  return names.sort();
}
