-- Failed runs are taken up again by themselves, by kind and code; the same failure too often sets the work aside.

-- up

-- The code of its last failure, and how often in a row the run failed so.
alter table runs add column failure_code text;
alter table runs add column same_failures integer not null default 0;
-- Retries by the sweep since it last succeeded, or since a person took it up.
alter table runs add column automatic_retries integer not null default 0;
alter table runs add column next_retry_at timestamptz;
-- When it was left to people, since it fails the same way again and again.
alter table runs add column set_aside_at timestamptz;

-- The sweep asks, over all orgs, for retries that are due; only failed runs have one.
create index runs_due_retry_idx on runs (next_retry_at) where next_retry_at is not null;
grant select (next_retry_at) on runs to docket_system;
create function docket_due_retries(most integer) returns table (org_id uuid, run_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.org_id, r.id from public.runs r
         where r.next_retry_at <= now() and r.state = 'failed'
         order by r.next_retry_at limit most $$;
grant create on schema public to docket_system;
alter function docket_due_retries(integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_due_retries(integer) from public;
grant execute on function docket_due_retries(integer) to docket_app;

-- down

drop function docket_due_retries(integer);
revoke select (next_retry_at) on runs from docket_system;
drop index runs_due_retry_idx;
alter table runs drop column set_aside_at;
alter table runs drop column next_retry_at;
alter table runs drop column automatic_retries;
alter table runs drop column same_failures;
alter table runs drop column failure_code;
