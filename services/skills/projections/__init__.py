"""What the recognition of skills reads: its applications, and what was heard of the workers."""
