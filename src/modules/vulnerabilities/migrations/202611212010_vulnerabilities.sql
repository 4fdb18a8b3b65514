create schema vulnerabilities;

-- One row per feed: where it comes from, how old it is, what was wrong with it. "Last good" data
-- stays in use when an attempt fails; its age is shown.
create table vulnerabilities.feeds (
  name            text primary key,
  url             text,
  attempted_at    timestamptz,
  succeeded_at    timestamptz,
  -- The newest date in the data itself: how old the knowledge is, whenever it was fetched.
  data_as_of      timestamptz,
  outcome         text check (outcome in ('imported', 'unchanged', 'failed')),
  error           text,
  record_count    integer,
  rejected_count  integer not null default 0,
  -- At most 100: {"at": place, "reason": text}.
  rejections      jsonb not null default '[]',
  etag            text,
  last_modified   text,
  sha256          text,
  -- Grows with each import that changed anything.
  generation      integer not null default 0
);

create table vulnerabilities.advisories (
  id           integer generated always as identity primary key,
  feed         text not null,
  osv_id       text not null,
  modified_at  timestamptz,
  withdrawn    boolean not null,
  record       jsonb not null,
  content_hash bytea not null,
  unique (feed, osv_id)
);
-- The OSV ecosystem without its release, and the name as the registry files it.
create table vulnerabilities.advisory_packages (
  advisory_id integer not null references vulnerabilities.advisories (id) on delete cascade,
  ecosystem   text not null,
  name        text not null,
  primary key (ecosystem, name, advisory_id)
);
create index advisory_packages_advisory on vulnerabilities.advisory_packages (advisory_id);

create table vulnerabilities.kev (
  cve         text primary key,
  listed_on   date not null,
  due_on      date,
  ransomware  boolean not null,
  title       text not null
);
create table vulnerabilities.epss (
  cve         text primary key,
  probability real not null,
  percentile  real not null
);
-- CISA vulnrichment: what CISA adds to a CVE.
create table vulnerabilities.cve_facts (
  cve              text primary key,
  description      text,
  cvss_vector      text,
  cvss_score       real,
  severity         text,
  cwes             text[] not null default '{}',
  exploitation     text,
  automatable      boolean,
  technical_impact text,
  published_at     timestamptz,
  modified_at      timestamptz
);
-- endoflife.date and the distributions' own dates: one release of a product.
create table vulnerabilities.eol_cycles (
  product          text not null,
  cycle            text not null,
  title            text not null,
  released_on      date,
  -- End of normal security support; null: not announced.
  ends_on          date,
  -- Already ended, on a date that nobody recorded.
  ended            boolean not null default false,
  lts_ends_on      date,
  extended_ends_on date,
  latest_version   text,
  source           text not null,
  primary key (product, cycle)
);

-- What is matched: one distinct version of one package in one release of an ecosystem, whoever has
-- it. `matched_generation`: the state of the advisories at the last match.
create table vulnerabilities.subjects (
  id         integer generated always as identity primary key,
  ecosystem  text not null,
  name       text not null,
  version    text not null,
  matched_at timestamptz,
  unique (ecosystem, name, version)
);
create index subjects_name on vulnerabilities.subjects (name);
create table vulnerabilities.matches (
  subject_id    integer not null references vulnerabilities.subjects (id) on delete cascade,
  weakness_key  text not null,
  -- affected, or unknown: the version cannot be compared, or the advisory gives no versions.
  verdict       text not null check (verdict in ('affected', 'unknown')),
  class         text not null,
  fixed_version text,
  evidence      jsonb not null,
  primary key (subject_id, weakness_key)
);
create index matches_weakness on vulnerabilities.matches (weakness_key);

-- Up to which state of its inventory an endpoint has been assessed, and how much of it could be.
create table vulnerabilities.assessments (
  endpoint_id   uuid primary key references assets.endpoints (id) on delete cascade,
  inventory_at  timestamptz not null,
  assessed_at   timestamptz not null,
  ecosystem     text,
  -- Software that no feed covers: {"reason": count}.
  not_assessed  jsonb not null default '{}',
  assessed_count integer not null
);
