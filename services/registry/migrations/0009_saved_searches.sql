-- The searches that officers keep for themselves. Name and text may name a person: both are sealed like persons.
CREATE TABLE saved_searches (
    search_id uuid PRIMARY KEY,
    caller    text        NOT NULL,
    name      text        NOT NULL,
    text      text        NOT NULL,
    saved_at  timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON saved_searches (caller, saved_at);
GRANT SELECT, INSERT, DELETE ON saved_searches TO :app;
