-- Ticks on the lists of workers believed to be in a country: who reached a worker or tried to, and when. None replaces an earlier one.
CREATE TABLE ticks (
    tick_id   uuid        PRIMARY KEY,
    number    text        NOT NULL,
    country   text        NOT NULL,
    reached   boolean     NOT NULL,
    caller    text        NOT NULL,
    office    text        NOT NULL,
    ticked_at timestamptz NOT NULL
);
CREATE INDEX ticks_of_worker ON ticks (number, country, ticked_at DESC);
GRANT SELECT, INSERT ON ticks TO :app;
