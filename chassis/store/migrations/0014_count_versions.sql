-- Versions of counts over several streams, such as the places taken of a vacancy. A decision that rests on a count adds its next
-- version in the transaction of its events: of two decisions that read the same version one fails, and is decided again.
CREATE TABLE count_versions (
    counted uuid    NOT NULL,
    version integer NOT NULL,
    CONSTRAINT count_versions_key PRIMARY KEY (counted, version)
);
GRANT SELECT, INSERT ON count_versions TO :app;
