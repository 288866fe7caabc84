"""The rules of reintegration: pure functions of commands and states."""
