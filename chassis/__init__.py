"""What each service stands on: event store, relay, projector, HTTP application, callers, audit, settings, logs.

It knows no event and no service of ours: of ``contracts`` it sees the envelope, the catalogue and the refusal.
"""
