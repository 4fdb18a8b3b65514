-- Made by `UPDATE=1 npm test`; do not edit. What the migrations add up to.

-- agent_protocol ----------------------------------------------------------------------------

create table agent_protocol.agents (
  id uuid not null,
  key_hash bytea not null,
  key_id text not null,
  scope_id uuid not null,
  endpoint_id uuid,
  public_key text,
  enrolled_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  last_address text,
  version text not null,
  platform text not null,
  managers text[] not null,
  time_zone text,
  privileged boolean not null,
  scripts boolean not null,
  instance uuid,
  earlier_instance uuid,
  shared_at timestamp with time zone,
  ended_at timestamp with time zone,
  ended_because text,
  superseded_at timestamp with time zone,
  superseded_by uuid,
  constraint agents_key_hash_key UNIQUE (key_hash),
  constraint agents_pkey PRIMARY KEY (id),
  constraint agents_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE SET NULL,
  constraint agents_key_id_fkey FOREIGN KEY (key_id) REFERENCES agent_protocol.order_keys(key_id),
  constraint agents_superseded_by_fkey FOREIGN KEY (superseded_by) REFERENCES agent_protocol.agents(id) ON DELETE SET NULL,
  constraint agents_check CHECK (((ended_at IS NULL) = (ended_because IS NULL))),
  constraint agents_ended_because_check CHECK ((ended_because = ANY (ARRAY['superseded'::text, 'revoked'::text, 'shared'::text, 'key-replaced'::text]))),
  constraint agents_key_hash_check CHECK ((octet_length(key_hash) = 32)),
  constraint agents_platform_check CHECK ((platform = ANY (ARRAY['linux'::text, 'darwin'::text, 'windows'::text])))
);

create table agent_protocol.enrolment_secrets (
  id uuid not null default gen_random_uuid(),
  name text not null,
  scope_id uuid not null,
  secret_hash bytea not null,
  created_at timestamp with time zone not null,
  created_by text not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  use_count bigint not null default 0,
  agent_id uuid,
  constraint enrolment_secrets_secret_hash_key UNIQUE (secret_hash),
  constraint enrolment_secrets_pkey PRIMARY KEY (id),
  constraint enrolment_secrets_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agent_protocol.agents(id) ON DELETE CASCADE,
  constraint enrolment_secrets_name_check CHECK (((length(name) >= 1) AND (length(name) <= 100))),
  constraint enrolment_secrets_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);

create table agent_protocol.nodes (
  id uuid not null default gen_random_uuid(),
  key_hash bytea not null,
  endpoint_id uuid not null,
  standing text not null,
  since timestamp with time zone not null,
  heard_in_contest boolean not null default false,
  scope_id uuid not null,
  enrolled_at timestamp with time zone not null,
  last_used_at timestamp with time zone,
  reads_distributed boolean not null default false,
  address text,
  host_key text,
  instance_id text,
  host_identifier text not null,
  hardware_uuid text,
  hostname text not null,
  platform text not null,
  agent_version text,
  os_name text,
  os_version text,
  arch text,
  agent_id uuid,
  constraint nodes_key_hash_key UNIQUE (key_hash),
  constraint nodes_pkey PRIMARY KEY (id),
  constraint nodes_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agent_protocol.agents(id) ON DELETE SET NULL,
  constraint nodes_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE,
  constraint nodes_key_hash_check CHECK ((octet_length(key_hash) = 32)),
  constraint nodes_platform_check CHECK ((platform = ANY (ARRAY['linux'::text, 'darwin'::text, 'windows'::text]))),
  constraint nodes_standing_check CHECK ((standing = ANY (ARRAY['current'::text, 'challenger'::text, 'superseded'::text])))
);

create table agent_protocol.order_keys (
  key_id text not null,
  public_key text not null,
  since timestamp with time zone not null,
  retired_at timestamp with time zone,
  constraint order_keys_pkey PRIMARY KEY (key_id),
  constraint order_keys_key_id_check CHECK ((key_id ~ '^[0-9a-f]{16}$'::text))
);

create table agent_protocol.order_reports (
  order_id uuid not null,
  sequence integer not null,
  state text not null,
  at timestamp with time zone not null,
  received_at timestamp with time zone not null,
  report jsonb not null,
  constraint order_reports_pkey PRIMARY KEY (order_id, sequence),
  constraint order_reports_order_id_fkey FOREIGN KEY (order_id) REFERENCES agent_protocol.orders(id) ON DELETE CASCADE,
  constraint order_reports_sequence_check CHECK ((sequence >= 0))
);

create table agent_protocol.orders (
  id uuid not null,
  agent_id uuid not null,
  endpoint_id uuid not null,
  action jsonb not null,
  dry_run boolean not null,
  issued_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  requested_by text not null,
  reference text not null,
  text text not null,
  signature text not null,
  key_id text not null,
  state text not null default 'waiting'::text,
  state_since timestamp with time zone not null,
  handed_at timestamp with time zone,
  sequence integer not null default '-1'::integer,
  report_count integer not null default 0,
  reason text,
  output text,
  exit_code integer,
  before_state jsonb,
  after_state jsonb,
  reboot_needed boolean,
  upload_id uuid,
  cancelled_at timestamp with time zone,
  cancel_told_at timestamp with time zone,
  constraint orders_pkey PRIMARY KEY (id),
  constraint orders_agent_id_fkey FOREIGN KEY (agent_id) REFERENCES agent_protocol.agents(id),
  constraint orders_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE,
  constraint orders_key_id_fkey FOREIGN KEY (key_id) REFERENCES agent_protocol.order_keys(key_id),
  constraint orders_reference_check CHECK ((length(reference) <= 200)),
  constraint orders_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'received'::text, 'running'::text, 'done'::text, 'no-effect'::text, 'failed'::text, 'refused'::text, 'reboot-pending'::text, 'expired'::text, 'cancelled'::text, 'lost'::text])))
);

create table agent_protocol.parts (
  endpoint_id uuid not null,
  query text not null,
  digest bytea,
  observed_at timestamp with time zone,
  wanted_at timestamp with time zone,
  retry_at timestamp with time zone,
  reported bytea,
  odd_count integer not null default 0,
  constraint parts_pkey PRIMARY KEY (endpoint_id, query),
  constraint parts_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE,
  constraint parts_digest_check CHECK ((octet_length(digest) = 32)),
  constraint parts_reported_check CHECK ((octet_length(reported) = 32))
);

create table agent_protocol.rejections (
  id bigint not null generated always as identity,
  endpoint_id uuid,
  reason text not null,
  count bigint not null,
  first_at timestamp with time zone not null,
  last_at timestamp with time zone not null,
  last_address text,
  last_detail text not null,
  constraint rejections_one_per_reason UNIQUE NULLS NOT DISTINCT (endpoint_id, reason),
  constraint rejections_pkey PRIMARY KEY (id),
  constraint rejections_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE,
  constraint rejections_last_detail_check CHECK ((length(last_detail) <= 500))
);

create table agent_protocol.upload_chunks (
  upload_id uuid not null,
  attempt integer not null,
  number integer not null,
  data bytea not null,
  constraint upload_chunks_pkey PRIMARY KEY (upload_id, attempt, number),
  constraint upload_chunks_upload_id_fkey FOREIGN KEY (upload_id) REFERENCES agent_protocol.uploads(id) ON DELETE CASCADE
);

create table agent_protocol.uploads (
  id uuid not null,
  order_id uuid not null,
  name text not null,
  sha256 bytea not null,
  attempt integer not null default 1,
  bytes bigint not null default 0,
  begun_at timestamp with time zone not null,
  complete_at timestamp with time zone,
  constraint uploads_pkey PRIMARY KEY (id),
  constraint uploads_order_id_fkey FOREIGN KEY (order_id) REFERENCES agent_protocol.orders(id) ON DELETE CASCADE,
  constraint uploads_name_check CHECK (((length(name) >= 1) AND (length(name) <= 255))),
  constraint uploads_sha256_check CHECK ((octet_length(sha256) = 32))
);

CREATE INDEX agents_ended ON agent_protocol.agents USING btree (ended_at);

CREATE UNIQUE INDEX agents_one_per_endpoint ON agent_protocol.agents USING btree (endpoint_id) WHERE (ended_at IS NULL);

CREATE UNIQUE INDEX enrolment_secrets_of_agent ON agent_protocol.enrolment_secrets USING btree (agent_id) WHERE (agent_id IS NOT NULL);

CREATE INDEX nodes_by_agent ON agent_protocol.nodes USING btree (agent_id) WHERE (agent_id IS NOT NULL);

CREATE INDEX nodes_by_endpoint ON agent_protocol.nodes USING btree (endpoint_id);

CREATE INDEX nodes_by_hardware_uuid ON agent_protocol.nodes USING btree (hardware_uuid);

CREATE INDEX nodes_by_host_key ON agent_protocol.nodes USING btree (host_key);

CREATE INDEX nodes_by_instance ON agent_protocol.nodes USING btree (instance_id);

CREATE UNIQUE INDEX nodes_one_challenger ON agent_protocol.nodes USING btree (endpoint_id) WHERE (standing = 'challenger'::text);

CREATE UNIQUE INDEX nodes_one_current ON agent_protocol.nodes USING btree (endpoint_id) WHERE (standing = 'current'::text);

CREATE UNIQUE INDEX order_keys_one_current ON agent_protocol.order_keys USING btree ((true)) WHERE (retired_at IS NULL);

CREATE INDEX orders_by_endpoint ON agent_protocol.orders USING btree (endpoint_id, issued_at DESC);

CREATE INDEX orders_by_reference ON agent_protocol.orders USING btree (reference);

CREATE INDEX orders_open ON agent_protocol.orders USING btree (agent_id, issued_at) WHERE (state = ANY (ARRAY['waiting'::text, 'received'::text, 'running'::text, 'reboot-pending'::text]));

CREATE INDEX orders_to_expire ON agent_protocol.orders USING btree (expires_at) WHERE (state = ANY (ARRAY['waiting'::text, 'received'::text]));

CREATE INDEX rejections_by_time ON agent_protocol.rejections USING btree (last_at DESC, id);

CREATE INDEX uploads_by_order ON agent_protocol.uploads USING btree (order_id);

CREATE INDEX uploads_by_time ON agent_protocol.uploads USING btree (begun_at);

create view agent_protocol.agent_view as
 SELECT id,
    endpoint_id,
    version,
    platform,
    managers,
    time_zone,
    privileged,
    scripts,
    enrolled_at,
    last_seen_at,
    shared_at
   FROM agent_protocol.agents a
  WHERE ((ended_at IS NULL) AND (endpoint_id IS NOT NULL));

create view agent_protocol.order_view as
 SELECT id,
    agent_id,
    endpoint_id,
    action,
    dry_run,
    issued_at,
    expires_at,
    requested_by,
    reference,
    state,
    state_since,
    handed_at,
    reason,
    output,
    exit_code,
    before_state,
    after_state,
    reboot_needed,
    upload_id,
    cancelled_at
   FROM agent_protocol.orders;

CREATE OR REPLACE FUNCTION agent_protocol.tell_node_gone()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform pg_notify('agent_protocol_nodes', ':' || old.endpoint_id);
  return null;
end $function$
;

CREATE TRIGGER nodes_gone AFTER DELETE ON agent_protocol.nodes FOR EACH ROW EXECUTE FUNCTION agent_protocol.tell_node_gone();


-- assets ------------------------------------------------------------------------------------

create table assets.contacts (
  endpoint_id uuid not null,
  last_seen_at timestamp with time zone,
  confirmed jsonb not null default '{}'::jsonb,
  failed jsonb not null default '{}'::jsonb,
  constraint contacts_pkey PRIMARY KEY (endpoint_id),
  constraint contacts_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE
);

create table assets.endpoint_parts (
  endpoint_id uuid not null,
  part text not null,
  content_hash bytea,
  row_count integer,
  rejected_count integer not null default 0,
  rows jsonb,
  observed_at timestamp with time zone,
  changed_at timestamp with time zone,
  failure text,
  constraint endpoint_parts_pkey PRIMARY KEY (endpoint_id, part),
  constraint endpoint_parts_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE
);

create table assets.endpoint_software (
  endpoint_id uuid not null,
  part text not null,
  software_ids integer[] not null,
  constraint endpoint_software_pkey PRIMARY KEY (endpoint_id, part),
  constraint endpoint_software_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE
);

create table assets.endpoints (
  id uuid not null default gen_random_uuid(),
  ordinal integer not null generated always as identity,
  scope_id uuid not null,
  host_identifier text not null,
  hardware_uuid text,
  shared_hardware_uuid boolean not null default false,
  hostname text not null,
  platform text not null,
  agent_version text,
  first_seen_at timestamp with time zone not null,
  owner text,
  criticality text not null default 'normal'::text,
  tags text[] not null default '{}'::text[],
  notes text not null default ''::text,
  os_name text,
  os_version text,
  os_build text,
  os_codename text,
  arch text,
  kernel_version text,
  computer_name text,
  cpu_brand text,
  cpu_logical_cores integer,
  memory_bytes bigint,
  hardware_vendor text,
  hardware_model text,
  hardware_serial text,
  booted_at timestamp with time zone,
  primary_address text,
  addresses text[] not null default '{}'::text[],
  last_user text,
  software_count integer,
  constraint endpoints_ordinal_key UNIQUE (ordinal),
  constraint endpoints_pkey PRIMARY KEY (id),
  constraint endpoints_scope_id_fkey FOREIGN KEY (scope_id) REFERENCES assets.scopes(id) ON DELETE RESTRICT,
  constraint endpoints_criticality_check CHECK ((criticality = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'critical'::text]))),
  constraint endpoints_platform_check CHECK ((platform = ANY (ARRAY['linux'::text, 'darwin'::text, 'windows'::text])))
);

create table assets.inventory_changes (
  id bigint not null generated always as identity,
  endpoint_id uuid not null,
  part text not null,
  at timestamp with time zone not null,
  initial boolean not null,
  added_count integer not null,
  removed_count integer not null,
  added_ids integer[] not null default '{}'::integer[],
  removed_ids integer[] not null default '{}'::integer[],
  added text[] not null default '{}'::text[],
  removed text[] not null default '{}'::text[],
  constraint inventory_changes_pkey PRIMARY KEY (id),
  constraint inventory_changes_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE
);

create table assets.mac_vendors (
  prefix text not null,
  feed text not null,
  vendor text not null,
  constraint mac_vendors_pkey PRIMARY KEY (prefix, feed),
  constraint mac_vendors_prefix_check CHECK ((prefix ~ '^[0-9A-F]{6}([0-9A-F]|[0-9A-F]{3})?$'::text))
);

create table assets.scopes (
  id uuid not null default gen_random_uuid(),
  parent_id uuid,
  name text not null,
  kind text not null,
  relation text not null,
  is_default boolean not null default false,
  created_at timestamp with time zone not null default now(),
  constraint scopes_sibling_names UNIQUE NULLS NOT DISTINCT (parent_id, name),
  constraint scopes_pkey PRIMARY KEY (id),
  constraint scopes_parent_id_fkey FOREIGN KEY (parent_id) REFERENCES assets.scopes(id) ON DELETE RESTRICT,
  constraint scopes_check CHECK ((parent_id <> id)),
  constraint scopes_kind_check CHECK ((kind = ANY (ARRAY['company'::text, 'site'::text]))),
  constraint scopes_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint scopes_relation_check CHECK ((relation = ANY (ARRAY['headquarters'::text, 'domestic'::text, 'overseas'::text, 'group'::text, 'supplier'::text])))
);

create table assets.software (
  id integer not null generated always as identity,
  identity_hash bytea not null,
  source text not null,
  name text not null,
  version text not null,
  arch text not null,
  source_name text not null,
  source_version text not null,
  vendor text not null,
  identifier text not null,
  host text not null,
  endpoint_count integer not null default 0,
  first_seen_at timestamp with time zone not null,
  constraint software_identity_hash_key UNIQUE (identity_hash),
  constraint software_pkey PRIMARY KEY (id)
);

CREATE INDEX endpoint_software_who_has ON assets.endpoint_software USING gin (software_ids);

CREATE INDEX endpoints_by_hostname ON assets.endpoints USING btree (hostname, id);

CREATE INDEX endpoints_by_scope ON assets.endpoints USING btree (scope_id);

CREATE INDEX inventory_changes_by_time ON assets.inventory_changes USING btree (at DESC, id DESC);

CREATE INDEX inventory_changes_of_endpoint ON assets.inventory_changes USING btree (endpoint_id, at DESC, id DESC);

CREATE UNIQUE INDEX scopes_one_default ON assets.scopes USING btree (is_default) WHERE is_default;

CREATE INDEX software_by_name ON assets.software USING btree (name, version, id);

create view assets.endpoint_ordinal_view as
 SELECT id,
    ordinal
   FROM assets.endpoints;

create view assets.endpoint_part_view as
 SELECT endpoint_id,
    part,
    rows,
    row_count,
    observed_at,
    changed_at,
    failure
   FROM assets.endpoint_parts;

create view assets.endpoint_software_view as
 SELECT endpoint_id,
    part,
    software_ids
   FROM assets.endpoint_software;

create view assets.endpoint_view as
 SELECT e.id,
    e.ordinal,
    e.scope_id,
    s.name AS scope_name,
    e.hostname,
    e.platform,
    e.os_name,
    e.os_version,
    e.os_build,
    e.os_codename,
    e.kernel_version,
    e.arch,
    e.owner,
    e.criticality,
    e.tags,
    e.software_count,
    c.last_seen_at,
    c.confirmed
   FROM ((assets.endpoints e
     JOIN assets.scopes s ON ((s.id = e.scope_id)))
     LEFT JOIN assets.contacts c ON ((c.endpoint_id = e.id)));

create view assets.mac_vendor_view as
 SELECT DISTINCT ON (prefix) prefix,
    vendor
   FROM assets.mac_vendors
  ORDER BY prefix, feed DESC;

create view assets.scope_view as
 SELECT id,
    parent_id,
    name,
    kind,
    relation,
    is_default
   FROM assets.scopes;

create view assets.software_view as
 SELECT id,
    source,
    name,
    version,
    arch,
    source_name,
    source_version,
    vendor,
    identifier,
    host,
    endpoint_count
   FROM assets.software;

CREATE OR REPLACE FUNCTION assets.is_facet_part(part text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select part in ('ports', 'users', 'administrators', 'services', 'interfaces')
$function$
;

CREATE OR REPLACE FUNCTION assets.tell_changed_endpoints()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_nestloop TO 'off'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_changed_parts()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_nestloop TO 'off'
AS $function$
begin
  perform assets.tell_facets('assets.parts', array(
    select n.endpoint_id
      from new_rows n join old_rows o on o.endpoint_id = n.endpoint_id and o.part = n.part
     where assets.is_facet_part(n.part) and n.content_hash is distinct from o.content_hash));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_changed_software()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_nestloop TO 'off'
AS $function$
begin
  perform assets.tell_facets('assets.software', array(
    select n.endpoint_id
      from new_rows n join old_rows o on o.endpoint_id = n.endpoint_id and o.part = n.part
     where n.software_ids <> o.software_ids));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_facets(source text, endpoint_ids uuid[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  changed integer[];
begin
  if cardinality(endpoint_ids) = 0 then return; end if;
  -- Of an endpoint that goes itself nothing is found here: that is told above.
  changed := array(select ordinal from assets.endpoints where id = any(endpoint_ids));
  if cardinality(changed) > 0 then perform platform.facets_changed(source, changed); end if;
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_gone_endpoints()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_gone_parts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform assets.tell_facets('assets.parts', array(
    select endpoint_id from old_rows where assets.is_facet_part(part)));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_gone_software()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform assets.tell_facets('assets.software', array(select endpoint_id from old_rows));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_new_endpoints()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
declare
  added integer[];
begin
  added := array(select ordinal from new_rows);
  perform platform.facets_changed('assets.endpoints', added);
  perform platform.facets_changed('assets.contacts', added);
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_new_parts()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform assets.tell_facets('assets.parts', array(
    select endpoint_id from new_rows
     where assets.is_facet_part(part) and content_hash is not null));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_new_software()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform assets.tell_facets('assets.software', array(select endpoint_id from new_rows));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION assets.tell_scopes()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform platform.facets_changed('assets.scopes', null);
  return null;
end $function$
;

CREATE TRIGGER facets_of_changed_endpoints AFTER UPDATE ON assets.endpoints REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_changed_endpoints();

CREATE TRIGGER facets_of_changed_parts AFTER UPDATE ON assets.endpoint_parts REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_changed_parts();

CREATE TRIGGER facets_of_changed_software AFTER UPDATE ON assets.endpoint_software REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_changed_software();

CREATE TRIGGER facets_of_gone_endpoints AFTER DELETE ON assets.endpoints REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_gone_endpoints();

CREATE TRIGGER facets_of_gone_parts AFTER DELETE ON assets.endpoint_parts REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_gone_parts();

CREATE TRIGGER facets_of_gone_software AFTER DELETE ON assets.endpoint_software REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_gone_software();

CREATE TRIGGER facets_of_new_endpoints AFTER INSERT ON assets.endpoints REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_new_endpoints();

CREATE TRIGGER facets_of_new_parts AFTER INSERT ON assets.endpoint_parts REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_new_parts();

CREATE TRIGGER facets_of_new_software AFTER INSERT ON assets.endpoint_software REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_new_software();

CREATE TRIGGER facets_of_scopes AFTER INSERT OR DELETE OR UPDATE ON assets.scopes FOR EACH STATEMENT EXECUTE FUNCTION assets.tell_scopes();


-- findings ----------------------------------------------------------------------------------

create table findings.assessments (
  asset_ref integer not null,
  kind text not null,
  assessed_at timestamp with time zone not null,
  constraint assessments_pkey PRIMARY KEY (asset_ref, kind),
  constraint assessments_asset_ref_fkey FOREIGN KEY (asset_ref) REFERENCES findings.assets(id) ON DELETE CASCADE
);

create table findings.assets (
  id integer not null generated always as identity,
  asset_id uuid not null,
  asset_kind text not null,
  scope_id uuid not null,
  criticality text not null,
  exposed boolean,
  name text,
  constraint assets_asset_id_key UNIQUE (asset_id),
  constraint assets_pkey PRIMARY KEY (id),
  constraint assets_asset_kind_check CHECK ((asset_kind = ANY (ARRAY['endpoint'::text, 'application'::text])))
);

create table findings.daily_coverage (
  day date not null,
  scope_id uuid not null,
  endpoints integer not null,
  assessed integer not null,
  taken_at timestamp with time zone not null,
  constraint daily_coverage_pkey PRIMARY KEY (day, scope_id)
);

create table findings.daily_measures (
  day date not null,
  scope_id uuid not null,
  severity_order smallint not null,
  active integer,
  active_fixable integer,
  overdue integer,
  excepted integer,
  opened integer not null,
  closed integer not null,
  closed_seconds bigint[] not null,
  closed_fixable integer not null,
  came_due integer not null,
  kept integer not null,
  constraint daily_measures_pkey PRIMARY KEY (day, scope_id, severity_order)
);

create table findings.due_profiles (
  scope_id uuid not null,
  profile text not null,
  constraint due_profiles_pkey PRIMARY KEY (scope_id),
  constraint due_profiles_profile_check CHECK ((profile = ANY (ARRAY['bod-26-04'::text, 'kev-dates'::text, 'severity-days'::text])))
);

create table findings.events (
  id bigint not null generated always as identity,
  finding_id bigint not null,
  at timestamp with time zone not null,
  event text not null,
  details jsonb not null default '{}'::jsonb,
  constraint events_pkey PRIMARY KEY (id),
  constraint events_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES findings.findings(id) ON DELETE CASCADE
);

create table findings.exception_counts (
  exception_id integer not null,
  scope_id uuid not null,
  covered_findings integer not null,
  covered_assets integer not null,
  exploited integer not null,
  new_findings integer not null,
  new_assets integer not null,
  constraint exception_counts_pkey PRIMARY KEY (exception_id, scope_id),
  constraint exception_counts_exception_id_fkey FOREIGN KEY (exception_id) REFERENCES findings.exceptions(id) ON DELETE CASCADE
);

create table findings.exception_members (
  exception_id integer not null,
  asset_kind text not null,
  chunk integer not null,
  remembered bytea not null,
  matching bytea not null,
  announced bytea not null,
  constraint exception_members_pkey PRIMARY KEY (exception_id, asset_kind, chunk),
  constraint exception_members_exception_id_fkey FOREIGN KEY (exception_id) REFERENCES findings.exceptions(id) ON DELETE CASCADE,
  constraint exception_members_announced_check CHECK ((length(announced) = 1024)),
  constraint exception_members_asset_kind_check CHECK ((asset_kind = ANY (ARRAY['endpoint'::text, 'application'::text]))),
  constraint exception_members_matching_check CHECK ((length(matching) = 1024)),
  constraint exception_members_remembered_check CHECK ((length(remembered) = 1024))
);

create table findings.exceptions (
  id integer not null generated always as identity,
  state text not null,
  scope_id uuid,
  selector text not null default ''::text,
  weakness text,
  weakness_ids text[],
  package_ecosystem text,
  package_name text,
  kind text,
  class text,
  severity_at_most smallint,
  covers_exploited boolean not null,
  also_new boolean not null,
  reason text not null,
  compensating_control text,
  until date not null,
  requested_at timestamp with time zone not null,
  requested_by_id text not null,
  requested_by text not null,
  decided_at timestamp with time zone,
  decided_by_id text,
  decided_by text,
  decision_note text,
  ended_at timestamp with time zone,
  ended_by text,
  ended_reason text,
  announced_days smallint,
  selector_problem text,
  followed_at timestamp with time zone,
  constraint exceptions_pkey PRIMARY KEY (id),
  constraint exceptions_check CHECK (((weakness IS NOT NULL) OR (package_name IS NOT NULL) OR (kind IS NOT NULL) OR (class IS NOT NULL) OR (severity_at_most IS NOT NULL))),
  constraint exceptions_check1 CHECK (((state = 'requested'::text) OR (state = 'withdrawn'::text) OR (state = 'expired'::text) OR ((decided_by_id IS NOT NULL) AND (decided_by_id <> requested_by_id)))),
  constraint exceptions_state_check CHECK ((state = ANY (ARRAY['requested'::text, 'approved'::text, 'refused'::text, 'withdrawn'::text, 'expired'::text])))
);

create table findings.findings (
  id bigint not null generated always as identity,
  weakness_id integer not null,
  asset_ref integer not null,
  scope_id uuid not null,
  state text not null,
  class text not null,
  kind text not null,
  severity_order smallint not null,
  exploited boolean not null,
  epss real,
  rank bigint not null,
  due_on date,
  due_outcome text not null,
  reachable boolean,
  fix_id integer,
  fix_version text,
  first_seen_at timestamp with time zone not null,
  reopened_at timestamp with time zone,
  reopened_count integer not null default 0,
  closed_at timestamp with time zone,
  closed_because text,
  excepted_until date,
  state_reason text,
  state_source text,
  owner text,
  evidence jsonb not null,
  content_hash bytea not null,
  exception_id integer,
  excepted_on date,
  paused_days smallint not null default 0,
  constraint findings_asset_ref_weakness_id_key UNIQUE (asset_ref, weakness_id),
  constraint findings_pkey PRIMARY KEY (id),
  constraint findings_asset_ref_fkey FOREIGN KEY (asset_ref) REFERENCES findings.assets(id) ON DELETE CASCADE,
  constraint findings_exception_id_fkey FOREIGN KEY (exception_id) REFERENCES findings.exceptions(id),
  constraint findings_fix_id_fkey FOREIGN KEY (fix_id) REFERENCES findings.fixes(id),
  constraint findings_weakness_id_fkey FOREIGN KEY (weakness_id) REFERENCES findings.weaknesses(id)
);

create table findings.fixes (
  id integer not null generated always as identity,
  ecosystem text not null,
  name text not null,
  constraint fixes_ecosystem_name_key UNIQUE (ecosystem, name),
  constraint fixes_pkey PRIMARY KEY (id)
);

create table findings.further_fixes (
  finding_id bigint not null,
  fix_id integer not null,
  version text,
  constraint further_fixes_pkey PRIMARY KEY (finding_id, fix_id),
  constraint further_fixes_finding_id_fkey FOREIGN KEY (finding_id) REFERENCES findings.findings(id) ON DELETE CASCADE,
  constraint further_fixes_fix_id_fkey FOREIGN KEY (fix_id) REFERENCES findings.fixes(id)
);

create table findings.judged_profiles (
  scope_id uuid not null,
  profile text not null,
  constraint judged_profiles_pkey PRIMARY KEY (scope_id)
);

create table findings.measured_days (
  day date not null,
  is_final boolean not null,
  constraint measured_days_pkey PRIMARY KEY (day)
);

create table findings.told (
  day date not null,
  key text not null,
  constraint told_pkey PRIMARY KEY (day, key)
);

create table findings.weaknesses (
  id integer not null generated always as identity,
  key text not null,
  kind text not null,
  ids text[] not null,
  title text not null,
  title_ja text,
  severity text,
  cvss_score real,
  cvss_vector text,
  kev_listed_on date,
  kev_due_on date,
  kev_ransomware boolean,
  epss real,
  automatable boolean,
  technical_impact text,
  published_at timestamp with time zone,
  modified_at timestamp with time zone,
  reference_urls text[] not null default '{}'::text[],
  content_hash bytea not null,
  constraint weaknesses_key_key UNIQUE (key),
  constraint weaknesses_pkey PRIMARY KEY (id),
  constraint weaknesses_epss_check CHECK (((epss >= (0)::double precision) AND (epss <= (1)::double precision))),
  constraint weaknesses_severity_check CHECK ((severity = ANY (ARRAY['none'::text, 'low'::text, 'medium'::text, 'high'::text, 'critical'::text]))),
  constraint weaknesses_technical_impact_check CHECK ((technical_impact = ANY (ARRAY['partial'::text, 'total'::text])))
);

CREATE INDEX events_finding ON findings.events USING btree (finding_id, at DESC);

CREATE INDEX exceptions_state ON findings.exceptions USING btree (state, until);

CREATE INDEX findings_active_due ON findings.findings USING btree (class, due_on, rank, id) INCLUDE (asset_ref, scope_id, state, kind, severity_order, exploited, fix_id) WHERE (state = ANY (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_active_epss ON findings.findings USING btree (class, epss, id) INCLUDE (asset_ref, scope_id, state, kind, severity_order, exploited, due_on, fix_id) WHERE (state = ANY (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_active_first_seen ON findings.findings USING btree (class, first_seen_at, id) INCLUDE (asset_ref, scope_id, state, kind, severity_order, exploited, due_on, fix_id) WHERE (state = ANY (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_active_rank ON findings.findings USING btree (class, rank, id) INCLUDE (asset_ref, scope_id, state, kind, severity_order, exploited, due_on, fix_id) WHERE (state = ANY (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_active_severity ON findings.findings USING btree (class, severity_order DESC, rank, id) INCLUDE (asset_ref, scope_id, state, kind, exploited, due_on, fix_id) WHERE (state = ANY (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_exception ON findings.findings USING btree (exception_id, scope_id) WHERE (exception_id IS NOT NULL);

CREATE INDEX findings_exploited ON findings.findings USING btree (class, rank, id) INCLUDE (asset_ref, scope_id, state, kind, severity_order, due_on, epss, first_seen_at, fix_id, exploited) WHERE exploited;

CREATE INDEX findings_fix ON findings.findings USING btree (fix_id, rank) WHERE (state <> 'closed'::text);

CREATE INDEX findings_in_hand ON findings.findings USING btree (state, class, rank, id) INCLUDE (asset_ref, scope_id, kind, severity_order, exploited, due_on, epss, first_seen_at, fix_id) WHERE (state = ANY (ARRAY['planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_inactive_closed ON findings.findings USING btree (state, class, closed_at, id) WHERE (state <> ALL (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_inactive_due ON findings.findings USING btree (state, class, due_on, rank, id) WHERE (state <> ALL (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_inactive_epss ON findings.findings USING btree (state, class, epss, id) WHERE (state <> ALL (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_inactive_first_seen ON findings.findings USING btree (state, class, first_seen_at, id) WHERE (state <> ALL (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_inactive_rank ON findings.findings USING btree (state, class, rank, id) WHERE (state <> ALL (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_inactive_severity ON findings.findings USING btree (state, class, severity_order DESC, rank, id) WHERE (state <> ALL (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_other_kind ON findings.findings USING btree (kind, class, rank, id) WHERE (kind <> 'vulnerability'::text);

CREATE INDEX findings_scope ON findings.findings USING btree (scope_id, class) WHERE (state = ANY (ARRAY['open'::text, 'planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'under-investigation'::text]));

CREATE INDEX findings_weakness ON findings.findings USING btree (weakness_id, rank, id);

CREATE INDEX further_fixes_fix ON findings.further_fixes USING btree (fix_id, finding_id);

CREATE INDEX weaknesses_ids ON findings.weaknesses USING gin (ids);

create view findings.assessment_view as
 SELECT a.asset_id,
    s.kind,
    s.assessed_at
   FROM (findings.assessments s
     JOIN findings.assets a ON ((a.id = s.asset_ref)));

create view findings.finding_view as
 SELECT f.id,
    a.asset_id,
    a.asset_kind,
    f.asset_ref,
    f.scope_id,
    w.key AS weakness_key,
    w.kev_listed_on,
    f.kind,
    f.state,
    f.class,
    f.severity_order,
    f.exploited,
    f.due_on,
    f.rank,
    f.fix_id,
    f.fix_version,
    f.evidence,
    f.first_seen_at,
    f.reopened_at,
    f.closed_at
   FROM ((findings.findings f
     JOIN findings.assets a ON ((a.id = f.asset_ref)))
     JOIN findings.weaknesses w ON ((w.id = f.weakness_id)));

create view findings.fix_view as
 SELECT id,
    ecosystem,
    name
   FROM findings.fixes;

create view findings.further_fix_view as
 SELECT finding_id,
    fix_id,
    version
   FROM findings.further_fixes;

CREATE OR REPLACE FUNCTION findings.tell_assessments()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform findings.tell_facets(array(select distinct asset_ref from new_rows));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION findings.tell_changed_findings()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_nestloop TO 'off'
AS $function$
begin
  perform findings.tell_facets(array(
    select distinct n.asset_ref from new_rows n join old_rows o using (id)
     where (n.state, n.class, n.due_on, n.fix_id is null, n.severity_order, n.exploited, n.epss)
           is distinct from
           (o.state, o.class, o.due_on, o.fix_id is null, o.severity_order, o.exploited, o.epss)));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION findings.tell_changed_weaknesses()
 RETURNS trigger
 LANGUAGE plpgsql
 SET enable_nestloop TO 'off'
AS $function$
begin
  perform findings.tell_weaknesses(array(
    select n.id from new_rows n join old_rows o using (id)
     where (n.ids, n.kev_ransomware) is distinct from (o.ids, o.kev_ransomware)));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION findings.tell_facets(asset_refs integer[])
 RETURNS void
 LANGUAGE plpgsql
 SET enable_nestloop TO 'on'
AS $function$
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
end $function$
;

CREATE OR REPLACE FUNCTION findings.tell_gone_findings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform findings.tell_facets(array(select distinct asset_ref from old_rows));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION findings.tell_gone_weaknesses()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform findings.tell_weaknesses(array(select id from old_rows));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION findings.tell_new_findings()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform findings.tell_facets(array(select distinct asset_ref from new_rows));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION findings.tell_new_weaknesses()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  perform findings.tell_weaknesses(array(select id from new_rows));
  return null;
end $function$
;

CREATE OR REPLACE FUNCTION findings.tell_weaknesses(changed integer[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if cardinality(changed) > 0 then
    perform platform.facets_changed(
      'findings.weaknesses', case when cardinality(changed) <= 5000 then changed end);
  end if;
end $function$
;

CREATE TRIGGER facets_of_assessments AFTER INSERT ON findings.assessments REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION findings.tell_assessments();

CREATE TRIGGER facets_of_changed_findings AFTER UPDATE ON findings.findings REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION findings.tell_changed_findings();

CREATE TRIGGER facets_of_changed_weaknesses AFTER UPDATE ON findings.weaknesses REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION findings.tell_changed_weaknesses();

CREATE TRIGGER facets_of_gone_findings AFTER DELETE ON findings.findings REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION findings.tell_gone_findings();

CREATE TRIGGER facets_of_gone_weaknesses AFTER DELETE ON findings.weaknesses REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION findings.tell_gone_weaknesses();

CREATE TRIGGER facets_of_new_findings AFTER INSERT ON findings.findings REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION findings.tell_new_findings();

CREATE TRIGGER facets_of_new_weaknesses AFTER INSERT ON findings.weaknesses REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION findings.tell_new_weaknesses();


-- platform ----------------------------------------------------------------------------------

create table platform.api_tokens (
  id uuid not null default gen_random_uuid(),
  secret_hash bytea not null,
  name text not null,
  user_id uuid not null,
  role text not null,
  scope_ids uuid[],
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint api_tokens_secret_hash_key UNIQUE (secret_hash),
  constraint api_tokens_pkey PRIMARY KEY (id),
  constraint api_tokens_user_id_fkey FOREIGN KEY (user_id) REFERENCES platform.users(id) ON DELETE CASCADE,
  constraint api_tokens_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'administrator'::text]))),
  constraint api_tokens_scope_ids_check CHECK (((scope_ids IS NULL) OR (cardinality(scope_ids) > 0))),
  constraint api_tokens_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);

create table platform.audit_head (
  only_row boolean not null default true,
  seq bigint not null,
  hash bytea not null,
  constraint audit_head_pkey PRIMARY KEY (only_row),
  constraint audit_head_hash_check CHECK ((octet_length(hash) = 32)),
  constraint audit_head_only_row_check CHECK (only_row)
);

create table platform.audit_log (
  seq bigint not null,
  at timestamp with time zone not null,
  actor_kind text not null,
  actor_id text,
  actor_name text not null,
  actor_address text,
  action text not null,
  target_kind text,
  target_id text,
  target_name text,
  details jsonb not null,
  prev_hash bytea not null,
  hash bytea not null,
  constraint audit_log_pkey PRIMARY KEY (seq),
  constraint audit_log_hash_check CHECK ((octet_length(hash) = 32)),
  constraint audit_log_prev_hash_check CHECK ((octet_length(prev_hash) = 32))
);

create table platform.installation (
  id uuid not null default gen_random_uuid(),
  only_one boolean not null default true,
  constraint installation_only_one_key UNIQUE (only_one),
  constraint installation_pkey PRIMARY KEY (id),
  constraint installation_only_one_check CHECK (only_one)
);

create table platform.job_runs (
  name text not null,
  last_run_at timestamp with time zone not null,
  last_finished_at timestamp with time zone,
  last_outcome text,
  last_error text,
  duration_ms integer,
  runs bigint not null default 0,
  failures bigint not null default 0,
  constraint job_runs_pkey PRIMARY KEY (name),
  constraint job_runs_last_outcome_check CHECK ((last_outcome = ANY (ARRAY['ok'::text, 'failed'::text])))
);

create table platform.migrations (
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone not null default now(),
  constraint migrations_pkey PRIMARY KEY (name)
);

create table platform.notice_deliveries (
  id bigint not null generated always as identity,
  notice_id bigint not null,
  channel_id uuid not null,
  state text not null,
  due_at timestamp with time zone not null,
  next_at timestamp with time zone not null,
  attempts integer not null default 0,
  last_error jsonb,
  finished_at timestamp with time zone,
  constraint notice_deliveries_notice_id_channel_id_key UNIQUE (notice_id, channel_id),
  constraint notice_deliveries_pkey PRIMARY KEY (id),
  constraint notice_deliveries_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES platform.notification_channels(id) ON DELETE CASCADE,
  constraint notice_deliveries_notice_id_fkey FOREIGN KEY (notice_id) REFERENCES platform.notices(id) ON DELETE CASCADE,
  constraint notice_deliveries_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'given-up'::text, 'withdrawn'::text])))
);

create table platform.notice_tickets (
  channel_id uuid not null,
  key text not null,
  ticket_id text,
  url text,
  made_at timestamp with time zone not null,
  constraint notice_tickets_pkey PRIMARY KEY (channel_id, key),
  constraint notice_tickets_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES platform.notification_channels(id) ON DELETE CASCADE
);

create table platform.notices (
  id bigint not null generated always as identity,
  kind text not null,
  severity text not null,
  text_ja text not null,
  text_en text not null,
  path text not null,
  scope_id uuid,
  key text not null,
  day date not null,
  told_at timestamp with time zone not null,
  routed_at timestamp with time zone,
  constraint notices_key_day_key UNIQUE (key, day),
  constraint notices_pkey PRIMARY KEY (id),
  constraint notices_kind_check CHECK ((kind ~ '^[a-z-]{1,60}$'::text)),
  constraint notices_severity_check CHECK ((severity = ANY (ARRAY['information'::text, 'warning'::text, 'urgent'::text])))
);

create table platform.notification_channels (
  id uuid not null default gen_random_uuid(),
  name text not null,
  type text not null,
  target jsonb not null,
  address text not null,
  allow_private boolean not null,
  enabled boolean not null,
  language text not null,
  kinds text[],
  least_severity text not null,
  scope_ids uuid[],
  schedule jsonb not null,
  created_at timestamp with time zone not null,
  changed_at timestamp with time zone not null,
  last_success_at timestamp with time zone,
  failing_since timestamp with time zone,
  last_failure_at timestamp with time zone,
  last_error jsonb,
  failures_in_row integer not null default 0,
  paused_until timestamp with time zone,
  claimed_by uuid,
  claimed_until timestamp with time zone,
  constraint notification_channels_pkey PRIMARY KEY (id),
  constraint notification_channels_kinds_check CHECK (((kinds IS NULL) OR (cardinality(kinds) > 0))),
  constraint notification_channels_language_check CHECK ((language = ANY (ARRAY['ja'::text, 'en'::text]))),
  constraint notification_channels_least_severity_check CHECK ((least_severity = ANY (ARRAY['information'::text, 'warning'::text, 'urgent'::text]))),
  constraint notification_channels_scope_ids_check CHECK (((scope_ids IS NULL) OR (cardinality(scope_ids) > 0)))
);

create table platform.notification_secrets (
  channel_id uuid not null,
  name text not null,
  value text not null,
  constraint notification_secrets_pkey PRIMARY KEY (channel_id, name),
  constraint notification_secrets_channel_id_fkey FOREIGN KEY (channel_id) REFERENCES platform.notification_channels(id) ON DELETE CASCADE
);

create table platform.sessions (
  id uuid not null default gen_random_uuid(),
  secret_hash bytea not null,
  user_id uuid not null,
  created_at timestamp with time zone not null,
  last_seen_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  address text,
  user_agent text,
  constraint sessions_secret_hash_key UNIQUE (secret_hash),
  constraint sessions_pkey PRIMARY KEY (id),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES platform.users(id) ON DELETE CASCADE,
  constraint sessions_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);

create table platform.setup_secrets (
  only_row boolean not null default true,
  secret_hash bytea not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  constraint setup_secrets_pkey PRIMARY KEY (only_row),
  constraint setup_secrets_only_row_check CHECK (only_row),
  constraint setup_secrets_secret_hash_check CHECK ((octet_length(secret_hash) = 32))
);

create table platform.sign_in_attempts (
  key bytea not null,
  failures integer not null,
  last_at timestamp with time zone not null,
  blocked_until timestamp with time zone,
  constraint sign_in_attempts_pkey PRIMARY KEY (key),
  constraint sign_in_attempts_key_check CHECK ((octet_length(key) = 32))
);

create table platform.users (
  id uuid not null default gen_random_uuid(),
  login text not null,
  display_name text not null,
  password_hash text not null,
  role text not null,
  scope_ids uuid[],
  language text not null,
  created_at timestamp with time zone not null,
  last_sign_in_at timestamp with time zone,
  disabled_at timestamp with time zone,
  constraint users_pkey PRIMARY KEY (id),
  constraint users_language_check CHECK ((language = ANY (ARRAY['ja'::text, 'en'::text]))),
  constraint users_role_check CHECK ((role = ANY (ARRAY['viewer'::text, 'operator'::text, 'administrator'::text]))),
  constraint users_scope_ids_check CHECK (((scope_ids IS NULL) OR (cardinality(scope_ids) > 0)))
);

CREATE INDEX api_tokens_user ON platform.api_tokens USING btree (user_id);

CREATE INDEX audit_log_action ON platform.audit_log USING btree (action text_pattern_ops);

CREATE INDEX audit_log_actor ON platform.audit_log USING btree (actor_id);

CREATE INDEX audit_log_at ON platform.audit_log USING btree (at);

CREATE UNIQUE INDEX audit_log_hash ON platform.audit_log USING btree (hash);

CREATE INDEX audit_log_target ON platform.audit_log USING btree (target_id);

CREATE INDEX notice_deliveries_given_up ON platform.notice_deliveries USING btree (channel_id, id) WHERE (state = 'given-up'::text);

CREATE INDEX notice_deliveries_waiting ON platform.notice_deliveries USING btree (channel_id, next_at, id) WHERE (state = 'waiting'::text);

CREATE INDEX notices_told ON platform.notices USING btree (told_at DESC, id DESC);

CREATE INDEX notices_unrouted ON platform.notices USING btree (id) WHERE (routed_at IS NULL);

CREATE UNIQUE INDEX notification_channels_name ON platform.notification_channels USING btree (lower(name));

CREATE INDEX sessions_expiry ON platform.sessions USING btree (expires_at);

CREATE INDEX sessions_user ON platform.sessions USING btree (user_id);

CREATE INDEX sign_in_attempts_age ON platform.sign_in_attempts USING btree (last_at);

CREATE UNIQUE INDEX users_login ON platform.users USING btree (lower(login));

CREATE OR REPLACE FUNCTION platform.check_audit_head()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  if new.seq <> old.seq + 1 or not exists (
    select from platform.audit_log r
     where r.seq = new.seq and r.hash = new.hash and r.prev_hash = old.hash
  ) then
    raise exception 'the head of the audit log does not follow its last record'
      using errcode = 'restrict_violation';
  end if;
  return new;
end
$function$
;

CREATE OR REPLACE FUNCTION platform.facets_changed(source text, positions integer[])
 RETURNS void
 LANGUAGE plpgsql
AS $function$
declare
  listed text;
begin
  if source is null or length(source) > 200 or source !~ '^[a-z][a-z0-9.-]*$' then
    raise exception 'not the name of a facet source: %', source;
  end if;
  if positions is null then
    perform pg_notify('yojin_facets', source || ' *');
  elsif cardinality(positions) <= 600 then
    -- Null is no position, and no position is no notice.
    listed := array_to_string(positions, ',');
    if listed <> '' then perform pg_notify('yojin_facets', source || ' ' || listed); end if;
  else
    perform pg_notify('yojin_facets', source || ' ' || string_agg(numbered.position::text, ','))
       from (select position, (row_number() over (order by position) - 1) / 600 as notice
               from (select distinct p as position from unnest(positions) p where p is not null) given
            ) numbered
      group by numbered.notice;
  end if;
end
$function$
;

CREATE OR REPLACE FUNCTION platform.refuse_audit_change()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
begin
  raise exception 'the audit log is append-only: % on %.% is refused',
    tg_op, tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end
$function$
;

CREATE TRIGGER audit_head_follows BEFORE UPDATE ON platform.audit_head FOR EACH ROW EXECUTE FUNCTION platform.check_audit_head();

CREATE TRIGGER audit_head_no_truncate BEFORE TRUNCATE ON platform.audit_head FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_audit_change();

CREATE TRIGGER audit_head_stays BEFORE DELETE ON platform.audit_head FOR EACH ROW EXECUTE FUNCTION platform.refuse_audit_change();

CREATE TRIGGER audit_log_append_only BEFORE DELETE OR UPDATE ON platform.audit_log FOR EACH ROW EXECUTE FUNCTION platform.refuse_audit_change();

CREATE TRIGGER audit_log_no_truncate BEFORE TRUNCATE ON platform.audit_log FOR EACH STATEMENT EXECUTE FUNCTION platform.refuse_audit_change();


-- questions ---------------------------------------------------------------------------------

create table questions.answer_rows (
  id bigint not null generated always as identity,
  question_id bigint not null,
  hash bytea not null,
  row jsonb not null,
  endpoint_count integer not null default 0,
  constraint answer_rows_question_id_hash_key UNIQUE (question_id, hash),
  constraint answer_rows_pkey PRIMARY KEY (id),
  constraint answer_rows_question_id_fkey FOREIGN KEY (question_id) REFERENCES questions.questions(id) ON DELETE CASCADE
);

create table questions.answers (
  question_id bigint not null,
  ordinal integer not null,
  sequence bigint,
  outcome text not null,
  message text,
  row_count integer,
  row_ids bigint[] not null default '{}'::bigint[],
  delivered_at timestamp with time zone,
  answered_at timestamp with time zone,
  wall_ms integer,
  constraint answers_pkey PRIMARY KEY (question_id, ordinal),
  constraint answers_question_id_fkey FOREIGN KEY (question_id) REFERENCES questions.questions(id) ON DELETE CASCADE,
  constraint answers_outcome_check CHECK ((outcome = ANY (ARRAY['answered'::text, 'not-applicable'::text, 'failed'::text, 'denylisted'::text, 'refused'::text, 'timed-out'::text, 'expired'::text, 'cancelled'::text, 'gone'::text])))
);

create table questions.deliveries (
  question_id bigint not null,
  ordinal integer not null,
  delivered_at timestamp with time zone not null,
  constraint deliveries_pkey PRIMARY KEY (question_id, ordinal),
  constraint deliveries_question_id_fkey FOREIGN KEY (question_id) REFERENCES questions.questions(id) ON DELETE CASCADE
);

create table questions.endpoints (
  ordinal integer not null,
  endpoint_id uuid not null,
  hostname text not null,
  platform text not null,
  scope_id uuid not null,
  constraint endpoints_pkey PRIMARY KEY (ordinal)
);

create table questions.questions (
  id bigint not null generated always as identity,
  title text not null,
  sql jsonb not null,
  library_key text,
  parameters jsonb not null default '{}'::jsonb,
  selector text not null,
  endpoint_ids uuid[],
  asked_by text not null,
  asked_by_id text not null,
  schedule_id bigint,
  asked_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  state text not null default 'open'::text,
  answer_within_seconds integer not null,
  max_rows_per_endpoint integer not null,
  targets bytea not null,
  not_applicable bytea not null,
  targeted integer not null,
  not_applicable_count integer not null,
  scope_ids uuid[] not null,
  answered integer not null default 0,
  columns text[] not null default '{}'::text[],
  row_total bigint not null default 0,
  distinct_rows integer not null default 0,
  stored_bytes bigint not null default 0,
  truncated boolean not null default false,
  first_answer_at timestamp with time zone,
  last_answer_at timestamp with time zone,
  final jsonb,
  constraint questions_pkey PRIMARY KEY (id),
  constraint questions_schedule_id_fkey FOREIGN KEY (schedule_id) REFERENCES questions.schedules(id) ON DELETE SET NULL,
  constraint questions_check CHECK (((state = 'open'::text) = (ended_at IS NULL))),
  constraint questions_state_check CHECK ((state = ANY (ARRAY['open'::text, 'finished'::text, 'expired'::text, 'cancelled'::text])))
);

create table questions.schedules (
  id bigint not null generated always as identity,
  title text not null,
  ask jsonb not null,
  every_minutes integer not null,
  keep_runs integer not null,
  enabled boolean not null default true,
  created_by text not null,
  created_by_id text not null,
  reach uuid[],
  created_at timestamp with time zone not null,
  next_run_at timestamp with time zone,
  last_question_id bigint,
  last_failure text,
  constraint schedules_pkey PRIMARY KEY (id),
  constraint schedules_every_minutes_check CHECK ((every_minutes >= 5)),
  constraint schedules_keep_runs_check CHECK ((keep_runs >= 1))
);

CREATE INDEX answer_rows_by_count ON questions.answer_rows USING btree (question_id, endpoint_count DESC, id);

CREATE INDEX answers_in_order ON questions.answers USING btree (question_id, sequence) INCLUDE (outcome);

CREATE INDEX questions_by_library_key ON questions.questions USING btree (library_key, id) WHERE (library_key IS NOT NULL);

CREATE INDEX questions_by_schedule ON questions.questions USING btree (schedule_id, id) WHERE (schedule_id IS NOT NULL);

CREATE INDEX questions_by_time ON questions.questions USING btree (asked_at DESC, id DESC);

CREATE INDEX questions_open ON questions.questions USING btree (id) WHERE (state = 'open'::text);

CREATE INDEX schedules_due ON questions.schedules USING btree (next_run_at) WHERE enabled;

create view questions.endpoint_now_view as
 SELECT k.ordinal,
    k.endpoint_id,
    COALESCE(e.hostname, k.hostname) AS hostname,
    COALESCE(e.platform, k.platform) AS platform,
    COALESCE(e.scope_id, k.scope_id) AS scope_id,
    e.scope_name,
    e.last_seen_at,
    (e.id IS NULL) AS gone
   FROM (questions.endpoints k
     LEFT JOIN assets.endpoint_view e ON ((e.id = k.endpoint_id)));


-- remediation -------------------------------------------------------------------------------

create table remediation.actions (
  id bigint not null generated always as identity,
  campaign_id integer not null,
  action jsonb not null,
  content_hash bytea not null,
  constraint actions_campaign_id_content_hash_key UNIQUE (campaign_id, content_hash),
  constraint actions_pkey PRIMARY KEY (id),
  constraint actions_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES remediation.campaigns(id) ON DELETE CASCADE,
  constraint actions_content_hash_check CHECK ((octet_length(content_hash) = 32))
);

create table remediation.campaigns (
  id integer not null generated always as identity,
  title text not null,
  state text not null,
  state_because jsonb,
  work jsonb not null,
  selector text not null,
  current_ring integer,
  maintenance_window jsonb,
  deadline_at timestamp with time zone not null,
  failure_percent real not null,
  silent_percent real not null,
  restart boolean not null,
  restart_notice text not null,
  deferrals integer not null,
  dry_run_first boolean not null,
  scope_ids uuid[] not null,
  created_by text not null,
  created_by_id text,
  created_at timestamp with time zone not null,
  approval_because jsonb not null,
  approved_by text,
  approved_at timestamp with time zone,
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  judged_from timestamp with time zone,
  rule_key text,
  constraint campaigns_pkey PRIMARY KEY (id),
  constraint campaigns_check CHECK (((state = 'awaiting-approval'::text) <= (approved_by IS NULL))),
  constraint campaigns_deferrals_check CHECK ((deferrals >= 0)),
  constraint campaigns_failure_percent_check CHECK (((failure_percent >= (0)::double precision) AND (failure_percent <= (100)::double precision))),
  constraint campaigns_silent_percent_check CHECK (((silent_percent >= (0)::double precision) AND (silent_percent <= (100)::double precision))),
  constraint campaigns_state_check CHECK ((state = ANY (ARRAY['draft'::text, 'awaiting-approval'::text, 'running'::text, 'paused'::text, 'halted'::text, 'finished'::text, 'cancelled'::text]))),
  constraint campaigns_title_check CHECK (((length(title) >= 1) AND (length(title) <= 200)))
);

create table remediation.patch_rules (
  key text not null,
  enabled boolean not null,
  scope_id uuid,
  enabled_by text not null,
  enabled_by_id text not null,
  enabled_at timestamp with time zone not null,
  last_run_at timestamp with time zone,
  last_campaign_id integer,
  last_failure text,
  constraint patch_rules_pkey PRIMARY KEY (key),
  constraint patch_rules_last_campaign_id_fkey FOREIGN KEY (last_campaign_id) REFERENCES remediation.campaigns(id) ON DELETE SET NULL,
  constraint patch_rules_scope_id_fkey FOREIGN KEY (scope_id) REFERENCES assets.scopes(id) ON DELETE SET NULL,
  constraint patch_rules_key_check CHECK ((key ~ '^[a-z0-9-]{1,60}$'::text))
);

create table remediation.rings (
  campaign_id integer not null,
  ring integer not null,
  definition jsonb not null,
  started_at timestamp with time zone,
  settled_at timestamp with time zone,
  ended_at timestamp with time zone,
  constraint rings_pkey PRIMARY KEY (campaign_id, ring),
  constraint rings_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES remediation.campaigns(id) ON DELETE CASCADE,
  constraint rings_ring_check CHECK ((ring >= 0))
);

create table remediation.settings (
  only_row boolean not null default true,
  approval_above integer not null default 50,
  constraint settings_pkey PRIMARY KEY (only_row),
  constraint settings_approval_above_check CHECK ((approval_above >= 0)),
  constraint settings_only_row_check CHECK (only_row)
);

create table remediation.targets (
  campaign_id integer not null,
  endpoint_id uuid not null,
  ring integer not null,
  state text not null,
  stage text not null,
  proof text not null default 'not-due'::text,
  reason text,
  message text,
  action_id bigint,
  planned jsonb not null default '{}'::jsonb,
  before_state jsonb not null default '{}'::jsonb,
  after_state jsonb not null default '{}'::jsonb,
  reboot_needed boolean not null default false,
  reboot_likely boolean not null,
  attempts integer not null default 0,
  order_id uuid,
  last_order_id uuid,
  not_before timestamp with time zone,
  ordered_at timestamp with time zone,
  ended_at timestamp with time zone,
  asked_at timestamp with time zone,
  finding_ids bigint[] not null,
  findings_state text,
  closed_count integer not null default 0,
  constraint targets_pkey PRIMARY KEY (campaign_id, endpoint_id),
  constraint targets_action_id_fkey FOREIGN KEY (action_id) REFERENCES remediation.actions(id),
  constraint targets_campaign_id_fkey FOREIGN KEY (campaign_id) REFERENCES remediation.campaigns(id) ON DELETE CASCADE,
  constraint targets_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE,
  constraint targets_findings_state_check CHECK ((findings_state = ANY (ARRAY['planned'::text, 'in-progress'::text, 'awaiting-proof'::text, 'open'::text]))),
  constraint targets_proof_check CHECK ((proof = ANY (ARRAY['not-due'::text, 'waiting'::text, 'proved'::text, 'still-there'::text, 'unknown'::text]))),
  constraint targets_stage_check CHECK ((stage = ANY (ARRAY['dry-run'::text, 'work'::text, 'restart'::text]))),
  constraint targets_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'queued'::text, 'delivered'::text, 'running'::text, 'done'::text, 'no-effect'::text, 'failed'::text, 'refused'::text, 'reboot-pending'::text, 'offline'::text, 'no-agent'::text, 'excluded'::text, 'expired'::text, 'cancelled'::text])))
);

CREATE INDEX campaigns_by_rule ON remediation.campaigns USING btree (rule_key, id) WHERE (rule_key IS NOT NULL);

CREATE INDEX campaigns_under_way ON remediation.campaigns USING btree (id) WHERE (state = ANY (ARRAY['running'::text, 'paused'::text, 'halted'::text]));

CREATE INDEX targets_by_endpoint ON remediation.targets USING btree (endpoint_id);

CREATE UNIQUE INDEX targets_by_order ON remediation.targets USING btree (order_id) WHERE (order_id IS NOT NULL);

CREATE INDEX targets_to_prove ON remediation.targets USING btree (campaign_id) WHERE (proof = ANY (ARRAY['waiting'::text, 'still-there'::text, 'unknown'::text]));

CREATE INDEX targets_under_way ON remediation.targets USING btree (campaign_id, ring) WHERE (ended_at IS NULL);


-- vulnerabilities ---------------------------------------------------------------------------

create table vulnerabilities.advisories (
  id integer not null generated always as identity,
  feed text not null,
  osv_id text not null,
  modified_at timestamp with time zone,
  withdrawn boolean not null,
  record jsonb not null,
  content_hash bytea not null,
  constraint advisories_feed_osv_id_key UNIQUE (feed, osv_id),
  constraint advisories_pkey PRIMARY KEY (id)
);

create table vulnerabilities.advisory_packages (
  advisory_id integer not null,
  ecosystem text not null,
  name text not null,
  constraint advisory_packages_pkey PRIMARY KEY (ecosystem, name, advisory_id),
  constraint advisory_packages_advisory_id_fkey FOREIGN KEY (advisory_id) REFERENCES vulnerabilities.advisories(id) ON DELETE CASCADE
);

create table vulnerabilities.application_versions (
  id integer not null generated always as identity,
  application_id uuid not null,
  version text,
  imported_at timestamp with time zone not null,
  imported_by text not null,
  format text not null,
  format_version text not null,
  serial_number text,
  sha256 bytea not null,
  component_count integer not null,
  document jsonb not null,
  constraint application_versions_pkey PRIMARY KEY (id),
  constraint application_versions_application_id_fkey FOREIGN KEY (application_id) REFERENCES vulnerabilities.applications(id) ON DELETE CASCADE
);

create table vulnerabilities.applications (
  id uuid not null default gen_random_uuid(),
  scope_id uuid not null,
  name text not null,
  criticality text not null default 'normal'::text,
  exposed boolean,
  created_at timestamp with time zone not null,
  assessed_at timestamp with time zone,
  assessed_count integer not null default 0,
  not_assessed jsonb not null default '{}'::jsonb,
  constraint applications_scope_id_name_key UNIQUE (scope_id, name),
  constraint applications_pkey PRIMARY KEY (id),
  constraint applications_scope_id_fkey FOREIGN KEY (scope_id) REFERENCES assets.scopes(id),
  constraint applications_criticality_check CHECK ((criticality = ANY (ARRAY['low'::text, 'normal'::text, 'high'::text, 'critical'::text]))),
  constraint applications_name_check CHECK (((length(name) >= 1) AND (length(name) <= 300)))
);

create table vulnerabilities.assessments (
  endpoint_id uuid not null,
  inventory_at timestamp with time zone not null,
  assessed_at timestamp with time zone not null,
  ecosystem text,
  not_assessed jsonb not null default '{}'::jsonb,
  assessed_count integer not null,
  again boolean not null default false,
  ecosystems jsonb not null default '{}'::jsonb,
  missing jsonb not null default '{}'::jsonb,
  support text,
  inventory_print bigint,
  constraint assessments_pkey PRIMARY KEY (endpoint_id),
  constraint assessments_endpoint_id_fkey FOREIGN KEY (endpoint_id) REFERENCES assets.endpoints(id) ON DELETE CASCADE,
  constraint assessments_support_check CHECK ((support = ANY (ARRAY['supported'::text, 'lts-only'::text, 'extended-only'::text, 'ended'::text, 'release-unknown'::text, 'no-data'::text])))
);

create table vulnerabilities.components (
  version_id integer not null,
  ref text not null,
  name text not null,
  version text,
  type text not null,
  purl text,
  subject_id integer,
  reason text,
  detail text,
  constraint components_pkey PRIMARY KEY (version_id, ref),
  constraint components_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES vulnerabilities.subjects(id),
  constraint components_version_id_fkey FOREIGN KEY (version_id) REFERENCES vulnerabilities.application_versions(id) ON DELETE CASCADE,
  constraint components_check CHECK (((subject_id IS NULL) = (reason IS NOT NULL)))
);

create table vulnerabilities.cve_facts (
  cve text not null,
  description text,
  cvss_vector text,
  cvss_score real,
  severity text,
  cwes text[] not null default '{}'::text[],
  exploitation text,
  automatable boolean,
  technical_impact text,
  published_at timestamp with time zone,
  modified_at timestamp with time zone,
  constraint cve_facts_pkey PRIMARY KEY (cve)
);

create table vulnerabilities.eol_cycles (
  product text not null,
  cycle text not null,
  title text not null,
  released_on date,
  ends_on date,
  ended boolean not null default false,
  lts_ends_on date,
  extended_ends_on date,
  latest_version text,
  source text not null,
  codename text,
  constraint eol_cycles_pkey PRIMARY KEY (product, cycle, source)
);

create table vulnerabilities.epss (
  cve text not null,
  probability real not null,
  percentile real not null,
  constraint epss_pkey PRIMARY KEY (cve)
);

create table vulnerabilities.feed_settings (
  only_row boolean not null default true,
  sync_enabled boolean not null,
  changed_at timestamp with time zone not null,
  constraint feed_settings_pkey PRIMARY KEY (only_row),
  constraint feed_settings_only_row_check CHECK (only_row)
);

create table vulnerabilities.feeds (
  name text not null,
  url text,
  attempted_at timestamp with time zone,
  succeeded_at timestamp with time zone,
  data_as_of timestamp with time zone,
  outcome text,
  error text,
  record_count integer,
  rejected_count integer not null default 0,
  rejections jsonb not null default '[]'::jsonb,
  etag text,
  last_modified text,
  sha256 text,
  generation integer not null default 0,
  current_as_of timestamp with time zone,
  origin text,
  months text[],
  constraint feeds_pkey PRIMARY KEY (name),
  constraint feeds_origin_check CHECK ((origin = ANY (ARRAY['network'::text, 'bundle'::text]))),
  constraint feeds_outcome_check CHECK ((outcome = ANY (ARRAY['imported'::text, 'unchanged'::text, 'failed'::text])))
);

create table vulnerabilities.kev (
  cve text not null,
  listed_on date not null,
  due_on date,
  ransomware boolean not null,
  title text not null,
  constraint kev_pkey PRIMARY KEY (cve)
);

create table vulnerabilities.matches (
  subject_id integer not null,
  weakness_key text not null,
  verdict text not null,
  class text not null,
  fixed_version text,
  evidence jsonb not null,
  constraint matches_pkey PRIMARY KEY (subject_id, weakness_key),
  constraint matches_subject_id_fkey FOREIGN KEY (subject_id) REFERENCES vulnerabilities.subjects(id) ON DELETE CASCADE,
  constraint matches_verdict_check CHECK ((verdict = ANY (ARRAY['affected'::text, 'unknown'::text])))
);

create table vulnerabilities.subjects (
  id integer not null generated always as identity,
  ecosystem text not null,
  name text not null,
  version text not null,
  matched_at timestamp with time zone,
  constraint subjects_ecosystem_name_version_key UNIQUE (ecosystem, name, version),
  constraint subjects_pkey PRIMARY KEY (id)
);

create table vulnerabilities.vex_documents (
  id uuid not null default gen_random_uuid(),
  format text not null,
  document_id text,
  version text,
  author text,
  issued_at timestamp with time zone,
  imported_at timestamp with time zone not null,
  imported_by text not null,
  withdrawn_at timestamp with time zone,
  withdrawn_by text,
  sha256 bytea not null,
  rejected jsonb not null,
  constraint vex_documents_pkey PRIMARY KEY (id)
);

create table vulnerabilities.vex_statements (
  id integer not null generated always as identity,
  document_id uuid not null,
  place text not null,
  ids text[] not null,
  statement jsonb not null,
  stated_at timestamp with time zone not null,
  outcome text,
  reason text,
  findings integer not null default 0,
  constraint vex_statements_pkey PRIMARY KEY (id),
  constraint vex_statements_document_id_fkey FOREIGN KEY (document_id) REFERENCES vulnerabilities.vex_documents(id) ON DELETE CASCADE,
  constraint vex_statements_outcome_check CHECK ((outcome = ANY (ARRAY['applied'::text, 'not-applied'::text])))
);

create table vulnerabilities.weaknesses_to_describe (
  key text not null,
  constraint weaknesses_to_describe_pkey PRIMARY KEY (key)
);

create table vulnerabilities.windows_fixes (
  cve text not null,
  product text not null,
  kb text not null,
  fixed_version text not null,
  release text,
  fixed_build integer,
  fixed_revision integer,
  month date not null,
  score real,
  exploit_status text,
  constraint windows_fixes_pkey PRIMARY KEY (cve, product, kb, fixed_version)
);

create table vulnerabilities.windows_releases (
  product text not null,
  release text,
  latest_version text not null,
  latest_build integer,
  latest_revision integer,
  latest_kb text,
  released_on date,
  constraint windows_releases_pkey PRIMARY KEY (product)
);

CREATE INDEX advisory_packages_advisory ON vulnerabilities.advisory_packages USING btree (advisory_id);

CREATE INDEX application_versions_newest ON vulnerabilities.application_versions USING btree (application_id, id DESC);

CREATE INDEX assessments_again ON vulnerabilities.assessments USING btree (endpoint_id) WHERE again;

CREATE INDEX components_name ON vulnerabilities.components USING btree (lower(name));

CREATE INDEX components_subject ON vulnerabilities.components USING btree (subject_id);

CREATE INDEX matches_weakness ON vulnerabilities.matches USING btree (weakness_key);

CREATE INDEX subjects_name ON vulnerabilities.subjects USING btree (name);

CREATE INDEX subjects_unmatched ON vulnerabilities.subjects USING btree (id) WHERE (matched_at IS NULL);

CREATE UNIQUE INDEX vex_documents_once ON vulnerabilities.vex_documents USING btree (sha256) WHERE (withdrawn_at IS NULL);

CREATE INDEX vex_statements_document ON vulnerabilities.vex_statements USING btree (document_id);

CREATE INDEX vex_statements_ids ON vulnerabilities.vex_statements USING gin (ids);

CREATE INDEX windows_fixes_build ON vulnerabilities.windows_fixes USING btree (fixed_build, fixed_revision);

create view vulnerabilities.windows_update_view as
 SELECT DISTINCT fixed_build AS build,
    fixed_revision AS revision,
    kb
   FROM vulnerabilities.windows_fixes
  WHERE ((fixed_build IS NOT NULL) AND (fixed_revision IS NOT NULL));
