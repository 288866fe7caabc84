"""What the recognition of skills decides: pure functions of commands and states."""
