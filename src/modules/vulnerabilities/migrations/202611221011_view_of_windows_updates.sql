-- Which update brings a build and revision of Windows, for those who install it.
create view vulnerabilities.windows_update_view as
  select distinct fixed_build as build, fixed_revision as revision, kb
    from vulnerabilities.windows_fixes
   where fixed_build is not null and fixed_revision is not null;
