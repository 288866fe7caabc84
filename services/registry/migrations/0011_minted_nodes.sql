-- The numbers that were made from the evidence of a worker: ticks stay with a worker who was joined with another.
CREATE INDEX minted_of_node ON minted (node);
