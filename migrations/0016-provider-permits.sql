-- How fast providers may be asked, which calls are under way, and what each organisation used of them of late.

-- up

-- What was learned of its pace; the fields are those of libs/domain/src/model/provider-flow.ts.
alter table provider_limits add column flow jsonb not null default '{}';

-- One row per call under way. A lease: the permit of a worker that died is free again when it runs out. Unlogged: after a
-- crash of the database no call is under way that anybody waits for. Of the whole installation, as its keys are.
create unlogged table provider_permits (
  provider text not null,
  call_id uuid not null,
  org_id uuid not null,
  expires_at timestamptz not null,
  primary key (provider, call_id)
);
grant select, insert, update, delete on provider_permits to docket_app;

-- One row per organisation that asked of late: how much, halved every ten seconds, and up to when its waiting work has
-- been given times to come back. Lost without harm.
create unlogged table provider_shares (
  provider text not null,
  org_id uuid not null,
  used double precision not null default 0,
  used_at timestamptz not null default now(),
  next_slot_at timestamptz,
  primary key (provider, org_id)
) with (fillfactor = 50);
grant select, insert, update, delete on provider_shares to docket_app;

-- down

drop table provider_shares;
drop table provider_permits;
alter table provider_limits drop column flow;
