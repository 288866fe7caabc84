"""Nodes and links of evidence: which events are in one block, before they are compared."""

from __future__ import annotations

from uuid import UUID

import pytest

from contracts.envelope import Event, Fact
from services.registry.identity.evidence import (
    Link,
    about_of,
    components,
    is_valid,
    links_of,
    node_of,
    stated,
    stream_node,
)
from tests.registry.events import Record, node, passport

MINE, YOURS, OTHERS = passport("N0000001"), passport("N0000002"), passport("N0000003")
HANDLES = sorted(node(document).hex for document in (MINE, YOURS, OTHERS))
ORIGINAL = UUID("0190b2a4-0000-7000-8000-000000000001")


def links(event: Event[Fact]) -> list[Link]:
    return links_of(event, stated(event))


def test_the_node_of_an_event_is_its_smallest_handle_or_that_of_its_stream() -> None:
    record = Record()
    assert node_of(record.departure(MINE, YOURS, OTHERS)) == HANDLES[0]
    assert stream_node(f"assistance-case-{ORIGINAL}") == "0190b2a4000070008000000000000001"
    without = record.departure()
    assert node_of(without) == stream_node(without.stream)


def test_the_documents_of_a_crossing_are_linked_and_not_its_stream() -> None:
    record = Record()
    assert links(record.departure(MINE, YOURS, OTHERS)) == [
        (HANDLES[0], HANDLES[1]),
        (HANDLES[0], HANDLES[2]),
    ]
    assert links(record.departure(MINE)) == [] == links(record.departure())


@pytest.mark.parametrize("stream", [UUID(int=1), UUID(int=2**128 - 1)])
def test_the_document_of_a_contract_is_linked_with_its_stream_in_sorted_order(stream: UUID) -> None:
    record = Record()
    contract = record.contract(MINE, stream=f"employment-contract-{stream}")
    smaller, larger = sorted([node(MINE).hex, stream.hex])
    assert links(contract) == [(smaller, larger)]
    assert len(links(record.contract(MINE, YOURS))) == 2
    assert links(record.contract()) == []


def test_a_correction_links_what_it_restates_and_a_void_links_nothing() -> None:
    record = Record()
    contract = record.contract(MINE)
    correction = record.correct(contract, person=record.person([YOURS]), sex=1)
    handle, stream = node(YOURS).hex, stream_node(contract.stream)
    assert links(correction) == [(min(handle, stream), max(handle, stream))]
    assert stated(contract) is contract.facts
    assert stated(correction) == contract.facts.model_copy(update={"sex": 1})
    crossing = record.departure(MINE, YOURS)
    assert links(record.correct(crossing, sex=1)) == links(crossing) != []
    assert links(record.void(crossing)) == []


def test_a_case_names_the_record_from_which_it_was_made() -> None:
    record = Record()
    crossing = record.departure(MINE)
    assert about_of(record.case(about=crossing.stream).facts) == crossing.stream
    assert about_of(record.case().facts) is None
    assert about_of(crossing.facts) is None


@pytest.mark.parametrize(
    ("nodes", "pairs", "expected"),
    [
        ("", "", []),
        ("ba", "", ["a", "b"]),
        ("abc", "ac", ["ac", "b"]),
        ("", "ba", ["ab"]),  # the nodes of links are nodes
        ("abcd", "ab cd bd", ["abcd"]),
        ("abcdef", "fe ed ca", ["ac", "b", "def"]),
        ("abc", "ab ba bc ac", ["abc"]),
        ("abcdefgh", "gh ef cd ab bc fg de", ["abcdefgh"]),
    ],
)
def test_components_are_joined_by_links_and_ordered_by_their_smallest_node(
    nodes: str, pairs: str, expected: list[str]
) -> None:
    found = components(nodes, [(pair[0], pair[1]) for pair in pairs.split()])
    assert ["".join(each) for each in found] == expected


@pytest.mark.parametrize(
    ("version", "names", "void", "highest", "valid"),
    [
        (1, None, False, None, True),
        (1, None, False, 2, False),
        (2, ORIGINAL, False, 2, True),
        (2, ORIGINAL, False, 3, False),
        (2, ORIGINAL, True, 2, False),
    ],
)
def test_of_an_event_and_its_rulings_the_last_one_is_valid_unless_it_is_a_void(
    version: int, names: UUID | None, void: bool, highest: int | None, valid: bool
) -> None:
    assert is_valid(version, names, void, highest) == valid
