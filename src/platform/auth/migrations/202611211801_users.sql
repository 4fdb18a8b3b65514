create schema if not exists platform;

create table platform.users (
  id              uuid primary key default gen_random_uuid(),
  login           text not null,
  display_name    text not null,
  -- PHC string with its parameters; see auth/password.ts.
  password_hash   text not null,
  role            text not null check (role in ('viewer', 'operator', 'administrator')),
  -- Null: all scopes. An empty list would be a user who sees nothing by accident.
  scope_ids       uuid[] check (scope_ids is null or cardinality(scope_ids) > 0),
  language        text not null check (language in ('ja', 'en')),
  created_at      timestamptz not null,
  last_sign_in_at timestamptz,
  disabled_at     timestamptz
);
create unique index users_login on platform.users (lower(login));

create table platform.sessions (
  id           uuid primary key default gen_random_uuid(),
  -- SHA-256 of the secret in the cookie: a stolen database opens no session.
  secret_hash  bytea not null unique check (octet_length(secret_hash) = 32),
  user_id      uuid not null references platform.users on delete cascade,
  created_at   timestamptz not null,
  last_seen_at timestamptz not null,
  expires_at   timestamptz not null,
  address      text,
  user_agent   text
);
create index sessions_user on platform.sessions (user_id);
create index sessions_expiry on platform.sessions (expires_at);

create table platform.api_tokens (
  id           uuid primary key default gen_random_uuid(),
  secret_hash  bytea not null unique check (octet_length(secret_hash) = 32),
  name         text not null,
  user_id      uuid not null references platform.users on delete cascade,
  role         text not null check (role in ('viewer', 'operator', 'administrator')),
  scope_ids    uuid[] check (scope_ids is null or cardinality(scope_ids) > 0),
  created_at   timestamptz not null,
  expires_at   timestamptz,
  last_used_at timestamptz,
  revoked_at   timestamptz
);
create index api_tokens_user on platform.api_tokens (user_id);

-- The secret of the one-time set-up link; at most one is valid.
create table platform.setup_secrets (
  only_row    boolean primary key default true check (only_row),
  secret_hash bytea not null check (octet_length(secret_hash) = 32),
  created_at  timestamptz not null,
  expires_at  timestamptz not null
);

-- Attempts to sign in, by login and by address; see auth/throttle.ts. The key is a hash, since
-- people type passwords into the field of the login.
create table platform.sign_in_attempts (
  key           bytea primary key check (octet_length(key) = 32),
  failures      integer not null,
  last_at       timestamptz not null,
  blocked_until timestamptz
);
create index sign_in_attempts_age on platform.sign_in_attempts (last_at);
