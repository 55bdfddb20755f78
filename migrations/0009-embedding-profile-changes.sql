-- Embedding profiles: changed while the installation runs, each with its own weight.

-- up

-- registered: known, without vectors. building, paused: its vectors are being made beside the active one's. active:
-- answers queries. standby: was active a moment ago and is kept complete, so that going back is one update. retired: was
-- active once; its vectors are gone.
alter table embedding_profiles drop constraint embedding_profiles_state_check;
alter table embedding_profiles add constraint embedding_profiles_state_check
  check (state in ('registered', 'building', 'paused', 'active', 'standby', 'retired'));
-- Share of the vector leg in a hybrid search under this profile, as measured.
alter table embedding_profiles add column fusion_weight real not null default 0.5
  check (fusion_weight between 0 and 1);
update embedding_profiles set fusion_weight = 0 where provider = 'hashed';
alter table embedding_profiles add column embedded_count bigint not null default 0;
alter table embedding_profiles add column passage_count bigint not null default 0;
create unique index embedding_profiles_identity_key on embedding_profiles (provider, model, dimension);
-- One change at a time.
create unique index embedding_profiles_changing_key on embedding_profiles ((true))
  where state in ('building', 'paused', 'standby');

-- Whoever writes vectors or makes a content searchable holds this lock shared, and whoever changes a profile's state
-- holds it alone: so nobody writes under a profile that was given up, or indexes a content that the profile which has
-- just become active does not have. Being plpgsql,
-- the statement after the lock sees what was committed before it.
create function docket_keeps_vectors(profile smallint) returns boolean language plpgsql volatile
  set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('docket:embedding-profiles', 0));
  return exists (select 1 from public.embedding_profiles p
                  where p.id = profile and p.state in ('building', 'paused', 'active', 'standby'));
end $$;

-- How many vectors a content lacks under the profile that answers queries. The others are completed beside it.
create function docket_missing_vectors(org uuid, content uuid) returns bigint language plpgsql volatile
  set search_path = pg_catalog, public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('docket:embedding-profiles', 0));
  return (select count(*) from public.chunks c
           where c.org_id = org and c.content_id = content
             and not exists (select 1 from public.chunk_embeddings e
                   where e.org_id = org and e.chunk_id = c.id
                     and e.profile_id = (select p.id from public.embedding_profiles p where p.state = 'active')));
end $$;

create policy system_lookup on chunks for select to docket_system using (true);
create policy system_lookup on chunk_embeddings for select to docket_system using (true);
grant select (org_id, id, content_id) on chunks to docket_system;
grant select (org_id, chunk_id, profile_id) on chunk_embeddings to docket_system;
grant select (org_id, id) on contents to docket_system;
grant select (id, state), update (state, embedded_count, passage_count) on embedding_profiles to docket_system;

-- Moves a profile from one of some states to another, alone; 1 when it did.
create function docket_move_profile(profile smallint, from_states text[], to_state text) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare moved integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('docket:embedding-profiles', 0));
  update public.embedding_profiles p set state = to_state where p.id = profile and p.state = any(from_states);
  get diagnostics moved = row_count;
  return moved;
end $$;

-- Makes a profile the one that answers, and the one before it its standby; 0 while an indexed content lacks a vector.
create function docket_switch_profile(profile smallint) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
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
end $$;

-- The way back: the standby answers again, and the profile that had taken its place is given up; 0 while an indexed
-- content lacks a vector under the standby.
create function docket_roll_back_profile(profile smallint) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
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
end $$;

-- Indexed contents, in order, that have a passage without a vector under the profile.
create function docket_contents_without_vectors(profile smallint, after_org uuid, after_content uuid, most integer)
  returns table (org_id uuid, content_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select c.org_id, c.id from public.contents c
         where c.state = 'indexed' and (after_org is null or (c.org_id, c.id) > (after_org, after_content))
           and exists (select 1 from public.chunks k where k.org_id = c.org_id and k.content_id = c.id
                 and not exists (select 1 from public.chunk_embeddings e
                       where e.profile_id = profile and e.org_id = c.org_id and e.chunk_id = k.id))
         order by c.org_id, c.id limit most $$;

-- Orgs that have vectors under the profile.
create function docket_orgs_with_vectors(profile smallint, most integer) returns table (org_id uuid)
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select o.id from public.orgs o
         where exists (select 1 from public.chunk_embeddings e where e.profile_id = profile and e.org_id = o.id)
         order by o.id limit most $$;

-- Counts how far a profile is, for whoever looks at the list.
create function docket_count_vectors(profile smallint) returns bigint
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare embedded bigint;
begin
  select count(*) into embedded from public.chunk_embeddings e where e.profile_id = profile;
  update public.embedding_profiles p
     set embedded_count = embedded, passage_count = (select count(*) from public.chunks k) where p.id = profile;
  return embedded;
end $$;

grant create on schema public to docket_system;
do $$
declare
  signature text;
begin
  foreach signature in array array['docket_move_profile(smallint, text[], text)', 'docket_switch_profile(smallint)',
    'docket_roll_back_profile(smallint)', 'docket_contents_without_vectors(smallint, uuid, uuid, integer)',
    'docket_orgs_with_vectors(smallint, integer)', 'docket_count_vectors(smallint)'] loop
    execute format('alter function %s owner to docket_system', signature);
    execute format('revoke all on function %s from public', signature);
    execute format('grant execute on function %s to docket_app', signature);
  end loop;
end $$;
revoke create on schema public from docket_system;
revoke all on function docket_keeps_vectors(smallint) from public;
revoke all on function docket_missing_vectors(uuid, uuid) from public;
grant execute on function docket_keeps_vectors(smallint) to docket_app;
grant execute on function docket_missing_vectors(uuid, uuid) to docket_app;

-- down

drop function docket_count_vectors(smallint);
drop function docket_orgs_with_vectors(smallint, integer);
drop function docket_roll_back_profile(smallint);
drop function docket_switch_profile(smallint);
drop function docket_contents_without_vectors(smallint, uuid, uuid, integer);
drop function docket_move_profile(smallint, text[], text);
drop function docket_missing_vectors(uuid, uuid);
drop function docket_keeps_vectors(smallint);
drop policy system_lookup on chunk_embeddings;
drop policy system_lookup on chunks;
revoke select (id, state), update (state, embedded_count, passage_count) on embedding_profiles from docket_system;
revoke select (org_id, id) on contents from docket_system;
revoke select (org_id, chunk_id, profile_id) on chunk_embeddings from docket_system;
revoke select (org_id, id, content_id) on chunks from docket_system;
drop index embedding_profiles_changing_key;
drop index embedding_profiles_identity_key;
alter table embedding_profiles drop column passage_count;
alter table embedding_profiles drop column embedded_count;
alter table embedding_profiles drop column fusion_weight;
alter table embedding_profiles drop constraint embedding_profiles_state_check;
alter table embedding_profiles add constraint embedding_profiles_state_check
  check (state in ('building', 'active', 'retired'));
