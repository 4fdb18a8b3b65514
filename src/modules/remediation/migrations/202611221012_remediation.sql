create schema remediation;

-- What is set for the whole installation.
create table remediation.settings (
  only_row       boolean primary key default true check (only_row),
  -- A second person has to agree to campaigns of more endpoints than this.
  approval_above integer not null default 50 check (approval_above >= 0)
);
insert into remediation.settings default values;

create table remediation.campaigns (
  id                 integer generated always as identity primary key,
  title              text not null check (length(title) between 1 and 200),
  state              text not null check (state in (
                       'draft', 'awaiting-approval', 'running', 'paused', 'halted', 'finished',
                       'cancelled')),
  state_because      jsonb,
  work               jsonb not null,
  selector           text not null,
  -- Of the ring that runs; null: not started, or over.
  current_ring       integer,
  maintenance_window jsonb,
  deadline_at        timestamptz not null,
  failure_percent    real not null check (failure_percent between 0 and 100),
  silent_percent     real not null check (silent_percent between 0 and 100),
  restart            boolean not null,
  restart_notice     text not null,
  deferrals          integer not null check (deferrals >= 0),
  dry_run_first      boolean not null,
  -- Scopes of its endpoints: who does not reach all of them changes nothing.
  scope_ids          uuid[] not null,
  created_by         text not null,
  created_by_id      text,
  created_at         timestamptz not null,
  approval_because   jsonb not null,
  approved_by        text,
  approved_at        timestamptz,
  started_at         timestamptz,
  ended_at           timestamptz,
  -- Failures and silence from then on count: a person who resumes has seen those before.
  judged_from        timestamptz,
  rule_key           text,
  check ((state = 'awaiting-approval') <= (approved_by is null))
);
create index campaigns_under_way on remediation.campaigns (id)
  where state in ('running', 'paused', 'halted');
create index campaigns_by_rule on remediation.campaigns (rule_key, id) where rule_key is not null;

create table remediation.rings (
  campaign_id integer not null references remediation.campaigns (id) on delete cascade,
  ring        integer not null check (ring >= 0),
  definition  jsonb not null,
  started_at  timestamptz,
  -- The last of its endpoints ended, then its soaking.
  settled_at  timestamptz,
  ended_at    timestamptz,
  primary key (campaign_id, ring)
);

-- What is to be done; the same on many endpoints is one row.
create table remediation.actions (
  id          bigint generated always as identity primary key,
  campaign_id integer not null references remediation.campaigns (id) on delete cascade,
  action      jsonb not null,
  content_hash bytea not null check (octet_length(content_hash) = 32),
  unique (campaign_id, content_hash)
);

create table remediation.targets (
  campaign_id    integer not null references remediation.campaigns (id) on delete cascade,
  endpoint_id    uuid not null references assets.endpoints (id) on delete cascade,
  ring           integer not null,
  state          text not null check (state in (
                   'waiting', 'queued', 'delivered', 'running', 'done', 'no-effect', 'failed',
                   'refused', 'reboot-pending', 'offline', 'no-agent', 'excluded', 'expired',
                   'cancelled')),
  -- What the next order is for, or the one that is out.
  stage          text not null check (stage in ('dry-run', 'work', 'restart')),
  proof          text not null default 'not-due' check (proof in (
                   'not-due', 'waiting', 'proved', 'still-there', 'unknown')),
  reason         text,
  message        text,
  action_id      bigint references remediation.actions (id),
  -- Name to version before, as the inventory had it when the campaign was made.
  planned        jsonb not null default '{}',
  before_state   jsonb not null default '{}',
  after_state    jsonb not null default '{}',
  reboot_needed  boolean not null default false,
  reboot_likely  boolean not null,
  attempts       integer not null default 0,
  order_id       uuid,
  -- One that was not begun in time or was taken back: a word that comes late is believed.
  last_order_id  uuid,
  -- Not given another order before this.
  not_before     timestamptz,
  ordered_at     timestamptz,
  ended_at       timestamptz,
  -- The inventory was asked for after the work, for the proof.
  asked_at       timestamptz,
  finding_ids    bigint[] not null,
  findings_state text check (findings_state in ('planned', 'in-progress', 'awaiting-proof', 'open')),
  closed_count   integer not null default 0,
  primary key (campaign_id, endpoint_id)
);
create index targets_by_endpoint on remediation.targets (endpoint_id);
create index targets_under_way on remediation.targets (campaign_id, ring) where ended_at is null;
create index targets_to_prove on remediation.targets (campaign_id)
  where proof in ('waiting', 'still-there', 'unknown');
create unique index targets_by_order on remediation.targets (order_id) where order_id is not null;

-- Patch rules are content; that one is switched on, where, and what it did last is kept here.
create table remediation.patch_rules (
  key              text not null primary key check (key ~ '^[a-z0-9-]{1,60}$'),
  enabled          boolean not null,
  scope_id         uuid references assets.scopes (id) on delete set null,
  enabled_by       text not null,
  enabled_by_id    text not null,
  enabled_at       timestamptz not null,
  last_run_at      timestamptz,
  last_campaign_id integer references remediation.campaigns (id) on delete set null,
  last_failure     text
);
