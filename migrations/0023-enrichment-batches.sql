-- Enrichments that a batch began, and providers that are asked for them behind what somebody waits for.

-- up

alter table enrichments add column batch_id uuid,
  add foreign key (org_id, batch_id) references batches (org_id, id);
-- Foreign key; the enrichments of a batch that are under way.
create index enrichments_org_id_batch_id_idx on enrichments (org_id, batch_id, state);

-- What nobody waits for is counted apart: it gives way to what somebody waits for, of its own organisation, too.
drop table provider_shares;
create unlogged table provider_shares (
  provider text not null,
  org_id uuid not null,
  is_bulk boolean not null,
  used double precision not null default 0,
  used_at timestamptz not null default now(),
  next_slot_at timestamptz,
  primary key (provider, org_id, is_bulk)
) with (fillfactor = 50);
grant select, insert, update, delete on provider_shares to docket_app;

-- down

drop table provider_shares;
create unlogged table provider_shares (
  provider text not null,
  org_id uuid not null,
  used double precision not null default 0,
  used_at timestamptz not null default now(),
  next_slot_at timestamptz,
  primary key (provider, org_id)
) with (fillfactor = 50);
grant select, insert, update, delete on provider_shares to docket_app;
drop index enrichments_org_id_batch_id_idx;
alter table enrichments drop column batch_id;
