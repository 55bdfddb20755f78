-- Erasure of documents: what was asked for and how far it is, objects that are to go, staging objects that may go.

-- up

-- A deleted document stays as an empty row, and its collection may be deleted meanwhile.
alter table documents alter column collection_id drop not null;
alter table documents add constraint documents_collection_id_check
  check (collection_id is not null or deleted_at is not null);

-- One row per deleted document: who asked, the run that does it, and the counts its receipt will hold.
create table document_erasures (
  org_id uuid not null,
  document_id uuid not null,
  run_id uuid not null,
  -- Public id of the credential that asked.
  requested_by text not null,
  requested_at timestamptz not null default now(),
  tally jsonb not null default '{}',
  -- Deleting twice is the same erasure.
  primary key (org_id, document_id),
  foreign key (org_id, document_id) references documents (org_id, id) on delete cascade,
  foreign key (org_id, run_id) references runs (org_id, id)
);
-- Foreign key; the erasure that a run does.
create unique index document_erasures_org_id_run_id_key on document_erasures (org_id, run_id);

-- Objects whose rows are gone. Written in the transaction that removes the rows, so that a crash leaves no object that
-- nobody knows of.
create table object_deletions (
  org_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  object_key text not null,
  -- A second look for what is written late: by an address that is still good, or by an activity that nobody waits for.
  is_late boolean not null,
  due_at timestamptz not null,
  -- What was found there, noted before it is deleted, so that a repeat counts the same.
  size_bytes bigint,
  primary key (org_id, id),
  foreign key (org_id, run_id) references runs (org_id, id) on delete cascade
);
-- Foreign key; what an erasure has left to delete.
create index object_deletions_org_id_run_id_idx on object_deletions (org_id, run_id, is_late);
-- The sweep asks, over all orgs, for second looks that are due.
create index object_deletions_due_at_idx on object_deletions (due_at) where is_late;

-- When the staging object of an ended version was removed by the sweep, or made sure to be gone.
alter table uploads add column staging_cleared_at timestamptz;
-- The sweep asks, over all orgs, for uploads whose address has run out; what is cleared is not looked at again.
create index uploads_uncleared_idx on uploads (expires_at) where staging_cleared_at is null;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['document_erasures', 'object_deletions'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to docket_app', tenant_table);
  end loop;
end $$;

create policy system_lookup on object_deletions for select to docket_system using (true);
grant select (org_id, id, is_late, due_at) on object_deletions to docket_system;
create function docket_due_object_deletions(most integer) returns table (org_id uuid, object_deletion_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select o.org_id, o.id from public.object_deletions o
         where o.is_late and o.due_at < now() order by o.due_at limit most $$;

-- A version in index_error may be retried from its staging object, so that one stays; so does what still waits.
create policy system_lookup on uploads for select to docket_system using (true);
grant select (org_id, id, version_id, expires_at, staging_cleared_at) on uploads to docket_system;
create policy system_lookup on document_versions for select to docket_system using (true);
grant select (org_id, id, state) on document_versions to docket_system;
create function docket_clearable_uploads(older_than interval, most integer) returns table (org_id uuid, upload_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select u.org_id, u.id from public.uploads u
          join public.document_versions v on v.org_id = u.org_id and v.id = u.version_id
         where u.staging_cleared_at is null and u.expires_at < now() - older_than
           and v.state in ('indexed', 'rejected', 'upload_expired')
         order by u.expires_at limit most $$;

grant create on schema public to docket_system;
alter function docket_due_object_deletions(integer) owner to docket_system;
alter function docket_clearable_uploads(interval, integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_due_object_deletions(integer), docket_clearable_uploads(interval, integer) from public;
grant execute on function docket_due_object_deletions(integer), docket_clearable_uploads(interval, integer) to docket_app;

-- down

drop function docket_clearable_uploads(interval, integer);
drop function docket_due_object_deletions(integer);
revoke select (org_id, id, state) on document_versions from docket_system;
drop policy system_lookup on document_versions;
revoke select (org_id, id, version_id, expires_at, staging_cleared_at) on uploads from docket_system;
drop policy system_lookup on uploads;
alter table uploads drop column staging_cleared_at;
drop table object_deletions;
drop table document_erasures;
-- Deleted documents whose collection is gone have nowhere to go back to. The owner sees no row while it is bound too.
alter table documents no force row level security;
delete from documents where collection_id is null;
alter table documents force row level security;
alter table documents drop constraint documents_collection_id_check;
alter table documents alter column collection_id set not null;
