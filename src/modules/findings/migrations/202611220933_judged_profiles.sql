-- By which profile the findings of a scope were judged last: another than the one that applies now
-- means that the tree of scopes changed since, and that they are to be judged anew. Scopes without
-- a row are judged once.
create table findings.judged_profiles (
  scope_id uuid primary key,
  profile  text not null
);
