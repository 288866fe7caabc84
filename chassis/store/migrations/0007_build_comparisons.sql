-- Builds that have read all events and wait to become live, with the differences from the live build.
CREATE TABLE build_comparisons (
    projection    text        NOT NULL,
    build         integer     NOT NULL,
    filled_at     timestamptz NOT NULL DEFAULT clock_timestamp(),
    compared_with integer,
    compared_at   timestamptz,
    -- Where an interrupted comparison goes on.
    position      text,
    differences   text        NOT NULL DEFAULT '[]',
    accepted_by   text,
    PRIMARY KEY (projection, build),
    FOREIGN KEY (projection, build) REFERENCES builds
);
GRANT SELECT, INSERT, UPDATE ON build_comparisons TO :app;
