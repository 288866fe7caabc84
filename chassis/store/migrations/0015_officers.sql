-- The names of the people who open the pages of this service, as their tokens last stated them: pages show the name for the
-- pseudonym that facts and the audit hold.
CREATE TABLE officers (
    caller  text PRIMARY KEY,
    name    text NOT NULL,
    title   text NOT NULL,
    seen_on date NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON officers TO :app;
