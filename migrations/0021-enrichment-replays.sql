-- Enrichments that answer no ticket: replays of others under another prompt or model, and trials of a prompt.

-- up

-- What it is a replay of, and under which number; null for an enrichment of its ticket.
alter table enrichments add column replay_of uuid;
alter table enrichments add column replay_number integer check ((replay_number is null) = (replay_of is null));
alter table enrichments add column passages_from text check (passages_from in ('pinned', 'fresh'));
-- Of a trial: a prompt that was never stored as a version, and when what came of it goes; null once it is gone.
alter table enrichments add column is_trial boolean not null default false check (not is_trial or replay_of is not null);
alter table enrichments add column draft jsonb;
alter table enrichments add column expires_at timestamptz check (expires_at is null or is_trial);
-- Names of the fields in which it came out otherwise than the original did; the values are read from both.
alter table enrichments add column changed_fields text[];
alter table enrichments add foreign key (org_id, replay_of) references enrichments (org_id, id) on delete cascade;
-- Foreign key; replays of an enrichment, newest first. Two who ask at once get two numbers.
create unique index enrichments_org_id_replay_of_replay_number_key on enrichments (org_id, replay_of, replay_number);
-- The sweep asks, over all orgs, for trials whose time is over.
create index enrichments_expires_at_idx on enrichments (expires_at) where expires_at is not null;

-- Replays are made beside each other, and beside the ticket's own enrichment.
drop index enrichments_queued_key;
drop index enrichments_running_key;
create unique index enrichments_queued_key on enrichments (org_id, ticket_id) where state = 'queued' and replay_of is null;
create unique index enrichments_running_key on enrichments (org_id, ticket_id)
  where state in ('running', 'waiting_for_provider') and replay_of is null;

create policy system_lookup on enrichments for select to docket_system using (true);
grant select (org_id, id, expires_at) on enrichments to docket_system;
create function docket_expired_trials(most integer) returns table (org_id uuid, enrichment_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select e.org_id, e.id from public.enrichments e
         where e.expires_at is not null and e.expires_at < now() order by e.expires_at limit most $$;
grant create on schema public to docket_system;
alter function docket_expired_trials(integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_expired_trials(integer) from public;
grant execute on function docket_expired_trials(integer) to docket_app;

-- down

drop function docket_expired_trials(integer);
revoke select (org_id, id, expires_at) on enrichments from docket_system;
drop policy system_lookup on enrichments;
-- Nothing may take them for enrichments of their tickets. The owner sees no row while it is bound too.
alter table enrichments no force row level security;
delete from enrichments where replay_of is not null;
alter table enrichments force row level security;
drop index enrichments_queued_key;
drop index enrichments_running_key;
create unique index enrichments_queued_key on enrichments (org_id, ticket_id) where state = 'queued';
create unique index enrichments_running_key on enrichments (org_id, ticket_id)
  where state in ('running', 'waiting_for_provider');
alter table enrichments drop column changed_fields;
alter table enrichments drop column expires_at;
alter table enrichments drop column draft;
alter table enrichments drop column is_trial;
alter table enrichments drop column passages_from;
alter table enrichments drop column replay_number;
alter table enrichments drop column replay_of;
