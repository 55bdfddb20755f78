-- Posting lists that are read and summed up by whoever searches, and members of blocks that are found one by one.

-- up

-- Blocks are made of what is stored elsewhere: they are given up, passages are found by scan, and the worker merges them
-- again within minutes. Not by delete, which policies keep from the rows.
truncate posting_blocks, posting_lists;

-- One row for each passage of a block: as one array a block's ids were unpacked as a whole for each passage looked up.
create table posting_members (
  org_id uuid not null,
  block_id bigint not null,
  -- From 1.
  place integer not null,
  chunk_id uuid not null,
  -- The best places of a block are looked up.
  primary key (org_id, block_id, place),
  foreign key (org_id, block_id) references posting_blocks (org_id, id) on delete cascade
);
alter table posting_members enable row level security;
alter table posting_members force row level security;
create policy tenant on posting_members
  using (org_id = nullif(current_setting('docket.org_id', true), '')::uuid)
  with check (org_id = nullif(current_setting('docket.org_id', true), '')::uuid);
grant select, insert, update, delete on posting_members to docket_app;
alter table posting_blocks drop column chunk_ids;

-- Places and weights together, as int4send and float4send give them: summing 20,000 of them up takes the database ten
-- milliseconds, and whoever is sent them one.
alter table posting_lists drop column places, drop column weights, add column postings bytea not null;
-- Read whole and at once; unpacking would cost more than it saves.
alter table posting_lists alter column postings set storage external;

-- Which contents are in no block is told from the index alone; their rows are wide.
drop index contents_unmerged_idx;
create index contents_posting_block_idx on contents (org_id, posting_block, id);

-- down

drop index contents_posting_block_idx;
create index contents_unmerged_idx on contents (org_id, id) where posting_block is null;
truncate posting_blocks, posting_lists, posting_members;
alter table posting_lists drop column postings,
  add column places integer[] not null, add column weights real[] not null;
alter table posting_blocks add column chunk_ids uuid[] not null;
drop table posting_members;
