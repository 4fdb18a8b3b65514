import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Type } from 'typebox';
import { actorOf } from '../../platform/auth/auth.ts';
import { Problem, ProblemError } from '../../platform/http/problem.ts';
import { principalOf } from '../../platform/http/request-principal.ts';
import type { App, ModuleContext } from '../../platform/module.ts';
import { Coverage, EndpointAssessment, FeedActivity, FeedList } from './api.ts';
import { coverageOf, endpointAssessment } from './coverage-store.ts';
import { bundleLimits } from './feeds/connectors/bundle-files.ts';
import { signingKey } from './feeds/connectors/signature.ts';
import { exportBundle } from './feeds/export-store.ts';
import { FeedsBusy, type FeedWork } from './feeds/feed-jobs.ts';
import { setSyncEnabled } from './feeds/feed-store.ts';
import { feedStates } from './feeds/status-store.ts';

export interface VulnerabilityRoutesOptions {
  readonly work: FeedWork;
  readonly enabled: () => Promise<boolean>;
  /** YOJIN_FEEDS=off: not even an administrator may fetch. */
  readonly forbidden: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string | undefined;
}

const archiveTypes = [
  'application/gzip',
  'application/x-gzip',
  'application/zip',
  'application/x-tar',
  'application/octet-stream',
];

export function vulnerabilityRoutes(
  app: App,
  { db, audit, clock }: ModuleContext,
  { work, enabled, forbidden, environment, home }: VulnerabilityRoutesOptions,
): void {
  app.get(
    '/feeds',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'The feeds: how old each is, what was wrong with it, whose it is',
        tags: ['feeds'],
        response: { 200: FeedList },
      },
    },
    async () => {
      const at = clock();
      const syncEnabled = await enabled();
      const { activity } = work;
      const items = await feedStates(db, { at, enabled: syncEnabled, environment, activity });
      return { items, syncEnabled, activity, asOf: at.toISOString() };
    },
  );

  app.get(
    '/feeds/activity',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'The import or sync under way in this server, or the last one',
        tags: ['feeds'],
        response: { 200: Type.Union([FeedActivity, Type.Null()]) },
      },
    },
    async () => work.activity,
  );

  app.register(async (uploads) => {
    // The body stays a stream: a bundle has hundreds of megabytes. The route counts its bytes.
    uploads.addContentTypeParser(archiveTypes, (_request, payload, done) => done(null, payload));
    (uploads as App).post(
      '/feeds/import',
      {
        config: { permission: 'vulnerabilities:administer' },
        // Counted as it comes; this is only what Fastify compares with Content-Length.
        bodyLimit: bundleLimits.archiveBytes,
        schema: {
          summary: 'Import a bundle (tar, tar.gz or zip as the body); goes on in the background',
          tags: ['feeds'],
          consumes: archiveTypes,
          querystring: Type.Object({ acceptSmaller: Type.Optional(Type.Boolean()) }),
          response: { 202: FeedActivity, 400: Problem, 409: Problem, 413: Problem, 415: Problem },
        },
      },
      async (request, reply) => {
        const body = request.body as Readable | object | null;
        if (body === null || !('pipe' in body)) {
          throw new ProblemError(415, 'ARCHIVE_EXPECTED', 'Send the archive itself as the body', {
            detail: 'A path is not read: it would be one of the server. Use application/gzip.',
          });
        }
        if (work.busy) throw busy();
        const folder = await mkdtemp(join(tmpdir(), 'yojin-upload-'));
        const remove = () => rm(folder, { recursive: true, force: true });
        const path = join(folder, 'bundle');
        try {
          await receive(body, path);
          const activity = work.startImport(path, {
            acceptSmaller: request.query.acceptSmaller === true,
            whenDone: remove,
          });
          await db.transaction((tx) =>
            audit.record(tx, { actor: actorOf(request), action: 'feeds.import_started' }),
          );
          return reply.status(202).send(activity);
        } catch (error) {
          if (error instanceof FeedsBusy) {
            await remove();
            throw busy();
          }
          if (!work.busy) await remove();
          throw error;
        }
      },
    );
  });

  app.post(
    '/feeds/sync',
    {
      config: { permission: 'vulnerabilities:administer' },
      schema: {
        summary: 'Fetch the feeds now, and from now on every day',
        tags: ['feeds'],
        response: { 202: FeedActivity, 409: Problem },
      },
    },
    async (request, reply) => {
      if (forbidden) {
        throw new ProblemError(409, 'FEEDS_OFF', 'This server fetches nothing', {
          detail: 'It was started with YOJIN_FEEDS=off. Import a bundle instead.',
        });
      }
      if (work.busy) throw busy();
      await db.transaction(async (tx) => {
        await setSyncEnabled(tx, true, clock());
        await audit.record(tx, { actor: actorOf(request), action: 'feeds.sync_started' });
      });
      try {
        return await reply.status(202).send(work.startSync());
      } catch (error) {
        throw error instanceof FeedsBusy ? busy() : error;
      }
    },
  );

  app.post(
    '/feeds/settings',
    {
      config: { permission: 'vulnerabilities:administer' },
      schema: {
        summary: 'Fetch feeds every day, or never without being asked',
        tags: ['feeds'],
        body: Type.Object({ syncEnabled: Type.Boolean() }, { additionalProperties: false }),
        response: { 200: Type.Object({ syncEnabled: Type.Boolean() }) },
      },
    },
    async (request) => {
      const { syncEnabled } = request.body;
      await db.transaction(async (tx) => {
        await setSyncEnabled(tx, syncEnabled, clock());
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'feeds.settings_changed',
          details: { syncEnabled },
        });
      });
      return { syncEnabled: await enabled() };
    },
  );

  app.get(
    '/feeds/export',
    {
      config: { permission: 'vulnerabilities:administer' },
      schema: { summary: 'What is held, as a signed bundle (tar.gz)', tags: ['feeds'] },
    },
    async (request, reply) => {
      if (home === undefined) {
        throw new ProblemError(409, 'NO_HOME', 'This server has no home to keep a signing key in');
      }
      const folder = await mkdtemp(join(tmpdir(), 'yojin-export-'));
      const remove = () => void rm(folder, { recursive: true, force: true });
      try {
        const at = clock();
        const file = join(folder, 'feeds.tar.gz');
        const { bytes, sha256, fingerprint, feeds } = await exportBundle(db, file, {
          at,
          key: await signingKey(home),
        });
        await db.transaction((tx) =>
          audit.record(tx, {
            actor: actorOf(request),
            action: 'feeds.exported',
            details: { sha256, feeds: feeds.length },
          }),
        );
        const stream = createReadStream(file);
        stream.once('close', remove);
        return reply
          .type('application/gzip')
          .header('content-length', bytes)
          .header('x-content-sha256', sha256)
          .header('x-signing-key', fingerprint)
          .header(
            'content-disposition',
            `attachment; filename="yojin-feeds-${at.toISOString().slice(0, 10)}.tar.gz"`,
          )
          .send(stream);
      } catch (error) {
        remove();
        throw error;
      }
    },
  );

  app.get(
    '/endpoints/:id/assessment',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'What of an endpoint was assessed, and what was not, why, and what to do',
        tags: ['vulnerabilities'],
        params: Type.Object({ id: Type.String({ format: 'uuid' }) }),
        response: { 200: EndpointAssessment, 404: Problem },
      },
    },
    async (request) => {
      const { scopes } = principalOf(request);
      const found = await endpointAssessment(db, request.params.id, scopes, clock());
      if (!found) throw new ProblemError(404, 'ENDPOINT_NOT_FOUND', 'No such endpoint');
      return found;
    },
  );

  app.get(
    '/vulnerabilities/coverage',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'How much has been assessed at all, and what to do about the rest',
        tags: ['vulnerabilities'],
        response: { 200: Coverage },
      },
    },
    (request) => coverageOf(db, principalOf(request).scopes, clock()),
  );
}

function busy(): ProblemError {
  return new ProblemError(409, 'FEEDS_BUSY', 'An import or a sync is under way', {
    detail: 'GET /api/feeds/activity tells how far it is.',
  });
}

async function receive(body: Readable, path: string): Promise<void> {
  let bytes = 0;
  await pipeline(
    body,
    async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        bytes += chunk.length;
        if (bytes > bundleLimits.archiveBytes) {
          throw new ProblemError(413, 'BODY_TOO_LARGE', 'The archive is larger than any bundle');
        }
        yield chunk;
      }
    },
    createWriteStream(path, { mode: 0o600 }),
  );
}
