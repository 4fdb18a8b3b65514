import fastify from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditEntry } from '../../../platform/audit/public.ts';
import type { Database } from '../../../platform/db/queryable.ts';
import { errorHandler, sendProblem } from '../../../platform/http/error-answers.ts';
import type { Principal } from '../../../platform/http/principal.ts';
import { validatorCompiler } from '../../../platform/http/request-validation.ts';
import { createLog } from '../../../platform/log.ts';
import type { App } from '../../../platform/module.ts';
import { parseCycloneDx } from '../../../standards/cyclonedx/import.ts';
import { parseOsvRecord } from '../../../standards/osv/record.ts';
import { parseSpdx } from '../../../standards/spdx/import.ts';
import { addEndpoint, addScope } from '../../../testing/assets.ts';
import { openTestDatabase } from '../../../testing/database.ts';
import { listOpenFindings } from '../../findings/public.ts';
import { storeAdvisories } from '../advisory-store.ts';
import { vexRoutes } from '../vex/routes.ts';
import { applicationJobs } from './jobs.ts';
import { applicationRoutes } from './routes.ts';

let now = new Date('2026-11-21T12:00:00Z');
const later = (minutes: number) => {
  now = new Date(now.getTime() + minutes * 60_000);
};

async function openModule(db: Database) {
  const audited: AuditEntry[] = [];
  const context = {
    db,
    log: createLog('silent'),
    audit: {
      async record(_tx: unknown, entry: AuditEntry) {
        audited.push(entry);
      },
    },
    live: { publish: () => undefined, subscribe: () => () => undefined },
    clock: () => now,
    // Nothing here has any business with them.
    bus: null as never,
    facets: null as never,
  };
  const app = fastify({ bodyLimit: 1_048_576 }) as unknown as App;
  app.setValidatorCompiler(validatorCompiler);
  app.setErrorHandler(errorHandler(sendProblem));
  app.decorateRequest('principal', null);
  app.decorateRequest('caller', null);
  let principal: Principal = {
    userId: 'u1',
    userName: 'hana',
    role: 'administrator',
    scopes: 'all',
  };
  app.addHook('onRequest', async (request) => {
    request.principal = principal;
  });
  await app.register(async (scope) => {
    applicationRoutes(scope as App, context);
    vexRoutes(scope as App, context);
  });
  await app.ready();
  const call = async (method: 'GET' | 'POST' | 'DELETE', url: string, body?: string) => {
    const headers = { 'content-type': 'application/json' };
    const response = await app.inject({ method, url, ...(body && { payload: body, headers }) });
    const json = /\bjson\b/.test(String(response.headers['content-type']));
    return {
      status: response.statusCode,
      text: response.body,
      // biome-ignore lint/suspicious/noExplicitAny: what came over the wire
      body: (json && response.body ? response.json() : response.body) as any,
    };
  };
  const jobs = applicationJobs(context);
  return {
    app,
    audited,
    get: (url: string) => call('GET', url),
    post: (url: string, body: object | string) =>
      call('POST', url, typeof body === 'string' ? body : JSON.stringify(body)),
    remove: (url: string) => call('DELETE', url),
    as: (scopes: Principal['scopes']) => {
      principal = { ...principal, scopes };
    },
    runJobs: async () => {
      for (const job of jobs) await job.run(null, new AbortController().signal);
    },
  };
}

function advisory(id: string, cve: string, [ecosystem, name, fixed]: [string, string, string]) {
  const parsed = parseOsvRecord({
    schema_version: '1.7.0',
    id,
    modified: '2026-11-20T00:00:00Z',
    aliases: [cve],
    summary: `${cve} in ${name}`,
    severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
    affected: [
      {
        package: { ecosystem, name },
        ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed }] }],
      },
    ],
  });
  if ('error' in parsed) throw new Error(parsed.error);
  return parsed.record;
}

async function importFeed(db: Database, name: string, ...records: ReturnType<typeof advisory>[]) {
  await db.transaction(async (tx) => {
    const { packages } = await storeAdvisories(tx, name, records, { complete: false });
    await tx.query(
      `insert into vulnerabilities.feeds (name, attempted_at, succeeded_at, data_as_of, outcome)
       values ($1, $2, $2, $2, 'imported')
       on conflict (name) do update set succeeded_at = excluded.succeeded_at`,
      [name, now],
    );
    await tx.query(
      `update vulnerabilities.subjects s set matched_at = null
        where s.name = any($1::text[])`,
      [packages.map((one) => one.name)],
    );
  });
}

const serialNumber = 'urn:uuid:11111111-2222-4333-8444-555555555555';
function bom(
  version: string,
  components: readonly [purl: string | null, name: string, version: string][],
) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    serialNumber,
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': 'shop',
        name: 'shop',
        version,
        purl: `pkg:generic/shop@${version}`,
      },
    },
    components: components.map(([purl, name, version], at) => ({
      type: 'library',
      'bom-ref': `c${at}`,
      name,
      version,
      ...(purl && { purl }),
    })),
  };
}
const first = bom('1.0', [
  ['pkg:npm/lodash@4.17.20', 'lodash', '4.17.20'],
  ['pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1', 'log4j-core', '2.14.1'],
  ['pkg:gem/rack@2.0.0', 'rack', '2.0.0'],
  [null, 'nameless', '1'],
]);
const second = bom('1.1', [
  ['pkg:npm/lodash@4.17.21', 'lodash', '4.17.21'],
  ['pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1', 'log4j-core', '2.14.1'],
  ['pkg:npm/left-pad@1.0.0', 'left-pad', '1.0.0'],
]);

describe('applications', () => {
  let db: Awaited<ReturnType<typeof openTestDatabase>>;
  let server: Awaited<ReturnType<typeof openModule>>;
  let id: string;
  beforeAll(async () => {
    db = await openTestDatabase();
    server = await openModule(db);
    await importFeed(
      db,
      'osv/npm',
      advisory('GHSA-a', 'CVE-2026-1001', ['npm', 'lodash', '4.17.21']),
    );
    const log4j = 'org.apache.logging.log4j:log4j-core';
    await importFeed(
      db,
      'osv/Maven',
      advisory('GHSA-b', 'CVE-2021-44228', ['Maven', log4j, '2.15.0']),
    );
  });
  afterAll(async () => {
    await server.app.close();
    await db[Symbol.asyncDispose]();
  });
  const openKeys = async () =>
    (await listOpenFindings(db, { assetIds: [id] })).map(
      ({ weaknessKey, state }) => `${weaknessKey} ${state}`,
    );

  it('a bill becomes an application with findings, and says what was not assessed', async () => {
    const { status, body } = await server.post('/applications/sboms', first);
    expect(status).toBe(200);
    id = body.applicationId;
    expect(body).toMatchObject({
      name: 'shop',
      version: '1.0',
      changed: true,
      componentCount: 4,
      assessedCount: 2,
      notAssessed: [
        { reason: 'feed-never-imported', count: 1 },
        { reason: 'no-purl', count: 1 },
      ],
      findings: { opened: 2, reopened: 0, closed: 0 },
    });
    expect(await openKeys()).toEqual(['CVE-2021-44228 open', 'CVE-2026-1001 open']);
    expect(server.audited.at(-1)).toMatchObject({ action: 'application.sbom_imported' });
  });

  it('takes a document that is not JSON within a JSON text', async () => {
    const spdx = `SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: tagged
DocumentNamespace: https://example.org/tagged
Creator: Tool: none
Created: 2026-01-01T00:00:00Z
`;
    const { status, body } = await server.post('/applications/sboms', JSON.stringify(spdx));
    expect([status, body.name, body.componentCount]).toEqual([200, 'tagged', 0]);
  });

  it('the same document again changes nothing', async () => {
    const { body } = await server.post('/applications/sboms', first);
    expect(body).toMatchObject({ changed: false, findings: { opened: 0, closed: 0 } });
    expect((await server.get(`/applications/${id}`)).body.versions).toHaveLength(1);
  });

  it('a later feed covers what was not assessed', async () => {
    later(1);
    await importFeed(
      db,
      'osv/RubyGems',
      advisory('GHSA-r', 'CVE-2026-1002', ['RubyGems', 'rack', '2.2.0']),
    );
    later(1);
    await server.runJobs();
    expect(await openKeys()).toContain('CVE-2026-1002 open');
    const { body } = await server.get(`/applications/${id}`);
    expect(body).toMatchObject({
      assessedCount: 3,
      notAssessed: [{ reason: 'no-purl', count: 1 }],
    });
  });

  it('the next version closes exactly what it fixed, and is compared', async () => {
    later(1);
    const { body } = await server.post('/applications/sboms', second);
    expect(body.findings).toEqual({ opened: 0, reopened: 0, closed: 2 });
    expect(await openKeys()).toEqual(['CVE-2021-44228 open']);
    const details = (await server.get(`/applications/${id}`)).body;
    expect(details.versions.map((each: { version: string }) => each.version)).toEqual([
      '1.1',
      '1.0',
    ]);
    expect(details.differences).toMatchObject({
      added: [{ name: 'left-pad', version: '1.0.0' }],
      removed: [
        { name: 'nameless', version: '1' },
        { name: 'rack', version: '2.0.0' },
      ],
      changed: [{ name: 'lodash', from: ['4.17.20'], to: ['4.17.21'] }],
    });
  });

  it('says where log4j-core is, on endpoints and in applications', async () => {
    const endpoint = await addEndpoint(db, { hostname: 'build-7' });
    await db.query(
      `with made as (
         insert into assets.software (identity_hash, source, name, version, arch, source_name,
                source_version, vendor, identifier, host, first_seen_at)
         values ('\\x01', 'deb', 'log4j-core', '2.0', 'all', 'apache-log4j2', '', '', '', '', now())
         returning id)
       insert into assets.endpoint_software (endpoint_id, part, software_ids)
       select $1, 'software-deb', array[id] from made`,
      [endpoint],
    );
    const { body } = await server.get('/components?q=LOG4J-core');
    expect(body.total).toBe(2);
    expect(body.items).toMatchObject([
      { assetKind: 'endpoint', assetName: 'build-7', source: 'deb', version: '2.0' },
      { assetKind: 'application', assetName: 'shop', source: 'maven', version: '2.14.1' },
    ]);
    expect((await server.get('/components?q=%25%25')).body.total).toBe(0);
    // What is wrong with it, or why nobody can say.
    expect(body.items[0]).toMatchObject({ notAssessed: 'not-yet', findings: [] });
    expect(body.items[1]).toMatchObject({
      notAssessed: null,
      findings: [{ weakness: 'CVE-2021-44228', severity: 'critical', state: 'open' }],
    });
    expect((await server.get('/components?q=rack')).body.items).toEqual([]);
    // By the package that it is built from, though its own name is another.
    expect((await server.get('/components?q=Apache-Log4j2')).body.items).toMatchObject([
      { name: 'log4j-core', sourcePackage: 'apache-log4j2' },
    ]);
    expect((await server.get('/components?q=left-pad')).body.items).toMatchObject([
      { assetName: 'shop', notAssessed: null, findings: [] },
    ]);
  });

  it.each`
    purl                                                      | found
    ${'pkg:maven/org.apache.logging.log4j/log4j-core'}        | ${['shop 2.14.1']}
    ${'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1'} | ${['shop 2.14.1']}
    ${'pkg:maven/org.apache.logging.log4j/log4j-core@2.17.0'} | ${[]}
    ${'pkg:maven/elsewhere/log4j-core'}                       | ${[]}
    ${'pkg:deb/debian/log4j-core?arch=all&distro=debian-12'}  | ${['build-7 2.0']}
    ${'PKG:deb/log4j-core@2.0'}                               | ${['build-7 2.0']}
    ${'pkg:deb/ubuntu/log4j-core'}                            | ${[]}
    ${'pkg:npm/log4j-core'}                                   | ${[]}
    ${'pkg:npm/%27%20or%20true%20--'}                         | ${[]}
  `('finds $purl', async ({ purl, found }) => {
    const { body } = await server.get(`/components?q=${encodeURIComponent(purl)}`);
    expect(
      body.items.map(
        (row: { assetName: string; version: string }) => `${row.assetName} ${row.version}`,
      ),
    ).toEqual(found);
  });

  it('says what is wrong with a purl that is none', async () => {
    const { status, body } = await server.get('/components?q=pkg:npm');
    expect([status, body.code, body.errors]).toEqual([
      400,
      'PURL_INVALID',
      [{ at: 'character 8', message: 'the name is required' }],
    ]);
  });

  it('an endpoint goes out as CycloneDX and SPDX that are read back', async () => {
    const { body } = await server.get('/components?q=log4j-core');
    const { assetId } = body.items[0];
    const cyclonedx = await server.get(`/endpoints/${assetId}/sbom?vulnerabilities=true`);
    const parsed = parseCycloneDx(cyclonedx.text);
    const purls =
      'document' in parsed ? parsed.document.components.map(({ purl }) => purl) : parsed;
    expect(purls).toContain(
      'pkg:deb/debian/log4j-core@2.0?arch=all&distro=debian-12&upstream=apache-log4j2',
    );
    const spdx = await server.get(`/endpoints/${assetId}/sbom?format=spdx`);
    expect(parseSpdx(spdx.text)).toHaveProperty('document');
  });

  it('an application goes out with its vulnerabilities', async () => {
    const { text } = await server.get(`/applications/${id}/sbom?vulnerabilities=true`);
    expect(parseCycloneDx(text)).toHaveProperty('document');
    expect(JSON.parse(text).vulnerabilities).toMatchObject([
      { id: 'CVE-2021-44228', affects: [{ ref: 'c1' }], ratings: [{ score: 9.8 }] },
    ]);
    const both = await server.get(`/applications/${id}/sbom?format=spdx&vulnerabilities=true`);
    expect([both.status, both.body.code]).toEqual([400, 'NO_VDR_IN_SPDX']);
  });

  it.each`
    because              | document                                                | status | at
    ${'broken JSON'}     | ${'{"bomFormat": "CycloneDX",\n  x'}                    | ${422} | ${'2:3'}
    ${'an invalid bill'} | ${{ ...first, components: [{ type: 'x', name: 'a' }] }} | ${422} | ${'$.components[0].type'}
    ${'something else'}  | ${{ hello: 1 }}                                         | ${422} | ${'$'}
    ${'a hostile XML'}   | ${'<!DOCTYPE a [<!ENTITY b "c">]><bom>&b;</bom>'}       | ${422} | ${expect.any(String)}
  `('refuses $because with its place', async ({ document, status, at }) => {
    const answer = await server.post('/applications/sboms', document);
    expect(answer.status).toBe(status);
    expect(answer.body).toMatchObject({ code: 'SBOM_INVALID', errors: [{ at }] });
  });

  it('asks for a name that the document does not give, and for a body', async () => {
    const { metadata: _, ...nameless } = first;
    const answer = await server.post('/applications/sboms', nameless);
    expect([answer.status, answer.body.code]).toEqual([422, 'APPLICATION_NAME_NEEDED']);
  });

  it('shows and takes nothing outside of the caller’s scopes', async () => {
    const site = await addScope(db, 'Elsewhere');
    server.as([site]);
    expect((await server.get('/applications')).body.items).toEqual([]);
    expect((await server.get(`/applications/${id}`)).status).toBe(404);
    expect((await server.get(`/applications/${id}/sbom`)).status).toBe(404);
    expect((await server.get('/components?q=log4j-core')).body.items).toEqual([]);
    expect((await server.post('/applications/sboms', first)).status).toBe(404);
    expect((await server.remove(`/applications/${id}`)).status).toBe(404);
    const own = await server.post(`/applications/sboms?scopeId=${site}`, first);
    expect(own.body.applicationId).not.toBe(id);
    expect((await server.post('/vex', {})).status).toBe(403);
    server.as('all');
  });

  it('a version of another application is none of this one', async () => {
    const other = (await server.post('/applications/sboms?name=other', first)).body.applicationId;
    const versionId = (await server.get(`/applications/${other}`)).body.version.id;
    const answer = await server.get(`/applications/${id}/components?versionId=${versionId}`);
    expect([answer.status, answer.body.code]).toEqual([404, 'VERSION_NOT_FOUND']);
  });

  describe('VEX', () => {
    const vex = (
      status: string,
      more: object = {},
      product: object = { '@id': 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1' },
      vulnerability = 'CVE-2021-44228',
    ) => ({
      '@context': 'https://openvex.dev/ns/v0.2.0',
      '@id': `https://example.org/vex/${status}/${JSON.stringify(more).length}`,
      author: 'Shop security',
      timestamp: now.toISOString(),
      version: 1,
      statements: [
        { vulnerability: { name: vulnerability }, products: [product], status, ...more },
      ],
    });
    const reason = { justification: 'vulnerable_code_not_in_execute_path' };
    let documentId: string;

    it('not_affected is shown with its source, not hidden', async () => {
      later(1);
      const { status, body } = await server.post('/vex', vex('not_affected', reason));
      expect(status).toBe(200);
      documentId = body.id;
      // The other application and the one of the other site have it as well.
      expect(body.statements).toMatchObject([{ outcome: 'applied', reason: null, findings: 3 }]);
      const named = ['pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1'];
      expect(body).toMatchObject({ products: named, statements: [{ products: named }] });
      expect((await server.get('/vex')).body.items).toMatchObject([{ products: named }]);
      expect(await listOpenFindings(db, { assetIds: [id] })).toMatchObject([
        {
          state: 'not-affected',
          stateSource: `vex:${documentId}`,
          stateReason: 'vulnerable_code_not_in_execute_path',
        },
      ]);
      const bill = await server.get(`/applications/${id}/sbom?vulnerabilities=true`);
      expect(JSON.parse(bill.text).vulnerabilities[0].analysis.state).toBe('not_affected');
    });

    it('a newer statement wins, and the older one says that it is superseded', async () => {
      later(1);
      const { body } = await server.post('/vex', vex('under_investigation'));
      expect(await openKeys()).toEqual(['CVE-2021-44228 under-investigation']);
      const older = (await server.get(`/vex/${documentId}`)).body;
      expect(older.statements).toMatchObject([{ outcome: 'not-applied', reason: 'superseded' }]);
      await server.remove(`/vex/${body.id}`);
      expect(await openKeys()).toEqual(['CVE-2021-44228 not-affected']);
    });

    it('withdrawing a document undoes it', async () => {
      const { body } = await server.remove(`/vex/${documentId}`);
      expect(body.statements).toMatchObject([{ outcome: 'not-applied', reason: 'withdrawn' }]);
      expect(await openKeys()).toEqual(['CVE-2021-44228 open']);
      expect((await server.remove(`/vex/${documentId}`)).status).toBe(404);
    });

    it.each`
      because                            | product                                                                                                         | cve                 | reason
      ${'nobody has it'}                 | ${{ '@id': 'pkg:npm/x@1' }}                                                                                     | ${'CVE-1999-0001'}  | ${'no-such-finding'}
      ${'it is another package'}         | ${{ '@id': 'pkg:npm/x@1' }}                                                                                     | ${'CVE-2021-44228'} | ${'product-not-found'}
      ${'it is another version'}         | ${{ '@id': 'pkg:maven/org.apache.logging.log4j/log4j-core@2.13.0' }}                                            | ${'CVE-2021-44228'} | ${'product-not-found'}
      ${'it is another group'}           | ${{ '@id': 'pkg:maven/com.example/log4j-core@2.14.1' }}                                                         | ${'CVE-2021-44228'} | ${'product-not-found'}
      ${'only a free text names it'}     | ${{ '@id': 'https://example.org/products/shop' }}                                                               | ${'CVE-2021-44228'} | ${'product-not-identifiable'}
      ${'its component is in something'} | ${{ '@id': 'pkg:oci/x@1', subcomponents: [{ '@id': 'pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1' }] }} | ${'CVE-2021-44228'} | ${'product-not-found'}
    `('is not applied because $because', async ({ product, cve, reason: expected }) => {
      const { body } = await server.post('/vex', vex('not_affected', reason, product, cve));
      expect(body.statements).toMatchObject([{ outcome: 'not-applied', reason: expected }]);
      expect(await openKeys()).toEqual(['CVE-2021-44228 open']);
    });

    it('a statement about the application, by its purl, and a component of it', async () => {
      later(1);
      const product = {
        '@id': 'pkg:generic/shop@1.1',
        subcomponents: [{ '@id': 'pkg:maven/org.apache.logging.log4j/log4j-core' }],
      };
      const { body } = await server.post('/vex', vex('fixed', {}, product));
      expect(body.statements).toMatchObject([{ outcome: 'applied', findings: 1 }]);
      expect(await openKeys()).toEqual(['CVE-2021-44228 fixed-claimed']);
      await server.remove(`/vex/${body.id}`);
    });

    it('CycloneDX VEX speaks of a component by BOM-Link', async () => {
      later(1);
      const { body } = await server.post('/vex', {
        bomFormat: 'CycloneDX',
        specVersion: '1.5',
        version: 1,
        vulnerabilities: [
          {
            id: 'CVE-2021-44228',
            analysis: { state: 'not_affected', detail: 'JNDI is off' },
            affects: [{ ref: `urn:cdx:${serialNumber.slice(9)}/1#c1` }],
          },
        ],
      });
      expect(body.statements).toMatchObject([{ outcome: 'applied' }]);
      expect(await openKeys()).toEqual(['CVE-2021-44228 not-affected']);
      await server.remove(`/vex/${body.id}`);
    });

    it('is applied to findings that are opened later', async () => {
      later(1);
      const left = { '@id': 'pkg:npm/left-pad@1.0.0' };
      const { body } = await server.post(
        '/vex',
        vex('not_affected', reason, left, 'CVE-2026-1009'),
      );
      expect(body.statements).toMatchObject([{ reason: 'no-such-finding' }]);
      later(1);
      await importFeed(
        db,
        'osv/npm',
        advisory('GHSA-l', 'CVE-2026-1009', ['npm', 'left-pad', '2.0.0']),
      );
      later(1);
      await server.runJobs();
      expect(await openKeys()).toContain('CVE-2026-1009 not-affected');
      expect((await server.get(`/vex/${body.id}`)).body.statements).toMatchObject([
        { outcome: 'applied', findings: 1 },
      ]);
    });

    it('keeps what a person has excepted', async () => {
      await db.query(
        `update findings.findings set state = 'excepted', excepted_until = '2027-01-01'
          where asset_ref = (select id from findings.assets where asset_id = $1)
            and weakness_id = (select id from findings.weaknesses where key = 'CVE-2021-44228')`,
        [id],
      );
      const product = { '@id': 'pkg:generic/shop@1.1' };
      const { body } = await server.post('/vex', vex('not_affected', reason, product));
      expect(body.statements).toMatchObject([
        { outcome: 'not-applied', reason: 'excepted-by-hand' },
      ]);
      expect(await openKeys()).toContain('CVE-2021-44228 excepted');
    });

    it('reports what breaks its format, and refuses what is no VEX', async () => {
      const { body } = await server.post('/vex', vex('not_affected'));
      expect(body.statements).toMatchObject([
        { outcome: 'not-applied', vulnerability: null, reason: expect.any(String) },
      ]);
      const refused = await server.post('/vex', { hello: 1 });
      expect([refused.status, refused.body.code]).toEqual([422, 'VEX_INVALID']);
    });
  });

  it('an application that is deleted leaves closed findings', async () => {
    later(1);
    expect((await server.remove(`/applications/${id}`)).status).toBe(204);
    expect(await openKeys()).toEqual([]);
    expect((await server.get(`/applications/${id}`)).status).toBe(404);
    const { rows } = await db.query(
      `select distinct closed_because from findings.findings f
         join findings.assets a on a.id = f.asset_ref where a.asset_id = $1 and f.closed_at = $2`,
      [id, now],
    );
    expect(rows).toEqual([{ closed_because: 'asset-gone' }]);
  });
});
