-- No mark up to this one waits to be settled, and none will come: scans of the marks begin behind it.
ALTER TABLE settlers ADD COLUMN settled_to bigint NOT NULL DEFAULT 0;
