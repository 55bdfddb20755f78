-- Tickets and what a model made of them: revisions, enrichments with their evidence and calls, prompts, taxonomy, examples.

-- up

create table tickets (
  org_id uuid not null references orgs (id),
  id uuid not null,
  external_id text not null,
  -- Number of the newest revision.
  revision integer not null,
  channel text,
  requester jsonb not null default '{}',
  metadata jsonb not null default '{}',
  -- When the ticket was written where it came from.
  written_at timestamptz,
  -- Of the newest enrichment that was not superseded, for lists and their filters.
  state text not null,
  category text,
  priority text,
  -- Since when there is a revision that no run has read, and when the newest of them came: what a run waits by.
  unread_since timestamptz,
  changed_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
-- The same external id is the same ticket.
create unique index tickets_org_id_external_id_key on tickets (org_id, external_id);
-- Lists by state and by category, newest first.
create index tickets_org_id_state_id_idx on tickets (org_id, state, id);
create index tickets_org_id_category_id_idx on tickets (org_id, category, id);

create table ticket_revisions (
  org_id uuid not null,
  ticket_id uuid not null,
  revision integer not null,
  subject text not null,
  body text not null,
  -- As the client says; null where it is to be found out.
  language text,
  created_at timestamptz not null default now(),
  primary key (org_id, ticket_id, revision),
  foreign key (org_id, ticket_id) references tickets (org_id, id) on delete cascade
);

create table taxonomies (
  org_id uuid not null references orgs (id),
  version integer not null,
  body jsonb not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, version)
);

create table prompts (
  org_id uuid not null references orgs (id),
  id uuid not null,
  name text not null,
  -- Raised under a lock on this row, so that versions and moves of labels are numbered without gaps.
  latest_version integer not null,
  latest_move integer not null default 0,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
create unique index prompts_org_id_name_key on prompts (org_id, name);

-- Never updated: results name a version.
create table prompt_versions (
  org_id uuid not null,
  prompt_id uuid not null,
  version integer not null,
  system text not null,
  template text not null,
  model text,
  params jsonb not null default '{}',
  note text not null,
  created_by text not null,
  created_at timestamptz not null default now(),
  primary key (org_id, prompt_id, version),
  foreign key (org_id, prompt_id) references prompts (org_id, id) on delete cascade
);

-- One row per move, so that who moved a label where and why stays known; the newest move of a label counts.
create table prompt_labels (
  org_id uuid not null,
  prompt_id uuid not null,
  label text not null,
  move integer not null,
  version integer not null,
  note text not null,
  moved_by text not null,
  moved_at timestamptz not null default now(),
  primary key (org_id, prompt_id, label, move),
  foreign key (org_id, prompt_id) references prompts (org_id, id) on delete cascade
);

create table examples (
  org_id uuid not null references orgs (id),
  id uuid not null,
  subject text not null,
  body text not null,
  category text not null,
  priority text,
  team text,
  reply text,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);

create table enrichments (
  org_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  revision integer not null,
  run_id uuid not null,
  state text not null check (state in ('queued', 'running', 'waiting_for_provider', 'ready', 'awaiting_decision',
    'approved', 'edited', 'rejected', 'decision_expired', 'superseded', 'failed', 'cancelled')),
  step text,
  -- What was asked for by whoever asked again; null for what the org's label and the configuration say.
  asked_prompt_version integer,
  asked_model text,
  prompt_version integer,
  -- 0 is the taxonomy an org starts with.
  taxonomy_version integer,
  provider text,
  model text,
  example_ids uuid[] not null default '{}',
  evidence jsonb,
  result jsonb,
  problems jsonb not null default '[]',
  repaired boolean not null default false,
  error_code text,
  error_message text,
  timings jsonb not null default '{}',
  worker_build text,
  created_at timestamptz not null default now(),
  ended_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, ticket_id) references tickets (org_id, id) on delete cascade,
  foreign key (org_id, run_id) references runs (org_id, id)
);
-- The enrichments of a ticket, newest first; foreign key.
create index enrichments_org_id_ticket_id_id_idx on enrichments (org_id, ticket_id, id);
-- Foreign key; from a run to its enrichment.
create unique index enrichments_org_id_run_id_key on enrichments (org_id, run_id);
-- A ticket waits at most once, and is worked on at most once.
create unique index enrichments_queued_key on enrichments (org_id, ticket_id) where state = 'queued';
create unique index enrichments_running_key on enrichments (org_id, ticket_id)
  where state in ('running', 'waiting_for_provider');

create table enrichment_passages (
  org_id uuid not null,
  enrichment_id uuid not null,
  -- From 1: the label under which the model saw it.
  rank integer not null,
  chunk_id uuid not null,
  document_id uuid not null,
  title text not null,
  source_url text,
  score double precision not null,
  lexical_rank integer,
  vector_rank integer,
  primary key (org_id, enrichment_id, rank),
  foreign key (org_id, enrichment_id) references enrichments (org_id, id) on delete cascade,
  -- What is erased is not quoted any longer.
  foreign key (org_id, chunk_id) references chunks (org_id, id) on delete cascade
);
create index enrichment_passages_org_id_chunk_id_idx on enrichment_passages (org_id, chunk_id);

create table enrichment_citations (
  org_id uuid not null,
  enrichment_id uuid not null,
  marker integer not null,
  chunk_id uuid not null,
  document_id uuid not null,
  title text not null,
  source_url text,
  quote text not null,
  char_start integer not null,
  char_end integer not null,
  primary key (org_id, enrichment_id, marker),
  foreign key (org_id, enrichment_id) references enrichments (org_id, id) on delete cascade,
  foreign key (org_id, chunk_id) references chunks (org_id, id) on delete cascade
);
create index enrichment_citations_org_id_chunk_id_idx on enrichment_citations (org_id, chunk_id);

create table model_calls (
  org_id uuid not null,
  id uuid not null,
  enrichment_id uuid not null,
  ticket_id uuid not null,
  -- 0 asks, 1 repairs.
  round integer not null,
  attempt integer not null,
  provider text not null,
  model_asked text not null,
  model_answered text,
  -- SHA-256 of all that was asked but the fence, in hex.
  request_hash text not null,
  -- completed, refused, truncated: an answer, and paid for. Anything else: the error code of a call without one.
  outcome text not null,
  output text,
  stop_detail text,
  input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  cache_read_tokens integer not null default 0,
  cache_write_tokens integer not null default 0,
  -- Millionths of a US dollar; null for a model without a price.
  cost_micros bigint,
  price_table text,
  latency_ms integer not null,
  provider_request_id text,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, enrichment_id) references enrichments (org_id, id) on delete cascade
);
-- One answer per question, however often it is asked; foreign key.
create unique index model_calls_answer_key on model_calls (org_id, enrichment_id, round)
  where outcome in ('completed', 'refused', 'truncated');
create index model_calls_org_id_enrichment_id_idx on model_calls (org_id, enrichment_id, created_at);
-- An answer to the same question, paid for by an enrichment that was superseded.
create index model_calls_org_id_ticket_id_request_hash_idx on model_calls (org_id, ticket_id, request_hash);
-- What an org used in a span of time.
create index model_calls_org_id_created_at_idx on model_calls (org_id, created_at);

-- Of the whole installation, since its keys are: until when a provider is not to be asked, and who may try again first.
create table provider_limits (
  provider text primary key,
  blocked_until timestamptz,
  -- Failures in a row, rate limits apart.
  failures integer not null default 0,
  probe_until timestamptz,
  reason text,
  updated_at timestamptz not null default now()
);
grant select, insert, update on provider_limits to docket_app;

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['tickets', 'ticket_revisions', 'taxonomies', 'prompts', 'prompt_versions',
    'prompt_labels', 'examples', 'enrichments', 'enrichment_passages', 'enrichment_citations', 'model_calls'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to docket_app', tenant_table);
  end loop;
end $$;

-- down

drop table provider_limits;
drop table model_calls;
drop table enrichment_citations;
drop table enrichment_passages;
drop table enrichments;
drop table examples;
drop table prompt_labels;
drop table prompt_versions;
drop table prompts;
drop table taxonomies;
drop table ticket_revisions;
drop table tickets;
