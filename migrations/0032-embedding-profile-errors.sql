-- Why the change of an embedding profile paused by itself, for whoever looks at the list.

-- up

alter table embedding_profiles add column error_code text;
alter table embedding_profiles add column error_message text;
grant update (error_code, error_message) on embedding_profiles to docket_system;

-- Moves a profile from one of some states to another, alone, and says what is wrong with it there; 1 when it did.
create function docket_move_profile(profile smallint, from_states text[], to_state text, code text, message text)
  returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare moved integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('docket:embedding-profiles', 0));
  update public.embedding_profiles p set state = to_state, error_code = code, error_message = message
   where p.id = profile and p.state = any(from_states);
  get diagnostics moved = row_count;
  return moved;
end $$;

-- Workers of the release before call this one: what was wrong is over when the profile moves.
create or replace function docket_move_profile(profile smallint, from_states text[], to_state text) returns integer
  language sql volatile security definer set search_path = pg_catalog, public, pg_temp
  as $$ select public.docket_move_profile(profile, from_states, to_state, null, null) $$;

grant create on schema public to docket_system;
alter function docket_move_profile(smallint, text[], text, text, text) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_move_profile(smallint, text[], text, text, text) from public;
grant execute on function docket_move_profile(smallint, text[], text, text, text) to docket_app;

-- down

create or replace function docket_move_profile(profile smallint, from_states text[], to_state text) returns integer
  language plpgsql volatile security definer set search_path = pg_catalog, public, pg_temp as $$
declare moved integer;
begin
  perform pg_advisory_xact_lock(hashtextextended('docket:embedding-profiles', 0));
  update public.embedding_profiles p set state = to_state where p.id = profile and p.state = any(from_states);
  get diagnostics moved = row_count;
  return moved;
end $$;
drop function docket_move_profile(smallint, text[], text, text, text);
revoke update (error_code, error_message) on embedding_profiles from docket_system;
alter table embedding_profiles drop column error_message;
alter table embedding_profiles drop column error_code;
