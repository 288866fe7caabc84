-- Whether records of several workers have this node: then only the entries of the records say whose a record is.
ALTER TABLE who ADD COLUMN IF NOT EXISTS shared boolean NOT NULL DEFAULT false;
