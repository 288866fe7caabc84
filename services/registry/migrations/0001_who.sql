-- Who is who as last published: outside the builds, so that revisions survive rebuilds.
CREATE TABLE who (
    node     uuid   PRIMARY KEY,
    number   text   NOT NULL,
    revision bigint NOT NULL
);
-- What is to be laid on the road, behind the same gate as events.
CREATE TABLE who_entries (
    position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tx       xid8   NOT NULL DEFAULT pg_current_xact_id(),
    node     text   NOT NULL,
    number   text   NOT NULL,
    revision bigint NOT NULL
);
CREATE INDEX who_entries_gate ON who_entries (tx, position);
-- Where a number comes from, also one that was joined to another: a split may bring it back.
CREATE TABLE minted (
    number text PRIMARY KEY,
    node   uuid NOT NULL
);

GRANT SELECT, INSERT, UPDATE ON who, minted TO :app;
GRANT SELECT, INSERT ON who_entries TO :app;
