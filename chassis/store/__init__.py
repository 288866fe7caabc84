"""Storage for commands, reactions and projections: event store, deciders, database, migrations and audit.

Only ``persons`` reads and writes person blocks and computes the handles of documents.
"""
