-- The index of facets hears of each change within the transaction that makes it. Positions are those
-- of endpoints; findings of applications have none.

-- Few assets among many: callers that join by hashing only must not make it read all of them.
create function findings.tell_facets(asset_refs integer[]) returns void language plpgsql
set enable_nestloop = on as $$
declare
  changed integer[];
begin
  if cardinality(asset_refs) = 0 then return; end if;
  changed := array(
    select e.ordinal from findings.assets a
      join assets.endpoint_ordinal_view e on e.id = a.asset_id
     where a.id = any(asset_refs));
  if cardinality(changed) > 0 then
    perform platform.facets_changed('findings.findings', changed);
  end if;
end $$;

create function findings.tell_new_findings() returns trigger language plpgsql as $$
begin
  perform findings.tell_facets(array(select distinct asset_ref from new_rows));
  return null;
end $$;
create trigger facets_of_new_findings after insert on findings.findings
  referencing new table as new_rows
  for each statement execute function findings.tell_new_findings();

create function findings.tell_changed_findings() returns trigger language plpgsql as $$
begin
  perform findings.tell_facets(array(
    select distinct n.asset_ref from new_rows n join old_rows o using (id)
     where (n.state, n.class, n.due_on, n.fix_id is null, n.severity_order, n.exploited, n.epss)
           is distinct from
           (o.state, o.class, o.due_on, o.fix_id is null, o.severity_order, o.exploited, o.epss)));
  return null;
end $$;
create trigger facets_of_changed_findings after update on findings.findings
  referencing old table as old_rows new table as new_rows
  for each statement execute function findings.tell_changed_findings();

create function findings.tell_gone_findings() returns trigger language plpgsql as $$
begin
  perform findings.tell_facets(array(select distinct asset_ref from old_rows));
  return null;
end $$;
create trigger facets_of_gone_findings after delete on findings.findings
  referencing old table as old_rows
  for each statement execute function findings.tell_gone_findings();

-- That an endpoint was assessed at all; when is told by nothing here.
create function findings.tell_assessments() returns trigger language plpgsql as $$
begin
  perform findings.tell_facets(array(select distinct asset_ref from new_rows));
  return null;
end $$;
create trigger facets_of_assessments after insert on findings.assessments
  referencing new table as new_rows
  for each statement execute function findings.tell_assessments();

-- A feed may move all weaknesses at once: then they are read anew together.
create function findings.tell_weaknesses(changed integer[]) returns void language plpgsql as $$
begin
  if cardinality(changed) > 0 then
    perform platform.facets_changed(
      'findings.weaknesses', case when cardinality(changed) <= 5000 then changed end);
  end if;
end $$;

create function findings.tell_new_weaknesses() returns trigger language plpgsql as $$
begin
  perform findings.tell_weaknesses(array(select id from new_rows));
  return null;
end $$;
create trigger facets_of_new_weaknesses after insert on findings.weaknesses
  referencing new table as new_rows
  for each statement execute function findings.tell_new_weaknesses();

create function findings.tell_changed_weaknesses() returns trigger language plpgsql as $$
begin
  perform findings.tell_weaknesses(array(
    select n.id from new_rows n join old_rows o using (id)
     where (n.ids, n.kev_ransomware) is distinct from (o.ids, o.kev_ransomware)));
  return null;
end $$;
create trigger facets_of_changed_weaknesses after update on findings.weaknesses
  referencing old table as old_rows new table as new_rows
  for each statement execute function findings.tell_changed_weaknesses();

create function findings.tell_gone_weaknesses() returns trigger language plpgsql as $$
begin
  perform findings.tell_weaknesses(array(select id from old_rows));
  return null;
end $$;
create trigger facets_of_gone_weaknesses after delete on findings.weaknesses
  referencing old table as old_rows
  for each statement execute function findings.tell_gone_weaknesses();
