"""The rules of the border service: pure functions of commands and states."""
