-- The figures of each build: departures, returns and remains. They are counted again from the settled journeys.
CREATE TABLE figures (
    build   text     NOT NULL,
    figure  text     NOT NULL,
    country text     NOT NULL,
    year    integer  NOT NULL,
    sex     smallint NOT NULL,
    workers bigint   NOT NULL,
    PRIMARY KEY (build, figure, country, year, sex)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON figures TO :app;
DROP TABLE departures;
UPDATE settlers SET counted_to = NULL;
