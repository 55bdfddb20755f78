-- Operators' answers name what they made also when they are given again.

-- up

-- The header `Location` of the first answer; null where there was none.
alter table operator_idempotency_keys add column location text;

-- down

alter table operator_idempotency_keys drop column location;
