"""What the registry keeps: the evidence as heard, and the workers settled from it."""
