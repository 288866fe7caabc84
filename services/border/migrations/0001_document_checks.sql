-- Checks of documents at the booths: who made them, when, of which document (its handle), and what was answered.
CREATE TABLE document_checks (
    check_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    caller     text        NOT NULL,
    office     text        NOT NULL,
    checked_at timestamptz NOT NULL,
    node       uuid        NOT NULL,
    action     text        NOT NULL
);
CREATE INDEX document_checks_by_caller ON document_checks (caller, checked_at);
CREATE INDEX document_checks_by_time ON document_checks (checked_at);
GRANT SELECT, INSERT ON document_checks TO :app;
