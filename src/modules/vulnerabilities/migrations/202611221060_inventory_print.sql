-- Which parts, changed when, an assessment has seen. A time alone misses a part that is stored after
-- the assessment but was received before it. Null: assessed by an earlier version, so once more.
alter table vulnerabilities.assessments add column inventory_print bigint;
