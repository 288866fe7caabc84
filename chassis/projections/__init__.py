"""Projections: reading topics into tables of a service's own database.

A service declares a ``reader``; a ``projector`` runs it, page by page, and moves its ``offsets`` in the same transaction.
``topic_reader`` reads Kafka, ``decoding`` converts records to events, and ``dead_letters`` keeps what could not be
processed until ``replay`` processes it. ``builds`` and ``rebuild`` replace a projection while it is in use.
"""
