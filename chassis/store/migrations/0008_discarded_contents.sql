-- What was discarded under an event id: digests of the records' contents. NULL, as of earlier discards, means every record
-- with this id.
ALTER TABLE discarded_letters ADD COLUMN digests text[];
