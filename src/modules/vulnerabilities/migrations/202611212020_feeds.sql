-- How current a feed is known to be: when its source was last asked (network), or what the bundle
-- says. Without it, the newest date in the data has to do.
alter table vulnerabilities.feeds
  add column current_as_of timestamptz,
  add column origin        text check (origin in ('network', 'bundle'));

-- Whether the product may fetch feeds by itself. Nobody asked for it: no row, and it does not.
create table vulnerabilities.feed_settings (
  only_row     boolean primary key default true check (only_row),
  sync_enabled boolean not null,
  changed_at   timestamptz not null
);

-- The dates of one release by each source; the distribution's own come first when they are read.
alter table vulnerabilities.eol_cycles
  drop constraint eol_cycles_pkey,
  add column codename text,
  add primary key (product, cycle, source);

-- What is still to be done after an import, kept in the transaction of the import itself, so that a
-- killed process forgets nothing. Subjects to be matched anew have no matched_at.
create index subjects_unmatched on vulnerabilities.subjects (id) where matched_at is null;
create table vulnerabilities.weaknesses_to_describe (key text primary key);
alter table vulnerabilities.assessments
  -- Advisories changed since: assess it again, although its inventory is the same.
  add column again      boolean not null default false,
  -- What was matched, and what could not be for want of a feed: {"Debian:12": 710}.
  add column ecosystems jsonb not null default '{}',
  add column missing    jsonb not null default '{}',
  -- Security support of the operating system's release.
  add column support    text check (support in
    ('supported', 'lts-only', 'extended-only', 'ended', 'release-unknown', 'no-data'));
create index assessments_again on vulnerabilities.assessments (endpoint_id) where again;

-- Microsoft: which build of which product fixes a CVE. `fixed_build` 22621, `fixed_revision` 5768;
-- null where the product (.NET) has versions of another form, which `fixed_version` keeps.
create table vulnerabilities.windows_fixes (
  cve            text not null,
  product        text not null,
  kb             text not null,
  fixed_version  text not null,
  release        text,
  fixed_build    integer,
  fixed_revision integer,
  month          date not null,
  score          real,
  exploit_status text,
  primary key (cve, product, kb, fixed_version)
);
create index windows_fixes_build on vulnerabilities.windows_fixes (fixed_build, fixed_revision);
create table vulnerabilities.windows_releases (
  product         text primary key,
  release         text,
  latest_version  text not null,
  latest_build    integer,
  latest_revision integer,
  latest_kb       text,
  released_on     date
);
