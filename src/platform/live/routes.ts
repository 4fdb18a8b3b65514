import type { Auth } from '../auth/auth.ts';
import { cookieName } from '../http/access.ts';
import { ProblemError } from '../http/problem.ts';
import { principalOf } from '../http/request-principal.ts';
import type { App } from '../module.ts';
import type { LiveFeed, LiveNews } from './live-feed.ts';

/** Browsers open one per tab; more than this from one user is a mistake. */
const streamsPerUser = 20;
const heartbeatMs = 15_000;

/** GET /api/live: server-sent events. They carry topics, never data: pages ask under their own permissions. */
export function liveRoutes(app: App, { live, auth }: { live: LiveFeed; auth: Auth }): void {
  const streams = new Map<string, number>();
  const closing = new Set<() => void>();

  app.get(
    '/live',
    {
      config: { permission: 'signed-in' },
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
      const open = streams.get(userId) ?? 0;
      if (open >= streamsPerUser) {
        throw new ProblemError(429, 'TOO_MANY_STREAMS', 'Too many open pages of one user');
      }
      streams.set(userId, open + 1);
      const credentials = {
        bearer: /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1],
        sessionSecret: request.cookies[cookieName(request.protocol === 'https')],
        allowLocal: true,
      };

      reply.hijack();
      const out = reply.raw;
      const headers = { ...reply.getHeaders() } as Record<string, string>;
      out.writeHead(200, {
        ...headers,
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      });
      out.write('retry: 2000\n\n');
      const send = (news: LiveNews) => {
        const event = news.topic === 'resync' ? 'resync' : 'news';
        // A page that does not read gets no backlog: it is closed, and resynchronises when it is back.
        if (out.writableLength > 256 * 1024) out.destroy();
        else out.write(`event: ${event}\ndata: ${JSON.stringify(news)}\n\n`);
      };
      const unsubscribe = live.subscribe(send);
      const heartbeat = setInterval(() => {
        out.write(': still here\n\n');
        // Whoever was signed out or disabled meanwhile hears no more.
        auth.authenticate(credentials).then(
          (caller) => caller ?? out.end(),
          () => undefined,
        );
      }, heartbeatMs);
      const end = () => out.end();
      closing.add(end);
      out.once('close', () => {
        clearInterval(heartbeat);
        unsubscribe();
        closing.delete(end);
        const left = (streams.get(userId) ?? 1) - 1;
        if (left > 0) streams.set(userId, left);
        else streams.delete(userId);
      });
    },
  );

  app.addHook('preClose', async () => {
    for (const end of closing) end();
  });
}
