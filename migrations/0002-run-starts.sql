-- A run's row holds all that its start needs, so that whoever finds it unstarted can start it, whatever its kind.

-- up

-- What the workflow is started with: ids and small facts, never text.
alter table runs add column input jsonb not null default '{}';
-- Since when it waits for its start: its beginning, or the last retry.
alter table runs add column queued_at timestamptz not null default now();

-- Policies bind the owner too; a migration looks at all orgs.
alter table runs no force row level security;
alter table document_versions no force row level security;
alter table uploads no force row level security;
update runs r set queued_at = r.created_at,
       input = jsonb_build_object('schemaVersion', 1, 'orgId', r.org_id, 'documentId', v.document_id,
         'versionId', v.id, 'runId', r.id, 'version', v.version, 'subject', split_part(r.workflow_id, ':', 3),
         'uploaded', u.received_at is not null,
         'uploadWindowMs', greatest(0, extract(epoch from u.expires_at - u.created_at) * 1000)::bigint)
  from document_versions v join uploads u on u.org_id = v.org_id and u.version_id = v.id
 where v.org_id = r.org_id and v.run_id = r.id and r.kind = 'documentIngest';
alter table runs force row level security;
alter table document_versions force row level security;
alter table uploads force row level security;

drop index runs_unstarted_idx;
create index runs_unstarted_idx on runs (queued_at) where state = 'queued' and swept_at is null;
grant select (queued_at) on runs to docket_system;
create or replace function docket_unstarted_runs(older_than interval, most integer)
  returns table (org_id uuid, run_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.org_id, r.id from public.runs r
         where r.state = 'queued' and r.swept_at is null and r.queued_at < now() - older_than
         order by r.queued_at limit most $$;

-- down

create or replace function docket_unstarted_runs(older_than interval, most integer)
  returns table (org_id uuid, run_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.org_id, r.id from public.runs r
         where r.state = 'queued' and r.swept_at is null and r.created_at < now() - older_than
         order by r.created_at limit most $$;
drop index runs_unstarted_idx;
create index runs_unstarted_idx on runs (created_at) where state = 'queued' and swept_at is null;
revoke select (queued_at) on runs from docket_system;
alter table runs drop column queued_at;
alter table runs drop column input;
