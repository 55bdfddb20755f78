-- Plans, what organisations use of them, and the windows in which requests are counted.

-- up

-- What an organisation may do, as data: null is without a limit. Of the whole installation, changed by its operators.
create table plans (
  name text primary key check (name in ('free', 'team', 'enterprise')),
  -- Of all callers of an organisation together, and of one key or person.
  requests_per_minute integer check (requests_per_minute > 0),
  requests_per_minute_per_caller integer check (requests_per_minute_per_caller > 0),
  concurrent_runs integer check (concurrent_runs > 0),
  documents integer check (documents > 0),
  storage_bytes bigint check (storage_bytes > 0),
  tokens_per_day bigint check (tokens_per_day > 0)
);
insert into plans values
  ('free', 120, 60, 5, 100, 500000000, 100000),
  ('team', 3000, 1200, 200, 20000, 50000000000, 5000000),
  ('enterprise', 600000, 600000, null, null, null, null);
grant select on plans to docket_app;

-- Who runs an installation for themselves is not limited until they say so.
alter table orgs add column plan text not null default 'enterprise' references plans (name);
-- Foreign key.
create index orgs_plan_idx on orgs (plan);

-- What an organisation uses of its quotas, counted in the transaction that uses it.
create table org_usage (
  org_id uuid primary key references orgs (id),
  documents bigint not null default 0,
  storage_bytes bigint not null default 0,
  concurrent_runs bigint not null default 0
  -- Every commit that begins or ends a run writes here: room on the page keeps these updates off the index.
) with (fillfactor = 50);
alter table org_usage enable row level security;
alter table org_usage force row level security;
create policy tenant on org_usage
  using (org_id = nullif(current_setting('docket.org_id', true), '')::uuid)
  with check (org_id = nullif(current_setting('docket.org_id', true), '')::uuid);
-- The application reads what is used. Counting is the database's.
grant select on org_usage to docket_app;
create policy system_count on org_usage to docket_system using (true) with check (true);
grant select (org_id, documents, storage_bytes, concurrent_runs), insert (org_id),
  update (documents, storage_bytes, concurrent_runs) on org_usage to docket_system;
grant select (plan) on orgs to docket_system;
grant select (name, concurrent_runs, documents, storage_bytes) on plans to docket_system;

insert into org_usage (org_id, documents, storage_bytes, concurrent_runs)
select o.id,
       (select count(*) from documents d where d.org_id = o.id and d.deleted_at is null),
       coalesce((select sum(v.size_bytes) from document_versions v where v.org_id = o.id
                   and v.state not in ('upload_expired', 'rejected', 'deleted')), 0),
       (select count(*) from runs r where r.org_id = o.id and r.kind <> 'documentErasure'
           and r.state in ('queued', 'running', 'waiting'))
  from orgs o;

create function docket_begin_usage() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$
begin
  insert into public.org_usage (org_id) values (new.id);
  return null;
end $$;
create trigger begin_usage after insert on orgs for each row execute function docket_begin_usage();

-- Adds to what an organisation uses. What is new must fit: the row is locked from here to the end of the transaction, so
-- of two who would take the last place one waits and is refused.
create function docket_use(org uuid, more_documents bigint, more_bytes bigint, more_runs bigint, is_new boolean)
  returns void language plpgsql set search_path = pg_catalog, public, pg_temp
  as $$
declare
  used record;
  allowed record;
begin
  update public.org_usage u
     set documents = u.documents + more_documents, storage_bytes = u.storage_bytes + more_bytes,
         concurrent_runs = u.concurrent_runs + more_runs
   where u.org_id = org
   returning u.documents, u.storage_bytes, u.concurrent_runs into used;
  if not is_new then return; end if;
  select p.documents, p.storage_bytes, p.concurrent_runs into allowed
    from public.orgs o join public.plans p on p.name = o.plan where o.id = org;
  if more_documents > 0 and used.documents > allowed.documents then
    raise exception 'quota.documents_exceeded' using errcode = 'DKQ01', detail = allowed.documents;
  elsif more_bytes > 0 and used.storage_bytes > allowed.storage_bytes then
    raise exception 'quota.storage_exceeded' using errcode = 'DKQ01', detail = allowed.storage_bytes;
  elsif more_runs > 0 and used.concurrent_runs > allowed.concurrent_runs then
    raise exception 'quota.runs_exceeded' using errcode = 'DKQ01', detail = allowed.concurrent_runs;
  end if;
end $$;

create function docket_is_kept(version_state text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp
  as $$ select version_state not in ('upload_expired', 'rejected', 'deleted') $$;

create function docket_is_open(run_state text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp
  as $$ select run_state in ('queued', 'running', 'waiting') $$;

create function docket_count_document() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$
begin
  case tg_op
    when 'INSERT' then perform public.docket_use(new.org_id, 1, 0, 0, true);
    when 'UPDATE' then perform public.docket_use(new.org_id, case when new.deleted_at is null then 1 else -1 end, 0, 0, false);
    else perform public.docket_use(old.org_id, -1, 0, 0, false);
  end case;
  return null;
end $$;

create function docket_count_version() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$
begin
  case tg_op
    when 'INSERT' then perform public.docket_use(new.org_id, 0, new.size_bytes, 0, true);
    when 'UPDATE' then perform public.docket_use(new.org_id, 0,
      case when public.docket_is_kept(new.state) then new.size_bytes else -old.size_bytes end, 0, false);
    else perform public.docket_use(old.org_id, 0, -old.size_bytes, 0, false);
  end case;
  return null;
end $$;

-- A run that is taken up again is new work; one that goes on after an operator reset it is at work already.
create function docket_count_run() returns trigger
  language plpgsql security definer set search_path = pg_catalog, public, pg_temp
  as $$
begin
  case tg_op
    when 'INSERT' then perform public.docket_use(new.org_id, 0, 0, 1, true);
    when 'UPDATE' then perform public.docket_use(new.org_id, 0, 0,
      case when public.docket_is_open(new.state) then 1 else -1 end, new.state = 'queued');
    else perform public.docket_use(old.org_id, 0, 0, -1, false);
  end case;
  return null;
end $$;

-- Deferred to the commit: the row that an organisation's transactions share is locked for the length of a commit, and
-- after every other lock, so that no two can wait for each other. What does not count is sorted out on the spot.
create constraint trigger count_insert after insert on documents deferrable initially deferred
  for each row when (new.deleted_at is null) execute function docket_count_document();
create constraint trigger count_update after update on documents deferrable initially deferred
  for each row when ((old.deleted_at is null) <> (new.deleted_at is null)) execute function docket_count_document();
create constraint trigger count_delete after delete on documents deferrable initially deferred
  for each row when (old.deleted_at is null) execute function docket_count_document();

create constraint trigger count_insert after insert on document_versions deferrable initially deferred
  for each row when (docket_is_kept(new.state)) execute function docket_count_version();
create constraint trigger count_update after update on document_versions deferrable initially deferred
  for each row when (docket_is_kept(old.state) <> docket_is_kept(new.state)) execute function docket_count_version();
create constraint trigger count_delete after delete on document_versions deferrable initially deferred
  for each row when (docket_is_kept(old.state)) execute function docket_count_version();

-- An erasure makes room: it is never refused for want of it, and does not count.
create constraint trigger count_insert after insert on runs deferrable initially deferred
  for each row when (docket_is_open(new.state) and new.kind <> 'documentErasure') execute function docket_count_run();
create constraint trigger count_update after update on runs deferrable initially deferred
  for each row when (docket_is_open(old.state) <> docket_is_open(new.state) and new.kind <> 'documentErasure')
  execute function docket_count_run();
create constraint trigger count_delete after delete on runs deferrable initially deferred
  for each row when (docket_is_open(old.state) and old.kind <> 'documentErasure') execute function docket_count_run();

-- How often somebody asked in the window under way. Unlogged: after a crash of the database every window begins anew,
-- and no request waits for the disk. Of the whole installation: addresses belong to no organisation.
create unlogged table rate_windows (
  bucket text primary key,
  ends_at timestamptz not null,
  used bigint not null
) with (fillfactor = 50);
-- What is over is cleared away.
create index rate_windows_ends_at_idx on rate_windows (ends_at);
grant select, insert, update, delete on rate_windows to docket_app;

grant create on schema public to docket_system;
alter function docket_begin_usage() owner to docket_system;
alter function docket_use(uuid, bigint, bigint, bigint, boolean) owner to docket_system;
alter function docket_count_document() owner to docket_system;
alter function docket_count_version() owner to docket_system;
alter function docket_count_run() owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_begin_usage(), docket_use(uuid, bigint, bigint, bigint, boolean), docket_count_document(),
  docket_count_version(), docket_count_run() from public;

-- down

drop table rate_windows;
drop trigger count_insert on documents;
drop trigger count_update on documents;
drop trigger count_delete on documents;
drop trigger count_insert on document_versions;
drop trigger count_update on document_versions;
drop trigger count_delete on document_versions;
drop trigger count_insert on runs;
drop trigger count_update on runs;
drop trigger count_delete on runs;
drop trigger begin_usage on orgs;
drop function docket_count_run();
drop function docket_count_version();
drop function docket_count_document();
drop function docket_is_open(text);
drop function docket_is_kept(text);
drop function docket_use(uuid, bigint, bigint, bigint, boolean);
drop function docket_begin_usage();
drop table org_usage;
revoke select (plan) on orgs from docket_system;
alter table orgs drop column plan;
drop table plans;
