"""Plain English, as far as a test can check it: docstrings name their subject, things with a standard name have no metaphor.

Names are checked where they are defined: what a library calls its own things is not ours to change. Stored names (tables,
columns, topics, permissions and all that ``frozen_interfaces.json`` holds) stay, and so does SQL.
"""

from __future__ import annotations

import ast
import io
import re
import subprocess
import tokenize
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("contracts", "chassis", "services", "domnaer", "bench", "tests")
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "docs/**/*.md",
    "docs/images/*.svg",
    "domnaer/**/*.md",
)


@dataclass(frozen=True)
class Word:
    """A metaphor for a thing that has a standard name.

    ``names`` matches a part of an identifier, or only of the names of classes and files; ``text`` matches in sentences.
    ``unless`` matches in the sentence if the word has its ordinary meaning there; of an identifier the sentence is "name"
    and its words.
    """

    names: str
    text: str
    unless: str
    refused: tuple[str, ...]
    accepted: tuple[str, ...] = ()
    only_classes: bool = False


_NEVER = r"(?!)"
_PEOPLE = r"agenc|officer|attaché|counsellor|reviewer|assessor|\bsign"
WORDS = {
    "road": Word(
        "roads?", r"roads?", _NEVER,
        ('"""The topics are the road."""', "def open_road(): ...", "x = 'the road is broken'"),
        ("roadmap = 1",),
    ),
    "lay": Word(
        "lays?|laid|laying", r"lays?|laid|laying", _NEVER,
        ("class LaidAnew: ...", "# the topic is laid again", "x = 'laying the topic'"),
        ("layout = 1", "x = 'ឡាយ LAY នី NY'"),
    ),
    "bury": Word(
        "bury|buries|buried", r"bury|buries|buried", r"\bburied[ _]abroad\b",
        ("def bury(): ...", '"""Buried letters."""', "x = 'nothing was buried'"),
        ('BURIED_ABROAD = "buried_abroad", "Buried abroad"', "x = 'SELECT buried_at FROM dead_letters'",),
    ),
    "haul": Word("hauls?", r"hauls?", _NEVER, ("class Haul: ...", "# the next haul")),
    "house": Word("houses?", r"houses?", _NEVER, ("house = 1", '"""The whole house."""'), ("household = 1",)),
    "hands": Word(
        "hands", r"hands", r"\bhands (over|a|an|the|it|them|its|each|this|that)\b",
        ("class Hands: ...", '"""Connections are the hands of the store."""'),
        ('"""The authority hands over a person."""', '"""The queue hands the event to the reader."""'),
    ),
    "clerk": Word(
        "clerks?", r"clerks?", _PEOPLE + r"|^clerk(-\d+)?$",
        ("class Clerk: ...", "def call_clerks(): ...", '"""The clerks of an upload."""', "x = 'no clerk'"),
        ('"""The clerk of the agency registers a contract."""', "x = 'clerk'"),
    ),
    "edge": Word(
        "edges?", r"edges?", _NEVER,
        ("class Edge: ...", '"""Requests enter at the edge."""'),
        ("Table(pad_edge=False)",),
    ),
    "counter": Word(
        "counters?", r"(at|over|behind|to) the counter|counters? (of|for) (routes|commands)", _NEVER,
        ("class Counter: ...", '"""Commands are answered at the counter."""'),
        ("from prometheus_client import Counter", '"""The metric is a counter."""', "counter = 1"),
        only_classes=True,
    ),
    "turns": Word(
        "turns", r"(by|in|takes?|of|the|their) turns|turns of", _NEVER,
        ("class Turns: ...", "# processes work by turns", "def main(turns): ..."),
        ('"""The probe turns red."""', "def test_a_reader_turns_unhealthy(): ..."),
    ),
    "shift": Word(
        "shifts?", r"shifts?", _PEOPLE + r"|end of (a|the|their) shift|\bshift total|\bshift-\d|Shift three times|ShiftLeft",
        ("class Shift: ...", "# the shift is full", "def next_shift(): ..."),
        ('"""The officer\'s shift ends."""', "def test_the_end_of_a_shift_is_counted(): ..."),
    ),
    "outlet": Word(
        "outlets?", _NEVER, _NEVER,
        ("class Outlet: ...", "class EventOutlet: ..."),
        ("_log.info('x', outlet=1)", "outlet = 'registry.who'"),
        only_classes=True,
    ),
    "hear": Word(
        "hears?|heard|hearing", r"hears?|heard|hearing", r"\blast heard|nothing heard|heard (of|from)\b",
        ("def hear(): ...", '"""Whatever the reader has heard."""'),
        ("at = x['last_heard_at']", "x = 'SELECT id FROM heard'", "x = 'Nothing heard for 10 months'"),
    ),
}  # fmt: skip
"""One row for each word: where it is refused, its ordinary meaning, and planted examples of both."""

_FRAGMENT = re.compile(r"(What|Who|Whose|Of|Where|As|That|How|Whether|When)\b")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SQL = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|GRANT|FROM|WHERE|VALUES|RETURNING|NOT NULL|ON CONFLICT|ORDER BY)\b"
)
_SPAN = re.compile(r"`+([^`\n]+)`+")
_LOG_CALLS = {"debug", "info", "warning", "error", "exception"}
Check = Callable[[str], Iterator[str]]


@cache
def stored_names() -> frozenset[str]:
    """Return the names that cannot change: those of the frozen interfaces, and those that migrations create."""
    frozen = (ROOT / "tests/architecture/frozen_interfaces.json").read_text(encoding="utf-8")
    found = set(re.findall(r'"([^"]*)"', frozen))
    for migration in (*ROOT.glob("chassis/**/*.sql"), *ROOT.glob("services/**/*.sql")):
        found |= set(re.findall(r"\w+", re.sub(r"--.*|COMMENT.*", "", migration.read_text(encoding="utf-8"))))
    return frozenset(found)


def docstring_fragments(source: str) -> Iterator[str]:
    """Yield the docstrings that begin with a fragment instead of naming their subject."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node)
            if docstring and _FRAGMENT.match(docstring):
                yield docstring.splitlines()[0]


def defined_names(tree: ast.Module) -> Iterator[tuple[int, str, bool]]:
    """Yield the names that a module defines: line, name, and whether it is the name of a class."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.lineno, node.name, isinstance(node, ast.ClassDef)
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg, False
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id, False
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr, False
        elif isinstance(node, ast.alias) and node.asname is not None:
            yield node.lineno, node.asname, False


def metaphors_in_name(name: str, *, of_class: bool = False) -> Iterator[str]:
    """Yield the metaphors in an identifier. The name of a test is a sentence."""
    if name.startswith("test_"):
        yield from metaphors_in_text(name.replace("_", " "))
    elif name not in stored_names():
        parts = [part.lower() for part in _PART.findall(name)]
        for word, row in WORDS.items():
            refused = any(re.fullmatch(row.names, part) for part in parts) and (
                of_class or not row.only_classes
            )
            if refused and not re.search(row.unless, " ".join(["name", *parts])):
                yield f"{word} in {name}"


def metaphors_in_text(text: str) -> Iterator[str]:
    """Yield the metaphors in a text, sentence by sentence. A span of SQL or a stored name stays; capitals are a name."""
    text = _SPAN.sub(lambda span: "" if is_stored(span[1]) else span[0], text)
    for sentence in re.split(r"(?<=[.!?:;|])\s+|\n\s*\n", text):
        for word, row in WORDS.items():
            for match in re.finditer(rf"(?<![A-Za-z_])(?:{row.text})(?![A-Za-z_])", sentence, re.IGNORECASE):
                if not match[0].isupper() and not re.search(row.unless, sentence.strip(), re.IGNORECASE):
                    yield f"{word} in {' '.join(sentence[max(0, match.start() - 40) : match.end() + 40].split())!r}"
        for name in re.findall(r"[A-Za-z]+(?:_[A-Za-z]+)+", sentence):
            yield from () if name.isupper() else metaphors_in_name(name)


def strings(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the strings of a module: line and text. An f-string is one text, with its expressions as they are written."""
    inside: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            inside |= set(node.values)
            parts = (
                part.value if isinstance(part, ast.Constant) else f"{{{ast.unparse(part.value)}}}"
                for part in node.values
                if isinstance(part, ast.Constant | ast.FormattedValue)
            )
            yield node.lineno, "".join(map(str, parts))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inside:
            yield node.lineno, node.value


def metaphors(source: str) -> Iterator[str]:
    """Yield the metaphors in the names, comments, docstrings and strings of a module."""
    tree = ast.parse(source)
    for line, name, of_class in defined_names(tree):
        yield from (f"line {line}: {found}" for found in metaphors_in_name(name, of_class=of_class))
    for line, text in strings(tree):
        if not is_stored(text):
            yield from (f"line {line}: {found}" for found in metaphors_in_text(text))
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield from (f"line {token.start[0]}: {found}" for found in metaphors_in_text(token.string))


def is_stored(text: str) -> bool:
    """Return whether a string is SQL or one of the stored names."""
    return _SQL.search(text) is not None or text in stored_names()


def metaphors_in_document(text: str) -> Iterator[str]:
    """Yield the metaphors in a Markdown document or a template. Blocks of SQL stay."""
    yield from metaphors_in_text(re.sub(r"```sql\n.*?```", "", text, flags=re.DOTALL))


def unsearchable_log_events(source: str) -> Iterator[str]:
    """Yield the log events that are not snake_case literals."""
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


def modules(*packages: str) -> list[Path]:
    """Return the modules of packages."""
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def documents() -> list[Path]:
    """Return the documents, their pictures and the templates of pages."""
    found = [path for pattern in DOCUMENTS for path in sorted(ROOT.glob(pattern))]
    return found + [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.html"))]


def found(check: Check, paths: list[Path]) -> dict[str, list[str]]:
    """Return the findings of a check by file. This file is left out: it lists the words."""
    findings = {
        str(path.relative_to(ROOT)): list(dict.fromkeys(check(path.read_text(encoding="utf-8"))))
        for path in paths
        if path != Path(__file__)
    }
    return {path: lines for path, lines in findings.items() if lines}


def test_docstrings_name_their_subject() -> None:
    assert found(docstring_fragments, modules(*PACKAGES)) == {}


def test_things_with_a_standard_name_have_no_metaphor() -> None:
    assert found(metaphors, modules(*PACKAGES)) == {}


def test_documents_and_pages_have_no_metaphor() -> None:
    assert found(metaphors_in_document, documents()) == {}


def test_names_of_files_have_no_metaphor() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    paths = [
        Path(path) for path in listed.stdout.splitlines() if not path.endswith(".sql")
    ]  # migrations are stored
    names = {part for path in paths for part in path.with_suffix("").parts}
    assert [
        each for name in sorted(names) for each in metaphors_in_name(name.replace("-", "_"), of_class=True)
    ] == []


def test_log_events_can_be_searched() -> None:
    assert found(unsearchable_log_events, modules("contracts", "chassis", "services", "domnaer")) == {}


@pytest.mark.parametrize(
    ("word", "planted"), [(word, text) for word, row in WORDS.items() for text in row.refused]
)
def test_a_planted_metaphor_is_refused(word: str, planted: str) -> None:
    assert [each for each in metaphors(planted) if f"{word} in" in each]


@pytest.mark.parametrize("planted", [text for row in WORDS.values() for text in row.accepted])
def test_an_ordinary_meaning_is_accepted(planted: str) -> None:
    assert list(metaphors(planted)) == []


@pytest.mark.parametrize(
    ("check", "planted"),
    [
        (docstring_fragments, '"""What is read here."""'),
        (docstring_fragments, 'class A:\n    """Whose record it is."""'),
        (metaphors_in_document, "Letters are buried in a table."),
        (metaphors_in_document, "<p>{{ _('The road is closed') }}</p>"),
        (unsearchable_log_events, "_log.info('the topic is there')"),
        (unsearchable_log_events, "_log.info(event)"),
    ],
)
def test_a_planted_form_is_found(check: Check, planted: str) -> None:
    assert list(check(planted))


def test_stored_names_stay_in_documents() -> None:
    assert {"buried_at", "outlet"} <= stored_names()
    assert list(metaphors_in_document("The column `buried_at` holds the time.")) == []
