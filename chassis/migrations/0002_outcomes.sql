-- Outcomes are forgotten by their age, oldest first; they are written in that order, so a summary of each page range is enough.
CREATE INDEX idempotency_created ON idempotency USING brin (created_at);
