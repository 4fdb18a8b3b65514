create schema agent_protocol;

-- Secrets with which hosts enrol: 256 random bits each, kept as SHA-256.
create table agent_protocol.enrolment_secrets (
  id           uuid primary key default gen_random_uuid(),
  name         text not null check (length(name) between 1 and 100),
  scope_id     uuid not null,
  secret_hash  bytea not null unique check (octet_length(secret_hash) = 32),
  created_at   timestamptz not null,
  created_by   text not null,
  expires_at   timestamptz,
  revoked_at   timestamptz,
  last_used_at timestamptz,
  use_count    bigint not null default 0
);

-- Every node key that was given out and may still be used, with what its host said of itself.
create table agent_protocol.nodes (
  id               uuid primary key default gen_random_uuid(),
  key_hash         bytea not null unique check (octet_length(key_hash) = 32),
  endpoint_id      uuid not null references assets.endpoints (id) on delete cascade,
  standing         text not null check (standing in ('current', 'challenger', 'superseded')),
  since            timestamptz not null,
  heard_in_contest boolean not null default false,
  scope_id         uuid not null,
  enrolled_at      timestamptz not null,
  -- Written every few minutes, and at once while a contest is going on.
  last_used_at     timestamptz,
  -- Has asked for distributed queries, so that the schedule needs no whole answers.
  reads_distributed boolean not null default false,
  address          text,
  host_key         text,
  instance_id      text,
  host_identifier  text not null,
  hardware_uuid    text,
  hostname         text not null,
  platform         text not null check (platform in ('linux', 'darwin', 'windows')),
  agent_version    text,
  os_name          text,
  os_version       text,
  arch             text
);
create unique index nodes_one_current on agent_protocol.nodes (endpoint_id)
  where standing = 'current';
create unique index nodes_one_challenger on agent_protocol.nodes (endpoint_id)
  where standing = 'challenger';
create index nodes_by_endpoint on agent_protocol.nodes (endpoint_id);
create index nodes_by_hardware_uuid on agent_protocol.nodes (hardware_uuid);
create index nodes_by_host_key on agent_protocol.nodes (host_key);
create index nodes_by_instance on agent_protocol.nodes (instance_id);

-- A node that is gone (its endpoint was forgotten) must be unknown to every server at once.
create function agent_protocol.tell_node_gone() returns trigger language plpgsql as $$
begin
  perform pg_notify('agent_protocol_nodes', ':' || old.endpoint_id);
  return null;
end $$;
create trigger nodes_gone after delete on agent_protocol.nodes
  for each row execute function agent_protocol.tell_node_gone();

-- What we hold of each part of an endpoint's inventory. No row: nothing yet.
create table agent_protocol.parts (
  endpoint_id  uuid not null references assets.endpoints (id) on delete cascade,
  query        text not null,
  -- SHA-256 of the rows that are stored; null: nothing that a report could confirm.
  digest       bytea check (octet_length(digest) = 32),
  -- When the answer that was stored last, or failed last, was observed.
  observed_at  timestamptz,
  -- Since when the whole answer is to be fetched; null: it is not.
  wanted_at    timestamptz,
  -- Not to be asked for before this, after an answer that could not be used.
  retry_at     timestamptz,
  -- What the endpoint reported last when it differed from `digest`.
  reported     bytea check (octet_length(reported) = 32),
  -- Whole answers fetched whose digest was, again, not the one that was reported.
  odd_count    integer not null default 0,
  primary key (endpoint_id, query)
) with (fillfactor = 80);

-- What endpoints sent that was refused: one row per endpoint and reason.
create table agent_protocol.rejections (
  id           bigint generated always as identity primary key,
  endpoint_id  uuid references assets.endpoints (id) on delete cascade,
  reason       text not null,
  count        bigint not null,
  first_at     timestamptz not null,
  last_at      timestamptz not null,
  last_address text,
  last_detail  text not null check (length(last_detail) <= 500),
  constraint rejections_one_per_reason unique nulls not distinct (endpoint_id, reason)
);
create index rejections_by_time on agent_protocol.rejections (last_at desc, id);
