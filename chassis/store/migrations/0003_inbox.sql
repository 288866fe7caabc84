-- The tables of reactions, in the database of every service: events received from other services, and the registry's
-- worker numbers. Some services created these tables in migrations of their own, and the registry has a table of its
-- own named who with the same columns: tables that exist are adopted as they are.
CREATE TABLE IF NOT EXISTS heard (
    reader         text        NOT NULL,
    stream         text        NOT NULL,
    version        integer     NOT NULL,
    event_id       uuid        NOT NULL,
    type           text        NOT NULL,
    occurred_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    facts          text        NOT NULL,
    person         text,
    handles        text        NOT NULL,
    nodes          uuid[]      NOT NULL,
    correlation_id uuid        NOT NULL,
    PRIMARY KEY (reader, stream, version)
);
CREATE INDEX IF NOT EXISTS heard_by_node ON heard USING gin (nodes);
GRANT SELECT, INSERT ON heard TO :app;

-- The index is created only together with its table: the registry writes its own table and never reads it by number.
DO $$
BEGIN
    IF to_regclass('who') IS NULL THEN
        CREATE TABLE who (
            node     uuid   PRIMARY KEY,
            number   text   NOT NULL,
            revision bigint NOT NULL
        );
        CREATE INDEX who_by_number ON who (number);
    END IF;
END $$;
GRANT SELECT, INSERT, UPDATE ON who TO :app;
