import type { ServerResponse } from 'node:http';
import type { Auth } from '../auth/auth.ts';
import { cookieName } from '../http/access.ts';
import { ProblemError } from '../http/problem.ts';
import { principalOf } from '../http/request-principal.ts';
import type { App } from '../module.ts';
import type { LiveFeed, LiveNews } from './live-feed.ts';

/** Browsers open one per tab; more than this from one user is a mistake. */
const streamsPerUser = 20;
const streamsAtMost = 2_000;
const heartbeatMs = 15_000;
/** A page that is this far behind gets no backlog: it is cut, and resynchronises when it is back. */
const behindBytes = 256 * 1024;

interface Stream {
  readonly userId: string;
  readonly out: ServerResponse;
  readonly stillSignedIn: () => Promise<boolean>;
  /** Hears no more news. */
  readonly leave: () => void;
}

/** GET /api/live: server-sent events. They carry topics, never data: pages ask under their own permissions. */
export function liveRoutes(app: App, { live, auth }: { live: LiveFeed; auth: Auth }): void {
  const streams = new Set<Stream>();

  function write({ out }: Stream, text: string): void {
    if (out.destroyed || out.writableEnded) return;
    if (out.writableLength > behindBytes) out.destroy();
    else out.write(text);
  }

  function end(stream: Stream): void {
    forget(stream);
    stream.out.end();
    // Whoever does not even read the end would hold the listener open.
    setTimeout(() => stream.out.destroy(), 1_000).unref();
  }

  function forget(stream: Stream): void {
    streams.delete(stream);
    stream.leave();
  }

  function tell(stream: Stream, news: LiveNews): void {
    const event = news.topic === 'resync' ? 'resync' : 'news';
    write(stream, `event: ${event}\ndata: ${JSON.stringify(news)}\n\n`);
  }

  /** Whoever was signed out or disabled hears no more. */
  function checkAll(): void {
    for (const stream of streams) {
      stream.stillSignedIn().then(
        (signedIn) => {
          if (!signedIn) end(stream);
        },
        // The database is away: nobody knows. The next heartbeat asks again.
        () => undefined,
      );
    }
  }

  const stopHearing = auth.onForget(checkAll);
  const heartbeat = setInterval(() => {
    for (const stream of streams) write(stream, ': still here\n\n');
    checkAll();
  }, heartbeatMs);
  heartbeat.unref();
  // Answers that never end would keep the listener from closing.
  app.addHook('preClose', async () => {
    clearInterval(heartbeat);
    stopHearing();
    for (const stream of streams) end(stream);
  });

  app.get(
    '/live',
    {
      config: { permission: 'signed-in' },
      exposeHeadRoute: false,
      schema: {
        summary: 'What changed, as server-sent events',
        description:
          'Events `news` with {"topic", "ids"?}; `resync` when news may have been missed: ask again for all.',
        tags: ['live'],
        produces: ['text/event-stream'],
      },
    },
    async (request, reply) => {
      const { userId } = principalOf(request);
      const own = [...streams].filter((stream) => stream.userId === userId).length;
      if (own >= streamsPerUser || streams.size >= streamsAtMost) {
        reply.header('retry-after', 30);
        throw new ProblemError(429, 'TOO_MANY_STREAMS', 'Too many open pages of one user');
      }
      const credentials = {
        bearer: /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1],
        sessionSecret: request.cookies[cookieName(request.protocol === 'https')],
        allowLocal: true, // It was on this listener when it came.
        touch: false,
      };

      reply.hijack();
      const out = reply.raw;
      out.on('error', () => undefined); // 'close' follows.
      // Gone while we looked up who it is: 'close' has been.
      if (out.destroyed || request.raw.socket.destroyed) return;
      const stream: Stream = {
        userId,
        out,
        stillSignedIn: async () => (await auth.authenticate(credentials)) !== null,
        leave: live.subscribe((news) => tell(stream, news)),
      };
      streams.add(stream);
      out.once('close', () => forget(stream));
      out.writeHead(200, {
        ...(reply.getHeaders() as Record<string, string>),
        'content-type': 'text/event-stream',
        'cache-control': 'no-store, no-transform',
        'x-accel-buffering': 'no',
      });
      write(stream, 'retry: 2000\n\n');
    },
  );
}
