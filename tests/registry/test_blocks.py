"""Nodes, links, blocks and rulings, as pure functions of the evidence."""

from __future__ import annotations

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.registry.identity.evidence import components, is_valid

NODES = [f"{nth:032x}" for nth in range(8)]
A, B, C, D = NODES[:4]
NAMES = UUID(int=1)

links = st.lists(st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)), max_size=12)
nodes = st.lists(st.sampled_from(NODES), max_size=8)


def test_nodes_without_links_are_blocks_of_their_own() -> None:
    assert components([C, A, B], []) == [[A], [B], [C]]


def test_links_join_blocks_also_over_others() -> None:
    assert components([A, B, C, D], [(A, B), (C, B)]) == [[A, B, C], [D]]


def test_a_link_brings_its_nodes_along() -> None:
    assert components([], [(B, A)]) == [[A, B]]


@given(nodes, links, st.data())
def test_order_repetition_and_direction_of_links_do_not_matter(
    nodes: list[str], links: list[tuple[str, str]], data: st.DataObject
) -> None:
    turned = [data.draw(st.sampled_from([(a, b), (b, a)])) for a, b in links]
    repeated = turned + (data.draw(st.lists(st.sampled_from(turned), max_size=4)) if turned else [])
    others = data.draw(st.permutations(nodes + nodes[:2]))
    assert components(others, data.draw(st.permutations(repeated))) == components(nodes, links)


@given(nodes, links)
def test_blocks_divide_all_nodes_and_no_link_leaves_a_block(
    nodes: list[str], links: list[tuple[str, str]]
) -> None:
    blocks = components(nodes, links)
    members = [node for block in blocks for node in block]
    assert sorted(members) == sorted({*nodes, *(node for link in links for node in link)})
    assert blocks == sorted(sorted(block) for block in blocks)
    place = {node: nth for nth, block in enumerate(blocks) for node in block}
    assert all(place[a] == place[b] for a, b in links)


@given(nodes, links, st.tuples(st.sampled_from(NODES), st.sampled_from(NODES)))
def test_one_more_link_never_parts_a_block(
    nodes: list[str], links: list[tuple[str, str]], more: tuple[str, str]
) -> None:
    joined = components(nodes, [*links, more])
    for block in components(nodes, links):
        assert any(set(block) <= set(other) for other in joined)


def test_an_event_stands_until_a_ruling() -> None:
    assert is_valid(1, None, False, None)
    assert not is_valid(1, None, False, 2)


def test_a_correction_stands_until_a_later_ruling_does() -> None:
    assert is_valid(2, NAMES, False, 2)
    assert not is_valid(2, NAMES, False, 3)


def test_a_void_is_never_a_fact_even_if_it_is_received_first() -> None:
    assert not is_valid(2, NAMES, True, 2)
    assert not is_valid(2, NAMES, True, 3)


@given(
    st.permutations([(1, None, False), (2, NAMES, False), (3, NAMES, True), (4, NAMES, False)]),
    st.integers(1, 4),
)
def test_at_most_one_version_of_a_received_event_stands(
    heard: list[tuple[int, UUID | None, bool]], count: int
) -> None:
    known = heard[:count]
    highest = max((version for version, names, _ in known if names is not None), default=None)
    standing = [version for version, names, void in known if is_valid(version, names, void, highest)]
    last, void = max((version, void) for version, _, void in known)
    assert standing == ([] if void else [last])
