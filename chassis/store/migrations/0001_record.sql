-- The record: what happened, in the order of commit, for ever.
CREATE TABLE events (
    position       bigint GENERATED ALWAYS AS IDENTITY,
    tx             xid8        NOT NULL DEFAULT pg_current_xact_id(),
    event_id       uuid        NOT NULL,
    stream         text        NOT NULL,
    version        integer     NOT NULL CHECK (version > 0),
    type           text        NOT NULL,
    occurred_at    timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    appended_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    facts          text        NOT NULL,
    person         text,
    handles        text        NOT NULL DEFAULT '[]',
    correlation_id uuid        NOT NULL,
    causation_id   uuid,
    traceparent    text,
    CONSTRAINT events_stream_version PRIMARY KEY (stream, version),
    CONSTRAINT events_event_id UNIQUE (event_id)
);
-- The gate: readers go by transaction, then position, and stop at the oldest transaction still running.
CREATE INDEX events_gate ON events (tx, position);

-- Outcomes by caller and key, so that a repeated command is answered as the first was.
CREATE TABLE idempotency (
    caller     text        NOT NULL,
    key        text        NOT NULL,
    digest     bytea       NOT NULL,
    status     smallint    NOT NULL,
    outcome    text        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT idempotency_key PRIMARY KEY (caller, key)
);

-- Looks and writes, who and when: plain and append-only.
CREATE TABLE audit (
    entry_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL DEFAULT clock_timestamp(),
    tx          xid8        NOT NULL DEFAULT pg_current_xact_id(),
    caller      text        NOT NULL,
    office      text        NOT NULL,
    action      text        NOT NULL,
    evidence    uuid[]      NOT NULL DEFAULT '{}',
    numbers     text[]      NOT NULL DEFAULT '{}',
    detail      text        NOT NULL DEFAULT '{}',
    correlation uuid        NOT NULL
);

-- Raised where the same caller sends the same key twice at once; the lock takes no transaction id.
CREATE FUNCTION hold_key(lock bigint) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF NOT pg_try_advisory_xact_lock(lock) THEN
        RAISE EXCEPTION 'the same command is still running' USING ERRCODE = 'DM409';
    END IF;
    RETURN true;
END $$;

-- Where relays and readers stand.
CREATE TABLE relays (
    outlet      text    NOT NULL PRIMARY KEY,
    topic       text    NOT NULL,
    incarnation integer NOT NULL DEFAULT 0,
    tx          text    NOT NULL DEFAULT '0',
    position    bigint  NOT NULL DEFAULT 0,
    published   bigint  NOT NULL DEFAULT 0,
    last        text    NOT NULL DEFAULT '{}'
);
CREATE TABLE offsets (
    reader      text    NOT NULL,
    build       integer NOT NULL,
    topic       text    NOT NULL,
    partition   integer NOT NULL,
    incarnation integer NOT NULL DEFAULT 0,
    next_offset bigint  NOT NULL DEFAULT 0,
    last_id     uuid,
    PRIMARY KEY (reader, build, topic, partition)
);
CREATE TABLE dead_letters (
    reader      text        NOT NULL,
    build       integer     NOT NULL,
    event_id    uuid        NOT NULL,
    type        text        NOT NULL,
    topic       text        NOT NULL,
    partition   integer     NOT NULL,
    at_offset   bigint      NOT NULL,
    headers     text        NOT NULL,
    body        bytea       NOT NULL,
    reason      text        NOT NULL CHECK (reason IN ('poison', 'unknown_type')),
    detail      text        NOT NULL,
    buried_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (reader, build, event_id)
);
CREATE TABLE discarded_letters (
    reader       text        NOT NULL,
    event_id     uuid        NOT NULL,
    type         text        NOT NULL,
    reason       text        NOT NULL,
    discarded_by text        NOT NULL,
    discarded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (reader, event_id)
);
CREATE TABLE builds (
    projection text        NOT NULL,
    build      integer     NOT NULL,
    state      text        NOT NULL CHECK (state IN ('building', 'live', 'retired')),
    started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    live_at    timestamptz,
    PRIMARY KEY (projection, build)
);
CREATE UNIQUE INDEX builds_one_live ON builds (projection) WHERE state = 'live';

-- Refused rows of uploads, for as long as the link to them holds.
CREATE TABLE upload_refusals (
    upload_id  uuid        NOT NULL,
    row_number integer     NOT NULL,
    field      text        NOT NULL,
    value      text        NOT NULL,
    reason     text        NOT NULL,
    caller     text        NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (upload_id, row_number, field)
);

-- The application's role works with the record and never changes it.
GRANT SELECT, INSERT ON events, audit, idempotency TO :app;
GRANT DELETE ON idempotency TO :app;
GRANT SELECT, INSERT, UPDATE, DELETE ON relays, offsets, dead_letters, discarded_letters, builds, upload_refusals TO :app;
GRANT EXECUTE ON FUNCTION hold_key TO :app;
