"""Basic parts for every other package; imports none of them.

Settings, logging, the clock, ids, safe descriptions of exceptions, backoff, cancellation, garbage collection, and the
priority of waiting requests over background work.
"""
