import { createHash } from 'node:crypto';
import type { Queryable } from '../../../platform/db/queryable.ts';
import type { SbomDocument } from '../../../standards/cyclonedx/sbom.ts';
import type { VexDocument, VexProduct, VexStatement } from '../../../standards/vex/statement.ts';
import { applyStatements, listOpenFindings } from '../../findings/public.ts';
import type { StatementReport, VexDocumentDetails, VexDocumentRow } from './api.ts';
import { decide, type KnownApplication, type StoredStatement } from './decide.ts';

/** Stores a document with its statements; the same text that is in force already: its id. */
export async function storeVexDocument(
  tx: Queryable,
  document: VexDocument,
  { text, by, at }: { readonly text: string; readonly by: string; readonly at: Date },
): Promise<string> {
  const sha256 = createHash('sha256').update(text).digest();
  const { rows: same } = await tx.query<{ id: string }>(
    `select id from vulnerabilities.vex_documents where sha256 = $1 and withdrawn_at is null`,
    [sha256],
  );
  if (same[0]) return same[0].id;
  const { rows } = await tx.query<{ id: string }>(
    `insert into vulnerabilities.vex_documents
       (format, document_id, version, author, issued_at, imported_at, imported_by, sha256, rejected)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
    [
      document.format,
      document.id,
      document.version,
      document.author,
      timeOf(document.timestamp),
      at,
      by,
      sha256,
      JSON.stringify(document.rejected),
    ],
  );
  const id = rows[0]!.id;
  await tx.query(
    `insert into vulnerabilities.vex_statements (document_id, place, ids, statement, stated_at)
     select $1, s.place, array(select jsonb_array_elements_text(s.ids)), s.statement, s.stated_at
       from rows from (jsonb_to_recordset($2)
            as (place text, ids jsonb, statement jsonb, stated_at timestamptz))
            with ordinality as s(place, ids, statement, stated_at, n)
      order by s.n`,
    [
      id,
      JSON.stringify(
        document.statements.map((statement) => ({
          place: statement.at,
          ids: [...new Set([statement.vulnerability, ...statement.aliases])],
          statement,
          // One that bears no time is as old as we have known it.
          stated_at: timeOf(statement.timestamp ?? document.timestamp) ?? at,
        })),
      ),
    ],
  );
  return id;
}

function timeOf(text: string | null): Date | null {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : new Date(time);
}

/** Takes a document back. False: there is none in force. */
export async function withdrawVexDocument(
  tx: Queryable,
  id: string,
  { by, at }: { readonly by: string; readonly at: Date },
): Promise<boolean> {
  const { rowCount } = await tx.query(
    `update vulnerabilities.vex_documents set withdrawn_at = $2, withdrawn_by = $3
      where id = $1 and withdrawn_at is null`,
    [id, at, by],
  );
  return (rowCount ?? 0) > 0;
}

/**
 * Makes the states of findings what the statements in force say, and notes with each statement what
 * became of it. Run after an import, a withdrawal, and after findings were opened. Answers how
 * many findings changed.
 */
export async function applyVex(tx: Queryable, at: Date): Promise<number> {
  await tx.query(`select pg_advisory_xact_lock(hashtext('vulnerabilities vex'))`);
  const { rows: statements } = await tx.query<StoredStatement>(
    `select s.id, s.document_id as "documentId", s.ids, s.statement,
            to_char(s.stated_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US') as "statedAt"
       from vulnerabilities.vex_statements s
       join vulnerabilities.vex_documents d on d.id = s.document_id and d.withdrawn_at is null
      order by s.id`,
  );
  const decided = await listOpenFindings(tx, { sourcePrefix: 'vex:' });
  if (statements.length === 0 && decided.length === 0) return 0;
  const weaknessIds = [...new Set(statements.flatMap(({ ids }) => ids))];
  const concerned = await listOpenFindings(tx, { weaknessIds });
  const findings = [...new Map([...decided, ...concerned].map((each) => [each.id, each])).values()];
  const applications = await knownApplications(
    tx,
    findings.filter(({ assetKind }) => assetKind === 'application').map(({ assetId }) => assetId),
  );
  const { changes, outcomes } = decide(statements, findings, applications);
  await tx.query(
    `update vulnerabilities.vex_statements s
        set outcome = o.outcome, reason = o.reason, findings = o.findings
       from jsonb_to_recordset($1) as o(id int, outcome text, reason text, findings int)
      where s.id = o.id
        and (s.outcome, s.reason, s.findings) is distinct from (o.outcome, o.reason, o.findings)`,
    [JSON.stringify(outcomes)],
  );
  return applyStatements(tx, changes, at);
}

async function knownApplications(
  tx: Queryable,
  ids: readonly string[],
): Promise<ReadonlyMap<string, KnownApplication>> {
  const { rows } = await tx.query<{
    id: string;
    name: string;
    version: string | null;
    serialNumber: string | null;
    document: SbomDocument;
  }>(
    `select a.id, a.name, v.version, v.serial_number as "serialNumber", v.document
       from vulnerabilities.applications a
       join lateral (select * from vulnerabilities.application_versions
                      where application_id = a.id order by id desc limit 1) v on true
      where a.id = any($1::uuid[])`,
    [[...new Set(ids)]],
  );
  return new Map(
    rows.map(({ id, name, version, serialNumber, document }) => {
      const subject = document.components.find(({ ref }) => ref === document.subject);
      const refs = new Map<string, string>();
      const purls = new Map<string, string[]>();
      for (const { ref, group, purl, ...one } of document.components) {
        const key = `${group ? `${group}/${one.name}` : one.name}\n${one.version ?? ''}`;
        refs.set(ref, key);
        if (purl !== null) purls.set(key, [...(purls.get(key) ?? []), purl]);
      }
      return [id, { name, version, serialNumber, purl: subject?.purl ?? null, refs, purls }];
    }),
  );
}

const documentColumns = `d.id, d.format, d.document_id as "documentId", d.version, d.author,
  ${isoOf('d.issued_at')} as "issuedAt", ${isoOf('d.imported_at')} as "importedAt",
  d.imported_by as "importedBy", ${isoOf('d.withdrawn_at')} as "withdrawnAt",
  (select count(*) from vulnerabilities.vex_statements where document_id = d.id)::int
    + jsonb_array_length(d.rejected) as "statementCount",
  (select count(*) from vulnerabilities.vex_statements
    where document_id = d.id and outcome = 'applied')::int as "appliedCount",
  array(select distinct name from (
          select coalesce(p ->> 'name', p #>> '{purls,0}', p ->> 'id', p ->> 'bomRef',
                          p #>> '{cpes,0}') as name
            from vulnerabilities.vex_statements s,
                 jsonb_array_elements(s.statement -> 'products') p
           where s.document_id = d.id limit 200) named
         where name is not null order by 1 limit 5) as products`;

/** The same for one product of a statement. */
function nameOfProduct({ name, purls, id, bomRef, cpes }: VexProduct): string[] {
  const found = name ?? purls[0] ?? id ?? bomRef ?? cpes[0];
  return found === undefined ? [] : [found];
}

function isoOf(column: string): string {
  return `to_char(${column} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
}

/** Newest first, the withdrawn ones included. */
export async function listVexDocuments(db: Queryable): Promise<readonly VexDocumentRow[]> {
  const { rows } = await db.query<VexDocumentRow>(
    `select ${documentColumns} from vulnerabilities.vex_documents d
      order by d.imported_at desc, d.id limit 1000`,
  );
  return rows;
}

export async function findVexDocument(
  db: Queryable,
  id: string,
): Promise<VexDocumentDetails | undefined> {
  const { rows } = await db.query<VexDocumentRow & { rejected: { at: string; reason: string }[] }>(
    `select ${documentColumns}, d.rejected from vulnerabilities.vex_documents d where d.id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const { rows: statements } = await db.query<{
    at: string;
    statement: VexStatement;
    outcome: StatementReport['outcome'] | null;
    reason: string | null;
    findings: number;
  }>(
    `select place as at, statement, outcome, reason, findings
       from vulnerabilities.vex_statements where document_id = $1 order by id`,
    [id],
  );
  const { rejected, ...document } = row;
  const withdrawn = document.withdrawnAt !== null;
  return {
    ...document,
    statements: [
      ...statements.map(({ at, statement, outcome, reason, findings }) => ({
        at,
        vulnerability: statement.vulnerability,
        status: statement.status,
        products: [...new Set(statement.products.flatMap(nameOfProduct))],
        outcome: withdrawn ? ('not-applied' as const) : (outcome ?? 'not-applied'),
        reason: withdrawn ? 'withdrawn' : reason,
        findings: withdrawn ? 0 : findings,
      })),
      ...rejected.map(({ at, reason }) => ({
        at,
        vulnerability: null,
        status: null,
        products: [],
        outcome: 'not-applied' as const,
        reason,
        findings: 0,
      })),
    ],
  };
}
