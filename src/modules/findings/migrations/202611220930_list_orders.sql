-- Indexes for every order of a list, walked in both directions. They lead with the class, since
-- nearly every list asks for one class and those shown apart stand behind all others by rank. The
-- columns that filters need are in them, so that rows that a filter leaves out are never fetched.
-- Each costs something with each finding written; hence none twice, once ascending and once
-- descending: what is unknown (null) is asked for apart (window.ts).
--
-- The states are those of `activeStates` in life-cycle.ts.
drop index findings.findings_rank;
drop index findings.findings_due;
drop index findings.findings_severity;
drop index findings.findings_epss;
drop index findings.findings_first_seen;
drop index findings.findings_exploited;
drop index findings.findings_closed;

create index findings_active_rank on findings.findings (class, rank, id)
  include (asset_ref, scope_id, state, kind, severity_order, exploited, due_on, fix_id)
  where state in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_active_due on findings.findings (class, due_on, rank, id)
  include (asset_ref, scope_id, state, kind, severity_order, exploited, fix_id)
  where state in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_active_severity on findings.findings (class, severity_order desc, rank, id)
  include (asset_ref, scope_id, state, kind, exploited, due_on, fix_id)
  where state in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_active_epss on findings.findings (class, epss, id)
  include (asset_ref, scope_id, state, kind, severity_order, exploited, due_on, fix_id)
  where state in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_active_first_seen on findings.findings (class, first_seen_at, id)
  include (asset_ref, scope_id, state, kind, severity_order, exploited, due_on, fix_id)
  where state in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');

-- What is no longer active, one state at a time.
create index findings_inactive_rank on findings.findings (state, class, rank, id)
  where state not in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_inactive_due on findings.findings (state, class, due_on, rank, id)
  where state not in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_inactive_severity on findings.findings (state, class, severity_order desc, rank, id)
  where state not in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_inactive_epss on findings.findings (state, class, epss, id)
  where state not in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_inactive_first_seen on findings.findings (state, class, first_seen_at, id)
  where state not in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_inactive_closed on findings.findings (state, class, closed_at, id)
  where state not in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');

-- What is rare: all of it is read, and the first of it are sorted out.
create index findings_exploited on findings.findings (class, rank, id)
  include (asset_ref, scope_id, state, kind, severity_order, due_on, epss, first_seen_at, fix_id, exploited)
  where exploited;
create index findings_in_hand on findings.findings (state, class, rank, id)
  include (asset_ref, scope_id, kind, severity_order, exploited, due_on, epss, first_seen_at, fix_id)
  where state in ('planned', 'in-progress', 'awaiting-proof', 'under-investigation');
create index findings_other_kind on findings.findings (kind, class, rank, id)
  where kind <> 'vulnerability';
create index findings_scope on findings.findings (scope_id, class)
  where state in ('open', 'planned', 'in-progress', 'awaiting-proof', 'under-investigation');
