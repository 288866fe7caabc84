-- When a received event was appended by the service that recorded it; of two records of one crossing the first appended counts.
ALTER TABLE heard ADD COLUMN IF NOT EXISTS appended_at timestamptz;
