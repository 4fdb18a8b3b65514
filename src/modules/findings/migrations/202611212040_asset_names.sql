-- What people call an asset whose module publishes no view of names: an application.
alter table findings.assets add column name text;
