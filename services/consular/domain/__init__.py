"""What the missions decide: pure functions of commands and states."""
