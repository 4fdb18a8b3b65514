create schema if not exists platform;

-- What was told, whoever was listening. Written in the transaction that makes it true.
create table platform.notices (
  id        bigint generated always as identity primary key,
  kind      text not null check (kind ~ '^[a-z-]{1,60}$'),
  severity  text not null check (severity in ('information', 'warning', 'urgent')),
  text_ja   text not null,
  text_en   text not null,
  path      text not null,
  -- Null: concerns everybody.
  scope_id  uuid,
  key       text not null,
  -- The day in UTC: one notice per key and day.
  day       date not null,
  told_at   timestamptz not null,
  -- Null: not yet decided which channels tell of it.
  routed_at timestamptz,
  unique (key, day)
);
create index notices_unrouted on platform.notices (id) where routed_at is null;
create index notices_told on platform.notices (told_at desc, id desc);

create table platform.notification_channels (
  id               uuid primary key default gen_random_uuid(),
  name             text not null,
  type             text not null,
  -- Where it goes, without what is secret; see notify/api.ts.
  target           jsonb not null,
  -- What may be shown of the address.
  address          text not null,
  allow_private    boolean not null,
  enabled          boolean not null,
  language         text not null check (language in ('ja', 'en')),
  -- Null: all kinds.
  kinds            text[] check (kinds is null or cardinality(kinds) > 0),
  least_severity   text not null check (least_severity in ('information', 'warning', 'urgent')),
  -- Null: all scopes.
  scope_ids        uuid[] check (scope_ids is null or cardinality(scope_ids) > 0),
  schedule         jsonb not null,
  created_at       timestamptz not null,
  changed_at       timestamptz not null,
  -- How it goes with what is on the other side.
  last_success_at  timestamptz,
  failing_since    timestamptz,
  last_failure_at  timestamptz,
  last_error       jsonb,
  failures_in_row  integer not null default 0,
  paused_until     timestamptz,
  -- One server at a time sends to it.
  claimed_by       uuid,
  claimed_until    timestamptz
);
create unique index notification_channels_name on platform.notification_channels (lower(name));

-- Apart from the channels, so that no statement which lists channels can meet one.
create table platform.notification_secrets (
  channel_id uuid not null references platform.notification_channels on delete cascade,
  name       text not null,
  value      text not null,
  primary key (channel_id, name)
);

create table platform.notice_deliveries (
  id           bigint generated always as identity primary key,
  notice_id    bigint not null references platform.notices on delete cascade,
  channel_id   uuid not null references platform.notification_channels on delete cascade,
  -- withdrawn: before it was sent the channel was changed so that it no longer concerns it.
  state        text not null check (state in ('waiting', 'delivered', 'given-up', 'withdrawn')),
  -- When it is to be told: now, or at the end of quiet hours, or with the digest.
  due_at       timestamptz not null,
  next_at      timestamptz not null,
  attempts     integer not null default 0,
  last_error   jsonb,
  finished_at  timestamptz,
  unique (notice_id, channel_id)
);
create index notice_deliveries_waiting
  on platform.notice_deliveries (channel_id, next_at, id) where state = 'waiting';
create index notice_deliveries_given_up
  on platform.notice_deliveries (channel_id, id) where state = 'given-up';

-- The ticket that stands for a key, so that the same matter is not opened twice.
create table platform.notice_tickets (
  channel_id uuid not null references platform.notification_channels on delete cascade,
  key        text not null,
  -- Null: it was made, but the answer did not say its number.
  ticket_id  text,
  url        text,
  made_at    timestamptz not null,
  primary key (channel_id, key)
);
