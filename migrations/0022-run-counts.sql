-- What a dashboard asks of all organisations together: how many runs wait, work or have failed, and for how long.

-- up

grant select (kind, error_code, ended_at) on runs to docket_system;
-- Open ones since they were queued, failed ones since they ended. One that the sweep knows to be started waits for an upload. Both are read by partial indexes: runs that went well are
-- not looked at.
create function docket_run_counts()
  returns table (kind text, state text, error_code text, runs bigint, oldest timestamptz)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.kind, case when r.state = 'queued' and r.swept_at is not null then 'waiting' else r.state end,
               null, count(*), min(r.queued_at)
          from public.runs r where r.state in ('queued', 'running', 'waiting') group by 1, 2
        union all
        select r.kind, 'failed', r.error_code, count(*), min(r.ended_at) from public.runs r
         where r.state in ('failed', 'terminated') group by 1, 3 $$;
grant create on schema public to docket_system;
alter function docket_run_counts() owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_run_counts() from public;
grant execute on function docket_run_counts() to docket_app;

-- down

drop function docket_run_counts();
revoke select (kind, error_code, ended_at) on runs from docket_system;
