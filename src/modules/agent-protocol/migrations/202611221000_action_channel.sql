-- The public keys that orders were signed with; private ones are in files of the servers.
create table agent_protocol.order_keys (
  key_id     text primary key check (key_id ~ '^[0-9a-f]{16}$'),
  public_key text not null,
  since      timestamptz not null,
  retired_at timestamptz
);
create unique index order_keys_one_current on agent_protocol.order_keys ((true))
  where retired_at is null;

-- Our own agents. `endpoint_id`: the endpoint whose current node enrolled with the agent's secret.
create table agent_protocol.agents (
  id               uuid primary key,
  key_hash         bytea not null unique check (octet_length(key_hash) = 32),
  -- Whose orders it obeys.
  key_id           text not null references agent_protocol.order_keys (key_id),
  scope_id         uuid not null,
  endpoint_id      uuid references assets.endpoints (id) on delete set null,
  public_key       text,
  enrolled_at      timestamptz not null,
  last_seen_at     timestamptz not null,
  last_address     text,
  version          text not null,
  platform         text not null check (platform in ('linux', 'darwin', 'windows')),
  managers         text[] not null,
  time_zone        text,
  privileged       boolean not null,
  scripts          boolean not null,
  -- The process that polled last, and the one before it.
  instance         uuid,
  earlier_instance uuid,
  -- When another agent was last heard that speaks, or spoke, for the same endpoint.
  shared_at        timestamptz,
  ended_at         timestamptz,
  ended_because    text check (ended_because in ('superseded', 'revoked', 'shared', 'key-replaced')),
  -- Another agent's osqueryd speaks for the endpoint that this one had; null again once it has one.
  superseded_at    timestamptz,
  superseded_by    uuid references agent_protocol.agents (id) on delete set null,
  check ((ended_at is null) = (ended_because is null))
);
create unique index agents_one_per_endpoint on agent_protocol.agents (endpoint_id)
  where ended_at is null;
create index agents_ended on agent_protocol.agents (ended_at);

-- A secret with an agent is that agent's own: only its osqueryd enrols with it.
alter table agent_protocol.enrolment_secrets
  add column agent_id uuid references agent_protocol.agents (id) on delete cascade;
create unique index enrolment_secrets_of_agent on agent_protocol.enrolment_secrets (agent_id)
  where agent_id is not null;
alter table agent_protocol.nodes
  add column agent_id uuid references agent_protocol.agents (id) on delete set null;
create index nodes_by_agent on agent_protocol.nodes (agent_id) where agent_id is not null;

create table agent_protocol.orders (
  id             uuid primary key,
  agent_id       uuid not null references agent_protocol.agents (id),
  endpoint_id    uuid not null references assets.endpoints (id) on delete cascade,
  action         jsonb not null,
  dry_run        boolean not null,
  issued_at      timestamptz not null,
  expires_at     timestamptz not null,
  requested_by   text not null,
  reference      text not null check (length(reference) <= 200),
  -- The very text that is signed and handed out.
  text           text not null,
  signature      text not null,
  key_id         text not null references agent_protocol.order_keys (key_id),
  state          text not null default 'waiting' check (state in (
                   'waiting', 'received', 'running', 'done', 'no-effect', 'failed', 'refused',
                   'reboot-pending', 'expired', 'cancelled', 'lost')),
  state_since    timestamptz not null,
  handed_at      timestamptz,
  -- Of the newest report; -1: none.
  sequence       integer not null default -1,
  report_count   integer not null default 0,
  reason         text,
  output         text,
  exit_code      integer,
  before_state   jsonb,
  after_state    jsonb,
  reboot_needed  boolean,
  upload_id      uuid,
  cancelled_at   timestamptz,
  cancel_told_at timestamptz
);
-- What an agent that polls is looked up by: few rows, those that are not at an end.
create index orders_open on agent_protocol.orders (agent_id, issued_at)
  where state in ('waiting', 'received', 'running', 'reboot-pending');
create index orders_to_expire on agent_protocol.orders (expires_at)
  where state in ('waiting', 'received');
create index orders_by_endpoint on agent_protocol.orders (endpoint_id, issued_at desc);
create index orders_by_reference on agent_protocol.orders (reference);

create table agent_protocol.order_reports (
  order_id    uuid not null references agent_protocol.orders (id) on delete cascade,
  sequence    integer not null check (sequence >= 0),
  state       text not null,
  -- As the agent's clock says, and ours.
  at          timestamptz not null,
  received_at timestamptz not null,
  report      jsonb not null,
  primary key (order_id, sequence)
);

-- Files that agents sent up, in pieces, so that every server can hand them out.
create table agent_protocol.uploads (
  id          uuid primary key,
  order_id    uuid not null references agent_protocol.orders (id) on delete cascade,
  name        text not null check (length(name) between 1 and 255),
  sha256      bytea not null check (octet_length(sha256) = 32),
  -- Rises with each new try: pieces of an earlier one do not count.
  attempt     integer not null default 1,
  bytes       bigint not null default 0,
  begun_at    timestamptz not null,
  complete_at timestamptz
);
create index uploads_by_order on agent_protocol.uploads (order_id);
create index uploads_by_time on agent_protocol.uploads (begun_at);
create table agent_protocol.upload_chunks (
  upload_id uuid not null references agent_protocol.uploads (id) on delete cascade,
  attempt   integer not null,
  number    integer not null,
  data      bytea not null,
  primary key (upload_id, attempt, number)
);
alter table agent_protocol.upload_chunks alter column data set storage external;

-- What other modules may read: agents that can be given orders, and all orders.
create view agent_protocol.agent_view as
  select a.id, a.endpoint_id, a.version, a.platform, a.managers, a.time_zone, a.privileged,
         a.scripts, a.enrolled_at, a.last_seen_at, a.shared_at
    from agent_protocol.agents a
   where a.ended_at is null and a.endpoint_id is not null;

create view agent_protocol.order_view as
  select id, agent_id, endpoint_id, action, dry_run, issued_at, expires_at, requested_by, reference,
         state, state_since, handed_at, reason, output, exit_code, before_state, after_state,
         reboot_needed, upload_id, cancelled_at
    from agent_protocol.orders;
