-- Lexical search in large organisations: passages by term, in blocks that the worker merges in the background.

-- up

-- A block is some thousands of passages, numbered by their place in it; written once, and given up as a whole.
create table posting_blocks (
  org_id uuid not null references orgs (id) on delete cascade,
  id bigint generated always as identity,
  chunk_ids uuid[] not null,
  created_at timestamptz not null default now(),
  primary key (org_id, id)
);

-- Of each term the places of the passages that have it, and their weights.
create table posting_lists (
  org_id uuid not null,
  term integer not null,
  block_id bigint not null,
  places integer[] not null,
  weights real[] not null,
  -- A query asks for terms, and reads each of their lists.
  primary key (org_id, term, block_id),
  foreign key (org_id, block_id) references posting_blocks (org_id, id) on delete cascade
);
-- Foreign key: a block goes with its lists.
create index posting_lists_org_id_block_id_idx on posting_lists (org_id, block_id);

do $$
declare
  tenant_table text;
begin
  foreach tenant_table in array array['posting_blocks', 'posting_lists'] loop
    execute format('alter table %I enable row level security', tenant_table);
    execute format('alter table %I force row level security', tenant_table);
    execute format('create policy tenant on %I
      using (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)
      with check (org_id = nullif(current_setting(''docket.org_id'', true), '''')::uuid)', tenant_table);
    execute format('grant select, insert, update, delete on %I to docket_app', tenant_table);
  end loop;
end $$;

-- The block that a content was merged into. No foreign key: a block that is gone is noticed where it is looked for, and
-- two erasures of contents in one block would wait for each other over it.
alter table contents add column posting_block bigint;
-- Contents that wait for their merge, of which there are few.
create index contents_unmerged_idx on contents (org_id, id) where posting_block is null;
-- Passages of a content that is not merged are scanned.
create index chunk_lexical_org_id_content_id_idx on chunk_lexical (org_id, content_id);

-- A content whose passages go or change takes its block along, so that nothing of it stays there; the block's other
-- contents are merged anew. Their rows are left alone: their block is gone, and that is what counts.
create function docket_give_up_posting_block() returns trigger language plpgsql
  set search_path = pg_catalog, public, pg_temp as $$
begin
  delete from public.posting_blocks where org_id = old.org_id and id = old.posting_block;
  return null;
end $$;
create trigger contents_give_up_posting_block_on_delete after delete on contents
  for each row when (old.posting_block is not null) execute function docket_give_up_posting_block();
create trigger contents_give_up_posting_block_on_change after update of state on contents
  for each row when (old.posting_block is not null and old.state = 'indexed' and new.state <> 'indexed')
  execute function docket_give_up_posting_block();

-- Which organisations are large enough for blocks. Term 0 counts the passages.
create index lexeme_counts_passages_idx on lexeme_counts (chunk_count) where term = 0;
create policy system_lookup on lexeme_counts for select to docket_system using (true);
grant select (org_id, term, chunk_count) on lexeme_counts to docket_system;
create function docket_orgs_with_passages(at_least integer, most integer) returns table (org_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select c.org_id from public.lexeme_counts c where c.term = 0 and c.chunk_count >= at_least
         order by c.chunk_count desc limit most $$;
grant usage, create on schema public to docket_system;
alter function docket_orgs_with_passages(integer, integer) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_orgs_with_passages(integer, integer) from public;
grant execute on function docket_orgs_with_passages(integer, integer) to docket_app;

-- down

drop function docket_orgs_with_passages(integer, integer);
revoke select (org_id, term, chunk_count) on lexeme_counts from docket_system;
drop policy system_lookup on lexeme_counts;
drop index lexeme_counts_passages_idx;
drop trigger contents_give_up_posting_block_on_change on contents;
drop trigger contents_give_up_posting_block_on_delete on contents;
drop function docket_give_up_posting_block();
drop index chunk_lexical_org_id_content_id_idx;
drop index contents_unmerged_idx;
alter table contents drop column posting_block;
drop table posting_lists;
drop table posting_blocks;
