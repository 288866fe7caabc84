"""Where an event lies, and what it links: documents and streams as nodes, links that grow and are never moved.

A *node* is a document's handle or the UUID of a one-person record's stream, both 128 bits. An event lies under the
smallest handle that it shows, or under its stream. It links the handles that it shows with each other and, where its
stream goes on, with the stream. A *block* is a connected component of nodes over the links of standing events.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar
from uuid import UUID

from contracts.envelope import Correction, Event, Fact, Ruling

Link = tuple[UUID, UUID]
E = TypeVar("E")


def node_of(event: Event[Fact]) -> UUID:
    """The node under which an event lies."""
    return UUID(min(event.handles)) if event.handles else stream_node(event.stream)


def stream_node(stream: str) -> UUID:
    """The node of a one-person record's stream."""
    return UUID(stream[-36:])


def links_of(event: Event[Fact]) -> Iterator[Link]:
    """What an event links, each pair in its order."""
    facts = event.facts.restated.facts if isinstance(event.facts, Correction) else event.facts
    if isinstance(event.facts, Ruling) and not isinstance(event.facts, Correction):
        return
    if event.handles:
        first, *others = sorted(UUID(handle) for handle in event.handles)
        for other in others:
            yield first, other
        if not facts.alone:
            stream = stream_node(event.stream)
            yield (first, stream) if first < stream else (stream, first)


def about_of(event: Event[Fact]) -> UUID | None:
    """The record from which this one was made, as a node."""
    facts = event.facts.restated.facts if isinstance(event.facts, Correction) else event.facts
    about = getattr(facts, "about", None)
    return None if about is None else stream_node(about)


def components(nodes: Iterable[UUID], links: Iterable[Link]) -> list[list[UUID]]:
    """The connected components of nodes over links, each sorted, in the order of their smallest node."""
    parent: dict[UUID, UUID] = {node: node for node in nodes}

    def root(node: UUID) -> UUID:
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in links:
        parent.setdefault(one, one)
        parent.setdefault(other, other)
        first, second = root(one), root(other)
        if first != second:
            parent[max(first, second)] = min(first, second)
    found: dict[UUID, list[UUID]] = {}
    for node in parent:
        found.setdefault(root(node), []).append(node)
    return [sorted(found[key]) for key in sorted(found)]


def stands(version: int, names: UUID | None, void: bool, highest: int | None) -> bool:
    """Whether an event stands, given the highest version of a ruling on it or on what it names.

    An original stands while nothing rules on it; a correction while no later ruling does; a void never stands as a
    fact.
    """
    if names is None:
        return highest is None
    return not void and highest == version


def part(evidence: Sequence[E], decisions: Sequence[object] = ()) -> list[list[E]]:
    """The workers of a block: for now a block is one worker.

    Borrowed papers and the registrar's decisions will part blocks here, and nowhere else.
    """
    return [list(evidence)] if evidence else []
