"""The worked examples of CONTRIBUTING.md, read as edits and applied to a folder.

An example is a section ``### Example <n>: ...``. It states its number of files in bold, ``**Eight files**``, and consists of
steps. A step is a paragraph of one line that ends in a colon, followed by a code block:

- Create `path`:
- In `path`, after `anchor`:
- In `path`, before `anchor`:
- In `path`, replace `anchor`:

``, inside `outer`,`` may stand after the path: only the lines that belong to that line are searched. An anchor is the
beginning of a line, without its indentation; of several lines the one indented least is meant, and there must be only one.
To a line belong the lines below it that are indented deeper, and a closing bracket. An insertion takes the indentation of its
anchor, and as many blank lines before it as follow the anchor (as precede the anchor, if it is the last of its block). A
replacement takes the place of the line alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

NUMBERS = [
    *(
        "no",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
    ),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
]
_EXAMPLE = re.compile(r"^### (Example \d+): [^\n]*\n(.*?)(?=^###? )", re.MULTILINE | re.DOTALL)
_COUNT = re.compile(r"^\*\*(\w+) files\*\*", re.MULTILINE)


def _code(name: str) -> str:
    return rf"(?P<{name}_ticks>`+)(?P<{name}>.+?)(?P={name}_ticks)"


_STEP = re.compile(
    rf"(?:Create {_code('new')}|In {_code('path')},(?: inside {_code('outer')},)?"
    rf" (?P<how>after|before|replace) {_code('anchor')}):"
)
_BLOCK = re.compile(r"(?P<lead>[^\n]*)\n\n```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


class NotApplicable(Exception):
    """The text of an example does not fit the repository, or does not follow the grammar."""


@dataclass(frozen=True, slots=True)
class Step:
    """An edit of one file. ``how`` is create, after, before or replace."""

    how: str
    path: str
    text: str
    anchor: str = ""
    outer: str = ""

    def apply(self, folder: Path) -> None:
        """Carry out the edit below a folder. Raises NotApplicable."""
        target = folder / self.path
        if self.how == "create":
            if target.exists():
                raise NotApplicable(f"{self.path} exists already")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(self.text, encoding="utf-8")
            return
        if not target.exists():
            raise NotApplicable(f"{self.path} does not exist")
        lines = target.read_text(encoding="utf-8").splitlines()
        target.write_text("\n".join(self._edited(lines)) + "\n", encoding="utf-8")

    def _edited(self, lines: list[str]) -> list[str]:
        first, last = 0, len(lines)
        if self.outer:
            outer = self._find(lines, self.outer, 0, len(lines))
            first, last = outer + 1, _end(lines, outer)
        at = self._find(lines, self.anchor, first, last)
        depth = lines[at][: _indent(lines[at])]
        new = [f"{depth}{line}" if line else "" for line in self.text.splitlines()]
        if self.how == "replace":
            return [*lines[:at], *new, *lines[at + 1 :]]
        if self.how == "before":
            return [*lines[:at], *new, *[""] * _blank_before(lines, at), *lines[at:]]
        end = _end(lines, at)
        gap = next((n for n, line in enumerate(lines[end:]) if line), None)
        if gap is None or _indent(lines[end + gap]) < len(depth):
            gap = _blank_before(lines, at)
        return [*lines[:end], *[""] * gap, *new, *lines[end:]]

    def _find(self, lines: list[str], anchor: str, first: int, last: int) -> int:
        found = [n for n in range(first, last) if lines[n].lstrip().startswith(anchor)]
        least = min((_indent(lines[n]) for n in found), default=0)
        found = [n for n in found if _indent(lines[n]) == least]
        if len(found) != 1:
            raise NotApplicable(f"{self.path} has {len(found)} lines that begin with {anchor}")
        return found[0]


@dataclass(frozen=True, slots=True)
class Example:
    """An example: its name, the number of files that it states, and its steps."""

    name: str
    files: int
    steps: tuple[Step, ...]

    @property
    def tests(self) -> list[str]:
        """The test modules that the example creates."""
        return [step.path for step in self.steps if step.how == "create" and step.path.startswith("tests/")]

    @property
    def service(self) -> str:
        """The service that publishes the facts of the example: its module of ``contracts/``."""
        (found,) = {
            Path(step.path).stem for step in self.steps if Path(step.path).parent == Path("contracts")
        }
        return found

    def apply(self, folder: Path) -> None:
        """Carry out all steps below a folder. Raises NotApplicable."""
        for step in self.steps:
            step.apply(folder)


def examples(text: str) -> list[Example]:
    """The examples of a document. Raises NotApplicable for a code block without an instruction."""
    return [_example(name, body) for name, body in _EXAMPLE.findall(text)]


def _example(name: str, body: str) -> Example:
    stated = _COUNT.findall(body)
    if len(stated) != 1 or stated[0].lower() not in NUMBERS:
        raise NotApplicable(f"{name} does not state its number of files once")
    return Example(name, NUMBERS.index(stated[0].lower()), tuple(_steps(body)))


def _steps(body: str) -> Iterator[Step]:
    blocks = list(_BLOCK.finditer(body))
    if len(blocks) * 2 != len(re.findall(r"^```", body, re.MULTILINE)):
        raise NotApplicable("there is a code block without an empty line and an instruction before it")
    for block in blocks:
        read = _STEP.fullmatch(block["lead"])
        if read is None:
            raise NotApplicable(f"no instruction: {block['lead']}")
        if read["new"]:
            yield Step("create", read["new"], block["text"])
        else:
            yield Step(read["how"], read["path"], block["text"], read["anchor"], read["outer"] or "")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _end(lines: list[str], at: int) -> int:
    """The number of the line after those that belong to a line."""
    depth, end = _indent(lines[at]), at + 1
    for n in range(at + 1, len(lines)):
        line = lines[n]
        if line and _indent(line) <= depth and not (_indent(line) == depth and line.lstrip()[0] in ")]}"):
            break
        if line:
            end = n + 1
    return end


def _blank_before(lines: list[str], at: int) -> int:
    """The number of blank lines before a line and its decorators."""
    while at and lines[at - 1].lstrip().startswith("@"):
        at -= 1
    return next((n for n, line in enumerate(reversed(lines[:at])) if line), 0)
