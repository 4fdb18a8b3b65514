-- What other modules may read of assets in their statements.
create view assets.endpoint_view as
  select e.id, e.ordinal, e.scope_id, s.name as scope_name, e.hostname, e.platform, e.os_name,
         e.os_version, e.os_build, e.os_codename, e.kernel_version, e.arch, e.owner, e.criticality,
         e.tags, e.software_count, c.last_seen_at, c.confirmed
    from assets.endpoints e
    join assets.scopes s on s.id = e.scope_id
    left join assets.contacts c on c.endpoint_id = e.id;

create view assets.endpoint_software_view as
  select endpoint_id, part, software_ids from assets.endpoint_software;

create view assets.software_view as
  select id, source, name, version, arch, source_name, source_version, vendor, identifier, host,
         endpoint_count
    from assets.software;

create view assets.endpoint_part_view as
  select endpoint_id, part, rows, row_count, observed_at, changed_at, failure
    from assets.endpoint_parts;

create view assets.scope_view as
  select id, parent_id, name, kind, relation, is_default from assets.scopes;
