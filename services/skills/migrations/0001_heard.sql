-- What is kept of what other services publish: as given by chassis.heard and chassis.who.
CREATE TABLE heard (
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
CREATE INDEX heard_by_node ON heard USING gin (nodes);
GRANT SELECT, INSERT ON heard TO :app;

CREATE TABLE who (
    node     uuid   PRIMARY KEY,
    number   text   NOT NULL,
    revision bigint NOT NULL
);
CREATE INDEX who_by_number ON who (number);
GRANT SELECT, INSERT, UPDATE ON who TO :app;
