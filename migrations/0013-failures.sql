-- The failed runs of an organisation are counted by kind and code without reading those that went well.

-- up

create index runs_failures_idx on runs (org_id, kind, error_code, ended_at) where state in ('failed', 'terminated');

-- down

drop index runs_failures_idx;
