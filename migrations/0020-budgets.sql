-- What an organisation may spend on models a day, what it has spent, and what calls under way have reserved of it.

-- up

-- Below what the plan allows; null is no limit of the organisation's own.
alter table orgs
  add column tokens_per_day bigint check (tokens_per_day > 0),
  add column cost_micros_per_day bigint check (cost_micros_per_day > 0);

-- By day (UTC). The row is locked while somebody reserves, so that of two who would take the last of it one gets it.
create table budget_days (
  org_id uuid not null references orgs (id),
  day date not null,
  tokens bigint not null default 0,
  cost_micros bigint not null default 0,
  primary key (org_id, day)
);

-- One per question that is being asked. A lease: what a crashed attempt reserved comes back when it runs out, and the
-- repeat of a question takes over its own.
create table budget_reservations (
  org_id uuid not null,
  enrichment_id uuid not null,
  round integer not null,
  day date not null,
  tokens bigint not null,
  cost_micros bigint not null,
  expires_at timestamptz not null,
  primary key (org_id, enrichment_id, round),
  foreign key (org_id, enrichment_id) references enrichments (org_id, id) on delete cascade
);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['budget_days', 'budget_reservations'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to docket_app', tenant_table);
  end loop;
end $$;

-- What the provider's cache of prompts took off the price, in millionths of a US dollar; below zero where writing it cost
-- more than reading it saved.
alter table model_calls add column saved_micros bigint not null default 0;

-- down

alter table model_calls drop column saved_micros;
drop table budget_reservations;
drop table budget_days;
alter table orgs drop column cost_micros_per_day, drop column tokens_per_day;
