-- What bills of materials describe: applications, with the versions that were handed in.
create table vulnerabilities.applications (
  id             uuid primary key default gen_random_uuid(),
  scope_id       uuid not null references assets.scopes (id),
  name           text not null check (length(name) between 1 and 300),
  criticality    text not null default 'normal'
                 check (criticality in ('low', 'normal', 'high', 'critical')),
  -- Reachable from the internet; null: nobody said.
  exposed        boolean,
  created_at     timestamptz not null,
  -- Up to when changed advisories have been taken into account; null: to be assessed.
  assessed_at    timestamptz,
  assessed_count integer not null default 0,
  -- Components without an answer: {"reason": count}.
  not_assessed   jsonb not null default '{}',
  unique (scope_id, name)
);

-- One row per document. The newest is what the application contains; the others are compared with.
create table vulnerabilities.application_versions (
  id              integer generated always as identity primary key,
  application_id  uuid not null references vulnerabilities.applications (id) on delete cascade,
  version         text,
  imported_at     timestamptz not null,
  imported_by     text not null,
  format          text not null,
  format_version  text not null,
  serial_number   text,
  sha256          bytea not null,
  component_count integer not null,
  -- The neutral document (standards/cyclonedx/sbom.ts), so that it can be exported again.
  document        jsonb not null
);
create index application_versions_newest
  on vulnerabilities.application_versions (application_id, id desc);

create table vulnerabilities.components (
  version_id integer not null references vulnerabilities.application_versions (id) on delete cascade,
  ref        text not null,
  name       text not null,
  version    text,
  type       text not null,
  purl       text,
  subject_id integer references vulnerabilities.subjects (id),
  -- Why there is no subject, and the text that decided.
  reason     text,
  detail     text,
  primary key (version_id, ref),
  check ((subject_id is null) = (reason is not null))
);
create index components_name on vulnerabilities.components (lower(name));
create index components_subject on vulnerabilities.components (subject_id);
