-- What is knowingly left as it is until a day: which findings (criteria), where (scope, selector).
create table findings.exceptions (
  id                   integer generated always as identity primary key,
  state                text not null check (state in ('requested', 'approved', 'refused', 'withdrawn', 'expired')),
  -- Null: everywhere.
  scope_id             uuid,
  selector             text not null default '',
  weakness             text,
  weakness_ids         text[],
  package_ecosystem    text,
  package_name         text,
  kind                 text,
  class                text,
  severity_at_most     smallint,
  covers_exploited     boolean not null,
  also_new             boolean not null,
  reason               text not null,
  compensating_control text,
  until                date not null,
  requested_at         timestamptz not null,
  requested_by_id      text not null,
  requested_by         text not null,
  decided_at           timestamptz,
  decided_by_id        text,
  decided_by           text,
  decision_note        text,
  ended_at             timestamptz,
  ended_by             text,
  ended_reason         text,
  -- The last announcement of its end: so many days before.
  announced_days       smallint,
  -- What keeps the selector from being read; until then the endpoints stay as they were.
  selector_problem     text,
  followed_at          timestamptz,
  check (weakness is not null or package_name is not null or kind is not null
         or class is not null or severity_at_most is not null),
  check (state = 'requested' or state = 'withdrawn' or state = 'expired'
         or (decided_by_id is not null and decided_by_id <> requested_by_id))
);
create index exceptions_state on findings.exceptions (state, until);

-- Sets of assets as bits, 8,192 to a row: of endpoints by their ordinal, of applications by their
-- number in findings.assets. `remembered`: at the time of approval; `matching`: at the last look;
-- `announced`: new ones that were told of.
create table findings.exception_members (
  exception_id integer not null references findings.exceptions (id) on delete cascade,
  asset_kind   text not null check (asset_kind in ('endpoint', 'application')),
  chunk        integer not null,
  remembered   bytea not null check (length(remembered) = 1024),
  matching     bytea not null check (length(matching) = 1024),
  announced    bytea not null check (length(announced) = 1024),
  primary key (exception_id, asset_kind, chunk)
);

-- As of the last look, by scope, so that everybody is told what lies within reach.
create table findings.exception_counts (
  exception_id     integer not null references findings.exceptions (id) on delete cascade,
  scope_id         uuid not null,
  covered_findings integer not null,
  covered_assets   integer not null,
  exploited        integer not null,
  new_findings     integer not null,
  new_assets       integer not null,
  primary key (exception_id, scope_id)
);

-- `excepted_on`: since when the clock stands still. `paused_days`: for how long it stood still before.
alter table findings.findings add column exception_id integer references findings.exceptions (id);
alter table findings.findings add column excepted_on date;
alter table findings.findings add column paused_days smallint not null default 0;
create index findings_exception on findings.findings (exception_id, scope_id) where exception_id is not null;
