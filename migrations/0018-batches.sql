-- Batches: one act on many things at once, with an outcome for each.

-- up

create table batches (
  org_id uuid not null references orgs (id),
  id uuid not null,
  -- Name of the workflow that works it off, and the run that users see.
  kind text not null,
  run_id uuid not null,
  -- What is done, and how the items were chosen: as it was asked for.
  spec jsonb not null,
  paused_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, run_id) references runs (org_id, id)
);
-- Foreign key; the batch that a run works off.
create unique index batches_org_id_run_id_key on batches (org_id, run_id);

-- Chosen in the transaction that makes the batch, so that what comes later is not meant.
create table batch_items (
  org_id uuid not null,
  batch_id uuid not null,
  -- What is acted on: a run, or what else the kind of batch is about.
  item_id uuid not null,
  -- done: acted on. unchanged: it was so already. refused: it cannot be, code and message say why.
  -- skipped: the batch was cancelled before.
  outcome text not null default 'pending' check (outcome in ('pending', 'done', 'unchanged', 'refused', 'skipped')),
  code text,
  message text,
  -- The run that the item became, where that is another than the item.
  run_id uuid,
  settled_at timestamptz,
  primary key (org_id, batch_id, item_id),
  foreign key (org_id, batch_id) references batches (org_id, id) on delete cascade
);
-- What is left to do, in the order it was chosen by.
create index batch_items_pending_idx on batch_items (org_id, batch_id, item_id) where outcome = 'pending';

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['batches', 'batch_items'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to docket_app', tenant_table);
  end loop;
end $$;

-- down

drop table batch_items;
drop table batches;
