-- The number of the settler that may write the workers of a build; a settler that lost its lock finds another number.
CREATE TABLE settlers (
    build text   PRIMARY KEY,
    epoch bigint NOT NULL
);
-- Nodes of evidence that could not be settled: left aside until the time of the next attempt.
CREATE TABLE set_aside (
    build    text        NOT NULL,
    node     uuid        NOT NULL,
    error    text        NOT NULL,
    attempts integer     NOT NULL,
    since    timestamptz NOT NULL DEFAULT clock_timestamp(),
    retry_at timestamptz NOT NULL,
    PRIMARY KEY (build, node)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON settlers, set_aside TO :app;
