-- What else has to be upgraded to be rid of a finding, besides `findings.fix_id`: its weakness sits
-- in several packages of the asset. No version: no fix is known for that package yet.
create table findings.further_fixes (
  finding_id bigint not null references findings.findings (id) on delete cascade,
  fix_id     integer not null references findings.fixes (id),
  version    text,
  primary key (finding_id, fix_id)
);
create index further_fixes_fix on findings.further_fixes (fix_id, finding_id);
