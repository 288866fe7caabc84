-- The figures of departures of each build, and up to which worker's number they are counted.
CREATE TABLE departures (
    build   text     NOT NULL,
    country text     NOT NULL,
    year    integer  NOT NULL,
    sex     smallint NOT NULL,
    workers bigint   NOT NULL,
    PRIMARY KEY (build, country, year, sex)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON departures TO :app;
ALTER TABLE settlers ADD COLUMN counted_to text;
