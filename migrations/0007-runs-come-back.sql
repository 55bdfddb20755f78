-- Runs are taken up again: what a rerun makes anew, which open runs the sweep looks after, how far the reconciler got.

-- up

-- From which step a rerun makes this content again. Set, what is stored is still searched, but no longer kept.
alter table contents add column stale_from text check (stale_from in ('parse', 'embed'));

-- Open runs that the sweep has not looked at for long; nearly all end before they are of interest.
create index runs_open_idx on runs (coalesce(swept_at, queued_at)) where state in ('queued', 'running', 'waiting');
create function docket_overdue_runs(unseen_for interval, most integer) returns table (org_id uuid, run_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.org_id, r.id from public.runs r
         where r.state in ('queued', 'running', 'waiting')
           and coalesce(r.swept_at, r.queued_at) < now() - unseen_for
         order by coalesce(r.swept_at, r.queued_at) limit most $$;
grant usage, create on schema public to docket_system;
alter function docket_overdue_runs(interval, integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_overdue_runs(interval, integer) from public;
grant execute on function docket_overdue_runs(interval, integer) to docket_app;

-- One row: how far back closed executions have been held against the rows, and which worker does it until when.
create table reconciliation (
  id boolean primary key default true check (id),
  seen_until timestamptz not null,
  holder uuid,
  held_until timestamptz not null default '-infinity'
);
insert into reconciliation (seen_until) values (now() - interval '1 day');
grant select, update on reconciliation to docket_app;

-- down

drop table reconciliation;
drop function docket_overdue_runs(interval, integer);
drop index runs_open_idx;
alter table contents drop column stale_from;
