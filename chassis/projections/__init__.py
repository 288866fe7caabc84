"""Reads topics into tables: readers, the projector that runs them, offsets, dead letters, and builds with their rebuild."""
