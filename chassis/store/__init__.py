"""For commands, reactions and projections: the event store, deciders, the database with its migrations, and the audit.

Person blocks are read and written here alone (``persons``), and handles of documents are computed here alone.
"""
