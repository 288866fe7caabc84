"""What reintegration decides: pure functions of commands and states."""
