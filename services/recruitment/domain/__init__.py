"""The decisions of recruitment: pure functions of commands and states."""
