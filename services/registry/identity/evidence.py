"""The node of an event and its links: documents and streams are nodes; links are added and never changed.

A *node* is a document's handle or the UUID of a one-person record's stream, both 128 bits. An event lies under the
smallest handle that it shows, or under its stream. It links the handles that it shows with each other and, where its
stream goes on, with the stream. A *block* is a connected component of nodes over the links of standing events.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TypeVar
from uuid import UUID

from contracts.envelope import Correction, Event, Fact, Voiding

Node = str
"""32 hexadecimal digits: they sort as the UUIDs that they are in the database."""
Link = tuple[Node, Node]
E = TypeVar("E")
N = TypeVar("N", str, UUID)


def node_of(event: Event[Fact]) -> Node:
    """The node under which an event lies."""
    return min(event.handles) if event.handles else stream_node(event.stream)


def stream_node(stream: str) -> Node:
    """The node of a one-person record's stream."""
    return stream[-36:].replace("-", "")


def stated(event: Event[Fact]) -> Fact:
    """The facts that an event states; for a correction, the facts that it restates."""
    facts = event.facts
    return facts.restated.facts if facts.rules and isinstance(facts, Correction) else facts


def links_of(event: Event[Fact], states: Fact) -> list[Link]:
    """The links of an event that states facts, each pair in its order."""
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
    """The stream of the record from which this one was made."""
    return facts.about if _refers(type(facts)) else None  # type: ignore[attr-defined]


@cache
def _refers(fact: type[Fact]) -> bool:
    return "about" in fact.model_fields


def components(nodes: Iterable[N], links: Iterable[tuple[N, N]]) -> list[list[N]]:
    """The connected components of nodes over links, each sorted, in the order of their smallest node."""
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
