-- The node up to which the numbers of a build were compared with the published ones: a settler that restarts goes on there.
ALTER TABLE settlers ADD COLUMN compared_to uuid;
-- When an entry was written, so that its age is known until it is published. Entries of before have no time.
ALTER TABLE who_entries ADD COLUMN written_at timestamptz;
ALTER TABLE who_entries ALTER COLUMN written_at SET DEFAULT clock_timestamp();
-- The numbers of the workers whose rows are those of before, because these nodes could not be settled.
ALTER TABLE set_aside ADD COLUMN numbers text[] NOT NULL DEFAULT '{}';
CREATE INDEX set_aside_numbers ON set_aside USING gin (numbers);
CREATE INDEX set_aside_due ON set_aside (build, retry_at);
