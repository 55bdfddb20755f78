-- A batch takes what there is for as long as it is alone, and gives way to tickets that come one by one, of whatever
-- organisation. When the last one came is asked every second: rows in the order of their times, those of batches left out.

-- up

create index enrichments_single_created_at_idx on enrichments (created_at) where batch_id is null;

grant select (created_at, batch_id) on enrichments to docket_system;
create function docket_last_single_enrichment_at() returns timestamptz
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select max(e.created_at) from public.enrichments e where e.batch_id is null $$;
grant create on schema public to docket_system;
alter function docket_last_single_enrichment_at() owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_last_single_enrichment_at() from public;
grant execute on function docket_last_single_enrichment_at() to docket_app;

-- down

drop function docket_last_single_enrichment_at();
revoke select (created_at, batch_id) on enrichments from docket_system;
drop index enrichments_single_created_at_idx;
