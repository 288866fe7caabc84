"""The page about need to know shows the table of the code."""

from __future__ import annotations

from tests.docs.reference import WHO_SEES_WHAT, who_sees_what


def test_the_page_of_need_to_know_shows_the_table() -> None:
    assert WHO_SEES_WHAT.read_text(encoding="utf-8").endswith(who_sees_what())
