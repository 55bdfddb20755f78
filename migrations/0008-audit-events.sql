-- Audit: who did what, in a chain of hashes per organisation that cannot be changed without breaking it.

-- up

-- The end of each chain. Locking its row puts the appends of an org in a line, so that a chain never forks.
create table audit_heads (
  org_id uuid primary key references orgs (id),
  seq bigint not null,
  hash bytea not null check (length(hash) = 32)
);

create table audit_events (
  org_id uuid not null references orgs (id),
  -- Without a gap, in the order of the commits.
  seq bigint not null,
  -- The whole event as canonical JSON (RFC 8785): the one truth, of which the columns below are read.
  record text not null,
  previous_hash bytea not null,
  -- SHA-256 over the previous hash and the record's bytes.
  hash bytea not null,
  at text not null generated always as ((record::jsonb) ->> 'at') stored,
  action text not null generated always as ((record::jsonb) ->> 'action') stored,
  subject text not null generated always as ((record::jsonb) ->> 'subject') stored,
  actor_id text generated always as ((record::jsonb) #>> '{actor,id}') stored,
  primary key (org_id, seq)
);
-- The filters of GET /v1/audit, newest first.
create index audit_events_org_id_subject_seq_idx on audit_events (org_id, subject, seq);
create index audit_events_org_id_actor_id_seq_idx on audit_events (org_id, actor_id, seq);
create index audit_events_org_id_action_seq_idx on audit_events (org_id, action, seq);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['audit_heads', 'audit_events'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select on %I to docket_app', tenant_table);
  end loop;
end $$;
-- The application says what happened. Where it stands in the chain is not its to say, and nothing is its to take back.
grant insert (org_id, record) on audit_events to docket_app;

create policy system_append on audit_heads to docket_system using (true) with check (true);
grant select (org_id, seq, hash), insert (org_id, seq, hash), update (seq, hash) on audit_heads to docket_system;

-- Gives an event its place. A chain begins with the hash of its org's id, so that no org's chain fits another.
create function docket_append_audit_event() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$
begin
  insert into public.audit_heads (org_id, seq, hash)
    values (new.org_id, 0, sha256(convert_to(new.org_id::text, 'UTF8'))) on conflict (org_id) do nothing;
  select h.seq + 1, h.hash into new.seq, new.previous_hash
    from public.audit_heads h where h.org_id = new.org_id for update;
  new.hash := sha256(new.previous_hash || convert_to(new.record, 'UTF8'));
  update public.audit_heads h set seq = new.seq, hash = new.hash where h.org_id = new.org_id;
  return new;
end $$;
create trigger append before insert on audit_events for each row execute function docket_append_audit_event();

-- The command that signs heads looks over all orgs.
create function docket_orgs_with_audit_events(after_org uuid, most integer) returns table (org_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select h.org_id from public.audit_heads h where h.org_id > after_org order by h.org_id limit most $$;

grant create on schema public to docket_system;
alter function docket_append_audit_event() owner to docket_system;
alter function docket_orgs_with_audit_events(uuid, integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_append_audit_event(), docket_orgs_with_audit_events(uuid, integer) from public;
grant execute on function docket_orgs_with_audit_events(uuid, integer) to docket_app;

-- down

drop function docket_orgs_with_audit_events(uuid, integer);
drop table audit_events;
drop function docket_append_audit_event();
drop table audit_heads;
