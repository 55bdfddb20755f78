-- People decide on suggested replies: what an org wants decided, one row per wait, examples that edits leave.

-- up

alter table orgs drop constraint orgs_approval_policy_check;
alter table orgs add constraint orgs_approval_policy_check
  check (approval_policy in ('never', 'always', 'below_confidence'));
-- Of an answer that is less sure than this somebody decides, with the policy below_confidence.
alter table orgs add column approval_confidence double precision
  check (approval_confidence > 0 and approval_confidence <= 1);
alter table orgs add constraint orgs_approval_confidence_given_check
  check (approval_policy <> 'below_confidence' or approval_confidence is not null);
-- Whether an edited reply becomes a labelled ticket.
alter table orgs add column learn_from_edits boolean not null default false;

create table enrichment_decisions (
  org_id uuid not null,
  enrichment_id uuid not null,
  -- The run that waits.
  run_id uuid not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  reminded_at timestamptz,
  -- Null while nobody has decided. Who sets it first has decided.
  decision text check (decision in ('approve', 'edit', 'reject')),
  reply text check ((reply is not null) <= (decision = 'edit')),
  reason text,
  decided_by text,
  decided_at timestamptz check ((decided_at is null) = (decision is null)),
  -- When the sweep looks after it: what is decided, superseded or expired and was not brought to its end by its workflow.
  due_at timestamptz not null,
  -- Since when nothing is left to be done.
  ended_at timestamptz,
  -- One decision per enrichment, however many approve at once.
  primary key (org_id, enrichment_id),
  foreign key (org_id, enrichment_id) references enrichments (org_id, id) on delete cascade,
  foreign key (org_id, run_id) references runs (org_id, id)
);
-- Foreign key; the wait that a run is.
create unique index enrichment_decisions_org_id_run_id_key on enrichment_decisions (org_id, run_id);
-- The sweep asks, over all orgs, for what is due.
create index enrichment_decisions_due_at_idx on enrichment_decisions (due_at) where ended_at is null;
alter table enrichment_decisions enable row level security;
alter table enrichment_decisions force row level security;
create policy tenant on enrichment_decisions
  using (org_id = nullif(current_setting('docket.org_id', true), '')::uuid)
  with check (org_id = nullif(current_setting('docket.org_id', true), '')::uuid);
grant select, insert, update, delete on enrichment_decisions to docket_app;

create policy system_lookup on enrichment_decisions for select to docket_system using (true);
grant select (org_id, enrichment_id, due_at, ended_at) on enrichment_decisions to docket_system;
create function docket_due_decisions(most integer) returns table (org_id uuid, enrichment_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select d.org_id, d.enrichment_id from public.enrichment_decisions d
         where d.ended_at is null and d.due_at < now() order by d.due_at limit most $$;
grant create on schema public to docket_system;
alter function docket_due_decisions(integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_due_decisions(integer) from public;
grant execute on function docket_due_decisions(integer) to docket_app;

-- The enrichment whose edited reply an example is.
alter table examples add column enrichment_id uuid;
alter table examples add foreign key (org_id, enrichment_id) references enrichments (org_id, id) on delete cascade;
-- Foreign key; an edit is learned from once.
create unique index examples_org_id_enrichment_id_key on examples (org_id, enrichment_id);

-- Runs that wait for people are no work: a plan does not limit them, as it does not limit erasures.
create function docket_is_limited(run_kind text) returns boolean
  language sql immutable set search_path = pg_catalog, public, pg_temp
  as $$ select run_kind not in ('documentErasure', 'enrichmentDecision') $$;
drop trigger count_insert on runs;
drop trigger count_update on runs;
drop trigger count_delete on runs;
create constraint trigger count_insert after insert on runs deferrable initially deferred
  for each row when (docket_is_open(new.state) and docket_is_limited(new.kind)) execute function docket_count_run();
create constraint trigger count_update after update on runs deferrable initially deferred
  for each row when (docket_is_open(old.state) <> docket_is_open(new.state) and docket_is_limited(new.kind))
  execute function docket_count_run();
create constraint trigger count_delete after delete on runs deferrable initially deferred
  for each row when (docket_is_open(old.state) and docket_is_limited(old.kind)) execute function docket_count_run();

-- down

drop trigger count_insert on runs;
drop trigger count_update on runs;
drop trigger count_delete on runs;
create constraint trigger count_insert after insert on runs deferrable initially deferred
  for each row when (docket_is_open(new.state) and new.kind <> 'documentErasure') execute function docket_count_run();
create constraint trigger count_update after update on runs deferrable initially deferred
  for each row when (docket_is_open(old.state) <> docket_is_open(new.state) and new.kind <> 'documentErasure')
  execute function docket_count_run();
create constraint trigger count_delete after delete on runs deferrable initially deferred
  for each row when (docket_is_open(old.state) and old.kind <> 'documentErasure') execute function docket_count_run();
drop function docket_is_limited(text);
alter table examples drop column enrichment_id;
drop function docket_due_decisions(integer);
drop table enrichment_decisions;
alter table orgs drop column learn_from_edits;
-- The nearest of what there was. The owner sees no row while it is bound too.
alter table orgs no force row level security;
update orgs set approval_policy = 'always' where approval_policy = 'below_confidence';
alter table orgs force row level security;
alter table orgs drop constraint orgs_approval_confidence_given_check;
alter table orgs drop column approval_confidence;
alter table orgs drop constraint orgs_approval_policy_check;
alter table orgs add constraint orgs_approval_policy_check check (approval_policy in ('never', 'always'));
