import { Type } from 'typebox';
import { actorOf } from '../../../platform/auth/auth.ts';
import type { CsvColumn } from '../../../platform/http/csv.ts';
import { reaches } from '../../../platform/http/principal.ts';
import { Problem, ProblemError } from '../../../platform/http/problem.ts';
import { principalOf } from '../../../platform/http/request-principal.ts';
import { sendList } from '../../../platform/http/send-list.ts';
import { parseSort } from '../../../platform/http/sort.ts';
import type { App, ModuleContext } from '../../../platform/module.ts';
import { parsePurl } from '../../../standards/purl/purl.ts';
import { defaultScopeId, scopeExists } from '../../assets/public.ts';
import { listOpenFindings } from '../../findings/public.ts';
import {
  type Application,
  ApplicationDetails,
  ApplicationList,
  ApplicationQueryString,
  ComponentDifferences,
  ComponentList,
  type ComponentPlace,
  ComponentPlaceList,
  ComponentPlaceQueryString,
  SbomExportQueryString,
  SbomImported,
} from './api.ts';
import {
  componentsForComparison,
  countsOf,
  deleteApplication,
  documentOf,
  findApplication,
  listApplications,
  listComponents,
  storeVersion,
  versionsOf,
} from './application-store.ts';
import { assessApplication, closeApplication } from './assess-application-store.ts';
import { differencesOf } from './differences.ts';
import { endpointForBill } from './endpoint-bill-store.ts';
import { endpointBill, writeBill } from './export-bill.ts';
import { parseSbom } from './parse-sbom.ts';
import { findPlaces, type Sought } from './place-store.ts';

export const maxSbomBytes = 64 * 1024 * 1024;

/** A document as it is: parsed by us, so that what is wrong has a place in it. */
export const documentTypes = [
  'application/json',
  'application/xml',
  'text/xml',
  'text/spdx',
  'application/octet-stream',
  'application/spdx+json',
  'application/vnd.cyclonedx+json',
  'application/vnd.cyclonedx+xml',
];

const sortColumns: Readonly<Record<string, string>> = {
  name: 'name',
  scope: '"scopeName"',
  importedAt: `version ->> 'importedAt'`,
  componentCount: `(version ->> 'componentCount')::int`,
};

const applicationColumns: readonly CsvColumn<Application>[] = [
  { header: 'id', cell: (row) => row.id },
  { header: 'name', cell: (row) => row.name },
  { header: 'scope', cell: (row) => row.scopeName },
  { header: 'version', cell: (row) => row.version.version },
  { header: 'imported_at', cell: (row) => row.version.importedAt },
  { header: 'components', cell: (row) => row.version.componentCount },
  { header: 'assessed', cell: (row) => row.assessedCount },
];
const placeColumns: readonly CsvColumn<ComponentPlace>[] = [
  { header: 'asset_kind', cell: (row) => row.assetKind },
  { header: 'asset', cell: (row) => row.assetName },
  { header: 'name', cell: (row) => row.name },
  { header: 'version', cell: (row) => row.version },
  { header: 'source', cell: (row) => row.source },
  { header: 'not_assessed', cell: (row) => row.notAssessed },
  { header: 'findings', cell: (row) => row.findings.map(({ weakness }) => weakness).join(' ') },
];

const IdParams = Type.Object({ id: Type.String({ format: 'uuid' }) });

/** Applications: bills of materials in, versions compared, bills out; and where something is. */
export function applicationRoutes(app: App, { db, audit, clock, live }: ModuleContext): void {
  app.register(async (uploads) => {
    uploads.removeContentTypeParser('application/json');
    uploads.addContentTypeParser(documentTypes, { parseAs: 'string' }, (_request, body, done) =>
      done(null, body),
    );
    (uploads as App).post(
      '/applications/sboms',
      {
        config: { permission: 'vulnerabilities:write' },
        bodyLimit: maxSbomBytes,
        schema: {
          summary: 'Hand in a bill of materials (the document itself as the body)',
          tags: ['applications'],
          consumes: documentTypes,
          querystring: Type.Object({
            name: Type.Optional(
              Type.String({
                minLength: 1,
                maxLength: 300,
                description: 'Default: what the document describes',
              }),
            ),
            version: Type.Optional(Type.String({ minLength: 1, maxLength: 300 })),
            scopeId: Type.Optional(Type.String({ format: 'uuid' })),
          }),
          response: { 200: SbomImported, 400: Problem, 404: Problem, 413: Problem, 422: Problem },
        },
      },
      async (request) => {
        const text = bodyText(request.body);
        const parsed = parseSbom(text);
        if ('error' in parsed) {
          throw new ProblemError(422, 'SBOM_INVALID', 'The bill of materials is not valid', {
            errors: [{ at: parsed.at, message: parsed.error }],
          });
        }
        const { document } = parsed;
        const described = document.components.find(({ ref }) => ref === document.subject);
        const name = (request.query.name ?? described?.name ?? document.name ?? '').trim();
        if (name === '' || name.length > 300) {
          throw new ProblemError(422, 'APPLICATION_NAME_NEEDED', 'Which application is this?', {
            detail: 'The document does not say what it describes: give ?name=.',
          });
        }
        const version = request.query.version ?? described?.version ?? null;
        const scopeId = request.query.scopeId ?? (await defaultScopeId(db));
        const { scopes } = principalOf(request);
        if (!reaches(scopes, scopeId) || !(await scopeExists(db, scopeId))) {
          throw new ProblemError(404, 'SCOPE_NOT_FOUND', 'No such scope');
        }
        const at = clock();
        const actor = actorOf(request);
        const answer = await db.transaction(async (tx) => {
          const stored = await storeVersion(tx, {
            scopeId,
            name,
            version,
            document,
            text,
            by: actor.name,
            at,
          });
          const assessed = await assessApplication(tx, stored.applicationId, at, 'inventory');
          await audit.record(tx, {
            actor,
            action: 'application.sbom_imported',
            target: { kind: 'application', id: stored.applicationId, name },
            details: { version, components: document.components.length },
          });
          return { ...stored, assessed };
        });
        live.publish({ topic: 'findings' });
        const { assessed } = answer;
        const [newest] = await versionsOf(db, answer.applicationId);
        return {
          applicationId: answer.applicationId,
          name,
          version,
          changed: answer.changed,
          componentCount: newest!.componentCount,
          assessedCount: assessed.assessedCount,
          notAssessed: countsOf(assessed.notAssessed),
          findings: {
            opened: assessed.opened,
            reopened: assessed.reopened,
            closed: assessed.closed,
          },
        };
      },
    );
  });

  app.get(
    '/applications',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'Applications within your scopes',
        tags: ['applications'],
        querystring: ApplicationQueryString,
        response: { 200: ApplicationList, 400: Problem },
      },
    },
    async (request, reply) => {
      const { q, sort } = request.query;
      const order = parseSort(sort, sortColumns, { fallback: 'name', tiebreak: 'id' });
      const { scopes } = principalOf(request);
      return sendList(request, reply as never, {
        db,
        now: clock(),
        fileName: 'applications',
        columns: applicationColumns,
        page: (source, window) => listApplications(source, scopes, q, { order, ...window }),
      });
    },
  );

  const applicationOf = async (request: Parameters<typeof principalOf>[0], id: string) => {
    const application = await findApplication(db, id, principalOf(request).scopes);
    if (application) return application;
    throw new ProblemError(404, 'APPLICATION_NOT_FOUND', 'No such application');
  };
  const compare = async (from: number, to: number): Promise<ComponentDifferences> => ({
    from,
    to,
    ...differencesOf(
      await componentsForComparison(db, from),
      await componentsForComparison(db, to),
    ),
  });

  app.get(
    '/applications/:id',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'One application: its versions, and what changed with the newest',
        tags: ['applications'],
        params: IdParams,
        response: { 200: ApplicationDetails, 404: Problem },
      },
    },
    async (request) => {
      const application = await applicationOf(request, request.params.id);
      const versions = await versionsOf(db, application.id);
      const [to, from] = versions;
      const differences = to && from ? await compare(from.id, to.id) : null;
      return { ...application, versions: [...versions], differences };
    },
  );

  app.get(
    '/applications/:id/components',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'Components of one version (default: the newest), with what was not assessed',
        tags: ['applications'],
        params: IdParams,
        querystring: Type.Object({
          versionId: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
          offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 10_000_000 })),
          limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
        }),
        response: { 200: ComponentList, 404: Problem },
      },
    },
    async (request) => {
      const application = await applicationOf(request, request.params.id);
      const { versionId = application.version.id, offset = 0, limit = 100 } = request.query;
      await requireVersions(application.id, [versionId]);
      const { items, total } = await listComponents(db, versionId, { offset, limit });
      return { items: [...items], total, asOf: clock().toISOString() };
    },
  );

  app.get(
    '/applications/:id/differences',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'What came, went and changed between two versions (their ids)',
        tags: ['applications'],
        params: IdParams,
        querystring: Type.Object({
          from: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
          to: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }),
        }),
        response: { 200: ComponentDifferences, 404: Problem },
      },
    },
    async (request) => {
      const application = await applicationOf(request, request.params.id);
      const { from, to } = request.query;
      await requireVersions(application.id, [from, to]);
      return compare(from, to);
    },
  );

  async function requireVersions(applicationId: string, ids: readonly number[]): Promise<void> {
    const known = new Set((await versionsOf(db, applicationId)).map(({ id }) => id));
    if (ids.every((id) => known.has(id))) return;
    throw new ProblemError(404, 'VERSION_NOT_FOUND', 'The application has no such version');
  }

  app.delete(
    '/applications/:id',
    {
      config: { permission: 'vulnerabilities:write' },
      schema: {
        summary: 'Forget an application; its findings are closed, since it is gone',
        tags: ['applications'],
        params: IdParams,
        response: { 204: Type.Null(), 404: Problem },
      },
    },
    async (request, reply) => {
      const { id, name, scopeId, criticality, exposed } = await applicationOf(
        request,
        request.params.id,
      );
      await db.transaction(async (tx) => {
        await closeApplication(tx, { assetId: id, scopeId, criticality, exposed }, clock());
        await deleteApplication(tx, id);
        await audit.record(tx, {
          actor: actorOf(request),
          action: 'application.deleted',
          target: { kind: 'application', id, name },
        });
      });
      live.publish({ topic: 'findings' });
      return reply.status(204).send(null);
    },
  );

  app.get(
    '/components',
    {
      config: { permission: 'vulnerabilities:read' },
      schema: {
        summary: 'Where a component is, on endpoints and in applications',
        tags: ['applications'],
        querystring: ComponentPlaceQueryString,
        response: { 200: ComponentPlaceList, 400: Problem },
      },
    },
    async (request, reply) => {
      const { scopes } = principalOf(request);
      const at = clock();
      const sought = soughtIn(request.query.q);
      return sendList(request, reply as never, {
        db,
        now: at,
        fileName: 'components',
        columns: placeColumns,
        page: (source, window) => findPlaces(source, sought, scopes, { ...window, at }),
      });
    },
  );

  const billTypes = {
    cyclonedx: 'application/vnd.cyclonedx+json; version=1.6',
    spdx: 'application/spdx+json',
  };
  for (const kind of ['applications', 'endpoints'] as const) {
    app.get(
      `/${kind}/:id/sbom`,
      {
        config: { permission: 'vulnerabilities:read' },
        schema: {
          summary:
            'As a bill of materials: CycloneDX 1.6 (with vulnerabilities on request), SPDX 2.3',
          tags: ['applications'],
          params: IdParams,
          querystring: SbomExportQueryString,
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { format = 'cyclonedx', vulnerabilities = false } = request.query;
        if (format === 'spdx' && vulnerabilities) {
          throw new ProblemError(400, 'NO_VDR_IN_SPDX', 'SPDX 2.3 has no vulnerabilities', {
            detail: 'Ask for format=cyclonedx.',
          });
        }
        const at = clock().toISOString();
        const document = await billOf(kind, request, id, at);
        const findings = vulnerabilities ? await listOpenFindings(db, { assetIds: [id] }) : null;
        const namespace = `urn:uuid:${id}`;
        const text = writeBill(document, { format, findings, namespace, at });
        const extension = format === 'spdx' ? 'spdx.json' : 'cdx.json';
        return reply
          .type(billTypes[format])
          .header('content-disposition', `attachment; filename="${id}.${extension}"`)
          .send(text);
      },
    );
  }

  async function billOf(
    kind: 'applications' | 'endpoints',
    request: Parameters<typeof principalOf>[0],
    id: string,
    at: string,
  ) {
    if (kind === 'applications') {
      const application = await applicationOf(request, id);
      return documentOf(db, application.version.id);
    }
    const found = await endpointForBill(db, id, principalOf(request).scopes);
    if (!found) throw new ProblemError(404, 'ENDPOINT_NOT_FOUND', 'No such endpoint');
    return endpointBill(found.endpoint, found.software, at);
  }
}

/** @throws ProblemError for what begins as a purl and is none, with the place in it */
function soughtIn(q: string): Sought {
  if (!/^\s*pkg:/i.test(q)) return { text: q };
  const purl = parsePurl(q.trim());
  if (!('error' in purl)) return { purl };
  throw new ProblemError(400, 'PURL_INVALID', 'This is not a package URL', {
    errors: [{ at: `character ${(purl.at ?? 0) + 1}`, message: purl.error }],
  });
}

/**
 * The document of a body: the body itself, or a JSON text that holds it (no document begins with a
 * quotation mark), so that clients that speak JSON alone can hand in XML and tag-value.
 * @throws ProblemError for a body that did not come as a document
 */
export function bodyText(body: unknown): string {
  const text = typeof body === 'string' && body.startsWith('"') ? unquoted(body) : body;
  if (typeof text === 'string' && text !== '') return text;
  throw new ProblemError(400, 'DOCUMENT_EXPECTED', 'Send the document itself as the body', {
    detail: `Content types: ${documentTypes.join(', ')}.`,
  });
}

function unquoted(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
