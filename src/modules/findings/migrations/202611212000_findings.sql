create schema findings;

-- What is wrong, independent of where. Unknown is null.
create table findings.weaknesses (
  id               integer generated always as identity primary key,
  key              text not null unique,
  kind             text not null,
  ids              text[] not null,
  title            text not null,
  title_ja         text,
  severity         text check (severity in ('none', 'low', 'medium', 'high', 'critical')),
  cvss_score       real,
  cvss_vector      text,
  kev_listed_on    date,
  kev_due_on       date,
  kev_ransomware   boolean,
  epss             real check (epss between 0 and 1),
  automatable      boolean,
  technical_impact text check (technical_impact in ('partial', 'total')),
  published_at     timestamptz,
  modified_at      timestamptz,
  reference_urls   text[] not null default '{}',
  content_hash     bytea not null
);
create index weaknesses_ids on findings.weaknesses using gin (ids);

-- What an asset contributes to priority, and when it was last assessed for each kind of weakness:
-- one row per asset, so confirming ten thousand findings of it costs one update.
create table findings.assets (
  id          integer generated always as identity primary key,
  asset_id    uuid not null unique,
  asset_kind  text not null check (asset_kind in ('endpoint', 'application')),
  scope_id    uuid not null,
  criticality text not null,
  exposed     boolean
);
create table findings.assessments (
  asset_ref   integer not null references findings.assets (id) on delete cascade,
  kind        text not null,
  assessed_at timestamptz not null,
  primary key (asset_ref, kind)
) with (fillfactor = 70);

-- How people fix: what to upgrade to what.
create table findings.fixes (
  id        integer generated always as identity primary key,
  ecosystem text not null,
  name      text not null,
  unique (ecosystem, name)
);

create table findings.findings (
  id              bigint generated always as identity primary key,
  weakness_id     integer not null references findings.weaknesses (id),
  asset_ref       integer not null references findings.assets (id) on delete cascade,
  scope_id        uuid not null,
  state           text not null,
  class           text not null,
  kind            text not null,
  -- Copied from the weakness, so that lists sort and filter without a join.
  severity_order  smallint not null,
  exploited       boolean not null,
  epss            real,
  rank            bigint not null,
  due_on          date,
  due_outcome     text not null,
  reachable       boolean,
  fix_id          integer references findings.fixes (id),
  fix_version     text,
  first_seen_at   timestamptz not null,
  reopened_at     timestamptz,
  reopened_count  integer not null default 0,
  closed_at       timestamptz,
  closed_because  text,
  excepted_until  date,
  state_reason    text,
  state_source    text,
  owner           text,
  evidence        jsonb not null,
  -- Of class, fix, evidence and reachability: an unchanged observation writes nothing.
  content_hash    bytea not null,
  unique (asset_ref, weakness_id)
);
-- One index per order that a list can have; scope and state are in it, so that a filter on them
-- skips rows without visiting the table. Closed findings are not in them: they have their own.
create index findings_rank on findings.findings (rank, id) include (scope_id, state, class, kind, severity_order, exploited)
  where state <> 'closed';
create index findings_due on findings.findings (due_on, id) include (scope_id, state, class, kind, severity_order, exploited)
  where state <> 'closed';
create index findings_severity on findings.findings (severity_order desc, rank, id) include (scope_id, state, class, kind, exploited)
  where state <> 'closed';
create index findings_epss on findings.findings (epss desc nulls last, id) include (scope_id, state, class, kind, severity_order, exploited)
  where state <> 'closed';
create index findings_first_seen on findings.findings (first_seen_at desc, id) include (scope_id, state, class, kind, severity_order, exploited)
  where state <> 'closed';
create index findings_exploited on findings.findings (rank, id) where exploited and state <> 'closed';
create index findings_weakness on findings.findings (weakness_id, rank, id);
create index findings_fix on findings.findings (fix_id, rank) where state <> 'closed';
create index findings_closed on findings.findings (closed_at desc, id) where state = 'closed';

-- What happened to a finding, when, and by whom or what.
create table findings.events (
  id         bigint generated always as identity primary key,
  finding_id bigint not null references findings.findings (id) on delete cascade,
  at         timestamptz not null,
  event      text not null,
  details    jsonb not null default '{}'
);
create index events_finding on findings.events (finding_id, at desc);

-- Which profile of due dates holds for which scope; without a row: bod-26-04.
create table findings.due_profiles (
  scope_id uuid primary key,
  profile  text not null check (profile in ('bod-26-04', 'kev-dates', 'severity-days'))
);
