-- Who works with the cases of which missions, by the token that the person used last: a case can be given to them.
-- The names are in table officers.
CREATE TABLE colleagues (
    caller    text PRIMARY KEY,
    countries text[]  NOT NULL,
    national  boolean NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON colleagues TO :app;
