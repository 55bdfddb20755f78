-- What the migrations add up to, read from the catalogue of a freshly migrated database. For reading and for review;
-- the migrations are what runs. Written by: node --env-file=.docket/local.env libs/db/dist/commands/schema.js

create table alert_rules (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  metric text not null,
  kind text,
  fire_at double precision not null,
  resolve_below double precision not null,
  window_seconds integer not null,
  minimum_runs integer not null,
  state text not null default 'ok'::text,
  value double precision,
  evaluated_at timestamp with time zone,
  changed_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint alert_rules_pkey PRIMARY KEY (org_id, id),
  constraint alert_rules_check CHECK ((resolve_below <= fire_at)),
  constraint alert_rules_metric_check CHECK ((metric = ANY (ARRAY['failure_rate'::text, 'oldest_failure_age'::text, 'oldest_wait_age'::text]))),
  constraint alert_rules_state_check CHECK ((state = ANY (ARRAY['ok'::text, 'firing'::text]))),
  constraint alert_rules_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table alert_rules owner to docket_owner;
alter table alert_rules enable row level security;
alter table alert_rules force row level security;
create policy system_lookup on alert_rules for select to docket_system
  using (true);
create policy tenant on alert_rules for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on alert_rules to docket_app;
grant select (org_id) on alert_rules to docket_system;

create table api_keys (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  prefix text not null,
  key_hash bytea not null,
  scopes text[] not null,
  expires_at timestamp with time zone,
  revoked_at timestamp with time zone,
  last_used_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint api_keys_pkey PRIMARY KEY (org_id, id),
  constraint api_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table api_keys owner to docket_owner;
alter table api_keys enable row level security;
alter table api_keys force row level security;
CREATE UNIQUE INDEX api_keys_key_hash_key ON public.api_keys USING btree (key_hash);
create policy system_lookup on api_keys for select to docket_system
  using (true);
create policy tenant on api_keys for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on api_keys to docket_app;
grant select (org_id, id, key_hash) on api_keys to docket_system;

create table audit_events (
  org_id uuid not null,
  seq bigint not null,
  record text not null,
  previous_hash bytea not null,
  hash bytea not null,
  at text not null generated always as (((record)::jsonb ->> 'at'::text)),
  action text not null generated always as (((record)::jsonb ->> 'action'::text)),
  subject text not null generated always as (((record)::jsonb ->> 'subject'::text)),
  actor_id text generated always as (((record)::jsonb #>> '{actor,id}'::text[])),
  constraint audit_events_pkey PRIMARY KEY (org_id, seq),
  constraint audit_events_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table audit_events owner to docket_owner;
alter table audit_events enable row level security;
alter table audit_events force row level security;
CREATE INDEX audit_events_org_id_action_seq_idx ON public.audit_events USING btree (org_id, action, seq);
CREATE INDEX audit_events_org_id_actor_id_seq_idx ON public.audit_events USING btree (org_id, actor_id, seq);
CREATE INDEX audit_events_org_id_subject_seq_idx ON public.audit_events USING btree (org_id, subject, seq);
create policy tenant on audit_events for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
CREATE TRIGGER append BEFORE INSERT ON public.audit_events FOR EACH ROW EXECUTE FUNCTION docket_append_audit_event();
grant insert (org_id, record), select on audit_events to docket_app;

create table audit_heads (
  org_id uuid not null,
  seq bigint not null,
  hash bytea not null,
  constraint audit_heads_pkey PRIMARY KEY (org_id),
  constraint audit_heads_hash_check CHECK ((length(hash) = 32)),
  constraint audit_heads_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table audit_heads owner to docket_owner;
alter table audit_heads enable row level security;
alter table audit_heads force row level security;
create policy system_append on audit_heads for all to docket_system
  using (true)
  with check (true);
create policy tenant on audit_heads for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant select on audit_heads to docket_app;
grant insert (org_id, seq, hash), select (org_id, seq, hash), update (seq, hash) on audit_heads to docket_system;

create table batch_items (
  org_id uuid not null,
  batch_id uuid not null,
  item_id uuid not null,
  outcome text not null default 'pending'::text,
  code text,
  message text,
  run_id uuid,
  settled_at timestamp with time zone,
  constraint batch_items_pkey PRIMARY KEY (org_id, batch_id, item_id),
  constraint batch_items_outcome_check CHECK ((outcome = ANY (ARRAY['pending'::text, 'done'::text, 'unchanged'::text, 'refused'::text, 'skipped'::text]))),
  constraint batch_items_org_id_batch_id_fkey FOREIGN KEY (org_id, batch_id) REFERENCES batches(org_id, id) ON DELETE CASCADE
);
alter table batch_items owner to docket_owner;
alter table batch_items enable row level security;
alter table batch_items force row level security;
CREATE INDEX batch_items_pending_idx ON public.batch_items USING btree (org_id, batch_id, item_id) WHERE (outcome = 'pending'::text);
create policy tenant on batch_items for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on batch_items to docket_app;

create table batches (
  org_id uuid not null,
  id uuid not null,
  kind text not null,
  run_id uuid not null,
  spec jsonb not null,
  paused_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint batches_pkey PRIMARY KEY (org_id, id),
  constraint batches_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id),
  constraint batches_org_id_run_id_fkey FOREIGN KEY (org_id, run_id) REFERENCES runs(org_id, id)
);
alter table batches owner to docket_owner;
alter table batches enable row level security;
alter table batches force row level security;
CREATE UNIQUE INDEX batches_org_id_run_id_key ON public.batches USING btree (org_id, run_id);
create policy tenant on batches for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on batches to docket_app;

create table budget_days (
  org_id uuid not null,
  day date not null,
  tokens bigint not null default 0,
  cost_micros bigint not null default 0,
  constraint budget_days_pkey PRIMARY KEY (org_id, day),
  constraint budget_days_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table budget_days owner to docket_owner;
alter table budget_days enable row level security;
alter table budget_days force row level security;
create policy tenant on budget_days for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on budget_days to docket_app;

create table budget_reservations (
  org_id uuid not null,
  enrichment_id uuid not null,
  round integer not null,
  day date not null,
  tokens bigint not null,
  cost_micros bigint not null,
  expires_at timestamp with time zone not null,
  is_batched boolean not null default false,
  constraint budget_reservations_pkey PRIMARY KEY (org_id, enrichment_id, round),
  constraint budget_reservations_org_id_enrichment_id_fkey FOREIGN KEY (org_id, enrichment_id) REFERENCES enrichments(org_id, id) ON DELETE CASCADE
);
alter table budget_reservations owner to docket_owner;
alter table budget_reservations enable row level security;
alter table budget_reservations force row level security;
create policy system_lookup on budget_reservations for select to docket_system
  using (true);
create policy tenant on budget_reservations for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on budget_reservations to docket_app;
grant select (org_id, expires_at) on budget_reservations to docket_system;

create table chunk_embeddings (
  org_id uuid not null,
  chunk_id uuid not null,
  content_id uuid not null,
  profile_id smallint not null,
  embedding halfvec not null,
  constraint chunk_embeddings_pkey PRIMARY KEY (profile_id, org_id, chunk_id),
  constraint chunk_embeddings_org_id_chunk_id_fkey FOREIGN KEY (org_id, chunk_id) REFERENCES chunks(org_id, id) ON DELETE CASCADE,
  constraint chunk_embeddings_profile_id_fkey FOREIGN KEY (profile_id) REFERENCES embedding_profiles(id)
) partition by hash (org_id);
alter table chunk_embeddings owner to docket_owner;
alter table chunk_embeddings alter column embedding set storage plain;
alter table chunk_embeddings enable row level security;
alter table chunk_embeddings force row level security;
CREATE INDEX chunk_embeddings_org_id_chunk_id_idx ON ONLY public.chunk_embeddings USING btree (org_id, chunk_id);
create policy system_lookup on chunk_embeddings for select to docket_system
  using (true);
create policy tenant on chunk_embeddings for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_embeddings to docket_app;
grant select (org_id, chunk_id, profile_id) on chunk_embeddings to docket_system;

create table chunk_embeddings_p0 partition of chunk_embeddings for values with (modulus 8, remainder 0);
alter table chunk_embeddings_p0 owner to docket_owner;
alter table chunk_embeddings_p0 alter column embedding set storage plain;
alter table chunk_embeddings_p0 enable row level security;
alter table chunk_embeddings_p0 force row level security;
create policy tenant on chunk_embeddings_p0 for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_embeddings_p0 to docket_app;

create table chunk_embeddings_p1 partition of chunk_embeddings for values with (modulus 8, remainder 1);
alter table chunk_embeddings_p1 owner to docket_owner;
alter table chunk_embeddings_p1 alter column embedding set storage plain;
alter table chunk_embeddings_p1 enable row level security;
alter table chunk_embeddings_p1 force row level security;
create policy tenant on chunk_embeddings_p1 for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_embeddings_p1 to docket_app;

create table chunk_embeddings_p2 partition of chunk_embeddings for values with (modulus 8, remainder 2);
alter table chunk_embeddings_p2 owner to docket_owner;
alter table chunk_embeddings_p2 alter column embedding set storage plain;
alter table chunk_embeddings_p2 enable row level security;
alter table chunk_embeddings_p2 force row level security;
create policy tenant on chunk_embeddings_p2 for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_embeddings_p2 to docket_app;

create table chunk_embeddings_p3 partition of chunk_embeddings for values with (modulus 8, remainder 3);
alter table chunk_embeddings_p3 owner to docket_owner;
alter table chunk_embeddings_p3 alter column embedding set storage plain;
alter table chunk_embeddings_p3 enable row level security;
alter table chunk_embeddings_p3 force row level security;
create policy tenant on chunk_embeddings_p3 for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_embeddings_p3 to docket_app;

create table chunk_embeddings_p4 partition of chunk_embeddings for values with (modulus 8, remainder 4);
alter table chunk_embeddings_p4 owner to docket_owner;
alter table chunk_embeddings_p4 alter column embedding set storage plain;
alter table chunk_embeddings_p4 enable row level security;
alter table chunk_embeddings_p4 force row level security;
create policy tenant on chunk_embeddings_p4 for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_embeddings_p4 to docket_app;

create table chunk_embeddings_p5 partition of chunk_embeddings for values with (modulus 8, remainder 5);
alter table chunk_embeddings_p5 owner to docket_owner;
alter table chunk_embeddings_p5 alter column embedding set storage plain;
alter table chunk_embeddings_p5 enable row level security;
alter table chunk_embeddings_p5 force row level security;
create policy tenant on chunk_embeddings_p5 for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_embeddings_p5 to docket_app;

create table chunk_embeddings_p6 partition of chunk_embeddings for values with (modulus 8, remainder 6);
alter table chunk_embeddings_p6 owner to docket_owner;
alter table chunk_embeddings_p6 alter column embedding set storage plain;
alter table chunk_embeddings_p6 enable row level security;
alter table chunk_embeddings_p6 force row level security;
create policy tenant on chunk_embeddings_p6 for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_embeddings_p6 to docket_app;

create table chunk_embeddings_p7 partition of chunk_embeddings for values with (modulus 8, remainder 7);
alter table chunk_embeddings_p7 owner to docket_owner;
alter table chunk_embeddings_p7 alter column embedding set storage plain;
alter table chunk_embeddings_p7 enable row level security;
alter table chunk_embeddings_p7 force row level security;
create policy tenant on chunk_embeddings_p7 for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_embeddings_p7 to docket_app;

create table chunk_lexical (
  org_id uuid not null,
  chunk_id uuid not null,
  content_id uuid not null,
  weights sparsevec(1000000000) not null,
  constraint chunk_lexical_pkey PRIMARY KEY (org_id, chunk_id),
  constraint chunk_lexical_org_id_chunk_id_fkey FOREIGN KEY (org_id, chunk_id) REFERENCES chunks(org_id, id) ON DELETE CASCADE
);
alter table chunk_lexical owner to docket_owner;
alter table chunk_lexical alter column weights set storage main;
alter table chunk_lexical enable row level security;
alter table chunk_lexical force row level security;
CREATE INDEX chunk_lexical_org_id_content_id_idx ON public.chunk_lexical USING btree (org_id, content_id);
create policy tenant on chunk_lexical for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunk_lexical to docket_app;

create table chunks (
  org_id uuid not null,
  id uuid not null,
  content_id uuid not null,
  ordinal integer not null,
  text text not null,
  section_path text[] not null,
  page integer,
  char_start integer not null,
  char_end integer not null,
  token_count integer not null,
  constraint chunks_pkey PRIMARY KEY (org_id, id),
  constraint chunks_org_id_content_id_fkey FOREIGN KEY (org_id, content_id) REFERENCES contents(org_id, id) ON DELETE CASCADE
);
alter table chunks owner to docket_owner;
alter table chunks enable row level security;
alter table chunks force row level security;
CREATE UNIQUE INDEX chunks_org_id_content_id_ordinal_key ON public.chunks USING btree (org_id, content_id, ordinal);
create policy system_lookup on chunks for select to docket_system
  using (true);
create policy tenant on chunks for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on chunks to docket_app;
grant select (org_id, id, content_id) on chunks to docket_system;

create table collections (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  description text,
  created_at timestamp with time zone not null default now(),
  constraint collections_pkey PRIMARY KEY (org_id, id),
  constraint collections_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint collections_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table collections owner to docket_owner;
alter table collections enable row level security;
alter table collections force row level security;
CREATE UNIQUE INDEX collections_org_id_name_key ON public.collections USING btree (org_id, name);
create policy tenant on collections for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on collections to docket_app;

create table contents (
  org_id uuid not null,
  id uuid not null,
  sha256 bytea not null,
  parser_kind text not null,
  language text not null,
  pipeline_version integer not null,
  state text not null,
  lease_run_id uuid,
  lease_expires_at timestamp with time zone,
  fencing_token bigint not null default 1,
  size_bytes bigint not null,
  object_key text,
  text_key text,
  title text,
  metadata jsonb not null default '{}'::jsonb,
  detected_language text,
  page_count integer,
  chunk_count integer not null default 0,
  lexeme_terms integer[] not null default '{}'::integer[],
  lexeme_deltas integer[] not null default '{}'::integer[],
  error_code text,
  error_message text,
  timings jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  indexed_at timestamp with time zone,
  stale_from text,
  posting_block bigint,
  constraint contents_pkey PRIMARY KEY (org_id, id),
  constraint contents_sha256_check CHECK ((length(sha256) = 32)),
  constraint contents_stale_from_check CHECK ((stale_from = ANY (ARRAY['parse'::text, 'embed'::text]))),
  constraint contents_state_check CHECK ((state = ANY (ARRAY['processing'::text, 'indexed'::text, 'rejected'::text]))),
  constraint contents_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table contents owner to docket_owner;
alter table contents enable row level security;
alter table contents force row level security;
CREATE UNIQUE INDEX contents_identity_key ON public.contents USING btree (org_id, sha256, parser_kind, language, pipeline_version);
CREATE INDEX contents_indexed_at_idx ON public.contents USING btree (indexed_at DESC) WHERE (state = 'indexed'::text);
CREATE INDEX contents_posting_block_idx ON public.contents USING btree (org_id, posting_block, id);
create policy system_lookup on contents for select to docket_system
  using (true);
create policy tenant on contents for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
CREATE TRIGGER contents_give_up_posting_block_on_change AFTER UPDATE OF state ON public.contents FOR EACH ROW WHEN (((old.posting_block IS NOT NULL) AND (old.state = 'indexed'::text) AND (new.state <> 'indexed'::text))) EXECUTE FUNCTION docket_give_up_posting_block();
CREATE TRIGGER contents_give_up_posting_block_on_delete AFTER DELETE ON public.contents FOR EACH ROW WHEN ((old.posting_block IS NOT NULL)) EXECUTE FUNCTION docket_give_up_posting_block();
grant delete, insert, select, update on contents to docket_app;
grant select (org_id, id, state, indexed_at) on contents to docket_system;

create table document_erasures (
  org_id uuid not null,
  document_id uuid not null,
  run_id uuid not null,
  requested_by text not null,
  requested_at timestamp with time zone not null default now(),
  tally jsonb not null default '{}'::jsonb,
  constraint document_erasures_pkey PRIMARY KEY (org_id, document_id),
  constraint document_erasures_org_id_document_id_fkey FOREIGN KEY (org_id, document_id) REFERENCES documents(org_id, id) ON DELETE CASCADE,
  constraint document_erasures_org_id_run_id_fkey FOREIGN KEY (org_id, run_id) REFERENCES runs(org_id, id)
);
alter table document_erasures owner to docket_owner;
alter table document_erasures enable row level security;
alter table document_erasures force row level security;
CREATE UNIQUE INDEX document_erasures_org_id_run_id_key ON public.document_erasures USING btree (org_id, run_id);
create policy tenant on document_erasures for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on document_erasures to docket_app;

create table document_versions (
  org_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  version integer not null,
  state text not null,
  step text,
  content_id uuid,
  run_id uuid,
  file_name text not null,
  media_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null,
  language text not null,
  error_code text,
  error_message text,
  storage_failures integer not null default 0,
  timings jsonb not null default '{}'::jsonb,
  created_at timestamp with time zone not null default now(),
  indexed_at timestamp with time zone,
  parser_stalls integer not null default 0,
  constraint document_versions_pkey PRIMARY KEY (org_id, id),
  constraint document_versions_sha256_check CHECK ((length(sha256) = 32)),
  constraint document_versions_state_check CHECK ((state = ANY (ARRAY['awaiting_upload'::text, 'uploaded'::text, 'processing'::text, 'waiting_for_provider'::text, 'indexed'::text, 'upload_expired'::text, 'rejected'::text, 'index_error'::text, 'deleted'::text]))),
  constraint document_versions_org_id_content_id_fkey FOREIGN KEY (org_id, content_id) REFERENCES contents(org_id, id),
  constraint document_versions_org_id_document_id_fkey FOREIGN KEY (org_id, document_id) REFERENCES documents(org_id, id) ON DELETE CASCADE,
  constraint document_versions_org_id_run_id_fkey FOREIGN KEY (org_id, run_id) REFERENCES runs(org_id, id),
  constraint count_delete TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint count_insert TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint count_update TRIGGER DEFERRABLE INITIALLY DEFERRED
);
alter table document_versions owner to docket_owner;
alter table document_versions enable row level security;
alter table document_versions force row level security;
CREATE UNIQUE INDEX document_versions_document_id_version_key ON public.document_versions USING btree (org_id, document_id, version);
CREATE INDEX document_versions_org_id_content_id_idx ON public.document_versions USING btree (org_id, content_id);
CREATE INDEX document_versions_org_id_run_id_idx ON public.document_versions USING btree (org_id, run_id);
create policy system_lookup on document_versions for select to docket_system
  using (true);
create policy tenant on document_versions for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
CREATE CONSTRAINT TRIGGER count_delete AFTER DELETE ON public.document_versions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (docket_is_kept(old.state)) EXECUTE FUNCTION docket_count_version();
CREATE CONSTRAINT TRIGGER count_insert AFTER INSERT ON public.document_versions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (docket_is_kept(new.state)) EXECUTE FUNCTION docket_count_version();
CREATE CONSTRAINT TRIGGER count_update AFTER UPDATE ON public.document_versions DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((docket_is_kept(old.state) <> docket_is_kept(new.state))) EXECUTE FUNCTION docket_count_version();
grant delete, insert, select, update on document_versions to docket_app;
grant select (org_id, id, state) on document_versions to docket_system;

create table documents (
  org_id uuid not null,
  id uuid not null,
  collection_id uuid,
  title text not null,
  source_url text,
  external_key text,
  metadata jsonb not null default '{}'::jsonb,
  latest_version integer not null default 1,
  current_version integer,
  current_content_id uuid,
  created_at timestamp with time zone not null default now(),
  updated_at timestamp with time zone not null default now(),
  deleted_at timestamp with time zone,
  constraint documents_pkey PRIMARY KEY (org_id, id),
  constraint documents_collection_id_check CHECK (((collection_id IS NOT NULL) OR (deleted_at IS NOT NULL))),
  constraint documents_org_id_collection_id_fkey FOREIGN KEY (org_id, collection_id) REFERENCES collections(org_id, id),
  constraint documents_org_id_current_content_id_fkey FOREIGN KEY (org_id, current_content_id) REFERENCES contents(org_id, id),
  constraint documents_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id),
  constraint count_delete TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint count_insert TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint count_update TRIGGER DEFERRABLE INITIALLY DEFERRED
);
alter table documents owner to docket_owner;
alter table documents enable row level security;
alter table documents force row level security;
CREATE UNIQUE INDEX documents_external_key_key ON public.documents USING btree (org_id, collection_id, external_key) WHERE ((external_key IS NOT NULL) AND (deleted_at IS NULL));
CREATE INDEX documents_org_id_collection_id_id_idx ON public.documents USING btree (org_id, collection_id, id);
CREATE INDEX documents_org_id_current_content_id_idx ON public.documents USING btree (org_id, current_content_id);
create policy tenant on documents for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
CREATE CONSTRAINT TRIGGER count_delete AFTER DELETE ON public.documents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.deleted_at IS NULL)) EXECUTE FUNCTION docket_count_document();
CREATE CONSTRAINT TRIGGER count_insert AFTER INSERT ON public.documents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new.deleted_at IS NULL)) EXECUTE FUNCTION docket_count_document();
CREATE CONSTRAINT TRIGGER count_update AFTER UPDATE ON public.documents DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old.deleted_at IS NULL) <> (new.deleted_at IS NULL))) EXECUTE FUNCTION docket_count_document();
grant delete, insert, select, update on documents to docket_app;

create table embedding_profiles (
  id smallint not null,
  public_id uuid not null,
  provider text not null,
  model text not null,
  dimension integer not null,
  state text not null,
  created_at timestamp with time zone not null default now(),
  fusion_weight real not null default 0.5,
  embedded_count bigint not null default 0,
  passage_count bigint not null default 0,
  error_code text,
  error_message text,
  constraint embedding_profiles_pkey PRIMARY KEY (id),
  constraint embedding_profiles_public_id_key UNIQUE (public_id),
  constraint embedding_profiles_dimension_check CHECK (((dimension >= 1) AND (dimension <= 4000))),
  constraint embedding_profiles_fusion_weight_check CHECK (((fusion_weight >= (0)::double precision) AND (fusion_weight <= (1)::double precision))),
  constraint embedding_profiles_state_check CHECK ((state = ANY (ARRAY['registered'::text, 'building'::text, 'paused'::text, 'active'::text, 'standby'::text, 'retired'::text])))
);
alter table embedding_profiles owner to docket_owner;
CREATE UNIQUE INDEX embedding_profiles_active_key ON public.embedding_profiles USING btree (state) WHERE (state = 'active'::text);
CREATE UNIQUE INDEX embedding_profiles_changing_key ON public.embedding_profiles USING btree ((true)) WHERE (state = ANY (ARRAY['building'::text, 'paused'::text, 'standby'::text]));
CREATE UNIQUE INDEX embedding_profiles_identity_key ON public.embedding_profiles USING btree (provider, model, dimension);
grant select on embedding_profiles to docket_app;
grant select (id, state), update (state, embedded_count, passage_count, error_code, error_message) on embedding_profiles to docket_system;

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
  constraint enrichment_citations_pkey PRIMARY KEY (org_id, enrichment_id, marker),
  constraint enrichment_citations_org_id_chunk_id_fkey FOREIGN KEY (org_id, chunk_id) REFERENCES chunks(org_id, id) ON DELETE CASCADE,
  constraint enrichment_citations_org_id_enrichment_id_fkey FOREIGN KEY (org_id, enrichment_id) REFERENCES enrichments(org_id, id) ON DELETE CASCADE
);
alter table enrichment_citations owner to docket_owner;
alter table enrichment_citations enable row level security;
alter table enrichment_citations force row level security;
CREATE INDEX enrichment_citations_org_id_chunk_id_idx ON public.enrichment_citations USING btree (org_id, chunk_id);
create policy tenant on enrichment_citations for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on enrichment_citations to docket_app;

create table enrichment_decisions (
  org_id uuid not null,
  enrichment_id uuid not null,
  run_id uuid not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  reminded_at timestamp with time zone,
  decision text,
  reply text,
  reason text,
  decided_by text,
  decided_at timestamp with time zone,
  due_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint enrichment_decisions_pkey PRIMARY KEY (org_id, enrichment_id),
  constraint enrichment_decisions_check CHECK (((reply IS NOT NULL) <= (decision = 'edit'::text))),
  constraint enrichment_decisions_check1 CHECK (((decided_at IS NULL) = (decision IS NULL))),
  constraint enrichment_decisions_decision_check CHECK ((decision = ANY (ARRAY['approve'::text, 'edit'::text, 'reject'::text]))),
  constraint enrichment_decisions_org_id_enrichment_id_fkey FOREIGN KEY (org_id, enrichment_id) REFERENCES enrichments(org_id, id) ON DELETE CASCADE,
  constraint enrichment_decisions_org_id_run_id_fkey FOREIGN KEY (org_id, run_id) REFERENCES runs(org_id, id)
);
alter table enrichment_decisions owner to docket_owner;
alter table enrichment_decisions enable row level security;
alter table enrichment_decisions force row level security;
CREATE INDEX enrichment_decisions_due_at_idx ON public.enrichment_decisions USING btree (due_at) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX enrichment_decisions_org_id_run_id_key ON public.enrichment_decisions USING btree (org_id, run_id);
create policy system_lookup on enrichment_decisions for select to docket_system
  using (true);
create policy tenant on enrichment_decisions for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on enrichment_decisions to docket_app;
grant select (org_id, enrichment_id, due_at, ended_at) on enrichment_decisions to docket_system;

create table enrichment_passages (
  org_id uuid not null,
  enrichment_id uuid not null,
  rank integer not null,
  chunk_id uuid not null,
  document_id uuid not null,
  title text not null,
  source_url text,
  score double precision not null,
  lexical_rank integer,
  vector_rank integer,
  constraint enrichment_passages_pkey PRIMARY KEY (org_id, enrichment_id, rank),
  constraint enrichment_passages_org_id_chunk_id_fkey FOREIGN KEY (org_id, chunk_id) REFERENCES chunks(org_id, id) ON DELETE CASCADE,
  constraint enrichment_passages_org_id_enrichment_id_fkey FOREIGN KEY (org_id, enrichment_id) REFERENCES enrichments(org_id, id) ON DELETE CASCADE
);
alter table enrichment_passages owner to docket_owner;
alter table enrichment_passages enable row level security;
alter table enrichment_passages force row level security;
CREATE INDEX enrichment_passages_org_id_chunk_id_idx ON public.enrichment_passages USING btree (org_id, chunk_id);
CREATE INDEX enrichment_passages_org_id_document_id_idx ON public.enrichment_passages USING btree (org_id, document_id);
create policy tenant on enrichment_passages for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on enrichment_passages to docket_app;

create table enrichments (
  org_id uuid not null,
  id uuid not null,
  ticket_id uuid not null,
  revision integer not null,
  run_id uuid not null,
  state text not null,
  step text,
  asked_prompt_version integer,
  asked_model text,
  prompt_version integer,
  taxonomy_version integer,
  provider text,
  model text,
  example_ids uuid[] not null default '{}'::uuid[],
  evidence jsonb,
  result jsonb,
  problems jsonb not null default '[]'::jsonb,
  repaired boolean not null default false,
  error_code text,
  error_message text,
  timings jsonb not null default '{}'::jsonb,
  worker_build text,
  created_at timestamp with time zone not null default now(),
  ended_at timestamp with time zone,
  erasures integer not null default 0,
  replay_of uuid,
  replay_number integer,
  passages_from text,
  is_trial boolean not null default false,
  draft jsonb,
  expires_at timestamp with time zone,
  changed_fields text[],
  batch_id uuid,
  constraint enrichments_pkey PRIMARY KEY (org_id, id),
  constraint enrichments_check CHECK (((replay_number IS NULL) = (replay_of IS NULL))),
  constraint enrichments_check1 CHECK (((NOT is_trial) OR (replay_of IS NOT NULL))),
  constraint enrichments_check2 CHECK (((expires_at IS NULL) OR is_trial)),
  constraint enrichments_passages_from_check CHECK ((passages_from = ANY (ARRAY['pinned'::text, 'fresh'::text]))),
  constraint enrichments_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting_for_provider'::text, 'ready'::text, 'awaiting_decision'::text, 'approved'::text, 'edited'::text, 'rejected'::text, 'decision_expired'::text, 'superseded'::text, 'failed'::text, 'cancelled'::text]))),
  constraint enrichments_org_id_batch_id_fkey FOREIGN KEY (org_id, batch_id) REFERENCES batches(org_id, id),
  constraint enrichments_org_id_replay_of_fkey FOREIGN KEY (org_id, replay_of) REFERENCES enrichments(org_id, id) ON DELETE CASCADE,
  constraint enrichments_org_id_run_id_fkey FOREIGN KEY (org_id, run_id) REFERENCES runs(org_id, id),
  constraint enrichments_org_id_ticket_id_fkey FOREIGN KEY (org_id, ticket_id) REFERENCES tickets(org_id, id) ON DELETE CASCADE
);
alter table enrichments owner to docket_owner;
alter table enrichments enable row level security;
alter table enrichments force row level security;
CREATE INDEX enrichments_expires_at_idx ON public.enrichments USING btree (expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX enrichments_org_id_batch_id_idx ON public.enrichments USING btree (org_id, batch_id, state);
CREATE UNIQUE INDEX enrichments_org_id_replay_of_replay_number_key ON public.enrichments USING btree (org_id, replay_of, replay_number);
CREATE UNIQUE INDEX enrichments_org_id_run_id_key ON public.enrichments USING btree (org_id, run_id);
CREATE INDEX enrichments_org_id_ticket_id_id_idx ON public.enrichments USING btree (org_id, ticket_id, id);
CREATE UNIQUE INDEX enrichments_queued_key ON public.enrichments USING btree (org_id, ticket_id) WHERE ((state = 'queued'::text) AND (replay_of IS NULL));
CREATE UNIQUE INDEX enrichments_running_key ON public.enrichments USING btree (org_id, ticket_id) WHERE ((state = ANY (ARRAY['running'::text, 'waiting_for_provider'::text])) AND (replay_of IS NULL));
CREATE INDEX enrichments_single_created_at_idx ON public.enrichments USING btree (created_at) WHERE (batch_id IS NULL);
create policy system_lookup on enrichments for select to docket_system
  using (true);
create policy tenant on enrichments for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on enrichments to docket_app;
grant select (org_id, id, created_at, expires_at, batch_id) on enrichments to docket_system;

create table examples (
  org_id uuid not null,
  id uuid not null,
  subject text not null,
  body text not null,
  category text not null,
  priority text,
  team text,
  reply text,
  created_at timestamp with time zone not null default now(),
  enrichment_id uuid,
  constraint examples_pkey PRIMARY KEY (org_id, id),
  constraint examples_org_id_enrichment_id_fkey FOREIGN KEY (org_id, enrichment_id) REFERENCES enrichments(org_id, id) ON DELETE CASCADE,
  constraint examples_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table examples owner to docket_owner;
alter table examples enable row level security;
alter table examples force row level security;
CREATE UNIQUE INDEX examples_org_id_enrichment_id_key ON public.examples USING btree (org_id, enrichment_id);
create policy tenant on examples for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on examples to docket_app;

create table idempotency_keys (
  org_id uuid not null,
  principal_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  lease_expires_at timestamp with time zone not null,
  fencing_token bigint not null default nextval('idempotency_fencing_tokens'::regclass),
  answered_at timestamp with time zone,
  status smallint,
  location text,
  body text,
  is_secret boolean not null default false,
  upload_grant jsonb,
  expires_at timestamp with time zone not null,
  constraint idempotency_keys_pkey PRIMARY KEY (org_id, principal_id, key),
  constraint idempotency_keys_fingerprint_check CHECK ((length(fingerprint) = 32)),
  constraint idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255))),
  constraint idempotency_keys_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id) ON DELETE CASCADE
);
alter table idempotency_keys owner to docket_owner;
alter table idempotency_keys enable row level security;
alter table idempotency_keys force row level security;
CREATE INDEX idempotency_keys_expires_at_idx ON public.idempotency_keys USING btree (expires_at);
create policy system_lookup on idempotency_keys for select to docket_system
  using (true);
create policy tenant on idempotency_keys for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on idempotency_keys to docket_app;
grant select (org_id, expires_at) on idempotency_keys to docket_system;

create table installation_events (
  seq bigint not null,
  record text not null,
  previous_hash bytea not null,
  hash bytea not null,
  at text not null generated always as (((record)::jsonb ->> 'at'::text)),
  action text not null generated always as (((record)::jsonb ->> 'action'::text)),
  subject text not null generated always as (((record)::jsonb ->> 'subject'::text)),
  constraint installation_events_pkey PRIMARY KEY (seq)
);
alter table installation_events owner to docket_owner;
CREATE INDEX installation_events_action_seq_idx ON public.installation_events USING btree (action, seq);
CREATE INDEX installation_events_subject_seq_idx ON public.installation_events USING btree (subject, seq);
CREATE TRIGGER append BEFORE INSERT ON public.installation_events FOR EACH ROW EXECUTE FUNCTION docket_append_installation_event();
grant insert (record), select on installation_events to docket_app;

create table installation_heads (
  is_only boolean not null default true,
  seq bigint not null,
  hash bytea not null,
  constraint installation_heads_pkey PRIMARY KEY (is_only),
  constraint installation_heads_hash_check CHECK ((length(hash) = 32)),
  constraint installation_heads_is_only_check CHECK (is_only)
);
alter table installation_heads owner to docket_owner;
grant select on installation_heads to docket_app;
grant select (seq, hash), update (seq, hash) on installation_heads to docket_system;

create table invitations (
  org_id uuid not null,
  id uuid not null,
  email text not null,
  role text not null,
  token_hash bytea not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  accepted_at timestamp with time zone,
  revoked_at timestamp with time zone,
  constraint invitations_pkey PRIMARY KEY (org_id, id),
  constraint invitations_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
  constraint invitations_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'agent'::text, 'viewer'::text]))),
  constraint invitations_token_hash_check CHECK ((length(token_hash) = 32)),
  constraint invitations_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table invitations owner to docket_owner;
alter table invitations enable row level security;
alter table invitations force row level security;
CREATE UNIQUE INDEX invitations_org_id_email_key ON public.invitations USING btree (org_id, email) WHERE ((accepted_at IS NULL) AND (revoked_at IS NULL));
CREATE UNIQUE INDEX invitations_token_hash_key ON public.invitations USING btree (token_hash);
create policy system_lookup on invitations for select to docket_system
  using (true);
create policy tenant on invitations for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on invitations to docket_app;
grant select (org_id, id, token_hash) on invitations to docket_system;

create table lexeme_changes (
  org_id uuid not null,
  id bigint not null generated always as identity,
  terms integer[] not null,
  deltas integer[] not null,
  created_at timestamp with time zone not null default now(),
  constraint lexeme_changes_pkey PRIMARY KEY (org_id, id),
  constraint lexeme_changes_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id) ON DELETE CASCADE
);
alter table lexeme_changes owner to docket_owner;
alter table lexeme_changes enable row level security;
alter table lexeme_changes force row level security;
create policy system_lookup on lexeme_changes for select to docket_system
  using (true);
create policy tenant on lexeme_changes for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on lexeme_changes to docket_app;
grant select (org_id) on lexeme_changes to docket_system;

create table lexeme_counts (
  org_id uuid not null,
  term integer not null,
  chunk_count integer not null,
  constraint lexeme_counts_pkey PRIMARY KEY (org_id, term),
  constraint lexeme_counts_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id) ON DELETE CASCADE
);
alter table lexeme_counts owner to docket_owner;
alter table lexeme_counts enable row level security;
alter table lexeme_counts force row level security;
CREATE INDEX lexeme_counts_passages_idx ON public.lexeme_counts USING btree (chunk_count) WHERE (term = 0);
create policy system_lookup on lexeme_counts for select to docket_system
  using (true);
create policy tenant on lexeme_counts for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on lexeme_counts to docket_app;
grant select (org_id, term, chunk_count) on lexeme_counts to docket_system;

create table memberships (
  org_id uuid not null,
  user_id uuid not null,
  role text not null,
  created_at timestamp with time zone not null default now(),
  constraint memberships_pkey PRIMARY KEY (org_id, user_id),
  constraint memberships_role_check CHECK ((role = ANY (ARRAY['owner'::text, 'admin'::text, 'agent'::text, 'viewer'::text]))),
  constraint memberships_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id),
  constraint memberships_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id)
);
alter table memberships owner to docket_owner;
alter table memberships enable row level security;
alter table memberships force row level security;
CREATE INDEX memberships_user_id_idx ON public.memberships USING btree (user_id);
create policy system_lookup on memberships for select to docket_system
  using (true);
create policy tenant on memberships for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on memberships to docket_app;
grant select (org_id, user_id, created_at) on memberships to docket_system;

create table message_batch_items (
  org_id uuid not null,
  enrichment_id uuid not null,
  batch_id uuid not null,
  message_batch_id uuid,
  outcome text not null default 'waiting'::text,
  model text,
  request_hash text,
  erasures integer,
  created_at timestamp with time zone not null default now(),
  settled_at timestamp with time zone,
  told_at timestamp with time zone,
  parameters jsonb,
  constraint message_batch_items_pkey PRIMARY KEY (org_id, enrichment_id),
  constraint message_batch_items_outcome_check CHECK ((outcome = ANY (ARRAY['waiting'::text, 'answered'::text, 'errored'::text, 'expired'::text, 'canceled'::text, 'missing'::text, 'refused'::text, 'called_off'::text]))),
  constraint message_batch_items_org_id_batch_id_fkey FOREIGN KEY (org_id, batch_id) REFERENCES batches(org_id, id),
  constraint message_batch_items_org_id_enrichment_id_fkey FOREIGN KEY (org_id, enrichment_id) REFERENCES enrichments(org_id, id) ON DELETE CASCADE,
  constraint message_batch_items_org_id_message_batch_id_fkey FOREIGN KEY (org_id, message_batch_id) REFERENCES message_batches(org_id, id)
);
alter table message_batch_items owner to docket_owner;
alter table message_batch_items enable row level security;
alter table message_batch_items force row level security;
CREATE INDEX message_batch_items_org_id_batch_id_idx ON public.message_batch_items USING btree (org_id, batch_id, outcome);
CREATE INDEX message_batch_items_org_id_message_batch_id_idx ON public.message_batch_items USING btree (org_id, message_batch_id);
CREATE INDEX message_batch_items_untold_idx ON public.message_batch_items USING btree (org_id, batch_id, enrichment_id) WHERE ((outcome <> 'waiting'::text) AND (told_at IS NULL));
create policy tenant on message_batch_items for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on message_batch_items to docket_app;

create table message_batches (
  org_id uuid not null,
  id uuid not null,
  batch_id uuid not null,
  provider text not null,
  state text not null default 'submitting'::text,
  requests integer,
  sent_at timestamp with time zone,
  provider_batch_id text,
  foreign_ids text[] not null default '{}'::text[],
  submitted_at timestamp with time zone,
  polled_at timestamp with time zone,
  cancel_asked_at timestamp with time zone,
  broken_reads integer not null default 0,
  ended_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  is_guessed boolean not null default false,
  constraint message_batches_pkey PRIMARY KEY (org_id, id),
  constraint message_batches_state_check CHECK ((state = ANY (ARRAY['submitting'::text, 'submitted'::text, 'ended'::text]))),
  constraint message_batches_org_id_batch_id_fkey FOREIGN KEY (org_id, batch_id) REFERENCES batches(org_id, id)
);
alter table message_batches owner to docket_owner;
alter table message_batches enable row level security;
alter table message_batches force row level security;
CREATE INDEX message_batches_org_id_batch_id_idx ON public.message_batches USING btree (org_id, batch_id, state);
CREATE UNIQUE INDEX message_batches_provider_batch_id_key ON public.message_batches USING btree (provider, provider_batch_id);
create policy system_guesses on message_batches for all to docket_system
  using (true)
  with check (NOT is_guessed);
create policy tenant on message_batches for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on message_batches to docket_app;
grant select (provider, state, sent_at, provider_batch_id, foreign_ids, submitted_at, is_guessed), update (state, sent_at, provider_batch_id, foreign_ids, polled_at, is_guessed) on message_batches to docket_system;

create table migrations (
  id integer not null default nextval('migrations_id_seq'::regclass),
  timestamp bigint not null,
  name character varying not null,
  constraint PK_8c82d7f526340ab734260ea46be PRIMARY KEY (id)
);
alter table migrations owner to docket_owner;

create table model_calls (
  org_id uuid not null,
  id uuid not null,
  enrichment_id uuid not null,
  ticket_id uuid not null,
  round integer not null,
  attempt integer not null,
  provider text not null,
  model_asked text not null,
  model_answered text,
  request_hash text not null,
  outcome text not null,
  output text,
  stop_detail text,
  input_tokens integer not null default 0,
  output_tokens integer not null default 0,
  cache_read_tokens integer not null default 0,
  cache_write_tokens integer not null default 0,
  cost_micros bigint,
  price_table text,
  latency_ms integer not null,
  provider_request_id text,
  created_at timestamp with time zone not null default now(),
  set_aside boolean not null default false,
  saved_micros bigint not null default 0,
  is_batched boolean not null default false,
  batch_saved_micros bigint not null default 0,
  parameters jsonb,
  constraint model_calls_pkey PRIMARY KEY (org_id, id),
  constraint model_calls_org_id_enrichment_id_fkey FOREIGN KEY (org_id, enrichment_id) REFERENCES enrichments(org_id, id) ON DELETE CASCADE
);
alter table model_calls owner to docket_owner;
alter table model_calls enable row level security;
alter table model_calls force row level security;
CREATE UNIQUE INDEX model_calls_answer_key ON public.model_calls USING btree (org_id, enrichment_id, round) WHERE ((outcome = ANY (ARRAY['completed'::text, 'refused'::text, 'truncated'::text])) AND (NOT set_aside));
CREATE INDEX model_calls_org_id_created_at_idx ON public.model_calls USING btree (org_id, created_at);
CREATE INDEX model_calls_org_id_enrichment_id_idx ON public.model_calls USING btree (org_id, enrichment_id, created_at);
CREATE INDEX model_calls_org_id_ticket_id_request_hash_idx ON public.model_calls USING btree (org_id, ticket_id, request_hash);
create policy tenant on model_calls for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on model_calls to docket_app;

create table object_deletions (
  org_id uuid not null,
  id uuid not null,
  run_id uuid not null,
  object_key text not null,
  is_late boolean not null,
  due_at timestamp with time zone not null,
  size_bytes bigint,
  constraint object_deletions_pkey PRIMARY KEY (org_id, id),
  constraint object_deletions_org_id_run_id_fkey FOREIGN KEY (org_id, run_id) REFERENCES runs(org_id, id) ON DELETE CASCADE
);
alter table object_deletions owner to docket_owner;
alter table object_deletions enable row level security;
alter table object_deletions force row level security;
CREATE INDEX object_deletions_due_at_idx ON public.object_deletions USING btree (due_at) WHERE is_late;
CREATE INDEX object_deletions_org_id_run_id_idx ON public.object_deletions USING btree (org_id, run_id, is_late);
create policy system_lookup on object_deletions for select to docket_system
  using (true);
create policy tenant on object_deletions for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on object_deletions to docket_app;
grant select (org_id, id, is_late, due_at) on object_deletions to docket_system;

create table operator_idempotency_keys (
  key text not null,
  fingerprint bytea not null,
  status smallint not null,
  body text,
  is_secret boolean not null,
  expires_at timestamp with time zone not null,
  location text,
  constraint operator_idempotency_keys_pkey PRIMARY KEY (key),
  constraint operator_idempotency_keys_fingerprint_check CHECK ((length(fingerprint) = 32)),
  constraint operator_idempotency_keys_key_check CHECK (((length(key) >= 1) AND (length(key) <= 255)))
);
alter table operator_idempotency_keys owner to docket_owner;
CREATE INDEX operator_idempotency_keys_expires_at_idx ON public.operator_idempotency_keys USING btree (expires_at);
grant delete, insert, select on operator_idempotency_keys to docket_app;

create table org_usage (
  org_id uuid not null,
  documents bigint not null default 0,
  storage_bytes bigint not null default 0,
  concurrent_runs bigint not null default 0,
  constraint org_usage_pkey PRIMARY KEY (org_id),
  constraint org_usage_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table org_usage owner to docket_owner;
alter table org_usage enable row level security;
alter table org_usage force row level security;
create policy system_count on org_usage for all to docket_system
  using (true)
  with check (true);
create policy tenant on org_usage for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant select on org_usage to docket_app;
grant insert (org_id), select (org_id, documents, storage_bytes, concurrent_runs), update (documents, storage_bytes, concurrent_runs) on org_usage to docket_system;

create table orgs (
  id uuid not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  retention_days integer,
  approval_policy text not null default 'never'::text,
  plan text not null default 'enterprise'::text,
  approval_confidence double precision,
  learn_from_edits boolean not null default false,
  tokens_per_day bigint,
  cost_micros_per_day bigint,
  constraint orgs_pkey PRIMARY KEY (id),
  constraint orgs_approval_confidence_check CHECK (((approval_confidence > (0)::double precision) AND (approval_confidence <= (1)::double precision))),
  constraint orgs_approval_confidence_given_check CHECK (((approval_policy <> 'below_confidence'::text) OR (approval_confidence IS NOT NULL))),
  constraint orgs_approval_policy_check CHECK ((approval_policy = ANY (ARRAY['never'::text, 'always'::text, 'below_confidence'::text]))),
  constraint orgs_cost_micros_per_day_check CHECK ((cost_micros_per_day > 0)),
  constraint orgs_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint orgs_retention_days_check CHECK (((retention_days >= 1) AND (retention_days <= 36500))),
  constraint orgs_tokens_per_day_check CHECK ((tokens_per_day > 0)),
  constraint orgs_plan_fkey FOREIGN KEY (plan) REFERENCES plans(name)
);
alter table orgs owner to docket_owner;
alter table orgs enable row level security;
alter table orgs force row level security;
CREATE INDEX orgs_plan_idx ON public.orgs USING btree (plan);
create policy system_lookup on orgs for select to docket_system
  using (true);
create policy tenant on orgs for all to public
  using (id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
CREATE TRIGGER begin_usage AFTER INSERT ON public.orgs FOR EACH ROW EXECUTE FUNCTION docket_begin_usage();
grant insert, select, update on orgs to docket_app;
grant select (id, plan) on orgs to docket_system;

create table plans (
  name text not null,
  requests_per_minute integer,
  requests_per_minute_per_caller integer,
  concurrent_runs integer,
  documents integer,
  storage_bytes bigint,
  tokens_per_day bigint,
  constraint plans_pkey PRIMARY KEY (name),
  constraint plans_concurrent_runs_check CHECK ((concurrent_runs > 0)),
  constraint plans_documents_check CHECK ((documents > 0)),
  constraint plans_name_check CHECK ((name = ANY (ARRAY['free'::text, 'team'::text, 'enterprise'::text]))),
  constraint plans_requests_per_minute_check CHECK ((requests_per_minute > 0)),
  constraint plans_requests_per_minute_per_caller_check CHECK ((requests_per_minute_per_caller > 0)),
  constraint plans_storage_bytes_check CHECK ((storage_bytes > 0)),
  constraint plans_tokens_per_day_check CHECK ((tokens_per_day > 0))
);
alter table plans owner to docket_owner;
grant select on plans to docket_app;
grant select (name, concurrent_runs, documents, storage_bytes) on plans to docket_system;

create table posting_blocks (
  org_id uuid not null,
  id bigint not null generated always as identity,
  created_at timestamp with time zone not null default now(),
  constraint posting_blocks_pkey PRIMARY KEY (org_id, id),
  constraint posting_blocks_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id) ON DELETE CASCADE
);
alter table posting_blocks owner to docket_owner;
alter table posting_blocks enable row level security;
alter table posting_blocks force row level security;
create policy tenant on posting_blocks for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on posting_blocks to docket_app;

create table posting_lists (
  org_id uuid not null,
  term integer not null,
  block_id bigint not null,
  postings bytea not null,
  constraint posting_lists_pkey PRIMARY KEY (org_id, term, block_id),
  constraint posting_lists_org_id_block_id_fkey FOREIGN KEY (org_id, block_id) REFERENCES posting_blocks(org_id, id) ON DELETE CASCADE
);
alter table posting_lists owner to docket_owner;
alter table posting_lists alter column postings set storage external;
alter table posting_lists enable row level security;
alter table posting_lists force row level security;
CREATE INDEX posting_lists_org_id_block_id_idx ON public.posting_lists USING btree (org_id, block_id);
create policy tenant on posting_lists for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on posting_lists to docket_app;

create table posting_members (
  org_id uuid not null,
  block_id bigint not null,
  place integer not null,
  chunk_id uuid not null,
  constraint posting_members_pkey PRIMARY KEY (org_id, block_id, place),
  constraint posting_members_org_id_block_id_fkey FOREIGN KEY (org_id, block_id) REFERENCES posting_blocks(org_id, id) ON DELETE CASCADE
);
alter table posting_members owner to docket_owner;
alter table posting_members enable row level security;
alter table posting_members force row level security;
create policy tenant on posting_members for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on posting_members to docket_app;

create table prompt_labels (
  org_id uuid not null,
  prompt_id uuid not null,
  label text not null,
  move integer not null,
  version integer not null,
  note text not null,
  moved_by text not null,
  moved_at timestamp with time zone not null default now(),
  constraint prompt_labels_pkey PRIMARY KEY (org_id, prompt_id, label, move),
  constraint prompt_labels_org_id_prompt_id_fkey FOREIGN KEY (org_id, prompt_id) REFERENCES prompts(org_id, id) ON DELETE CASCADE
);
alter table prompt_labels owner to docket_owner;
alter table prompt_labels enable row level security;
alter table prompt_labels force row level security;
create policy tenant on prompt_labels for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on prompt_labels to docket_app;

create table prompt_versions (
  org_id uuid not null,
  prompt_id uuid not null,
  version integer not null,
  system text not null,
  template text not null,
  model text,
  params jsonb not null default '{}'::jsonb,
  note text not null,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  constraint prompt_versions_pkey PRIMARY KEY (org_id, prompt_id, version),
  constraint prompt_versions_org_id_prompt_id_fkey FOREIGN KEY (org_id, prompt_id) REFERENCES prompts(org_id, id) ON DELETE CASCADE
);
alter table prompt_versions owner to docket_owner;
alter table prompt_versions enable row level security;
alter table prompt_versions force row level security;
create policy tenant on prompt_versions for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on prompt_versions to docket_app;

create table prompts (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  latest_version integer not null,
  latest_move integer not null default 0,
  created_at timestamp with time zone not null default now(),
  constraint prompts_pkey PRIMARY KEY (org_id, id),
  constraint prompts_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table prompts owner to docket_owner;
alter table prompts enable row level security;
alter table prompts force row level security;
CREATE UNIQUE INDEX prompts_org_id_name_key ON public.prompts USING btree (org_id, name);
create policy tenant on prompts for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on prompts to docket_app;

create table provider_limits (
  provider text not null,
  blocked_until timestamp with time zone,
  failures integer not null default 0,
  probe_until timestamp with time zone,
  reason text,
  updated_at timestamp with time zone not null default now(),
  flow jsonb not null default '{}'::jsonb,
  constraint provider_limits_pkey PRIMARY KEY (provider)
);
alter table provider_limits owner to docket_owner;
grant insert, select, update on provider_limits to docket_app;

create table provider_permits (
  provider text not null,
  call_id uuid not null,
  org_id uuid not null,
  expires_at timestamp with time zone not null,
  constraint provider_permits_pkey PRIMARY KEY (provider, call_id)
);
alter table provider_permits owner to docket_owner;
grant delete, insert, select, update on provider_permits to docket_app;

create table provider_shares (
  provider text not null,
  org_id uuid not null,
  is_bulk boolean not null,
  used double precision not null default 0,
  used_at timestamp with time zone not null default now(),
  next_slot_at timestamp with time zone,
  constraint provider_shares_pkey PRIMARY KEY (provider, org_id, is_bulk)
);
alter table provider_shares owner to docket_owner;
grant delete, insert, select, update on provider_shares to docket_app;

create table rate_windows (
  bucket text not null,
  ends_at timestamp with time zone not null,
  used bigint not null,
  constraint rate_windows_pkey PRIMARY KEY (bucket)
);
alter table rate_windows owner to docket_owner;
CREATE INDEX rate_windows_ends_at_idx ON public.rate_windows USING btree (ends_at);
grant delete, insert, select, update on rate_windows to docket_app;

create table reconciliation (
  id boolean not null default true,
  seen_until timestamp with time zone not null,
  holder uuid,
  held_until timestamp with time zone not null default '-infinity'::timestamp with time zone,
  constraint reconciliation_pkey PRIMARY KEY (id),
  constraint reconciliation_id_check CHECK (id)
);
alter table reconciliation owner to docket_owner;
grant select, update on reconciliation to docket_app;

create table refresh_tokens (
  user_id uuid not null,
  id uuid not null,
  session_id uuid not null,
  parent_id uuid,
  token_hash bytea not null,
  created_at timestamp with time zone not null default now(),
  replaced_at timestamp with time zone,
  constraint refresh_tokens_pkey PRIMARY KEY (user_id, id),
  constraint refresh_tokens_token_hash_check CHECK ((length(token_hash) = 32)),
  constraint refresh_tokens_user_id_session_id_fkey FOREIGN KEY (user_id, session_id) REFERENCES sessions(user_id, id) ON DELETE CASCADE
);
alter table refresh_tokens owner to docket_owner;
alter table refresh_tokens enable row level security;
alter table refresh_tokens force row level security;
CREATE UNIQUE INDEX refresh_tokens_token_hash_key ON public.refresh_tokens USING btree (token_hash);
CREATE INDEX refresh_tokens_user_id_session_id_idx ON public.refresh_tokens USING btree (user_id, session_id);
create policy person on refresh_tokens for all to public
  using (user_id = (NULLIF(current_setting('docket.user_id'::text, true), ''::text))::uuid)
  with check (user_id = (NULLIF(current_setting('docket.user_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on refresh_tokens to docket_app;

create table run_events (
  org_id uuid not null,
  run_id uuid not null,
  id bigint not null generated always as identity,
  at timestamp with time zone not null,
  step text not null,
  what text not null,
  attempt integer not null default 1,
  duration_ms integer,
  outcome text not null,
  detail jsonb not null default '{}'::jsonb,
  constraint run_events_pkey PRIMARY KEY (org_id, run_id, id),
  constraint run_events_org_id_run_id_fkey FOREIGN KEY (org_id, run_id) REFERENCES runs(org_id, id) ON DELETE CASCADE
);
alter table run_events owner to docket_owner;
alter table run_events enable row level security;
alter table run_events force row level security;
create policy tenant on run_events for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on run_events to docket_app;

create table run_executions (
  org_id uuid not null,
  run_id uuid not null,
  temporal_run_id uuid not null,
  worker_build text not null,
  started_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  constraint run_executions_pkey PRIMARY KEY (org_id, run_id, temporal_run_id),
  constraint run_executions_org_id_run_id_fkey FOREIGN KEY (org_id, run_id) REFERENCES runs(org_id, id) ON DELETE CASCADE
);
alter table run_executions owner to docket_owner;
alter table run_executions enable row level security;
alter table run_executions force row level security;
create policy tenant on run_executions for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on run_executions to docket_app;

create table runs (
  org_id uuid not null,
  id uuid not null,
  kind text not null,
  subject_kind text not null,
  subject_id uuid not null,
  workflow_id text not null,
  request_id text not null,
  traceparent text,
  state text not null,
  step text,
  error_code text,
  error_message text,
  result jsonb,
  attempts integer not null default 1,
  created_at timestamp with time zone not null default now(),
  started_at timestamp with time zone,
  ended_at timestamp with time zone,
  swept_at timestamp with time zone,
  input jsonb not null default '{}'::jsonb,
  queued_at timestamp with time zone not null default now(),
  failure_code text,
  same_failures integer not null default 0,
  automatic_retries integer not null default 0,
  next_retry_at timestamp with time zone,
  set_aside_at timestamp with time zone,
  constraint runs_pkey PRIMARY KEY (org_id, id),
  constraint runs_state_check CHECK ((state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text, 'succeeded'::text, 'failed'::text, 'cancelled'::text, 'terminated'::text]))),
  constraint runs_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id),
  constraint count_delete TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint count_insert TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint count_update TRIGGER DEFERRABLE INITIALLY DEFERRED
);
alter table runs owner to docket_owner;
alter table runs enable row level security;
alter table runs force row level security;
CREATE INDEX runs_due_retry_idx ON public.runs USING btree (next_retry_at) WHERE (next_retry_at IS NOT NULL);
CREATE INDEX runs_failed_id_idx ON public.runs USING btree (id, org_id) WHERE (state = ANY (ARRAY['failed'::text, 'terminated'::text]));
CREATE INDEX runs_failures_idx ON public.runs USING btree (org_id, kind, error_code, ended_at) WHERE (state = ANY (ARRAY['failed'::text, 'terminated'::text]));
CREATE INDEX runs_id_idx ON public.runs USING btree (id, org_id);
CREATE INDEX runs_open_idx ON public.runs USING btree (COALESCE(swept_at, queued_at)) WHERE (state = ANY (ARRAY['queued'::text, 'running'::text, 'waiting'::text]));
CREATE INDEX runs_org_id_ended_at_idx ON public.runs USING btree (org_id, ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX runs_org_id_subject_id_id_idx ON public.runs USING btree (org_id, subject_id, id);
CREATE INDEX runs_org_id_workflow_id_idx ON public.runs USING btree (org_id, workflow_id);
CREATE INDEX runs_unstarted_idx ON public.runs USING btree (queued_at) WHERE ((state = 'queued'::text) AND (swept_at IS NULL));
CREATE INDEX runs_waiting_idx ON public.runs USING btree (org_id, queued_at) WHERE (state = ANY (ARRAY['queued'::text, 'waiting'::text]));
create policy system_lookup on runs for select to docket_system
  using (true);
create policy tenant on runs for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
CREATE CONSTRAINT TRIGGER count_delete AFTER DELETE ON public.runs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((docket_is_open(old.state) AND docket_is_limited(old.kind))) EXECUTE FUNCTION docket_count_run();
CREATE CONSTRAINT TRIGGER count_insert AFTER INSERT ON public.runs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((docket_is_open(new.state) AND docket_is_limited(new.kind))) EXECUTE FUNCTION docket_count_run();
CREATE CONSTRAINT TRIGGER count_update AFTER UPDATE ON public.runs DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((docket_is_open(old.state) <> docket_is_open(new.state)) AND docket_is_limited(new.kind))) EXECUTE FUNCTION docket_count_run();
grant delete, insert, select, update on runs to docket_app;
grant select (org_id, id, kind, state, error_code, created_at, ended_at, swept_at, queued_at, next_retry_at) on runs to docket_system;

create table sessions (
  user_id uuid not null,
  id uuid not null,
  org_id uuid not null,
  user_agent text,
  created_at timestamp with time zone not null default now(),
  last_used_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone not null,
  ended_at timestamp with time zone,
  end_reason text,
  constraint sessions_pkey PRIMARY KEY (user_id, id),
  constraint sessions_end_reason_check CHECK ((end_reason = ANY (ARRAY['signed_out'::text, 'ended_by_user'::text, 'password_changed'::text, 'token_reused'::text]))),
  constraint sessions_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id),
  constraint sessions_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
alter table sessions owner to docket_owner;
alter table sessions enable row level security;
alter table sessions force row level security;
CREATE INDEX sessions_org_id_idx ON public.sessions USING btree (org_id);
create policy person on sessions for all to public
  using (user_id = (NULLIF(current_setting('docket.user_id'::text, true), ''::text))::uuid)
  with check (user_id = (NULLIF(current_setting('docket.user_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on sessions to docket_app;

create table taxonomies (
  org_id uuid not null,
  version integer not null,
  body jsonb not null,
  created_by text not null,
  created_at timestamp with time zone not null default now(),
  constraint taxonomies_pkey PRIMARY KEY (org_id, version),
  constraint taxonomies_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table taxonomies owner to docket_owner;
alter table taxonomies enable row level security;
alter table taxonomies force row level security;
create policy tenant on taxonomies for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on taxonomies to docket_app;

create table team_members (
  org_id uuid not null,
  team_id uuid not null,
  user_id uuid not null,
  created_at timestamp with time zone not null default now(),
  constraint team_members_pkey PRIMARY KEY (org_id, team_id, user_id),
  constraint team_members_org_id_team_id_fkey FOREIGN KEY (org_id, team_id) REFERENCES teams(org_id, id) ON DELETE CASCADE,
  constraint team_members_org_id_user_id_fkey FOREIGN KEY (org_id, user_id) REFERENCES memberships(org_id, user_id) ON DELETE CASCADE
);
alter table team_members owner to docket_owner;
alter table team_members enable row level security;
alter table team_members force row level security;
CREATE INDEX team_members_org_id_user_id_idx ON public.team_members USING btree (org_id, user_id);
create policy tenant on team_members for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on team_members to docket_app;

create table teams (
  org_id uuid not null,
  id uuid not null,
  name text not null,
  description text,
  created_at timestamp with time zone not null default now(),
  constraint teams_pkey PRIMARY KEY (org_id, id),
  constraint teams_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200))),
  constraint teams_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table teams owner to docket_owner;
alter table teams enable row level security;
alter table teams force row level security;
CREATE UNIQUE INDEX teams_org_id_name_key ON public.teams USING btree (org_id, name);
create policy tenant on teams for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on teams to docket_app;

create table ticket_revisions (
  org_id uuid not null,
  ticket_id uuid not null,
  revision integer not null,
  subject text not null,
  body text not null,
  language text,
  created_at timestamp with time zone not null default now(),
  constraint ticket_revisions_pkey PRIMARY KEY (org_id, ticket_id, revision),
  constraint ticket_revisions_org_id_ticket_id_fkey FOREIGN KEY (org_id, ticket_id) REFERENCES tickets(org_id, id) ON DELETE CASCADE
);
alter table ticket_revisions owner to docket_owner;
alter table ticket_revisions enable row level security;
alter table ticket_revisions force row level security;
create policy tenant on ticket_revisions for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on ticket_revisions to docket_app;

create table tickets (
  org_id uuid not null,
  id uuid not null,
  external_id text not null,
  revision integer not null,
  channel text,
  requester jsonb not null default '{}'::jsonb,
  metadata jsonb not null default '{}'::jsonb,
  written_at timestamp with time zone,
  state text not null,
  category text,
  priority text,
  unread_since timestamp with time zone,
  changed_at timestamp with time zone not null default now(),
  created_at timestamp with time zone not null default now(),
  constraint tickets_pkey PRIMARY KEY (org_id, id),
  constraint tickets_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table tickets owner to docket_owner;
alter table tickets enable row level security;
alter table tickets force row level security;
CREATE INDEX tickets_org_id_category_id_idx ON public.tickets USING btree (org_id, category, id);
CREATE UNIQUE INDEX tickets_org_id_external_id_key ON public.tickets USING btree (org_id, external_id);
CREATE INDEX tickets_org_id_state_id_idx ON public.tickets USING btree (org_id, state, id);
create policy tenant on tickets for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on tickets to docket_app;

create table uploads (
  org_id uuid not null,
  id uuid not null,
  version_id uuid not null,
  staging_key text not null,
  expires_at timestamp with time zone not null,
  received_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  staging_cleared_at timestamp with time zone,
  constraint uploads_pkey PRIMARY KEY (org_id, id),
  constraint uploads_org_id_version_id_fkey FOREIGN KEY (org_id, version_id) REFERENCES document_versions(org_id, id) ON DELETE CASCADE
);
alter table uploads owner to docket_owner;
alter table uploads enable row level security;
alter table uploads force row level security;
CREATE UNIQUE INDEX uploads_org_id_version_id_key ON public.uploads USING btree (org_id, version_id);
CREATE INDEX uploads_uncleared_idx ON public.uploads USING btree (expires_at) WHERE (staging_cleared_at IS NULL);
create policy system_lookup on uploads for select to docket_system
  using (true);
create policy tenant on uploads for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on uploads to docket_app;
grant select (org_id, id, version_id, expires_at, staging_cleared_at) on uploads to docket_system;

create table user_passwords (
  user_id uuid not null,
  hash text not null,
  changed_at timestamp with time zone not null default now(),
  constraint user_passwords_pkey PRIMARY KEY (user_id),
  constraint user_passwords_user_id_fkey FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE
);
alter table user_passwords owner to docket_owner;
alter table user_passwords enable row level security;
alter table user_passwords force row level security;
create policy person on user_passwords for all to public
  using (user_id = (NULLIF(current_setting('docket.user_id'::text, true), ''::text))::uuid)
  with check (user_id = (NULLIF(current_setting('docket.user_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on user_passwords to docket_app;

create table users (
  id uuid not null,
  email text not null,
  name text not null,
  created_at timestamp with time zone not null default now(),
  constraint users_pkey PRIMARY KEY (id),
  constraint users_email_check CHECK (((email = lower(email)) AND ((length(email) >= 3) AND (length(email) <= 254)))),
  constraint users_name_check CHECK (((length(name) >= 1) AND (length(name) <= 200)))
);
alter table users owner to docket_owner;
alter table users enable row level security;
alter table users force row level security;
CREATE UNIQUE INDEX users_email_key ON public.users USING btree (email);
create policy colleagues on users for select to public
  using (EXISTS ( SELECT 1
   FROM memberships m
  WHERE (m.user_id = users.id)));
create policy person on users for all to public
  using (id = (NULLIF(current_setting('docket.user_id'::text, true), ''::text))::uuid)
  with check (id = (NULLIF(current_setting('docket.user_id'::text, true), ''::text))::uuid);
create policy system_lookup on users for select to docket_system
  using (true);
grant insert, select, update on users to docket_app;
grant select (id, email) on users to docket_system;

create table webhook_attempts (
  org_id uuid not null,
  delivery_id uuid not null,
  number integer not null,
  at timestamp with time zone not null,
  took_ms integer not null,
  status integer,
  code text,
  detail text,
  constraint webhook_attempts_pkey PRIMARY KEY (org_id, delivery_id, number),
  constraint webhook_attempts_org_id_delivery_id_fkey FOREIGN KEY (org_id, delivery_id) REFERENCES webhook_deliveries(org_id, id) ON DELETE CASCADE
);
alter table webhook_attempts owner to docket_owner;
alter table webhook_attempts enable row level security;
alter table webhook_attempts force row level security;
create policy tenant on webhook_attempts for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on webhook_attempts to docket_app;

create table webhook_deliveries (
  org_id uuid not null,
  id uuid not null,
  webhook_id uuid not null,
  run_id uuid not null,
  event text not null,
  body text not null,
  next_try_at timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint webhook_deliveries_pkey PRIMARY KEY (org_id, id),
  constraint webhook_deliveries_org_id_run_id_fkey FOREIGN KEY (org_id, run_id) REFERENCES runs(org_id, id),
  constraint webhook_deliveries_org_id_webhook_id_fkey FOREIGN KEY (org_id, webhook_id) REFERENCES webhooks(org_id, id) ON DELETE CASCADE
);
alter table webhook_deliveries owner to docket_owner;
alter table webhook_deliveries enable row level security;
alter table webhook_deliveries force row level security;
CREATE INDEX webhook_deliveries_created_at_idx ON public.webhook_deliveries USING btree (created_at);
CREATE UNIQUE INDEX webhook_deliveries_org_id_run_id_key ON public.webhook_deliveries USING btree (org_id, run_id);
CREATE INDEX webhook_deliveries_org_id_webhook_id_id_idx ON public.webhook_deliveries USING btree (org_id, webhook_id, id);
create policy system_lookup on webhook_deliveries for select to docket_system
  using (true);
create policy tenant on webhook_deliveries for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on webhook_deliveries to docket_app;
grant select (org_id, id, run_id, created_at) on webhook_deliveries to docket_system;

create table webhook_secrets (
  org_id uuid not null,
  webhook_id uuid not null,
  id uuid not null,
  sealed bytea not null,
  created_at timestamp with time zone not null default now(),
  expires_at timestamp with time zone,
  constraint webhook_secrets_pkey PRIMARY KEY (org_id, webhook_id, id),
  constraint webhook_secrets_org_id_webhook_id_fkey FOREIGN KEY (org_id, webhook_id) REFERENCES webhooks(org_id, id) ON DELETE CASCADE
);
alter table webhook_secrets owner to docket_owner;
alter table webhook_secrets enable row level security;
alter table webhook_secrets force row level security;
create policy tenant on webhook_secrets for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on webhook_secrets to docket_app;

create table webhooks (
  org_id uuid not null,
  id uuid not null,
  url text not null,
  description text,
  events text[] not null,
  disabled_reason text,
  disabled_at timestamp with time zone,
  failing_since timestamp with time zone,
  created_at timestamp with time zone not null default now(),
  constraint webhooks_pkey PRIMARY KEY (org_id, id),
  constraint webhooks_check CHECK (((disabled_at IS NULL) = (disabled_reason IS NULL))),
  constraint webhooks_disabled_reason_check CHECK ((disabled_reason = ANY (ARRAY['by_hand'::text, 'failing'::text, 'gone'::text]))),
  constraint webhooks_events_check CHECK ((cardinality(events) > 0)),
  constraint webhooks_org_id_fkey FOREIGN KEY (org_id) REFERENCES orgs(id)
);
alter table webhooks owner to docket_owner;
alter table webhooks enable row level security;
alter table webhooks force row level security;
create policy tenant on webhooks for all to public
  using (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid)
  with check (org_id = (NULLIF(current_setting('docket.org_id'::text, true), ''::text))::uuid);
grant delete, insert, select, update on webhooks to docket_app;

CREATE OR REPLACE FUNCTION public.docket_append_audit_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  insert into public.audit_heads (org_id, seq, hash)
    values (new.org_id, 0, sha256(convert_to(new.org_id::text, 'UTF8'))) on conflict (org_id) do nothing;
  select h.seq + 1, h.hash into new.seq, new.previous_hash
    from public.audit_heads h where h.org_id = new.org_id for update;
  new.hash := sha256(new.previous_hash || convert_to(new.record, 'UTF8'));
  update public.audit_heads h set seq = new.seq, hash = new.hash where h.org_id = new.org_id;
  return new;
end $function$
-- owner: docket_system

CREATE OR REPLACE FUNCTION public.docket_append_installation_event()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  select h.seq + 1, h.hash into new.seq, new.previous_hash from public.installation_heads h for update;
  new.hash := sha256(new.previous_hash || convert_to(new.record, 'UTF8'));
  update public.installation_heads h set seq = new.seq, hash = new.hash;
  return new;
end $function$
-- owner: docket_system

CREATE OR REPLACE FUNCTION public.docket_begin_usage()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  insert into public.org_usage (org_id) values (new.id);
  return null;
end $function$
-- owner: docket_system

CREATE OR REPLACE FUNCTION public.docket_clearable_uploads(older_than interval, most integer)
 RETURNS TABLE(org_id uuid, upload_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select u.org_id, u.id from public.uploads u
          join public.document_versions v on v.org_id = u.org_id and v.id = u.version_id
         where u.staging_cleared_at is null and u.expires_at < now() - older_than
           and v.state in ('indexed', 'rejected', 'upload_expired')
         order by u.expires_at limit most $function$
-- owner: docket_system
grant execute on function docket_clearable_uploads(interval,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_contents_without_vectors(profile smallint, after_org uuid, after_content uuid, most integer)
 RETURNS TABLE(org_id uuid, content_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select c.org_id, c.id from public.contents c
         where c.state = 'indexed' and (after_org is null or (c.org_id, c.id) > (after_org, after_content))
           and exists (select 1 from public.chunks k where k.org_id = c.org_id and k.content_id = c.id
                 and not exists (select 1 from public.chunk_embeddings e
                       where e.profile_id = profile and e.org_id = c.org_id and e.chunk_id = k.id))
         order by c.org_id, c.id limit most $function$
-- owner: docket_system
grant execute on function docket_contents_without_vectors(smallint,uuid,uuid,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_count_document()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  case tg_op
    when 'INSERT' then perform public.docket_use(new.org_id, 1, 0, 0, true);
    when 'UPDATE' then perform public.docket_use(new.org_id, case when new.deleted_at is null then 1 else -1 end, 0, 0, false);
    else perform public.docket_use(old.org_id, -1, 0, 0, false);
  end case;
  return null;
end $function$
-- owner: docket_system

CREATE OR REPLACE FUNCTION public.docket_count_run()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  case tg_op
    when 'INSERT' then perform public.docket_use(new.org_id, 0, 0, 1, true);
    when 'UPDATE' then perform public.docket_use(new.org_id, 0, 0,
      case when public.docket_is_open(new.state) then 1 else -1 end, new.state = 'queued');
    else perform public.docket_use(old.org_id, 0, 0, -1, false);
  end case;
  return null;
end $function$
-- owner: docket_system

CREATE OR REPLACE FUNCTION public.docket_count_vectors(profile smallint)
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare embedded bigint;
begin
  select count(*) into embedded from public.chunk_embeddings e where e.profile_id = profile;
  update public.embedding_profiles p
     set embedded_count = embedded, passage_count = (select count(*) from public.chunks k) where p.id = profile;
  return embedded;
end $function$
-- owner: docket_system
grant execute on function docket_count_vectors(smallint) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_count_version()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  case tg_op
    when 'INSERT' then perform public.docket_use(new.org_id, 0, new.size_bytes, 0, true);
    when 'UPDATE' then perform public.docket_use(new.org_id, 0,
      case when public.docket_is_kept(new.state) then new.size_bytes else -old.size_bytes end, 0, false);
    else perform public.docket_use(old.org_id, 0, -old.size_bytes, 0, false);
  end case;
  return null;
end $function$
-- owner: docket_system

CREATE OR REPLACE FUNCTION public.docket_due_decisions(most integer)
 RETURNS TABLE(org_id uuid, enrichment_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select d.org_id, d.enrichment_id from public.enrichment_decisions d
         where d.ended_at is null and d.due_at < now() order by d.due_at limit most $function$
-- owner: docket_system
grant execute on function docket_due_decisions(integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_due_object_deletions(most integer)
 RETURNS TABLE(org_id uuid, object_deletion_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select o.org_id, o.id from public.object_deletions o
         where o.is_late and o.due_at < now() order by o.due_at limit most $function$
-- owner: docket_system
grant execute on function docket_due_object_deletions(integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_due_retries(most integer)
 RETURNS TABLE(org_id uuid, run_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select r.org_id, r.id from public.runs r
         where r.next_retry_at <= now() and r.state = 'failed'
         order by r.next_retry_at limit most $function$
-- owner: docket_system
grant execute on function docket_due_retries(integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_ended_runs(orgs uuid[], runs uuid[])
 RETURNS TABLE(run_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select w.run_id from unnest(orgs, runs) as w (org_id, run_id)
          left join public.runs r on r.org_id = w.org_id and r.id = w.run_id
         where r.id is null or r.state in ('succeeded', 'failed', 'cancelled', 'terminated') $function$
-- owner: docket_system
grant execute on function docket_ended_runs(uuid[],uuid[]) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_expired_trials(most integer)
 RETURNS TABLE(org_id uuid, enrichment_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select e.org_id, e.id from public.enrichments e
         where e.expires_at is not null and e.expires_at < now() order by e.expires_at limit most $function$
-- owner: docket_system
grant execute on function docket_expired_trials(integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_find_api_key(wanted_hash bytea)
 RETURNS TABLE(org_id uuid, api_key_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select k.org_id, k.id from public.api_keys k where k.key_hash = wanted_hash $function$
-- owner: docket_system
grant execute on function docket_find_api_key(bytea) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_find_invitation(wanted_hash bytea)
 RETURNS TABLE(org_id uuid, invitation_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select i.org_id, i.id from public.invitations i where i.token_hash = wanted_hash $function$
-- owner: docket_system
grant execute on function docket_find_invitation(bytea) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_find_user(wanted_email text)
 RETURNS uuid
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select u.id from public.users u where u.email = wanted_email $function$
-- owner: docket_system
grant execute on function docket_find_user(text) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_give_up_posting_block()
 RETURNS trigger
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  delete from public.posting_blocks where org_id = old.org_id and id = old.posting_block;
  return null;
end $function$
-- owner: docket_owner
grant execute on function docket_give_up_posting_block() to public;

CREATE OR REPLACE FUNCTION public.docket_guessed_batches(of_provider text, theirs text)
 RETURNS integer
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select count(*)::integer from public.message_batches b
         where b.provider = of_provider and b.provider_batch_id = theirs and b.is_guessed and b.state = 'submitted' $function$
-- owner: docket_system
grant execute on function docket_guessed_batches(text,text) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_is_kept(version_state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select version_state not in ('upload_expired', 'rejected', 'deleted') $function$
-- owner: docket_owner
grant execute on function docket_is_kept(text) to public;

CREATE OR REPLACE FUNCTION public.docket_is_limited(run_kind text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select run_kind not in ('documentErasure', 'enrichmentDecision', 'webhookDelivery') $function$
-- owner: docket_owner
grant execute on function docket_is_limited(text) to public;

CREATE OR REPLACE FUNCTION public.docket_is_open(run_state text)
 RETURNS boolean
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select run_state in ('queued', 'running', 'waiting') $function$
-- owner: docket_owner
grant execute on function docket_is_open(text) to public;

CREATE OR REPLACE FUNCTION public.docket_keeps_vectors(profile smallint)
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('docket:embedding-profiles', 0));
  return exists (select 1 from public.embedding_profiles p
                  where p.id = profile and p.state in ('building', 'paused', 'active', 'standby'));
end $function$
-- owner: docket_owner
grant execute on function docket_keeps_vectors(smallint) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_last_indexed_at()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select c.indexed_at from public.contents c where c.state = 'indexed' order by c.indexed_at desc limit 1 $function$
-- owner: docket_system
grant execute on function docket_last_indexed_at() to docket_app;

CREATE OR REPLACE FUNCTION public.docket_last_single_enrichment_at()
 RETURNS timestamp with time zone
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select max(e.created_at) from public.enrichments e where e.batch_id is null $function$
-- owner: docket_system
grant execute on function docket_last_single_enrichment_at() to docket_app;

CREATE OR REPLACE FUNCTION public.docket_missing_vectors(org uuid, content uuid)
 RETURNS bigint
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('docket:embedding-profiles', 0));
  return (select count(*) from public.chunks c
           where c.org_id = org and c.content_id = content
             and not exists (select 1 from public.chunk_embeddings e
                   where e.org_id = org and e.chunk_id = c.id
                     and e.profile_id = (select p.id from public.embedding_profiles p where p.state = 'active')));
end $function$
-- owner: docket_owner
grant execute on function docket_missing_vectors(uuid,uuid) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_move_profile(profile smallint, from_states text[], to_state text)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select public.docket_move_profile(profile, from_states, to_state, null, null) $function$
-- owner: docket_system
grant execute on function docket_move_profile(smallint,text[],text) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_move_profile(profile smallint, from_states text[], to_state text, code text, message text)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare moved integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('docket:embedding-profiles', 0));
  update public.embedding_profiles p set state = to_state, error_code = code, error_message = message
   where p.id = profile and p.state = any(from_states);
  get diagnostics moved = row_count;
  return moved;
end $function$
-- owner: docket_system
grant execute on function docket_move_profile(smallint,text[],text,text,text) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_old_webhook_deliveries(older interval, most integer)
 RETURNS TABLE(org_id uuid, delivery_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select d.org_id, d.id from public.webhook_deliveries d
          join public.runs r on r.org_id = d.org_id and r.id = d.run_id
         where d.created_at < now() - older and r.ended_at < now() - older order by d.created_at limit most $function$
-- owner: docket_system
grant execute on function docket_old_webhook_deliveries(interval,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_org_ids(before_id uuid, most integer)
 RETURNS TABLE(org_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select o.id from public.orgs o where before_id is null or o.id < before_id order by o.id desc limit most $function$
-- owner: docket_system
grant execute on function docket_org_ids(uuid,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_orgs_of_user(wanted_user uuid)
 RETURNS TABLE(org_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select m.org_id from public.memberships m where m.user_id = wanted_user order by m.created_at, m.org_id $function$
-- owner: docket_system
grant execute on function docket_orgs_of_user(uuid) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_orgs_with_alert_rules(after_org uuid, most integer)
 RETURNS TABLE(org_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select distinct r.org_id from public.alert_rules r
         where after_org is null or r.org_id > after_org order by 1 limit most $function$
-- owner: docket_system
grant execute on function docket_orgs_with_alert_rules(uuid,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_orgs_with_audit_events(after_org uuid, most integer)
 RETURNS TABLE(org_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select h.org_id from public.audit_heads h where h.org_id > after_org order by h.org_id limit most $function$
-- owner: docket_system
grant execute on function docket_orgs_with_audit_events(uuid,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_orgs_with_expired_idempotency_keys(most integer)
 RETURNS TABLE(org_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select distinct k.org_id from public.idempotency_keys k where k.expires_at < now() limit most $function$
-- owner: docket_system
grant execute on function docket_orgs_with_expired_idempotency_keys(integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_orgs_with_failures()
 RETURNS TABLE(org_id uuid, failures integer)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select r.org_id, count(*)::integer from public.runs r
         where r.state in ('failed', 'terminated') group by 1 order by 2 desc, 1 $function$
-- owner: docket_system
grant execute on function docket_orgs_with_failures() to docket_app;

CREATE OR REPLACE FUNCTION public.docket_orgs_with_lexeme_changes(most integer)
 RETURNS TABLE(org_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select distinct c.org_id from public.lexeme_changes c limit most $function$
-- owner: docket_system
grant execute on function docket_orgs_with_lexeme_changes(integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_orgs_with_old_reservations(older interval, most integer)
 RETURNS TABLE(org_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select distinct b.org_id from public.budget_reservations b where b.expires_at < now() - older limit most $function$
-- owner: docket_system
grant execute on function docket_orgs_with_old_reservations(interval,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_orgs_with_passages(at_least integer, most integer)
 RETURNS TABLE(org_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select c.org_id from public.lexeme_counts c where c.term = 0 and c.chunk_count >= at_least
         order by c.chunk_count desc limit most $function$
-- owner: docket_system
grant execute on function docket_orgs_with_passages(integer,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_orgs_with_vectors(profile smallint, most integer)
 RETURNS TABLE(org_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select o.id from public.orgs o
         where exists (select 1 from public.chunk_embeddings e where e.profile_id = profile and e.org_id = o.id)
         order by o.id limit most $function$
-- owner: docket_system
grant execute on function docket_orgs_with_vectors(smallint,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_overdue_runs(unseen_for interval, most integer)
 RETURNS TABLE(org_id uuid, run_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select r.org_id, r.id from public.runs r
         where r.state in ('queued', 'running', 'waiting')
           and coalesce(r.swept_at, r.queued_at) < now() - unseen_for
         order by coalesce(r.swept_at, r.queued_at) limit most $function$
-- owner: docket_system
grant execute on function docket_overdue_runs(interval,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_platform_runs(of_org uuid, of_kind text, in_state text, with_code text, since timestamp with time zone, before_id uuid, most integer)
 RETURNS TABLE(org_id uuid, run_id uuid)
 LANGUAGE plpgsql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
begin
  if in_state in ('failed', 'terminated') then
    return query select r.org_id, r.id from public.runs r
      where r.state in ('failed', 'terminated') and r.state = in_state and (of_org is null or r.org_id = of_org)
        and (of_kind is null or r.kind = of_kind) and (with_code is null or r.error_code = with_code)
        and (since is null or r.created_at >= since) and (before_id is null or r.id < before_id)
      order by r.id desc limit most;
  else
    return query select r.org_id, r.id from public.runs r
      where (in_state is null or r.state = in_state) and (of_org is null or r.org_id = of_org)
        and (of_kind is null or r.kind = of_kind) and (with_code is null or r.error_code = with_code)
        and (since is null or r.created_at >= since) and (before_id is null or r.id < before_id)
      order by r.id desc limit most;
  end if;
end $function$
-- owner: docket_system
grant execute on function docket_platform_runs(uuid,text,text,text,timestamp with time zone,uuid,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_roll_back_profile(profile smallint)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  moved integer;
  standby smallint;
begin
  perform pg_advisory_xact_lock(hashtextextended('docket:embedding-profiles', 0));
  select p.id into standby from public.embedding_profiles p where p.state = 'standby';
  if standby is null then
    return (select count(*)::integer from public.embedding_profiles p where p.id = profile and p.state = 'retired');
  end if;
  if exists (select 1 from public.docket_contents_without_vectors(standby, null, null, 1)) then return 0; end if;
  update public.embedding_profiles p set state = 'retired' where p.id = profile and p.state = 'active';
  get diagnostics moved = row_count;
  if moved = 1 then update public.embedding_profiles p set state = 'active' where p.id = standby; end if;
  return moved;
end $function$
-- owner: docket_system
grant execute on function docket_roll_back_profile(smallint) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_run_counts()
 RETURNS TABLE(kind text, state text, error_code text, runs bigint, oldest timestamp with time zone)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select r.kind, case when r.state = 'queued' and r.swept_at is not null then 'waiting' else r.state end,
               null, count(*), min(r.queued_at)
          from public.runs r where r.state in ('queued', 'running', 'waiting') group by 1, 2
        union all
        select r.kind, 'failed', r.error_code, count(*), min(r.ended_at) from public.runs r
         where r.state in ('failed', 'terminated') group by 1, 3 $function$
-- owner: docket_system
grant execute on function docket_run_counts() to docket_app;

CREATE OR REPLACE FUNCTION public.docket_switch_profile(profile smallint)
 RETURNS integer
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare moved integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('docket:embedding-profiles', 0));
  if not exists (select 1 from public.embedding_profiles p where p.id = profile and p.state = 'building') then
    return (select count(*)::integer from public.embedding_profiles p where p.id = profile and p.state = 'active');
  end if;
  if exists (select 1 from public.docket_contents_without_vectors(profile, null, null, 1)) then return 0; end if;
  -- The indexes allow one active profile and one that changes: first out of both, then into them.
  update public.embedding_profiles p set state = 'registered' where p.id = profile;
  update public.embedding_profiles p set state = 'standby' where p.state = 'active';
  update public.embedding_profiles p set state = 'active' where p.id = profile;
  get diagnostics moved = row_count;
  return moved;
end $function$
-- owner: docket_system
grant execute on function docket_switch_profile(smallint) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_take_guessed_batch(of_provider text, theirs text)
 RETURNS integer
 LANGUAGE sql
 SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ with taken as (
          update public.message_batches b set provider_batch_id = null, is_guessed = false, polled_at = null,
                 foreign_ids = b.foreign_ids || b.provider_batch_id,
                 sent_at = case when b.state = 'submitted' then b.submitted_at else b.sent_at end,
                 state = case when b.state = 'submitted' then 'submitting' else b.state end
           where b.provider = of_provider and b.provider_batch_id = theirs and b.is_guessed returning 1)
        select count(*)::integer from taken $function$
-- owner: docket_system
grant execute on function docket_take_guessed_batch(text,text) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_unstarted_runs(older_than interval, most integer)
 RETURNS TABLE(org_id uuid, run_id uuid)
 LANGUAGE sql
 STABLE SECURITY DEFINER
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$ select r.org_id, r.id from public.runs r
         where r.state = 'queued' and r.swept_at is null and r.queued_at < now() - older_than
         order by r.queued_at limit most $function$
-- owner: docket_system
grant execute on function docket_unstarted_runs(interval,integer) to docket_app;

CREATE OR REPLACE FUNCTION public.docket_use(org uuid, more_documents bigint, more_bytes bigint, more_runs bigint, is_new boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO 'pg_catalog', 'public', 'pg_temp'
AS $function$
declare
  used record;
  allowed record;
begin
  update public.org_usage u
     set documents = u.documents + more_documents, storage_bytes = u.storage_bytes + more_bytes,
         concurrent_runs = u.concurrent_runs + more_runs
   where u.org_id = org
   returning u.documents, u.storage_bytes, u.concurrent_runs into used;
  if not is_new then return; end if;
  select p.documents, p.storage_bytes, p.concurrent_runs into allowed
    from public.orgs o join public.plans p on p.name = o.plan where o.id = org;
  if more_documents > 0 and used.documents > allowed.documents then
    raise exception 'quota.documents_exceeded' using errcode = 'DKQ01', detail = allowed.documents;
  elsif more_bytes > 0 and used.storage_bytes > allowed.storage_bytes then
    raise exception 'quota.storage_exceeded' using errcode = 'DKQ01', detail = allowed.storage_bytes;
  elsif more_runs > 0 and used.concurrent_runs > allowed.concurrent_runs then
    raise exception 'quota.runs_exceeded' using errcode = 'DKQ01', detail = allowed.concurrent_runs;
  end if;
end $function$
-- owner: docket_system
