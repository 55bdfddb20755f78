-- The sweep finds what is kept for a time only: messages to webhooks that are done with, and what attempts that crashed had
-- reserved of a budget and nobody settled.

-- up

create index webhook_deliveries_created_at_idx on webhook_deliveries (created_at);
create policy system_lookup on webhook_deliveries for select to docket_system using (true);
grant select (org_id, id, run_id, created_at) on webhook_deliveries to docket_system;
create function docket_old_webhook_deliveries(older interval, most integer)
  returns table (org_id uuid, delivery_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select d.org_id, d.id from public.webhook_deliveries d
          join public.runs r on r.org_id = d.org_id and r.id = d.run_id
         where d.created_at < now() - older and r.ended_at < now() - older order by d.created_at limit most $$;

-- Read as a whole: there is a row for each question under way, and few others.
create policy system_lookup on budget_reservations for select to docket_system using (true);
grant select (org_id, expires_at) on budget_reservations to docket_system;
create function docket_orgs_with_old_reservations(older interval, most integer) returns table (org_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select distinct b.org_id from public.budget_reservations b where b.expires_at < now() - older limit most $$;

grant create on schema public to docket_system;
alter function docket_old_webhook_deliveries(interval, integer) owner to docket_system;
alter function docket_orgs_with_old_reservations(interval, integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_old_webhook_deliveries(interval, integer) from public;
revoke all on function docket_orgs_with_old_reservations(interval, integer) from public;
grant execute on function docket_old_webhook_deliveries(interval, integer) to docket_app;
grant execute on function docket_orgs_with_old_reservations(interval, integer) to docket_app;

-- down

drop function docket_orgs_with_old_reservations(interval, integer);
drop function docket_old_webhook_deliveries(interval, integer);
revoke select (org_id, expires_at) on budget_reservations from docket_system;
drop policy system_lookup on budget_reservations;
revoke select (org_id, id, run_id, created_at) on webhook_deliveries from docket_system;
drop policy system_lookup on webhook_deliveries;
drop index webhook_deliveries_created_at_idx;
