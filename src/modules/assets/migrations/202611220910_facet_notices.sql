-- The index of facets hears of each change within the transaction that makes it, whoever makes it:
-- hence triggers, one call per statement. Changes of what no facet reads say nothing.

create function assets.tell_new_endpoints() returns trigger language plpgsql as $$
declare
  added integer[];
begin
  added := array(select ordinal from new_rows);
  perform platform.facets_changed('assets.endpoints', added);
  perform platform.facets_changed('assets.contacts', added);
  return null;
end $$;
create trigger facets_of_new_endpoints after insert on assets.endpoints
  referencing new table as new_rows
  for each statement execute function assets.tell_new_endpoints();

-- Rows before and after are joined by hashing: left to itself PostgreSQL keeps the plan that it made
-- for a few rows, and compares every row with every other when many change.
create function assets.tell_changed_endpoints() returns trigger language plpgsql
set enable_nestloop = off as $$
declare
  changed integer[];
begin
  changed := array(
    select n.ordinal from new_rows n join old_rows o using (id)
     where (n.scope_id, n.hostname, n.platform, n.agent_version, n.first_seen_at, n.owner,
            n.criticality, n.tags, n.os_name, n.os_version, n.os_build, n.os_codename, n.arch,
            n.computer_name, n.addresses, n.last_user, n.shared_hardware_uuid)
           is distinct from
           (o.scope_id, o.hostname, o.platform, o.agent_version, o.first_seen_at, o.owner,
            o.criticality, o.tags, o.os_name, o.os_version, o.os_build, o.os_codename, o.arch,
            o.computer_name, o.addresses, o.last_user, o.shared_hardware_uuid));
  if cardinality(changed) > 0 then
    perform platform.facets_changed('assets.endpoints', changed);
  end if;
  return null;
end $$;
create trigger facets_of_changed_endpoints after update on assets.endpoints
  referencing old table as old_rows new table as new_rows
  for each statement execute function assets.tell_changed_endpoints();

-- With an endpoint goes all that is held of it.
create function assets.tell_gone_endpoints() returns trigger language plpgsql as $$
declare
  gone integer[];
begin
  gone := array(select ordinal from old_rows);
  if cardinality(gone) > 0 then
    perform platform.facets_changed(source, gone)
       from unnest(array['assets.endpoints', 'assets.contacts', 'assets.software', 'assets.parts'])
            as source;
  end if;
  return null;
end $$;
create trigger facets_of_gone_endpoints after delete on assets.endpoints
  referencing old table as old_rows
  for each statement execute function assets.tell_gone_endpoints();

create function assets.tell_scopes() returns trigger language plpgsql as $$
begin
  perform platform.facets_changed('assets.scopes', null);
  return null;
end $$;
create trigger facets_of_scopes after insert or update or delete on assets.scopes
  for each statement execute function assets.tell_scopes();

create function assets.tell_facets(source text, endpoint_ids uuid[]) returns void
language plpgsql as $$
declare
  changed integer[];
begin
  if cardinality(endpoint_ids) = 0 then return; end if;
  -- Of an endpoint that goes itself nothing is found here: that is told above.
  changed := array(select ordinal from assets.endpoints where id = any(endpoint_ids));
  if cardinality(changed) > 0 then perform platform.facets_changed(source, changed); end if;
end $$;

create function assets.tell_new_software() returns trigger language plpgsql as $$
begin
  perform assets.tell_facets('assets.software', array(select endpoint_id from new_rows));
  return null;
end $$;
create trigger facets_of_new_software after insert on assets.endpoint_software
  referencing new table as new_rows
  for each statement execute function assets.tell_new_software();

create function assets.tell_changed_software() returns trigger language plpgsql
set enable_nestloop = off as $$
begin
  perform assets.tell_facets('assets.software', array(
    select n.endpoint_id
      from new_rows n join old_rows o on o.endpoint_id = n.endpoint_id and o.part = n.part
     where n.software_ids <> o.software_ids));
  return null;
end $$;
create trigger facets_of_changed_software after update on assets.endpoint_software
  referencing old table as old_rows new table as new_rows
  for each statement execute function assets.tell_changed_software();

create function assets.tell_gone_software() returns trigger language plpgsql as $$
begin
  perform assets.tell_facets('assets.software', array(select endpoint_id from old_rows));
  return null;
end $$;
create trigger facets_of_gone_software after delete on assets.endpoint_software
  referencing old table as old_rows
  for each statement execute function assets.tell_gone_software();

-- The parts that facets read; of the others nobody needs to hear.
create function assets.is_facet_part(part text) returns boolean
language sql immutable parallel safe as $$
  select part in ('ports', 'users', 'administrators', 'services', 'interfaces')
$$;

create function assets.tell_new_parts() returns trigger language plpgsql as $$
begin
  perform assets.tell_facets('assets.parts', array(
    select endpoint_id from new_rows
     where assets.is_facet_part(part) and content_hash is not null));
  return null;
end $$;
create trigger facets_of_new_parts after insert on assets.endpoint_parts
  referencing new table as new_rows
  for each statement execute function assets.tell_new_parts();

-- The hash stands for the rows, which are long.
create function assets.tell_changed_parts() returns trigger language plpgsql
set enable_nestloop = off as $$
begin
  perform assets.tell_facets('assets.parts', array(
    select n.endpoint_id
      from new_rows n join old_rows o on o.endpoint_id = n.endpoint_id and o.part = n.part
     where assets.is_facet_part(n.part) and n.content_hash is distinct from o.content_hash));
  return null;
end $$;
create trigger facets_of_changed_parts after update on assets.endpoint_parts
  referencing old table as old_rows new table as new_rows
  for each statement execute function assets.tell_changed_parts();

create function assets.tell_gone_parts() returns trigger language plpgsql as $$
begin
  perform assets.tell_facets('assets.parts', array(
    select endpoint_id from old_rows where assets.is_facet_part(part)));
  return null;
end $$;
create trigger facets_of_gone_parts after delete on assets.endpoint_parts
  referencing old table as old_rows
  for each statement execute function assets.tell_gone_parts();

-- Other modules keep their facts of endpoints by this number too.
create view assets.endpoint_ordinal_view as select id, ordinal from assets.endpoints;
