-- Message batches: questions that a provider answers later, at a lower price.

-- up

-- What a provider was sent, or is being sent, at once.
create table message_batches (
  org_id uuid not null,
  id uuid not null,
  -- The batch of enrichments that asks.
  batch_id uuid not null,
  provider text not null,
  state text not null default 'submitting' check (state in ('submitting', 'submitted', 'ended')),
  -- Questions that were sent.
  requests integer,
  -- Since when nobody knows whether it was accepted: it is looked for before it is sent again.
  sent_at timestamptz,
  -- The provider's own id, once it is known, and ids that turned out to be somebody else's.
  provider_batch_id text,
  foreign_ids text[] not null default '{}',
  submitted_at timestamptz,
  polled_at timestamptz,
  cancel_asked_at timestamptz,
  -- How often its results broke off.
  broken_reads integer not null default 0,
  ended_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, batch_id) references batches (org_id, id)
);
-- Foreign key; those of a batch that are open.
create index message_batches_org_id_batch_id_idx on message_batches (org_id, batch_id, state);
-- One batch of the provider's is nobody else's.
create unique index message_batches_provider_batch_id_key on message_batches (provider, provider_batch_id);

-- A question of an enrichment that waits to be sent, was sent, or came back.
create table message_batch_items (
  org_id uuid not null,
  enrichment_id uuid not null,
  batch_id uuid not null,
  -- Null until it is sent.
  message_batch_id uuid,
  -- answered: the answer is stored. errored, expired, canceled: as the provider says. missing: it says nothing of it.
  -- refused: it was not sent, or the provider took none of what was sent. called_off: nobody wants it any longer.
  outcome text not null default 'waiting' check (outcome in ('waiting', 'answered', 'errored', 'expired', 'canceled',
    'missing', 'refused', 'called_off')),
  -- What was sent: to which model, its hash, and how many documents of it had been erased by then.
  model text,
  request_hash text,
  erasures integer,
  created_at timestamptz not null default now(),
  settled_at timestamptz,
  -- When its enrichment was told to go on.
  told_at timestamptz,
  primary key (org_id, enrichment_id),
  foreign key (org_id, enrichment_id) references enrichments (org_id, id) on delete cascade,
  foreign key (org_id, batch_id) references batches (org_id, id),
  foreign key (org_id, message_batch_id) references message_batches (org_id, id)
);
-- Foreign key; what waits to be sent.
create index message_batch_items_org_id_batch_id_idx on message_batch_items (org_id, batch_id, outcome);
-- Foreign key; what was sent together.
create index message_batch_items_org_id_message_batch_id_idx on message_batch_items (org_id, message_batch_id);
-- Enrichments that have to be told.
create index message_batch_items_untold_idx on message_batch_items (org_id, batch_id, enrichment_id)
  where outcome <> 'waiting' and told_at is null;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['message_batches', 'message_batch_items'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to docket_app', tenant_table);
  end loop;
end $$;

alter table model_calls add column is_batched boolean not null default false,
  -- What asking in a batch took off the cost.
  add column batch_saved_micros bigint not null default 0;
-- A day may pass before it is settled: whoever asks now must not wait for what it leaves.
alter table budget_reservations add column is_batched boolean not null default false;

-- down

alter table budget_reservations drop column is_batched;
alter table model_calls drop column batch_saved_micros, drop column is_batched;
drop table message_batch_items;
drop table message_batches;
