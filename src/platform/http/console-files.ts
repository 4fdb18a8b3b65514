import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { App } from '../module.ts';

const notBuilt = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Yojin</title></head>
<body>
<h1>The console has not been built</h1>
<p>The server runs, and its API answers below <a href="/api/docs">/api/docs</a>. To build the pages,
start the server with <code>npm start</code>.</p>
<p lang="ja">サーバーは動作していますが、コンソール画面がまだビルドされていません。
<code>npm start</code> で起動するとビルドされます。</p>
</body></html>
`;

/**
 * The pages of the console out of `folder`, as Vite built them. Files below /assets carry the hash
 * of their content in their names and are kept for a year; every address that a browser opens as a
 * page and that is not below /api gets index.html, whose router knows what to show.
 */
export async function serveConsole(
  app: App,
  folder: string | undefined,
  notFound: (request: FastifyRequest, reply: FastifyReply) => FastifyReply,
): Promise<void> {
  if (folder !== undefined) {
    await app.register(fastifyStatic, {
      root: folder,
      serve: false,
      preCompressed: true,
      cacheControl: false,
      setHeaders(reply, path) {
        const hashed = path.startsWith(join(folder, 'assets'));
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  }
  app.get(
    '/*',
    { config: { permission: 'public' }, schema: { hide: true } },
    async (request, reply) => {
      const path = (request.params as { '*': string })['*'];
      const wantsPage =
        path === '' ||
        (request.headers.accept?.includes('text/html') === true && !path.startsWith('assets/'));
      if (!wantsPage) {
        return folder === undefined ? notFound(request, reply) : reply.sendFile(path);
      }
      if (folder === undefined || !existsSync(join(folder, 'index.html'))) {
        return reply
          .code(503)
          .header('cache-control', 'no-store')
          .type('text/html; charset=utf-8')
          .send(notBuilt);
      }
      return reply.sendFile('index.html');
    },
  );
}
