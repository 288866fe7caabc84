"""What the border decides: pure functions of commands and states."""
