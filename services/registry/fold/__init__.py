"""Folds a worker's events into journeys, legal status, whereabouts and flags. Pure functions that never read a clock."""
