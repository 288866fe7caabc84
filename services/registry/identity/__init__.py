"""Identity: nodes of evidence, blocks, workers and their numbers. Pure functions."""
