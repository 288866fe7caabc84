"""The event reference: every event, every fact, every code, and no link that leads nowhere."""

from __future__ import annotations

import re
from collections import Counter
from enum import Enum

import pytest

from contracts.catalogue import catalogue
from contracts.codes.documents import DocumentKind
from contracts.envelope import Fact
from domnaer.publishing import paths
from domnaer.publishing.code_lists import CODE_LISTS, code_enums
from domnaer.publishing.schemas import sentence_of

TEXT = paths.REFERENCE.read_text("utf-8")


def anchors() -> list[str]:
    """Return the anchors of the document."""
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    made = [re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-") for heading in headings]
    return made + re.findall(r'<a id="([^"]+)">', TEXT)


def section(heading: str) -> str:
    """Return the text under a heading of the third level."""
    found = re.search(rf"^### {re.escape(heading)}\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert found is not None, heading
    return found[1]


def test_every_link_leads_somewhere() -> None:
    known = anchors()
    assert [name for name, count in Counter(known).items() if count > 1] == []
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if target.startswith("#"):
            assert target[1:] in known, target
        else:
            assert (paths.REFERENCE.parent / target).exists(), target


@pytest.mark.parametrize("fact", [pytest.param(fact, id=fact.wire) for fact in catalogue()])
def test_every_event_is_in_the_table_of_its_service_and_has_its_facts(fact: type[Fact]) -> None:
    wire = fact.wire
    service = wire.split(".")[1]
    row = rf"^\| \[`{re.escape(wire)}`\].* \| `{fact.__name__}` \| `domnaer\.{service}\.v1` \| {re.escape(sentence_of(fact))} \|$"
    assert re.search(row, TEXT, re.MULTILINE)
    own = section(f"{service}.{fact.__name__}")
    for name in fact.model_fields:
        if name not in ("recorded", "sex", "age_band", "age", "home_province"):
            assert f"| `{name}` |" in own


@pytest.mark.parametrize("enum", code_enums())
def test_every_code_is_listed_with_its_meaning(enum: type[Enum]) -> None:
    own = section(enum.__name__)
    for member in enum:
        assert f"| `{member.value}` | {getattr(member, 'title_en', member.value)} |" in own


def test_the_long_lists_are_named() -> None:
    for listed in CODE_LISTS:
        assert f'<a id="list-of-{listed.name}"></a>' in TEXT


def test_tables_are_whole() -> None:
    """A pattern with a bar in it would split a cell."""
    width = 0
    for line in TEXT.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not (width and cells) or width == cells, line
        width = cells


def test_kinds_of_documents_are_among_the_codes() -> None:
    assert DocumentKind in code_enums()
