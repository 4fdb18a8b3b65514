import { Type } from 'typebox';
import { actorOf } from '../../../platform/auth/auth.ts';
import { Problem, ProblemError } from '../../../platform/http/problem.ts';
import { requireAllScopes } from '../../../platform/http/request-principal.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import { parseVex } from '../../../standards/vex/vex.ts';
import { bodyText, documentTypes } from '../sbom/routes.ts';
import { VexDocumentDetails, VexDocumentList } from './api.ts';
import {
  applyVex,
  findVexDocument,
  listVexDocuments,
  storeVexDocument,
  withdrawVexDocument,
} from './vex-store.ts';

export const maxVexBytes = 16 * 1024 * 1024;

const IdParams = Type.Object({ id: Type.String({ format: 'uuid' }) });

/** Statements of suppliers (VEX): what became of each, and taking a document back. */
export function vexRoutes(app: App, { db, audit, clock, live }: ModuleContext): void {
  const detailsOf = async (id: string) => {
    const document = await findVexDocument(db, id);
    if (document) return document;
    throw new ProblemError(404, 'VEX_NOT_FOUND', 'No such VEX document');
  };

  app.register(async (uploads) => {
    uploads.removeContentTypeParser('application/json');
    uploads.addContentTypeParser(documentTypes, { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    (uploads as App).post(
      '/vex',
      {
        config: { permission: 'vulnerabilities:write' },
        bodyLimit: maxVexBytes,
        schema: {
          summary: 'Hand in VEX (OpenVEX, CycloneDX, CSAF 2.0); each statement is reported on',
          tags: ['vex'],
          consumes: documentTypes,
          response: { 200: VexDocumentDetails, 400: Problem, 413: Problem, 422: Problem },
        },
      },
      async (request) => {
        // A statement speaks of a product wherever it is.
        requireAllScopes(request);
        const text = bodyText(request.body);
        const parsed = parseVex(text);
        if ('error' in parsed) {
          throw new ProblemError(422, 'VEX_INVALID', 'The VEX document is not valid', {
            errors: [{ at: parsed.at, message: parsed.error }],
          });
        }
        const at = clock();
        const actor = actorOf(request);
        const id = await db.transaction(async (tx) => {
          const id = await storeVexDocument(tx, parsed.document, { text, by: actor.name, at });
          const changed = await applyVex(tx, at);
          await audit.record(tx, {
            actor,
            action: 'vex.imported',
            target: { kind: 'vex', id, ...(parsed.document.id && { name: parsed.document.id }) },
            details: { statements: parsed.document.statements.length, changedFindings: changed },
          });
          return id;
        });
        live.publish({ topic: 'findings' });
        return detailsOf(id);
      },
    );
  });

  app.get(
    '/vex',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'VEX documents, newest first',
        tags: ['vex'],
        response: { 200: VexDocumentList },
      },
    },
    async () => ({ items: [...(await listVexDocuments(db))], asOf: clock().toISOString() }),
  );

  app.get(
    '/vex/:id',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'One VEX document: each statement, applied or why not',
        tags: ['vex'],
        params: IdParams,
        response: { 200: VexDocumentDetails, 404: Problem },
      },
    },
    (request) => detailsOf(request.params.id),
  );

  app.delete(
    '/vex/:id',
    {
      config: { permission: 'vulnerabilities:write' },
      schema: {
        summary: 'Take a VEX document back: the findings it decided are open again',
        tags: ['vex'],
        params: IdParams,
        response: { 200: VexDocumentDetails, 404: Problem },
      },
    },
    async (request) => {
      requireAllScopes(request);
      const { id } = request.params;
      const at = clock();
      const actor = actorOf(request);
      await db.transaction(async (tx) => {
        if (!(await withdrawVexDocument(tx, id, { by: actor.name, at }))) {
          throw new ProblemError(404, 'VEX_NOT_FOUND', 'No such VEX document in force');
        }
        await applyVex(tx, at);
        await audit.record(tx, { actor, action: 'vex.withdrawn', target: { kind: 'vex', id } });
      });
      live.publish({ topic: 'findings' });
      return detailsOf(id);
    },
  );
}
