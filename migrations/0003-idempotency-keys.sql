-- Idempotency keys: a repeated request gets the first answer, and its effect happens once.

-- up

-- Every claim of every key draws a higher number, so that a key that was given up and claimed anew cannot show a number
-- that somebody still holds.
create sequence idempotency_fencing_tokens;
grant usage on sequence idempotency_fencing_tokens to docket_app;

create table idempotency_keys (
  org_id uuid not null references orgs (id) on delete cascade,
  -- The API key or user that asked: one caller's keys are nobody else's business.
  principal_id uuid not null,
  key text not null check (length(key) between 1 and 255),
  -- SHA-256 over method, address and canonical body.
  fingerprint bytea not null check (length(fingerprint) = 32),
  -- Until when nobody else may work on the request, and the number that shuts out whoever was late.
  lease_expires_at timestamptz not null,
  fencing_token bigint not null default nextval('idempotency_fencing_tokens'),
  -- The answer, committed together with the effect. A body that showed a secret is not kept.
  answered_at timestamptz,
  status smallint,
  location text,
  body text,
  is_secret boolean not null default false,
  -- From what the address to upload to, which is never stored, is signed anew for a repeat.
  upload_grant jsonb,
  expires_at timestamptz not null,
  primary key (org_id, principal_id, key)
);
-- The sweep looks for what is over.
create index idempotency_keys_expires_at_idx on idempotency_keys (expires_at);

alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
create policy tenant on idempotency_keys
  using (org_id = nullif(current_setting('docket.org_id', true), '')::uuid)
  with check (org_id = nullif(current_setting('docket.org_id', true), '')::uuid);
grant select, insert, update, delete on idempotency_keys to docket_app;

create policy system_lookup on idempotency_keys for select to docket_system using (true);
grant select (org_id, expires_at) on idempotency_keys to docket_system;
create function docket_orgs_with_expired_idempotency_keys(most integer) returns table (org_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select distinct k.org_id from public.idempotency_keys k where k.expires_at < now() limit most $$;

grant create on schema public to docket_system;
alter function docket_orgs_with_expired_idempotency_keys(integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_orgs_with_expired_idempotency_keys(integer) from public;
grant execute on function docket_orgs_with_expired_idempotency_keys(integer) to docket_app;

-- down

drop function docket_orgs_with_expired_idempotency_keys(integer);
drop table idempotency_keys;
drop sequence idempotency_fencing_tokens;
