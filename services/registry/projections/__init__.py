"""The tables of the registry: the evidence as received, and the workers settled from it."""
