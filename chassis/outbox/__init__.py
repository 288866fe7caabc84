"""The outbox: publishes what a service has committed to its topics.

``relay`` runs inside every service that publishes. It reads committed rows from a ``source`` (events of the store, or
entries of a read model) and hands them to a ``topic_writer``, which writes them to Kafka. ``incarnations`` keeps the
relay's position. ``cloudevents`` converts Kafka records to events, and is also used by readers.
"""
