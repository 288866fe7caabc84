"""From a worker's events to journeys, status, whereabouts and flags. Pure functions that never read a clock."""
