"""Every text of every page can be translated: it is marked as a message, and the catalogues contain it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2 import Environment

from domnaer.publishing.messages import found_messages

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(
    [*ROOT.glob("chassis/pages/templates/**/*.html"), *ROOT.glob("services/*/templates/**/*.html")]
)
_MARKUP = re.compile(
    r"<!--.*?-->|<(script|style)\b.*?</\1>|<[^>]*>|[\w-]+=\"[^\"]*\"|&\w+;|&#\d+;", re.DOTALL
)
_SHOWN_ATTRIBUTE = re.compile(r"\b(?:title|alt|placeholder|aria-label)=\"([^\"]*)\"")
_WORD = re.compile(r"[A-Za-z\u1780-\u17ff]{2,}")
KHMER = ROOT / "chassis/pages/locale/km/LC_MESSAGES/messages.po"
_SAME_EVERYWHERE = {"Domnaer", "ដំណើរ", "px", "svg", "SVG", "ISCO", "CQF", "CSV"}


def unmarked(source: str) -> list[str]:
    """Return the words of a template that are in no message."""
    tokens = Environment(autoescape=True, extensions=["jinja2.ext.i18n"]).lex(source)
    # What a tag writes stands as a digit, so that a text around it keeps its place in the markup.
    text = "".join(value if kind == "data" else "0" for _, kind, value in tokens)
    shown = _MARKUP.sub(" ", text) + " ".join(_SHOWN_ATTRIBUTE.findall(text))
    return [word for word in _WORD.findall(shown) if word not in _SAME_EVERYWHERE]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_text_of_a_template_is_a_message(template: Path) -> None:
    assert unmarked(template.read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("planted", "words"),
    [
        ("<p>Returned</p>", ["Returned"]),
        ('<p title="Why">{{ _("Because") }}</p>', ["Why"]),
        ('<p>{{ _("Returned") }} <b>{{ name }}</b></p>', []),
        ("<style>body { color: red }</style><!-- not shown -->", []),
    ],
)
def test_a_text_outside_of_a_message_is_found(planted: str, words: list[str]) -> None:
    assert unmarked(planted) == words


def test_messages_come_from_templates_python_and_code_lists() -> None:
    messages = {str(message.id) for message in found_messages() if isinstance(message.id, str)}
    assert {"Sign out", "a country not known", "Thailand"} <= messages


def test_undoing_has_one_word_in_khmer() -> None:
    with KHMER.open("rb") as file:
        texts = {str(each.id): str(each.string) for each in read_po(file, locale="km") if each.id}
    undoing = {
        english: khmer
        for english, khmer in texts.items()
        if re.search(r"\bUndo|undone any more|not undone|was undone before", english)
    }
    assert len(undoing) >= 12
    assert {english: khmer for english, khmer in undoing.items() if "ដកវិញ" not in khmer} == {}
    assert not [khmer for khmer in texts.values() if "ធ្វើវិញ" in khmer and "សូម" not in khmer]
