-- One row: tells the servers of this installation from others that share their message broker.
create table platform.installation (
  id       uuid primary key default gen_random_uuid(),
  only_one boolean not null default true unique check (only_one)
);
insert into platform.installation default values;
