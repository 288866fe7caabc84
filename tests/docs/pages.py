"""Reads the documents of the project: their texts, sections, code blocks and commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).parents[2]
GENERATED = HOME / "docs" / "events.md"


def documents() -> list[Path]:
    """Return every document of the project."""
    found = [*HOME.glob("*.md"), *(HOME / "docs").rglob("*.md"), *(HOME / "domnaer").rglob("*.md")]
    return sorted(found)


def name_of(document: Path) -> str:
    """Return a document's path within the project."""
    return str(document.relative_to(HOME))


def text_of(name: str) -> str:
    """Return the text of a document by its path within the project."""
    return (HOME / name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Command:
    """A command that a document shows."""

    document: str
    line: int
    text: str

    def __str__(self) -> str:
        first = self.text.partition("\n")[0]
        return f"{self.document}:{self.line}: {first[:70]}"


def commands_in(document: Path) -> Iterator[Command]:
    """Yield the commands of a document's console blocks: lines after ``$``, continued by lines after ``>``."""
    inside, began = False, 0
    gathered: list[str] = []
    for number, raw in enumerate(document.read_text(encoding="utf-8").splitlines(), 1):
        line = raw.strip()
        if line.startswith("```"):
            if gathered:
                yield Command(name_of(document), began, "\n".join(gathered))
                gathered = []
            inside = line == "```console"
        elif inside and line.startswith("$ "):
            if gathered:
                yield Command(name_of(document), began, "\n".join(gathered))
            gathered, began = [line[2:]], number
        elif inside and line.startswith(">") and gathered:
            gathered.append(line[1:].removeprefix(" "))
        elif inside and line:
            raise AssertionError(
                f"{name_of(document)}:{number}: neither a command nor its continuation: {line}"
            )


def all_commands() -> list[Command]:
    """Return the commands of all documents."""
    return [command for document in documents() for command in commands_in(document)]


def blocks(document: Path, language: str) -> list[str]:
    """Return the code blocks of a language."""
    return re.findall(
        rf"^```{language}\n(.*?)^```", document.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )


def section(name: str, title: str) -> str:
    """Return the section under a heading of the second level; fail if there is none."""
    _, found, rest = text_of(name).partition(f"\n## {title}\n")
    assert found, f"{name} has no section {title!r}"
    return rest.partition("\n## ")[0]


def row(*cells: str) -> str:
    """Return a row of a Markdown table."""
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
