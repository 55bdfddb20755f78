-- People: users of the installation with their passwords and sessions; memberships, teams and invitations of each org.

-- up

-- What an org decides for itself. Null keeps everything for ever.
alter table orgs add column retention_days integer check (retention_days between 1 and 36500);
-- Whether a person decides on a suggested reply before anybody uses it.
alter table orgs add column approval_policy text not null default 'never' check (approval_policy in ('never', 'always'));

-- A person is one row for the whole installation, whatever orgs they belong to.
create table users (
  id uuid primary key,
  -- Lower case: an address that differs in case only is the same person's.
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default now()
);
-- Sign-in and invitations find people by address.
create unique index users_email_key on users (email);

-- Apart from `users`, whose rows the members of an org may read.
create table user_passwords (
  user_id uuid primary key references users (id) on delete cascade,
  -- PHC string of argon2id.
  hash text not null,
  changed_at timestamptz not null default now()
);

create table sessions (
  user_id uuid not null references users (id) on delete cascade,
  id uuid not null,
  -- The org of its newest access token; a refresh may choose another.
  org_id uuid not null references orgs (id),
  user_agent text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz not null default now(),
  -- Moved on by each refresh; never beyond what created_at allows.
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text check (end_reason in ('signed_out', 'ended_by_user', 'password_changed', 'token_reused')),
  primary key (user_id, id)
);
-- Foreign key.
create index sessions_org_id_idx on sessions (org_id);

-- The refresh tokens of a session that may still be shown: the present one, and the one before it for a short grace.
-- Older ones are gone; that they were ours once shows in the token itself.
create table refresh_tokens (
  user_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  -- The token this one was given out for.
  parent_id uuid,
  token_hash bytea not null check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  replaced_at timestamptz,
  primary key (user_id, id),
  foreign key (user_id, session_id) references sessions (user_id, id) on delete cascade
);
-- Foreign key, and the tokens of a session.
create index refresh_tokens_user_id_session_id_idx on refresh_tokens (user_id, session_id);
-- A refresh comes with the token and nothing else.
create unique index refresh_tokens_token_hash_key on refresh_tokens (token_hash);

create table memberships (
  org_id uuid not null references orgs (id),
  user_id uuid not null references users (id),
  role text not null check (role in ('owner', 'admin', 'agent', 'viewer')),
  created_at timestamptz not null default now(),
  primary key (org_id, user_id)
);
-- Foreign key, and the orgs of a person.
create index memberships_user_id_idx on memberships (user_id);

create table teams (
  org_id uuid not null references orgs (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  description text,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
-- People name teams.
create unique index teams_org_id_name_key on teams (org_id, name);

create table team_members (
  org_id uuid not null,
  team_id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null default now(),
  primary key (org_id, team_id, user_id),
  foreign key (org_id, team_id) references teams (org_id, id) on delete cascade,
  -- Whoever leaves the org leaves its teams.
  foreign key (org_id, user_id) references memberships (org_id, user_id) on delete cascade
);
-- Foreign key.
create index team_members_org_id_user_id_idx on team_members (org_id, user_id);

create table invitations (
  org_id uuid not null references orgs (id),
  id uuid not null,
  email text not null check (email = lower(email) and length(email) between 3 and 254),
  role text not null check (role in ('owner', 'admin', 'agent', 'viewer')),
  token_hash bytea not null check (length(token_hash) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz,
  primary key (org_id, id)
);
-- Whoever accepts comes with the token and nothing else.
create unique index invitations_token_hash_key on invitations (token_hash);
-- One open invitation per address: a second one takes the place of the first.
create unique index invitations_org_id_email_key on invitations (org_id, email)
  where accepted_at is null and revoked_at is null;

-- Tenancy, as for every table of an org.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['memberships', 'teams', 'team_members', 'invitations'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to docket_app', tenant_table);
  end loop;
end $$;

-- What is a person's own is bound to the person in the same way: `docket.user_id` is set for the transaction, and an
-- unset one matches nothing.
do $$
declare
  person_table text;
begin
  foreach person_table in array array['user_passwords', 'sessions', 'refresh_tokens'] loop
    execute format('alter table %I enable row level security', person_table);
    execute format('alter table %I force row level security', person_table);
    execute format('create policy person on %I
      using (user_id = nullif(current_setting(''docket.user_id'', true), '''')::uuid)
      with check (user_id = nullif(current_setting(''docket.user_id'', true), '''')::uuid)', person_table);
    execute format('grant select, insert, update, delete on %I to docket_app', person_table);
  end loop;
end $$;
alter table users enable row level security;
alter table users force row level security;
create policy person on users
  using (id = nullif(current_setting('docket.user_id', true), '')::uuid)
  with check (id = nullif(current_setting('docket.user_id', true), '')::uuid);
-- Members see each other's name and address. The memberships read here are those the tenant policy shows.
create policy colleagues on users for select
  using (exists (select 1 from memberships m where m.user_id = users.id));
grant select, insert, update on users to docket_app;

-- Before it is known who asks: ids by address or by hash, and nothing else.
create policy system_lookup on users for select to docket_system using (true);
grant select (id, email) on users to docket_system;
create function docket_find_user(wanted_email text) returns uuid
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select u.id from public.users u where u.email = wanted_email $$;

create policy system_lookup on invitations for select to docket_system using (true);
grant select (org_id, id, token_hash) on invitations to docket_system;
create function docket_find_invitation(wanted_hash bytea) returns table (org_id uuid, invitation_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select i.org_id, i.id from public.invitations i where i.token_hash = wanted_hash $$;

-- The orgs a person belongs to, oldest membership first.
create policy system_lookup on memberships for select to docket_system using (true);
grant select (org_id, user_id, created_at) on memberships to docket_system;
create function docket_orgs_of_user(wanted_user uuid) returns table (org_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select m.org_id from public.memberships m where m.user_id = wanted_user order by m.created_at, m.org_id $$;

-- Orgs of the installation, newest first, for its operators.
create policy system_lookup on orgs for select to docket_system using (true);
grant select (id) on orgs to docket_system;
create function docket_org_ids(before_id uuid, most integer) returns table (org_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select o.id from public.orgs o where before_id is null or o.id < before_id order by o.id desc limit most $$;

grant create on schema public to docket_system;
alter function docket_find_user(text) owner to docket_system;
alter function docket_find_invitation(bytea) owner to docket_system;
alter function docket_orgs_of_user(uuid) owner to docket_system;
alter function docket_org_ids(uuid, integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_find_user(text), docket_find_invitation(bytea), docket_orgs_of_user(uuid),
  docket_org_ids(uuid, integer) from public;
grant execute on function docket_find_user(text), docket_find_invitation(bytea), docket_orgs_of_user(uuid),
  docket_org_ids(uuid, integer) to docket_app;

-- down

drop function docket_org_ids(uuid, integer);
drop function docket_orgs_of_user(uuid);
drop function docket_find_invitation(bytea);
drop function docket_find_user(text);
drop policy system_lookup on orgs;
revoke select (id) on orgs from docket_system;
drop table invitations;
drop table team_members;
drop table teams;
-- The policy on `users` reads it.
drop policy colleagues on users;
drop table memberships;
drop table refresh_tokens;
drop table sessions;
drop table user_passwords;
drop table users;
alter table orgs drop column approval_policy;
alter table orgs drop column retention_days;
