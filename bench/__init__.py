"""Measurements, each with a floor taken in the same run: what the machine does without us."""
