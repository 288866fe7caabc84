"""Nodes and links of evidence. Links are added and never changed.

A *node* is the handle of a document, or the UUID of a one-person record's stream; both have 128 bits. An event belongs
to the node of its smallest handle, or of its stream if it shows no document. It links its handles with each other and,
if the stream may have further events, with the stream. A *block* is a connected component of nodes over the links of
valid events.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TypeVar
from uuid import UUID

from contracts.envelope import Correction, Event, Fact, Voiding

Node = str
"""32 hexadecimal digits. They sort in the same order as UUIDs in the database."""
Link = tuple[Node, Node]
N = TypeVar("N", str, UUID)


def node_of(event: Event[Fact]) -> Node:
    """Return the node of an event."""
    return min(event.handles) if event.handles else stream_node(event.stream)


def stream_node(stream: str) -> Node:
    """Return the node of a one-person record's stream."""
    return stream[-36:].replace("-", "")


def stated(event: Event[Fact]) -> Fact:
    """Return the facts that an event states; for a correction, the facts that it restates."""
    facts = event.facts
    return facts.restated.facts if facts.rules and isinstance(facts, Correction) else facts


def links_of(event: Event[Fact], states: Fact) -> list[Link]:
    """Return the links of an event, each pair in sorted order; ``states`` are its facts, restated in a correction."""
    handles = event.handles
    if not handles or (event.facts.rules and isinstance(event.facts, Voiding)):
        return []
    if len(handles) == 1:
        first = handles[0]
        found: list[Link] = []
    else:
        first, *others = sorted(set(handles))
        found = [(first, other) for other in others]
    if not states.alone:
        stream = stream_node(event.stream)
        found.append((first, stream) if first < stream else (stream, first))
    return found


def about_of(facts: Fact) -> str | None:
    """Return the stream of the record from which this record was made."""
    return facts.about if _has_about(type(facts)) else None  # type: ignore[attr-defined]


@cache
def _has_about(fact: type[Fact]) -> bool:
    return "about" in fact.model_fields


def components(nodes: Iterable[N], links: Iterable[tuple[N, N]]) -> list[list[N]]:
    """Return the connected components of nodes over links, each sorted, ordered by their smallest node."""
    parent: dict[N, N] = {node: node for node in nodes}

    def root(node: N) -> N:
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
    found: dict[N, list[N]] = {}
    for node in parent:
        found.setdefault(root(node), []).append(node)
    return [sorted(found[key]) for key in sorted(found)]


def is_valid(version: int, names: UUID | None, void: bool, highest: int | None) -> bool:
    """Return whether an event is valid, given the highest version of the rulings on the same original.

    An original is valid if there is no ruling on it; a correction is valid if no later ruling exists; a void is never
    valid as a fact.
    """
    if names is None:
        return highest is None
    return not void and highest == version
