-- Times that a version's parser was not given the time to finish, counted like failures of the storage.

-- up

alter table document_versions add column parser_stalls integer not null default 0;

-- down

alter table document_versions drop column parser_stalls;
