create schema assets;

-- The organisation: companies and sites. Every endpoint is in exactly one scope.
create table assets.scopes (
  id         uuid primary key default gen_random_uuid(),
  parent_id  uuid references assets.scopes on delete restrict,
  name       text not null check (length(name) between 1 and 200),
  kind       text not null check (kind in ('company', 'site')),
  relation   text not null
             check (relation in ('headquarters', 'domestic', 'overseas', 'group', 'supplier')),
  is_default boolean not null default false,
  created_at timestamptz not null default now(),
  check (parent_id <> id),
  constraint scopes_sibling_names unique nulls not distinct (parent_id, name)
);
create unique index scopes_one_default on assets.scopes (is_default) where is_default;

insert into assets.scopes (name, kind, relation, is_default)
values ('Organisation', 'company', 'headquarters', true);

create table assets.endpoints (
  id                   uuid primary key default gen_random_uuid(),
  -- Small and dense: the position of the endpoint in bitmaps.
  ordinal              integer generated always as identity unique,
  scope_id             uuid not null references assets.scopes on delete restrict,
  host_identifier      text not null,
  hardware_uuid        text,
  shared_hardware_uuid boolean not null default false,
  hostname             text not null,
  platform             text not null check (platform in ('linux', 'darwin', 'windows')),
  agent_version        text,
  first_seen_at        timestamptz not null,
  -- Set by people.
  owner                text,
  criticality          text not null default 'normal'
                       check (criticality in ('low', 'normal', 'high', 'critical')),
  tags                 text[] not null default '{}',
  notes                text not null default '',
  -- Derived from the parts of the inventory whenever those change.
  os_name              text,
  os_version           text,
  os_build             text,
  os_codename          text,
  arch                 text,
  kernel_version       text,
  computer_name        text,
  cpu_brand            text,
  cpu_logical_cores    integer,
  memory_bytes         bigint,
  hardware_vendor      text,
  hardware_model       text,
  hardware_serial      text,
  booted_at            timestamptz,
  primary_address      text,
  addresses            text[] not null default '{}',
  last_user            text,
  -- Null: never collected.
  software_count       integer
);
create index endpoints_by_scope on assets.endpoints (scope_id);
create index endpoints_by_hostname on assets.endpoints (hostname, id);

-- What every check-in writes. Narrow, no index but the key, and room on each page: the updates stay
-- on their page (HOT) and touch no index.
create table assets.contacts (
  endpoint_id  uuid primary key references assets.endpoints on delete cascade,
  last_seen_at timestamptz,
  -- Part to milliseconds since 1970: when it was last known to be as we hold it, and last failed.
  confirmed    jsonb not null default '{}',
  failed       jsonb not null default '{}'
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.05);

-- The catalogue: what is distinct, whoever has it. Rows are never deleted, so that an id, once
-- committed, may be remembered for ever. Empty text means that the ecosystem has no such thing.
create table assets.software (
  id             integer primary key generated always as identity,
  -- SHA-256 over the identity below; a btree over that much text could exceed its row limit.
  identity_hash  bytea not null unique,
  source         text not null,
  name           text not null,
  version        text not null,
  arch           text not null,
  source_name    text not null,
  source_version text not null,
  vendor         text not null,
  -- Extension id, bundle id, product code: how the ecosystem itself names it.
  identifier     text not null,
  -- What it extends: chrome, edge, vscode.
  host           text not null,
  endpoint_count integer not null default 0,
  first_seen_at  timestamptz not null
) with (fillfactor = 90);
create index software_by_name on assets.software (name, version, id);

-- One row per endpoint and software part. `software_ids` is sorted and distinct.
create table assets.endpoint_software (
  endpoint_id  uuid not null references assets.endpoints on delete cascade,
  part         text not null,
  software_ids integer[] not null,
  primary key (endpoint_id, part)
);
create index endpoint_software_who_has on assets.endpoint_software using gin (software_ids);

-- One row per endpoint and part that was ever answered, well or not.
create table assets.endpoint_parts (
  endpoint_id    uuid not null references assets.endpoints on delete cascade,
  part           text not null,
  -- SHA-256 over the rows as stored; null: no answer but failures so far.
  content_hash   bytea,
  row_count      integer,
  rejected_count integer not null default 0,
  -- Arrays of texts in the order of the query's columns; null for software parts.
  rows           jsonb,
  -- Receipt of the answer that is stored here.
  observed_at    timestamptz,
  changed_at     timestamptz,
  failure        text,
  primary key (endpoint_id, part)
);

create table assets.inventory_changes (
  id            bigint primary key generated always as identity,
  endpoint_id   uuid not null references assets.endpoints on delete cascade,
  part          text not null,
  at            timestamptz not null,
  -- The first collection of a part: everything is new, nothing is listed.
  initial       boolean not null,
  added_count   integer not null,
  removed_count integer not null,
  -- Software parts: ids of the catalogue. Other parts: lines of text, at most 200 each.
  added_ids     integer[] not null default '{}',
  removed_ids   integer[] not null default '{}',
  added         text[] not null default '{}',
  removed       text[] not null default '{}'
);
create index inventory_changes_of_endpoint on assets.inventory_changes (endpoint_id, at desc, id desc);
create index inventory_changes_by_time on assets.inventory_changes (at desc, id desc);
