"""The decisions of the missions: pure functions of commands and states."""
