"""What recruitment decides: pure functions of commands and states."""
