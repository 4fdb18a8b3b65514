-- What a day was like, kept: findings change afterwards. One row per scope (what lies below it is not
-- in it) and severity (-1: not scored).
create table findings.daily_measures (
  day             date not null,
  scope_id        uuid not null,
  severity_order  smallint not null,
  -- At the end of the day; null: nobody looked on that day.
  active          integer,
  active_fixable  integer,
  overdue         integer,
  excepted        integer,
  opened          integer not null,
  closed          integer not null,
  -- Of each that was closed: from the first sight of it until then.
  closed_seconds  bigint[] not null,
  closed_fixable  integer not null,
  came_due        integer not null,
  kept            integer not null,
  primary key (day, scope_id, severity_order)
);
-- That a day was measured at all; final: after its end, and never again.
create table findings.measured_days (
  day      date primary key,
  is_final boolean not null
);
-- How much of a day was seen; no row: nobody looked on that day.
create table findings.daily_coverage (
  day       date not null,
  scope_id  uuid not null,
  endpoints integer not null,
  assessed  integer not null,
  taken_at  timestamptz not null,
  primary key (day, scope_id)
);
-- What was told of a day, so that it is told once.
create table findings.told (
  day date not null,
  key text not null,
  primary key (day, key)
);
