"""Readers and topics of all services, read from their declarations without starting a service."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from chassis.base.settings import Settings
from chassis.commands.runtime import Runtime
from chassis.connections import most_connections
from chassis.outbox.source import EventSource, OutboxSource
from chassis.service import Role, Service
from chassis.store.event_store import EventStore
from chassis.store.persons import Handles, PersonCodec
from contracts.catalogue import Catalogue
from domnaer.all_services import find_services

_NONE = cast(Any, None)


@dataclass(frozen=True, slots=True)
class DeclaredReader:
    """A reader of a service: its consumer group, topics and event types."""

    service: str
    group: str
    event_types: frozenset[str]
    topics: tuple[str, ...]
    entry_topics: tuple[str, ...]
    has_builds: bool
    """Then each shape of its builds has a consumer group of its own, whose name begins with ``group``."""


@dataclass(frozen=True, slots=True)
class DeclaredTopic:
    """A topic that a service publishes: its events, or the entries of a read model."""

    service: str
    title: str
    topic: str
    entries: bool


def declared_readers(catalogue: Catalogue) -> list[DeclaredReader]:
    """Return all readers, sorted by consumer group."""
    found = [
        DeclaredReader(
            service.name,
            reader.name,
            reader.event_types,
            tuple(sorted(reader.topics)),
            tuple(sorted(reader.entry_topics)),
            reader.projection is not None,
        )
        for service in find_services()
        for reader in service.readers(unconnected_runtime(service, catalogue))
    ]
    return sorted(found, key=lambda each: each.group)


def declared_topics(catalogue: Catalogue) -> list[DeclaredTopic]:
    """Return all topics that services publish."""
    found: list[DeclaredTopic] = []
    for service in find_services():
        if service.publishes is not None:
            found.append(DeclaredTopic(service.name, service.title, service.publishes.TOPIC, entries=False))
        sources: Sequence[Any] = service.outlets(unconnected_runtime(service, catalogue))
        found += [
            DeclaredTopic(service.name, service.title, source.topic, entries=True) for source in sources
        ]
    return found


def outbox_sources(service: Service, runtime: Runtime) -> list[OutboxSource]:
    """Return the sources that the relays of a service publish."""
    own = [] if service.publishes is None else [EventSource(service.name)]
    return [*service.outlets(runtime), *own]


def declared_connections(service: Service, role: Role, settings: Settings, catalogue: Catalogue) -> int:
    """Return the largest number of connections to PostgreSQL of a process of a service."""
    runtime = unconnected_runtime(service, catalogue)
    relays = len(outbox_sources(service, runtime))
    builds = sum(reader.projection is not None for reader in service.readers(runtime))
    return most_connections(
        settings,
        serves=Role.API in role,
        uploads=bool(service.routes.bulks),
        relays=relays if Role.RELAY in role else 0,
        builds=builds if Role.PROJECTOR in role else 0,
        live_builds=len(service.rebuilds),
    )


def unconnected_runtime(service: Service, catalogue: Catalogue) -> Runtime:
    """Return a runtime without connections, which is enough to create the readers and sources of a service."""
    return Runtime(
        service=service.name,
        settings=_NONE,
        pool=_NONE,
        monitor=_NONE,
        catalogue=catalogue,
        store=EventStore(_NONE, catalogue, PersonCodec()),
        handles=Handles(bytes(32)),
        audit=_NONE,
        clock=_NONE,
        deciders={decider.noun: decider for decider in service.deciders},
    )
