import { TestClock } from '../../../testing/agent-server.ts';
import { startPlatformServer } from '../../../testing/platform-server.ts';
import type { AuditEntry, AuditLog } from '../../audit/public.ts';
import type { Database } from '../../db/queryable.ts';
import { createLog } from '../../log.ts';
import type { Channel, ChannelCreate, NoticeRow } from '../api.ts';
import { createNotices } from '../notices.ts';
import type { Notice } from '../public.ts';

export const osaka = '00000000-0000-4000-8000-000000000001';
export const osakaLab = '00000000-0000-4000-8000-000000000002';
export const tokyo = '00000000-0000-4000-8000-000000000003';
const tree: Readonly<Record<string, readonly string[]>> = { [osaka]: [osakaLab] };

const silent = { publish: () => undefined, subscribe: () => () => undefined };

interface Given {
  readonly sendWithinMs?: number;
  readonly audit?: AuditLog;
}

/** Notices without a timer: tests say when to look (`pass`), and what time it is. */
export function testNotices(
  db: Database,
  clock: TestClock,
  { sendWithinMs = 5_000, audit = { record: async () => undefined } }: Given = {},
) {
  const notices = createNotices({
    db,
    log: createLog('silent'),
    clock: clock.read,
    live: { publish: () => undefined, subscribe: () => () => undefined },
    audit,
    expandScopes: async (_db, ids) => ids.flatMap((id) => [id, ...(tree[id] ?? [])]),
    consoleAddress: () => 'https://console.example',
    sendWithinMs,
  });
  notices.register([
    { kind: 'frost', title: { ja: '霜', en: 'Frost' } },
    { kind: 'rain', title: { ja: '雨', en: 'Rain' } },
  ]);
  return notices;
}

/** Notices with their routes on the platform's server. */
export async function startNoticeServer(db: Database, given: Given = {}) {
  const clock = new TestClock();
  const records: AuditEntry[] = [];
  const notices = testNotices(db, clock, {
    ...given,
    audit: { record: async (_tx, entry) => void records.push(entry) },
  });
  const server = await startPlatformServer(db, { clock, scopes: tree, modules: [notices] });
  /** As the command line of the machine: an administrator of everything. */
  async function makeChannel(given: Partial<ChannelCreate>): Promise<Channel> {
    const body = channelOf(given);
    const made = await server.call('POST', '/notification-channels', {
      body,
      token: server.local,
    });
    if (made.status !== 201) throw new Error(made.text);
    return made.body;
  }
    return Object.assign(server, {
    notices,
    records,
    makeChannel,
    async list(query = ''): Promise<NoticeRow[]> {
      const { body, text, status } = await server.call('GET', `/notices${query}`, {
        token: server.local,
      });
      if (status !== 200) throw new Error(text);
      return body.items;
    },
    async channel(id: string): Promise<Channel> {
      const { body } = await server.call('GET', '/notification-channels', { token: server.local });
      return body.items.find((each: Channel) => each.id === id);
    },
    tell: (told: readonly Notice[]) =>
      db.transaction((tx) => notices.tell(tx, told, clock.now)),
  });
}

let made = 0;

export function channelOf(given: Partial<ChannelCreate>): ChannelCreate {
  made += 1;
  return {
    name: `channel ${made}`,
    enabled: true,
    language: 'en',
    kinds: null,
    leastSeverity: 'information',
    scopeIds: null,
    allowPrivate: true,
    schedule: atOnce,
    target: { type: 'slack', url: 'http://127.0.0.1:9/hook' },
    ...given,
  };
}

export const atOnce: ChannelCreate['schedule'] = {
  mode: 'at-once',
  timeZone: 'Asia/Tokyo',
  dailyAt: '09:00',
  quiet: null,
  urgentAtOnce: true,
};

export function noticeOf(key: string, given: Partial<Notice> = {}): Notice {
  return {
    kind: 'frost',
    severity: 'warning',
    text: { ja: `${key} に霜`, en: `frost on ${key}` },
    path: `/fields/${key}`,
    scopeId: null,
    key,
    ...given,
  };
}
