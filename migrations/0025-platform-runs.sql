-- Runs and failures over all organisations, for whoever operates the installation: ids and counts, and nothing else.

-- up

-- The newest runs of all organisations; those that failed are few among many.
create index runs_id_idx on runs (id, org_id);
create index runs_failed_id_idx on runs (id, org_id) where state in ('failed', 'terminated');

create function docket_platform_runs(of_org uuid, of_kind text, in_state text, with_code text, since timestamptz,
    before_id uuid, most integer)
  returns table (org_id uuid, run_id uuid)
  language plpgsql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$
begin
  if in_state in ('failed', 'terminated') then
    return query select r.org_id, r.id from public.runs r
      where r.state in ('failed', 'terminated') and r.state = in_state and (of_org is null or r.org_id = of_org)
        and (of_kind is null or r.kind = of_kind) and (with_code is null or r.error_code = with_code)
        and (since is null or r.created_at >= since) and (before_id is null or r.id < before_id)
      order by r.id desc limit most;
  else
    return query select r.org_id, r.id from public.runs r
      where (in_state is null or r.state = in_state) and (of_org is null or r.org_id = of_org)
        and (of_kind is null or r.kind = of_kind) and (with_code is null or r.error_code = with_code)
        and (since is null or r.created_at >= since) and (before_id is null or r.id < before_id)
      order by r.id desc limit most;
  end if;
end $$;

create function docket_orgs_with_failures() returns table (org_id uuid, failures integer)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.org_id, count(*)::integer from public.runs r
         where r.state in ('failed', 'terminated') group by 1 order by 2 desc, 1 $$;

grant create on schema public to docket_system;
alter function docket_platform_runs(uuid, text, text, text, timestamptz, uuid, integer) owner to docket_system;
alter function docket_orgs_with_failures() owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_platform_runs(uuid, text, text, text, timestamptz, uuid, integer) from public;
revoke all on function docket_orgs_with_failures() from public;
grant execute on function docket_platform_runs(uuid, text, text, text, timestamptz, uuid, integer) to docket_app;
grant execute on function docket_orgs_with_failures() to docket_app;

-- down

drop function docket_orgs_with_failures();
drop function docket_platform_runs(uuid, text, text, text, timestamptz, uuid, integer);
drop index runs_failed_id_idx;
drop index runs_id_idx;
