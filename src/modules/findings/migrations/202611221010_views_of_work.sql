-- What a module that gets rid of findings reads of them.
create view findings.finding_view as
  select f.id, a.asset_id, a.asset_kind, f.asset_ref, f.scope_id, w.key as weakness_key,
         w.kev_listed_on, f.kind, f.state, f.class, f.severity_order, f.exploited, f.due_on, f.rank,
         f.fix_id, f.fix_version, f.evidence, f.first_seen_at, f.reopened_at, f.closed_at
    from findings.findings f
    join findings.assets a on a.id = f.asset_ref
    join findings.weaknesses w on w.id = f.weakness_id;

create view findings.fix_view as select id, ecosystem, name from findings.fixes;

create view findings.further_fix_view as
  select finding_id, fix_id, version from findings.further_fixes;

create view findings.assessment_view as
  select a.asset_id, s.kind, s.assessed_at
    from findings.assessments s join findings.assets a on a.id = s.asset_ref;
