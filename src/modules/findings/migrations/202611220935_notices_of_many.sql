-- Rows before and after a change are joined by hashing. Left to itself PostgreSQL keeps the plan that
-- it made for a few rows, and compares every row with every other when thirty thousand change.
alter function findings.tell_changed_findings() set enable_nestloop = off;
alter function findings.tell_changed_weaknesses() set enable_nestloop = off;
