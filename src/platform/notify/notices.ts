import { createHash } from 'node:crypto';
import type { App, Job, ModuleContext, StateRow } from '../module.ts';
import { channelRoutes } from './channel-routes.ts';
import { channelHealth } from './channel-store.ts';
import { createDeliveries, type DeliveryOptions } from './delivery.ts';
import { noticeRoutes } from './notice-routes.ts';
import { deleteNotices, insertNotices, noticeChannel } from './notice-store.ts';
import type { Notice, NoticeKind, Notices } from './public.ts';

const keepDays = 90;
const dayMs = 86_400_000;
const textLength = 2_000;

export interface NoticesOptions
  extends Pick<ModuleContext, 'db' | 'log' | 'clock' | 'live' | 'audit'>,
    Pick<DeliveryOptions, 'expandScopes' | 'consoleAddress' | 'sendWithinMs'> {}

/** Notices as the server runs them: a `ServerModule` that also takes what is to be told. */
export interface RunningNotices extends Notices {
  readonly name: string;
  readonly kinds: readonly NoticeKind[];
  routes(app: App): void;
  readonly jobs: readonly Job[];
  state(): Promise<readonly StateRow[]>;
  /** Begins to deliver, what an earlier server left undone first. */
  start(): Promise<void>;
  /** Sends everything that is due, and waits for it. */
  pass(): Promise<void>;
  close(): Promise<void>;
}

/** Takes notices into the outbox and brings them to the channels that people set up. */
export function createNotices(options: NoticesOptions): RunningNotices {
  const { db, log, clock } = options;
  const kinds = new Map<string, NoticeKind>();
  const deliveries = createDeliveries(options);
  let stopListening: (() => void) | undefined;

  return {
    name: 'notices',
    get kinds() {
      return [...kinds.values()];
    },
    register(more) {
      for (const kind of more) {
        if (!/^[a-z-]{1,60}$/.test(kind.kind)) throw new Error(`${kind.kind}: not a notice kind`);
        if (kinds.has(kind.kind)) throw new Error(`two kinds of notices are called ${kind.kind}`);
        kinds.set(kind.kind, kind);
      }
    },
    async tell(tx, notices, at) {
      if (notices.length === 0) return;
      for (const { kind } of notices) {
        // A forgotten registration must not undo the caller's work: it only has no title.
        if (!kinds.has(kind)) log.error({ kind }, 'a notice of a kind that nobody registered');
      }
      await insertNotices(tx, notices.map(storable), at);
    },
    routes(app) {
      const given = { ...options, kinds: () => [...kinds.values()], deliveries };
      channelRoutes(app, given);
      noticeRoutes(app, given);
    },
    jobs: [
      {
        name: 'notices/prune',
        cron: '20 3 * * *',
        run: async () => {
          const count = await deleteNotices(db, new Date(clock().getTime() - keepDays * dayMs));
          if (count > 0) log.info({ count }, 'old notices were deleted');
        },
      },
    ],
    async state() {
      const { channels, failing, waiting, givenUp } = await channelHealth(db);
      return [
        { key: 'notices.channels', value: channels, unit: 'count', state: 'ok' },
        {
          key: 'notices.failing_channels',
          value: failing,
          unit: 'count',
          state: failing > 0 ? 'warning' : 'ok',
        },
        { key: 'notices.waiting', value: waiting, unit: 'count', state: 'ok' },
        {
          key: 'notices.given_up',
          value: givenUp,
          unit: 'count',
          state: givenUp > 0 ? 'warning' : 'ok',
        },
      ];
    },
    async start() {
      stopListening = await db.listen(
        noticeChannel,
        () => deliveries.wake(),
        () => deliveries.wake(),
      );
      deliveries.start();
    },
    pass: () => deliveries.pass(),
    async close() {
      stopListening?.();
      await deliveries.close();
    },
  };
}

/** One line, of a length that every channel takes; a path that stays in the console. */
function storable(notice: Notice): Notice {
  const { key, path, text } = notice;
  return {
    ...notice,
    text: { ja: oneLine(text.ja), en: oneLine(text.en) },
    path: /^\/(?![/\\])[\x21-\x7e]*$/.test(path) ? path : '/',
    key: key.length <= 300 ? withoutNul(key) : createHash('sha256').update(key).digest('hex'),
  };
}

function oneLine(text: string): string {
  const line = text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').toWellFormed();
  return [...line].slice(0, textLength).join('');
}

function withoutNul(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
