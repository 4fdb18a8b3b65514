-- Says to all servers, when the transaction commits, that facts of these positions changed. Null:
-- too many to name. A notice holds less than 8,000 bytes: 600 positions of up to 11 characters, with
-- their commas, are 7,199, and leave room for the name of the source.
create function platform.facets_changed(source text, positions integer[]) returns void
language plpgsql as $$
begin
  if source is null or source !~ '^[a-z][a-z0-9.-]{0,199}$' then
    raise exception 'not the name of a facet source: %', source;
  end if;
  if positions is null then
    perform pg_notify('yojin_facets', source || ' *');
    return;
  end if;
  perform pg_notify('yojin_facets', source || ' ' || string_agg(listed.position::text, ','))
     from (select position, (row_number() over (order by position) - 1) / 600 as notice
             from (select distinct p as position from unnest(positions) p where p is not null) given
          ) listed
    group by listed.notice;
end
$$;
