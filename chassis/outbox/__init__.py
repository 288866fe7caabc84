"""Publishes committed events and entries: the relay reads them from the store and writes them to Kafka as CloudEvents."""
