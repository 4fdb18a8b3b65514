-- What suppliers and our own people say about vulnerabilities in products (VEX).
create table vulnerabilities.vex_documents (
  id           uuid primary key default gen_random_uuid(),
  format       text not null,
  document_id  text,
  version      text,
  author       text,
  issued_at    timestamptz,
  imported_at  timestamptz not null,
  imported_by  text not null,
  withdrawn_at timestamptz,
  withdrawn_by text,
  sha256       bytea not null,
  -- Statements that break a MUST of their format: {"at": place, "reason": text}.
  rejected     jsonb not null
);
create unique index vex_documents_once on vulnerabilities.vex_documents (sha256)
  where withdrawn_at is null;

create table vulnerabilities.vex_statements (
  id          integer generated always as identity primary key,
  document_id uuid not null references vulnerabilities.vex_documents (id) on delete cascade,
  place       text not null,
  -- Every id that the statement names the vulnerability by.
  ids         text[] not null,
  -- The neutral statement (standards/vex/statement.ts).
  statement   jsonb not null,
  stated_at   timestamptz not null,
  -- What became of it when it was last looked at.
  outcome     text check (outcome in ('applied', 'not-applied')),
  reason      text,
  findings    integer not null default 0
);
create index vex_statements_ids on vulnerabilities.vex_statements using gin (ids);
create index vex_statements_document on vulnerabilities.vex_statements (document_id);
