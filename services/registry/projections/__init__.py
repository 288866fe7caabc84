"""The tables of the registry: the received evidence, and the workers settled from it."""
