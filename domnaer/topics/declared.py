"""The access that the services need, derived from the topics that they publish and the readers that they declare."""

from __future__ import annotations

from collections.abc import Iterator

from chassis.base.kafka import OPERATOR
from contracts.catalogue import Catalogue, catalogue
from domnaer.topics.access import Access, Grant, Resource
from domnaer.topics.declarations import declared_readers, declared_topics

PUBLISHES = ("Alter", "AlterConfigs", "Create", "DescribeConfigs", "Read", "Write")
"""A relay creates its topic, adds partitions to it, configures it, writes it, and checks that its last records are there."""


def declared_access(facts: Catalogue | None = None) -> Access:
    """Return the access of each service and of the operator."""
    grants = frozenset(_grants(facts or catalogue()))
    return Access(tuple(sorted({grant.user for grant in grants})), grants)


def _grants(facts: Catalogue) -> Iterator[Grant]:
    for published in declared_topics(facts):
        for operation in PUBLISHES:
            yield Grant(published.service, Resource.TOPIC, published.topic, operation)
        yield Grant(OPERATOR, Resource.TOPIC, published.topic, "Read")
    for reader in declared_readers(facts):
        yield Grant(reader.service, Resource.GROUP, reader.group, "Read", prefix=reader.has_builds)
        for topic in (*reader.topics, *reader.entry_topics):
            yield Grant(reader.service, Resource.TOPIC, topic, "Read")
