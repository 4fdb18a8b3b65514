-- Who a block of MAC addresses was assigned to, as its registry says. A prefix has 6, 7 or 9
-- hexadecimal digits (24, 28 or 36 bits); each feed replaces its own rows and no others.
create table assets.mac_vendors (
  prefix text collate "C" not null check (prefix ~ '^[0-9A-F]{6}([0-9A-F]|[0-9A-F]{3})?$'),
  feed text collate "C" not null,
  vendor text not null,
  primary key (prefix, feed)
);

-- One row per prefix: where two feeds name it, the more special one counts (oui-36 before oui).
create view assets.mac_vendor_view as
  select distinct on (prefix) prefix, vendor
    from assets.mac_vendors
   order by prefix, feed desc;
