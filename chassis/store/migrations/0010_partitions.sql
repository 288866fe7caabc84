-- The number of partitions of the topic in this incarnation; null until the relay of a version that stores it has opened the
-- topic. The partition of a key depends on it: with another number the relay publishes everything again.
ALTER TABLE relays ADD COLUMN IF NOT EXISTS partitions integer;
