-- Attempts to enrol a browser as a device, for the limit of wrong codes: who tried, at which office, and when. One that
-- succeeds is deleted at once, the others after a day.
CREATE TABLE enrolment_attempts (
    attempt_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    caller       text        NOT NULL,
    office       text        NOT NULL,
    attempted_at timestamptz NOT NULL
);
CREATE INDEX enrolment_attempts_by_caller ON enrolment_attempts (caller, attempted_at);
CREATE INDEX enrolment_attempts_by_office ON enrolment_attempts (office, attempted_at);
GRANT SELECT, INSERT, DELETE ON enrolment_attempts TO :app;
