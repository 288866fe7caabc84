"""The rules of the recognition of skills: pure functions of commands and states."""
