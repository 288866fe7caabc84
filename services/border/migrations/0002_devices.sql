-- The devices of offline booths: browsers that record without a network and upload later. A device is no fact of a journey.
CREATE TABLE devices (
    device          text        PRIMARY KEY,
    post            text        NOT NULL,
    registered_by   text        NOT NULL,
    registered_at   timestamptz NOT NULL,
    code_digest     bytea       UNIQUE,
    code_until      timestamptz,
    public_key      text        UNIQUE,
    enrolled_by     text,
    enrolled_at     timestamptz,
    last_upload_at  timestamptz,
    clock_error_s   bigint,
    revoked_by      text,
    revoked_at      timestamptz,
    revoked_for     text
);
CREATE UNIQUE INDEX devices_by_name ON devices (lower(device));
GRANT SELECT, INSERT, UPDATE, DELETE ON devices TO :app;
