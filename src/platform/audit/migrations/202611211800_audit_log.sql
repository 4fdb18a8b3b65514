-- The audit log: append-only and hash-chained. See audit/chain.ts for what exactly is hashed.
create schema if not exists platform;

create table platform.audit_log (
  seq           bigint primary key,
  at            timestamptz not null,
  actor_kind    text not null,
  actor_id      text,
  actor_name    text not null,
  actor_address text,
  action        text not null,
  target_kind   text,
  target_id     text,
  target_name   text,
  details       jsonb not null,
  prev_hash     bytea not null check (octet_length(prev_hash) = 32),
  hash          bytea not null check (octet_length(hash) = 32)
);
create unique index audit_log_hash on platform.audit_log (hash);
create index audit_log_at on platform.audit_log (at);
create index audit_log_action on platform.audit_log (action text_pattern_ops);
create index audit_log_actor on platform.audit_log (actor_id);
create index audit_log_target on platform.audit_log (target_id);

-- The end of the chain, kept apart: records removed from the end of the log leave it behind.
create table platform.audit_head (
  only_row boolean primary key default true check (only_row),
  seq      bigint not null,
  hash     bytea not null check (octet_length(hash) = 32)
);
insert into platform.audit_head (seq, hash) values (0, decode(repeat('00', 32), 'hex'));

create function platform.refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only: % on %.% is refused',
    tg_op, tg_table_schema, tg_table_name using errcode = 'restrict_violation';
end
$$;
create trigger audit_log_append_only before update or delete on platform.audit_log
  for each row execute function platform.refuse_audit_change();
create trigger audit_log_no_truncate before truncate on platform.audit_log
  for each statement execute function platform.refuse_audit_change();

-- The head only moves forward, one record at a time, to a record that is there.
create function platform.check_audit_head() returns trigger language plpgsql as $$
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
$$;
create trigger audit_head_follows before update on platform.audit_head
  for each row execute function platform.check_audit_head();
create trigger audit_head_stays before delete on platform.audit_head
  for each row execute function platform.refuse_audit_change();
create trigger audit_head_no_truncate before truncate on platform.audit_head
  for each statement execute function platform.refuse_audit_change();
