-- Organisations, keys, documents and their contents, search rows, runs: the tables every part of Docket stands on.

-- up

create table orgs (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  created_at timestamptz not null default now()
);

create table api_keys (
  org_id uuid not null references orgs (id),
  id uuid not null,
  name text not null,
  prefix text not null,
  -- HMAC-SHA-256 of the whole key under the pepper; the key itself is never stored.
  key_hash bytea not null,
  scopes text[] not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  last_used_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
-- Every request looks its key up by hash before the org is known.
create unique index api_keys_key_hash_key on api_keys (key_hash);

create table collections (
  org_id uuid not null references orgs (id),
  id uuid not null,
  name text not null check (length(name) between 1 and 200),
  description text,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);
-- Clients name collections; a name that does not exist is created, by whoever comes first.
create unique index collections_org_id_name_key on collections (org_id, name);

create table contents (
  org_id uuid not null references orgs (id),
  id uuid not null,
  sha256 bytea not null check (length(sha256) = 32),
  parser_kind text not null,
  language text not null,
  pipeline_version integer not null,
  state text not null check (state in ('processing', 'indexed', 'rejected')),
  -- The run that works on this content, until when nobody else may, and the number that fences off whoever was late.
  lease_run_id uuid,
  lease_expires_at timestamptz,
  fencing_token bigint not null default 1,
  size_bytes bigint not null,
  object_key text,
  text_key text,
  title text,
  metadata jsonb not null default '{}',
  detected_language text,
  page_count integer,
  chunk_count integer not null default 0,
  -- The terms of all its chunks and in how many chunks each stands: what indexing adds to the counts of the org, and
  -- what erasing takes away again.
  lexeme_terms integer[] not null default '{}',
  lexeme_deltas integer[] not null default '{}',
  error_code text,
  error_message text,
  timings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  indexed_at timestamptz,
  primary key (org_id, id)
);
-- What makes content content: parsed and embedded once, however many uploads race.
create unique index contents_identity_key
  on contents (org_id, sha256, parser_kind, language, pipeline_version);

create table documents (
  org_id uuid not null references orgs (id),
  id uuid not null,
  collection_id uuid not null,
  title text not null,
  source_url text,
  external_key text,
  metadata jsonb not null default '{}',
  latest_version integer not null default 1,
  -- The newest version that is searchable, and its content: search joins on this pair alone.
  current_version integer,
  current_content_id uuid,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, collection_id) references collections (org_id, id),
  foreign key (org_id, current_content_id) references contents (org_id, id)
);
-- The same external key in a collection is the same document.
create unique index documents_external_key_key
  on documents (org_id, collection_id, external_key) where external_key is not null and deleted_at is null;
-- Foreign key and the list of a collection, newest first.
create index documents_org_id_collection_id_id_idx on documents (org_id, collection_id, id);
-- Foreign key, and search's way from a passage to the documents that show it.
create index documents_org_id_current_content_id_idx on documents (org_id, current_content_id);

create table runs (
  org_id uuid not null references orgs (id),
  id uuid not null,
  kind text not null,
  subject_kind text not null,
  subject_id uuid not null,
  workflow_id text not null,
  request_id text not null,
  traceparent text,
  state text not null
    check (state in ('queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled', 'terminated')),
  step text,
  error_code text,
  error_message text,
  result jsonb,
  attempts integer not null default 1,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  ended_at timestamptz,
  -- When the sweep made sure that a workflow runs for it; null for the many that were started at once.
  swept_at timestamptz,
  primary key (org_id, id)
);
-- The runs of one document, ticket or batch, newest first.
create index runs_org_id_subject_id_id_idx on runs (org_id, subject_id, id);
-- From a Temporal execution back to its run.
create index runs_org_id_workflow_id_idx on runs (org_id, workflow_id);
-- The sweep asks, over all orgs, for runs that nobody has begun; these are few.
create index runs_unstarted_idx on runs (created_at) where state = 'queued' and swept_at is null;

create table run_executions (
  org_id uuid not null,
  run_id uuid not null,
  temporal_run_id uuid not null,
  worker_build text not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  primary key (org_id, run_id, temporal_run_id),
  foreign key (org_id, run_id) references runs (org_id, id) on delete cascade
);

create table run_events (
  org_id uuid not null,
  run_id uuid not null,
  id bigint generated always as identity,
  at timestamptz not null,
  step text not null,
  what text not null,
  attempt integer not null default 1,
  duration_ms integer,
  outcome text not null,
  detail jsonb not null default '{}',
  -- The history of one run in its order; also the index of the foreign key.
  primary key (org_id, run_id, id),
  foreign key (org_id, run_id) references runs (org_id, id) on delete cascade
);

create table document_versions (
  org_id uuid not null,
  id uuid not null,
  document_id uuid not null,
  version integer not null,
  state text not null check (state in ('awaiting_upload', 'uploaded', 'processing', 'waiting_for_provider',
    'indexed', 'upload_expired', 'rejected', 'index_error', 'deleted')),
  step text,
  content_id uuid,
  run_id uuid,
  file_name text not null,
  media_type text not null,
  size_bytes bigint not null,
  sha256 bytea not null check (length(sha256) = 32),
  language text not null,
  error_code text,
  error_message text,
  storage_failures integer not null default 0,
  timings jsonb not null default '{}',
  created_at timestamptz not null default now(),
  indexed_at timestamptz,
  primary key (org_id, id),
  foreign key (org_id, document_id) references documents (org_id, id) on delete cascade,
  foreign key (org_id, content_id) references contents (org_id, id),
  foreign key (org_id, run_id) references runs (org_id, id)
);
-- One number per version; the versions of a document in order; foreign key.
create unique index document_versions_document_id_version_key
  on document_versions (org_id, document_id, version);
-- Foreign keys; which versions stand on a content, and which version a run is about.
create index document_versions_org_id_content_id_idx on document_versions (org_id, content_id);
create index document_versions_org_id_run_id_idx on document_versions (org_id, run_id);

create table uploads (
  org_id uuid not null,
  id uuid not null,
  version_id uuid not null,
  staging_key text not null,
  expires_at timestamptz not null,
  received_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (org_id, id),
  foreign key (org_id, version_id) references document_versions (org_id, id) on delete cascade
);
-- Foreign key; the upload of a version.
create unique index uploads_org_id_version_id_key on uploads (org_id, version_id);

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
  primary key (org_id, id),
  foreign key (org_id, content_id) references contents (org_id, id) on delete cascade
);
-- The passages of a content in reading order; foreign key.
create unique index chunks_org_id_content_id_ordinal_key on chunks (org_id, content_id, ordinal);

-- Narrow on purpose: the lexical leg scans the org's rows, and reads nothing but weights and ids. The content's id
-- rides along so that the filter on current versions needs no visit to `chunks`.
create table chunk_lexical (
  org_id uuid not null,
  chunk_id uuid not null,
  content_id uuid not null,
  weights sparsevec(1000000000) not null,
  primary key (org_id, chunk_id),
  foreign key (org_id, chunk_id) references chunks (org_id, id) on delete cascade
);
-- Out of line, every row of a scan would cost a second look-up.
alter table chunk_lexical alter column weights set storage main;

-- In how many chunks of an org each term stands; term 0 counts the chunks themselves.
create table lexeme_counts (
  org_id uuid not null references orgs (id) on delete cascade,
  term integer not null,
  chunk_count integer not null,
  primary key (org_id, term)
);

-- What ingest adds to and takes from the counts, appended without touching a shared row. A query reads counts plus
-- changes, so frequencies are exact at any moment; a background task folds the changes in.
create table lexeme_changes (
  org_id uuid not null references orgs (id) on delete cascade,
  id bigint generated always as identity,
  terms integer[] not null,
  deltas integer[] not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);

create table embedding_profiles (
  id smallint primary key,
  public_id uuid not null unique,
  provider text not null,
  model text not null,
  dimension integer not null check (dimension between 1 and 4000),
  state text not null check (state in ('building', 'active', 'retired')),
  created_at timestamptz not null default now()
);
-- One profile answers queries at a time.
create unique index embedding_profiles_active_key on embedding_profiles (state) where state = 'active';
insert into embedding_profiles (id, public_id, provider, model, dimension, state)
  values (1, '01980000-0000-7000-8000-000000000001', 'hashed', 'hashed-character-ngrams-2048', 2048, 'active');

create table chunk_embeddings (
  org_id uuid not null,
  chunk_id uuid not null,
  content_id uuid not null,
  profile_id smallint not null references embedding_profiles (id),
  embedding halfvec not null,
  -- The profile leads, so that this is the index of its foreign key too; every query knows org and profile.
  primary key (profile_id, org_id, chunk_id),
  foreign key (org_id, chunk_id) references chunks (org_id, id) on delete cascade
) partition by hash (org_id);
-- Plain storage keeps a vector in its row (4,000 dimensions fit a page); the default would put each out of line and
-- make an exact scan several times slower.
alter table chunk_embeddings alter column embedding set storage plain;
do $$
begin
  for remainder in 0..7 loop
    execute format('create table chunk_embeddings_p%s partition of chunk_embeddings
      for values with (modulus 8, remainder %s)', remainder, remainder);
    execute format('alter table chunk_embeddings_p%s alter column embedding set storage plain', remainder);
  end loop;
end $$;
-- The cascade from a chunk looks for its vectors without knowing the profile.
create index chunk_embeddings_org_id_chunk_id_idx on chunk_embeddings (org_id, chunk_id);

-- Tenancy. The owner is bound by its own policies too (force), and an unset org matches nothing.
do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['api_keys', 'collections', 'contents', 'documents', 'runs', 'run_executions',
    'run_events', 'document_versions', 'uploads', 'chunks', 'chunk_lexical', 'lexeme_counts', 'lexeme_changes',
    'chunk_embeddings', 'chunk_embeddings_p0', 'chunk_embeddings_p1', 'chunk_embeddings_p2', 'chunk_embeddings_p3',
    'chunk_embeddings_p4', 'chunk_embeddings_p5', 'chunk_embeddings_p6', 'chunk_embeddings_p7'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to docket_app', tenant_table);
  end loop;
end $$;
alter table orgs enable row level security;
alter table orgs force row level security;
create policy tenant on orgs
  using (id = nullif(current_setting('docket.org_id', true), '')::uuid)
  with check (id = nullif(current_setting('docket.org_id', true), '')::uuid);
grant select, insert, update on orgs to docket_app;
grant select on embedding_profiles to docket_app;

-- Work across orgs goes through these functions alone. They run as docket_system, which sees the named columns of
-- the named tables, and they hand out ids; each item is then handled in a tenant transaction of its own. Their search
-- path ends in pg_temp: left out, it would come first, and a caller's temporary table could stand in for a real one.
create policy system_lookup on api_keys for select to docket_system using (true);
grant select (org_id, id, key_hash) on api_keys to docket_system;
create function docket_find_api_key(wanted_hash bytea) returns table (org_id uuid, api_key_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select k.org_id, k.id from public.api_keys k where k.key_hash = wanted_hash $$;

create policy system_lookup on lexeme_changes for select to docket_system using (true);
grant select (org_id) on lexeme_changes to docket_system;
create function docket_orgs_with_lexeme_changes(most integer) returns table (org_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select distinct c.org_id from public.lexeme_changes c limit most $$;

-- The worker's readiness says when the installation last indexed anything.
create index contents_indexed_at_idx on contents (indexed_at desc) where state = 'indexed';
create policy system_lookup on contents for select to docket_system using (true);
grant select (state, indexed_at) on contents to docket_system;
create function docket_last_indexed_at() returns timestamptz
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select c.indexed_at from public.contents c where c.state = 'indexed' order by c.indexed_at desc limit 1 $$;

-- The sweep starts runs whose starter died between the row and the start.
create policy system_lookup on runs for select to docket_system using (true);
grant select (org_id, id, state, created_at, swept_at) on runs to docket_system;
create function docket_unstarted_runs(older_than interval, most integer) returns table (org_id uuid, run_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select r.org_id, r.id from public.runs r
         where r.state = 'queued' and r.swept_at is null and r.created_at < now() - older_than
         order by r.created_at limit most $$;

grant usage, create on schema public to docket_system;
alter function docket_unstarted_runs(interval, integer) owner to docket_system;
alter function docket_last_indexed_at() owner to docket_system;
alter function docket_find_api_key(bytea) owner to docket_system;
alter function docket_orgs_with_lexeme_changes(integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_find_api_key(bytea), docket_orgs_with_lexeme_changes(integer), docket_last_indexed_at(),
  docket_unstarted_runs(interval, integer) from public;
grant execute on function docket_find_api_key(bytea), docket_orgs_with_lexeme_changes(integer), docket_last_indexed_at(),
  docket_unstarted_runs(interval, integer) to docket_app;

-- down

drop function docket_unstarted_runs(interval, integer);
drop function docket_last_indexed_at();
drop function docket_orgs_with_lexeme_changes(integer);
drop function docket_find_api_key(bytea);
drop table chunk_embeddings;
drop table embedding_profiles;
drop table lexeme_changes;
drop table lexeme_counts;
drop table chunk_lexical;
drop table chunks;
drop table uploads;
drop table document_versions;
drop table run_events;
drop table run_executions;
drop table runs;
drop table documents;
drop table contents;
drop table collections;
drop table api_keys;
drop table orgs;
revoke usage on schema public from docket_system;
