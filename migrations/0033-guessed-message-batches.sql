-- A batch of the provider's that is taken for ours by its size is told from one whose id the provider gave us.

-- up

alter table message_batches add column is_guessed boolean not null default false;

-- Whoever was given an id by the provider takes it from whoever only guessed, and looks for what it sent again. These two
-- functions look across organisations, since all of them may share one key; they tell how many rows they found, which is one
-- at most, and nothing of whose.
-- What it writes has to be seen by it.
create policy system_guesses on message_batches to docket_system using (true) with check (not is_guessed);
grant select (provider, provider_batch_id, is_guessed, state, sent_at, submitted_at, foreign_ids),
  update (provider_batch_id, is_guessed, state, sent_at, foreign_ids, polled_at) on message_batches to docket_system;
create function docket_take_guessed_batch(of_provider text, theirs text) returns integer
  language sql security definer set search_path = pg_catalog, public, pg_temp
  as $$ with taken as (
          update public.message_batches b set provider_batch_id = null, is_guessed = false, polled_at = null,
                 foreign_ids = b.foreign_ids || b.provider_batch_id,
                 sent_at = case when b.state = 'submitted' then b.submitted_at else b.sent_at end,
                 state = case when b.state = 'submitted' then 'submitting' else b.state end
           where b.provider = of_provider and b.provider_batch_id = theirs and b.is_guessed returning 1)
        select count(*)::integer from taken $$;
-- Whether it is open yet whose a batch of the provider's is.
create function docket_guessed_batches(of_provider text, theirs text) returns integer
  language sql stable security definer set search_path = pg_catalog, public, pg_temp
  as $$ select count(*)::integer from public.message_batches b
         where b.provider = of_provider and b.provider_batch_id = theirs and b.is_guessed and b.state = 'submitted' $$;
grant create on schema public to docket_system;
alter function docket_take_guessed_batch(text, text) owner to docket_system;
alter function docket_guessed_batches(text, text) owner to docket_system;
revoke create on schema public from docket_system;
revoke all on function docket_take_guessed_batch(text, text) from public;
revoke all on function docket_guessed_batches(text, text) from public;
grant execute on function docket_take_guessed_batch(text, text) to docket_app;
grant execute on function docket_guessed_batches(text, text) to docket_app;

-- down

drop function docket_guessed_batches(text, text);
drop function docket_take_guessed_batch(text, text);
drop policy system_guesses on message_batches;
revoke select (provider, provider_batch_id, is_guessed, state, sent_at, submitted_at, foreign_ids),
  update (provider_batch_id, is_guessed, state, sent_at, foreign_ids, polled_at) on message_batches from docket_system;
alter table message_batches drop column is_guessed;
