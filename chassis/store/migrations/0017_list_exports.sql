-- Long lists as files, made in the background (chassis.exports.jobs). What was asked for and the parts of the files may hold
-- personal data: they are written with the codec of the process, and deleted when they expire.
CREATE TABLE list_exports (
    export_id   uuid        NOT NULL PRIMARY KEY,
    caller      text        NOT NULL,
    state       text        NOT NULL,
    reason      text        NOT NULL DEFAULT '',
    asked       bytea       NOT NULL,
    rows_done   integer     NOT NULL DEFAULT 0,
    rows_known  integer     NOT NULL,
    run         uuid,
    attempts    integer     NOT NULL DEFAULT 0,
    asked_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    alive_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at  timestamptz NOT NULL,
    CHECK (state IN ('waiting', 'making', 'made', 'failed', 'cancelled'))
);
CREATE INDEX list_exports_expires ON list_exports (expires_at);
CREATE INDEX list_exports_open ON list_exports (asked_at) WHERE state IN ('waiting', 'making');
CREATE INDEX list_exports_caller ON list_exports (caller);

CREATE TABLE list_export_parts (
    export_id uuid    NOT NULL REFERENCES list_exports ON DELETE CASCADE,
    number    integer NOT NULL,
    content   bytea   NOT NULL,
    PRIMARY KEY (export_id, number)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON list_exports TO :app;
GRANT SELECT, INSERT, DELETE ON list_export_parts TO :app;
