"""The decisions of the border: pure functions of commands and states."""
