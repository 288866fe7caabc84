"""Who hears and who publishes what, read off the services' own declarations without starting any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from chassis.commands.runtime import Runtime
from chassis.service import Service
from chassis.store.event_store import EventStore
from chassis.store.persons import Handles, PersonCodec
from contracts.catalogue import Catalogue
from domnaer.all_services import find_services

_NONE = cast(Any, None)


@dataclass(frozen=True, slots=True)
class Listening:
    """A reader of a service: its consumer group, and what it takes from each topic."""

    service: str
    group: str
    hears: frozenset[str]
    topics: tuple[str, ...]
    entry_topics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Publishing:
    """A topic that a service lays: its events, or the entries of a read model."""

    service: str
    title: str
    topic: str
    entries: bool


def listening(catalogue: Catalogue) -> list[Listening]:
    """All readers, by consumer group."""
    found = [
        Listening(
            service.name,
            reader.name,
            reader.event_types,
            tuple(sorted(reader.topics)),
            tuple(sorted(reader.entry_topics)),
        )
        for service in find_services()
        for reader in service.readers(_runtime(service, catalogue))
    ]
    return sorted(found, key=lambda each: each.group)


def publishing(catalogue: Catalogue) -> list[Publishing]:
    """All topics that services lay."""
    found: list[Publishing] = []
    for service in find_services():
        if service.publishes is not None:
            found.append(Publishing(service.name, service.title, service.publishes.TOPIC, entries=False))
        outlets: Sequence[Any] = service.outlets(_runtime(service, catalogue))
        found += [Publishing(service.name, service.title, outlet.topic, entries=True) for outlet in outlets]
    return found


def _runtime(service: Service, catalogue: Catalogue) -> Runtime:
    """A runtime that nothing runs on: enough for a declaration to say who reads what."""
    return Runtime(
        service=service.name,
        settings=_NONE,
        pool=_NONE,
        catalogue=catalogue,
        store=EventStore(_NONE, catalogue, PersonCodec()),
        handles=Handles(bytes(32)),
        audit=_NONE,
        clock=_NONE,
        deciders={decider.noun: decider for decider in service.deciders},
    )
