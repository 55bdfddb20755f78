-- Webhooks, what was sent to them with each attempt, and the rules by which an organisation is alerted.

-- up

create table webhooks (
  org_id uuid not null references orgs (id),
  id uuid not null,
  url text not null,
  description text,
  events text[] not null check (cardinality(events) > 0),
  -- Null while it is sent to. failing: no try succeeded for days; gone: it answered so.
  disabled_reason text check (disabled_reason in ('by_hand', 'failing', 'gone')),
  disabled_at timestamptz,
  -- Since when every try has failed; null when the last one went well.
  failing_since timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  check ((disabled_at is null) = (disabled_reason is null))
);

-- What messages are signed with. Two count while one takes the place of the other.
create table webhook_secrets (
  org_id uuid not null,
  webhook_id uuid not null,
  id uuid not null,
  -- Sealed by the application: whoever has the database alone can sign nothing.
  sealed bytea not null,
  created_at timestamptz not null default now(),
  -- When it no longer counts; null for the newest.
  expires_at timestamptz,
  primary key (org_id, webhook_id, id),
  foreign key (org_id, webhook_id) references webhooks (org_id, id) on delete cascade
);

create table webhook_deliveries (
  org_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  run_id uuid not null,
  event text not null,
  -- As it is signed and sent, byte for byte.
  body text not null,
  -- When it is tried again; null while nothing is waited for.
  next_try_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, webhook_id) references webhooks (org_id, id) on delete cascade,
  foreign key (org_id, run_id) references runs (org_id, id)
);
-- Foreign key; deliveries of a webhook, newest first.
create index webhook_deliveries_org_id_webhook_id_id_idx on webhook_deliveries (org_id, webhook_id, id);
-- Foreign key; the delivery that a run makes.
create unique index webhook_deliveries_org_id_run_id_key on webhook_deliveries (org_id, run_id);

create table webhook_attempts (
  org_id uuid not null,
  delivery_id uuid not null,
  number integer not null,
  at timestamptz not null,
  took_ms integer not null,
  -- Of the answer, where there was one. Its body is kept nowhere.
  status integer,
  -- Why it failed; null where it was taken.
  code text,
  detail text,
  primary key (org_id, delivery_id, number),
  foreign key (org_id, delivery_id) references webhook_deliveries (org_id, id) on delete cascade
);

create table alert_rules (
  org_id uuid not null references orgs (id),
  id uuid not null,
  name text not null,
  metric text not null check (metric in ('failure_rate', 'oldest_failure_age', 'oldest_wait_age')),
  -- The kind of run that is looked at; null for all.
  kind text,
  -- A share from 0 to 1, or seconds. Between the two a rule stays as it is.
  fire_at double precision not null,
  resolve_below double precision not null,
  window_seconds integer not null,
  minimum_runs integer not null,
  state text not null default 'ok' check (state in ('ok', 'firing')),
  value double precision,
  evaluated_at timestamptz,
  -- Since when it is in its state.
  changed_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  check (resolve_below <= fire_at)
);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['webhooks', 'webhook_secrets', 'webhook_deliveries', 'webhook_attempts', 'alert_rules']
  loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to docket_app', tenant_table);
  end loop;
end $$;

-- The share of runs that failed lately is counted for each rule once a minute.
create index runs_org_id_ended_at_idx on runs (org_id, ended_at) where ended_at is not null;
-- And how long the oldest one has waited.
create index runs_waiting_idx on runs (org_id, queued_at) where state in ('queued', 'waiting');

-- Whoever is told of failed work is told whatever the plan allows, and a receiver that is away takes nobody's place.
create or replace function docket_is_limited(run_kind text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp
  as $$ select run_kind not in ('documentErasure', 'enrichmentDecision', 'webhookDelivery') $$;

create policy system_lookup on alert_rules for select to docket_system using (true);
grant select (org_id) on alert_rules to docket_system;
create function docket_orgs_with_alert_rules(after_org uuid, most integer) returns table (org_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select distinct r.org_id from public.alert_rules r
         where after_org is null or r.org_id > after_org order by 1 limit most $$;
grant create on schema public to docket_system;
alter function docket_orgs_with_alert_rules(uuid, integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_orgs_with_alert_rules(uuid, integer) from public;
grant execute on function docket_orgs_with_alert_rules(uuid, integer) to docket_app;

-- down

drop function docket_orgs_with_alert_rules(uuid, integer);
drop table alert_rules;
drop table webhook_attempts;
drop table webhook_deliveries;
drop table webhook_secrets;
drop table webhooks;
-- Nobody could start or end them; they count for no quota as long as the function says so. The owner sees no row while it
-- is bound too.
alter table runs no force row level security;
delete from runs where kind = 'webhookDelivery';
alter table runs force row level security;
create or replace function docket_is_limited(run_kind text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp
  as $$ select run_kind not in ('documentErasure', 'enrichmentDecision') $$;
drop index runs_waiting_idx;
drop index runs_org_id_ended_at_idx;
