-- The uploads of each office: by the digest of their rows the same file is recognised, whoever of the office sends it.
-- A sheet is one id for a file and its mended or longer versions; rows that name nobody are rows of their sheet.
CREATE TABLE uploads (
    upload_id    uuid        NOT NULL PRIMARY KEY,
    office       text        NOT NULL,
    path         text        NOT NULL,
    sheet        uuid        NOT NULL,
    digest       uuid        NOT NULL,
    recognisable integer     NOT NULL,
    loaded_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX uploads_digest ON uploads (office, path, digest, loaded_at);
CREATE INDEX uploads_sheet ON uploads (sheet);

-- The outcomes of the rows of an upload: parallel lists for the rows that were carried out together.
CREATE TABLE upload_rows (
    entry_id    bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    upload_id   uuid        NOT NULL,
    caller      text        NOT NULL,
    row_numbers integer[]   NOT NULL,
    ids         uuid[]      NOT NULL,
    results     text[]      NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX upload_rows_upload ON upload_rows (upload_id);
CREATE INDEX upload_rows_expires ON upload_rows (expires_at);

GRANT SELECT, INSERT ON uploads TO :app;
GRANT SELECT, INSERT, DELETE ON upload_rows TO :app;
