-- Of which months a feed that comes by the month brought something; null: it does not, or nobody
-- looked. A month that is missing between two others is a gap in what is known.
alter table vulnerabilities.feeds add column months text[];
update vulnerabilities.feeds
   set months = (select array_agg(distinct to_char(month, 'YYYY-MM') order by to_char(month, 'YYYY-MM'))
                   from vulnerabilities.windows_fixes)
 where name = 'windows-fixes' and succeeded_at is not null;
-- Read again at the next import, also from the same file.
update vulnerabilities.feeds set sha256 = null where name = 'windows-cvrf';
