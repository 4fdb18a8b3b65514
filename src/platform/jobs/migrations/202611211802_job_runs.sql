create schema if not exists platform;

-- The last run of each job, for the page of system state. The queue itself is graphile-worker's.
create table platform.job_runs (
  name             text primary key,
  last_run_at      timestamptz not null,
  last_finished_at timestamptz,
  last_outcome     text check (last_outcome in ('ok', 'failed')),
  last_error       text,
  duration_ms      integer,
  runs             bigint not null default 0,
  failures         bigint not null default 0
);
