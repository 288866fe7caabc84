-- The digests of due cases that were sent to the missions, one a day. A claim without ``sent_at`` is tried again later.
CREATE TABLE digests (
    mission    text        NOT NULL,
    day        date        NOT NULL,
    claimed_at timestamptz NOT NULL,
    sent_at    timestamptz,
    PRIMARY KEY (mission, day)
);
GRANT SELECT, INSERT, UPDATE ON digests TO :app;
