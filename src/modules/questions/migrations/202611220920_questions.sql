create schema questions;

-- A question that is asked again and again.
create table questions.schedules (
  id               bigint generated always as identity primary key,
  title            text not null,
  -- What is asked, as it was checked when the schedule was made.
  ask              jsonb not null,
  every_minutes    integer not null check (every_minutes >= 5),
  keep_runs        integer not null check (keep_runs >= 1),
  enabled          boolean not null default true,
  created_by       text not null,
  created_by_id    text not null,
  -- Scopes of its maker, descendants included; null: all.
  reach            uuid[],
  created_at       timestamptz not null,
  next_run_at      timestamptz,
  last_question_id bigint,
  last_failure     text
);
create index schedules_due on questions.schedules (next_run_at) where enabled;

create table questions.questions (
  id                     bigint generated always as identity primary key,
  title                  text not null,
  -- Platform to statement. A platform without one is not applicable.
  sql                    jsonb not null,
  library_key            text,
  parameters             jsonb not null default '{}',
  selector               text not null,
  -- Only these of the selected; null: all of them.
  endpoint_ids           uuid[],
  asked_by               text not null,
  asked_by_id            text not null,
  schedule_id            bigint references questions.schedules on delete set null,
  asked_at               timestamptz not null,
  expires_at             timestamptz not null,
  ended_at               timestamptz,
  state                  text not null default 'open'
                         check (state in ('open', 'finished', 'expired', 'cancelled')),
  answer_within_seconds  integer not null,
  max_rows_per_endpoint  integer not null,
  -- Ordinals of endpoints when it was asked, as portable roaring bitmaps; the second lies within
  -- the first. One row, however many endpoints are asked.
  targets                bytea not null,
  not_applicable         bytea not null,
  targeted               integer not null,
  not_applicable_count   integer not null,
  -- Scopes of the targets when it was asked: who reaches none of them does not see the question.
  scope_ids              uuid[] not null,
  -- Kept by whoever stores answers, who holds the lock of this row meanwhile.
  answered               integer not null default 0,
  columns                text[] not null default '{}',
  row_total              bigint not null default 0,
  distinct_rows          integer not null default 0,
  stored_bytes           bigint not null default 0,
  truncated              boolean not null default false,
  first_answer_at        timestamptz,
  last_answer_at         timestamptz,
  -- Outcome to endpoints, once it has ended.
  final                  jsonb,
  check ((state = 'open') = (ended_at is null))
);
create index questions_open on questions.questions (id) where state = 'open';
create index questions_by_time on questions.questions (asked_at desc, id desc);
create index questions_by_schedule on questions.questions (schedule_id, id)
  where schedule_id is not null;
create index questions_by_library_key on questions.questions (library_key, id)
  where library_key is not null;

-- Ascending within each question in the order of commits, because answers of a question are stored
-- by one transaction at a time.
create sequence questions.answer_sequence;

-- What became of the question at an endpoint: the first answer; and when the question ends, the
-- end of all those that did not answer (they have no sequence).
create table questions.answers (
  question_id  bigint not null references questions.questions on delete cascade,
  ordinal      integer not null,
  sequence     bigint,
  outcome      text not null
               check (outcome in ('answered', 'not-applicable', 'failed', 'denylisted', 'refused',
                                  'timed-out', 'expired', 'cancelled', 'gone')),
  message      text,
  row_count    integer,
  -- In the order of the answer; fewer than row_count when a total limit stopped the storing.
  row_ids      bigint[] not null default '{}',
  delivered_at timestamptz,
  answered_at  timestamptz,
  wall_ms      integer,
  primary key (question_id, ordinal)
);
create index answers_in_order on questions.answers (question_id, sequence) include (outcome);

-- Rows that are different from one another, each once for all endpoints that answered it.
create table questions.answer_rows (
  id             bigint generated always as identity primary key,
  question_id    bigint not null references questions.questions on delete cascade,
  hash           bytea not null,
  row            jsonb not null,
  endpoint_count integer not null default 0,
  unique (question_id, hash)
);
create index answer_rows_by_count on questions.answer_rows (question_id, endpoint_count desc, id);

-- Handed out and not answered within a second or two; when the answer comes later, it stays here.
create table questions.deliveries (
  question_id  bigint not null references questions.questions on delete cascade,
  ordinal      integer not null,
  delivered_at timestamptz not null,
  primary key (question_id, ordinal)
);

-- Endpoints that were ever asked, as they were then: what is known of those forgotten meanwhile.
create table questions.endpoints (
  ordinal     integer primary key,
  endpoint_id uuid not null,
  hostname    text not null,
  platform    text not null,
  scope_id    uuid not null
);

-- The same as they are now.
create view questions.endpoint_now_view as
  select k.ordinal, k.endpoint_id, coalesce(e.hostname, k.hostname) as hostname,
         coalesce(e.platform, k.platform) as platform,
         coalesce(e.scope_id, k.scope_id) as scope_id, e.scope_name, e.last_seen_at,
         e.id is null as gone
    from questions.endpoints k
    left join assets.endpoint_view e on e.id = k.endpoint_id;
