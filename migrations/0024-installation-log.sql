-- What belongs to no organisation: a log of what operators did and of sign-ins that failed, and operators' idempotency keys.

-- up

-- One chain of hashes, made as those of organisations are (0008). Locking the row of its end puts appends in a line.
create table installation_heads (
  is_only boolean primary key default true check (is_only),
  seq bigint not null,
  hash bytea not null check (length(hash) = 32)
);
insert into installation_heads (seq, hash) values (0, sha256(convert_to('installation', 'UTF8')));

create table installation_events (
  -- Without a gap, in the order of the commits.
  seq bigint primary key,
  -- The whole event as canonical JSON (RFC 8785): the one truth, of which the columns below are read.
  record text not null,
  previous_hash bytea not null,
  -- SHA-256 over the previous hash and the record's bytes.
  hash bytea not null,
  at text not null generated always as ((record::jsonb) ->> 'at') stored,
  action text not null generated always as ((record::jsonb) ->> 'action') stored,
  subject text not null generated always as ((record::jsonb) ->> 'subject') stored
);
-- The filters of GET /v1/platform/audit, newest first.
create index installation_events_action_seq_idx on installation_events (action, seq);
create index installation_events_subject_seq_idx on installation_events (subject, seq);

grant select on installation_heads, installation_events to docket_app;
-- Where an event stands in the chain is not the application's to say, and nothing is its to take back.
grant insert (record) on installation_events to docket_app;
grant select (seq, hash), update (seq, hash) on installation_heads to docket_system;

create function docket_append_installation_event() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$
begin
  select h.seq + 1, h.hash into new.seq, new.previous_hash from public.installation_heads h for update;
  new.hash := sha256(new.previous_hash || convert_to(new.record, 'UTF8'));
  update public.installation_heads h set seq = new.seq, hash = new.hash;
  return new;
end $$;
create trigger append before insert on installation_events
  for each row execute function docket_append_installation_event();

-- Without lease and fencing token: what an operator creates is one transaction, and its key is written in it.
create table operator_idempotency_keys (
  key text primary key check (length(key) between 1 and 255),
  -- SHA-256 over method, address and canonical body.
  fingerprint bytea not null check (length(fingerprint) = 32),
  status smallint not null,
  -- Null where there was none, or where it showed a secret.
  body text,
  is_secret boolean not null,
  expires_at timestamptz not null
);
create index operator_idempotency_keys_expires_at_idx on operator_idempotency_keys (expires_at);
grant select, insert, delete on operator_idempotency_keys to docket_app;

grant create on schema public to docket_system;
alter function docket_append_installation_event() owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_append_installation_event() from public;

-- down

drop table operator_idempotency_keys;
drop table installation_events;
drop function docket_append_installation_event();
drop table installation_heads;
