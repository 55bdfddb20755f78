-- What was asked of a model beside the text, so that a trace says all that a call was made of: where a version of a prompt sets
-- none, they come from the configuration of that day.

-- up

alter table model_calls add column parameters jsonb;
alter table message_batch_items add column parameters jsonb;

-- down

alter table message_batch_items drop column parameters;
alter table model_calls drop column parameters;
