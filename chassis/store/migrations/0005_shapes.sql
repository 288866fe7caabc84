-- A build has a shape, a digest of its tables and rules: a process uses only builds of the shapes that its code writes,
-- and each shape has one live build. Builds made before shapes were recorded have shape 0.
ALTER TABLE builds
    ADD COLUMN shape      text        NOT NULL DEFAULT '0',
    -- Up to where a build has received the events of this service's own store, in the order of the gate.
    ADD COLUMN tx         text        NOT NULL DEFAULT '0',
    ADD COLUMN position   bigint      NOT NULL DEFAULT 0,
    -- The last time at which a process used the build. A build that nobody has used for long is retired.
    ADD COLUMN renewed_at timestamptz NOT NULL DEFAULT clock_timestamp();
DROP INDEX builds_one_live;
CREATE UNIQUE INDEX builds_one_live ON builds (projection, shape) WHERE state = 'live';

-- Streams that could not be written into a build, as when a newer version appended an event type that this one does not
-- know. They are tried again.
CREATE TABLE streams_set_aside (
    projection text        NOT NULL,
    build      integer     NOT NULL,
    stream     text        NOT NULL,
    reason     text        NOT NULL,
    tried_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (projection, build, stream)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON streams_set_aside TO :app;
