-- All notes of a worker are followed at once.
CREATE INDEX to_follow_by_node ON to_follow (node) WHERE due_at IS NULL;
