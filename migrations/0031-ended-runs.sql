-- All requests that wait for runs are looked after by one query, of whatever organisations they are.

-- up

-- A run that is not there is waited for no longer either.
create function docket_ended_runs(orgs uuid[], runs uuid[]) returns table (run_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select w.run_id from unnest(orgs, runs) as w (org_id, run_id)
          left join public.runs r on r.org_id = w.org_id and r.id = w.run_id
         where r.id is null or r.state in ('succeeded', 'failed', 'cancelled', 'terminated') $$;
grant create on schema public to docket_system;
alter function docket_ended_runs(uuid[], uuid[]) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_ended_runs(uuid[], uuid[]) from public;
grant execute on function docket_ended_runs(uuid[], uuid[]) to docket_app;

-- down

drop function docket_ended_runs(uuid[], uuid[]);
