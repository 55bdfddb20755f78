-- Enrichments are taken up again: an answer that was of no use is set aside. And what a model wrote from a document can be found.

-- up

-- An answer that does not count any longer: the question is asked anew, and its cost stays in the sums.
alter table model_calls add column set_aside boolean not null default false;
drop index model_calls_answer_key;
create unique index model_calls_answer_key on model_calls (org_id, enrichment_id, round)
  where outcome in ('completed', 'refused', 'truncated') and not set_aside;

-- How often a document that it had seen was erased: an answer on its way meanwhile knows by it that it came too late.
alter table enrichments add column erasures integer not null default 0;
-- From a document that is erased to what was written from it.
create index enrichment_passages_org_id_document_id_idx on enrichment_passages (org_id, document_id);

-- down

drop index enrichment_passages_org_id_document_id_idx;
alter table enrichments drop column erasures;
drop index model_calls_answer_key;
-- Of several answers to one question the newest stays.
alter table model_calls no force row level security;
delete from model_calls where set_aside;
alter table model_calls force row level security;
create unique index model_calls_answer_key on model_calls (org_id, enrichment_id, round)
  where outcome in ('completed', 'refused', 'truncated');
alter table model_calls drop column set_aside;
