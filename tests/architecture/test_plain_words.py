"""Plain English, as far as a test can hold it: docstrings name their subject, and metaphors for named things stay away."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("contracts", "chassis", "services")
_FRAGMENT = re.compile(r"(What|Who|Whose|Of|Where|As|That|How)\b")
_METAPHORS = {
    *("road", "roads", "lay", "lays", "laid", "laying", "bury", "buries", "buried", "haul", "hauls"),
    *("clerks", "house"),
}
"""Words for things that have a standard name: topic, publish, dead letter, batch, processes."""
_METAPHORS_IN_NAMES = _METAPHORS | {"hands", "turns", "edge"}
"""Ordinary verbs and nouns in a sentence, but not the names of connections, of priority, or of middleware."""
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|GRANT|WITH)\b")
_LOG_CALLS = {"debug", "info", "warning", "error", "exception"}


def modules(*packages: str) -> list[Path]:
    """The modules of some packages."""
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def docstring_fragments(source: str) -> Iterator[str]:
    """The docstrings that begin with a fragment instead of naming their subject."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring and _FRAGMENT.match(docstring):
                yield docstring.splitlines()[0]


def metaphors(source: str) -> Iterator[str]:
    """The metaphors in identifiers, comments and docstrings; SQL names are stored and stay."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.STRING and _SQL.search(token.string):
            continue
        if token.type in (tokenize.NAME, tokenize.COMMENT) or token.string.lstrip("rf").startswith('"""'):
            refused = _METAPHORS_IN_NAMES if token.type == tokenize.NAME else _METAPHORS
            for part in _PART.findall(token.string):
                if part.lower() in refused:
                    yield f"line {token.start[0]}: {part}"


def unsearchable_log_events(source: str) -> Iterator[str]:
    """The log events that are not snake_case literals."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in _LOG_CALLS
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id.lower() in ("_log", "log")
            and node.args
        ):
            event = node.args[0]
            if not (isinstance(event, ast.Constant) and re.fullmatch(r"[a-z][a-z0-9_]*", str(event.value))):
                yield f"line {node.lineno}"


def found(check: object, *packages: str) -> dict[str, list[str]]:
    """The findings of a check by module."""
    assert callable(check)
    findings = {
        str(path.relative_to(ROOT)): list(check(path.read_text(encoding="utf-8")))
        for path in modules(*packages)
    }
    return {path: lines for path, lines in findings.items() if lines}


def test_docstrings_name_their_subject() -> None:
    assert found(docstring_fragments, *PACKAGES) == {}


def test_things_with_a_standard_name_have_no_metaphor() -> None:
    assert found(metaphors, *PACKAGES) == {}


def test_log_events_can_be_searched() -> None:
    assert found(unsearchable_log_events, *PACKAGES, "domnaer") == {}


@pytest.mark.parametrize(
    ("check", "planted"),
    [
        (docstring_fragments, '"""What is read here."""'),
        (docstring_fragments, 'class A:\n    """Whose record it is."""'),
        (metaphors, "def lay_page() -> None: ..."),
        (metaphors, "class RoadBroken(Exception): ..."),
        (metaphors, "x = 1  # letters are buried here"),
        (metaphors, '"""The clerks of the store."""'),
        (unsearchable_log_events, "_log.info('the topic is there')"),
        (unsearchable_log_events, "_log.info(event)"),
    ],
)
def test_a_planted_form_is_found(check: object, planted: str) -> None:
    assert callable(check)
    assert list(check(planted))


def test_stored_names_in_sql_may_stay() -> None:
    assert list(metaphors('x = "SELECT buried_at FROM dead_letters"')) == []
