-- Nearly every notice is of a few positions: these are told as they are, without being sorted and
-- counted. And the name is checked by a pattern without a counted repetition, which took 80 of the
-- 130 µs of a call.
create or replace function platform.facets_changed(source text, positions integer[]) returns void
language plpgsql as $$
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
$$;
