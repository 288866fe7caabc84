"""The rules of the timeline, J1 to J14: a worker's events become journeys, stays, legal status, experience and flags.

Pure functions that never read a clock. Every service that speaks of a worker's journeys reads them here, so that all read
alike. Numbers of days and distances come from :mod:`contracts.reference`.
"""
