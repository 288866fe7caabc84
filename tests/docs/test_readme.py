"""Runs the README's commands as they are shown, and compares their output with the JSON that the README shows."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import HOME, Command, blocks, commands_in, text_of
from tests.domnaer.commands import Command as Domnaer
from tests.domnaer.commands import environment

README = HOME / "README.md"
ADDRESS = "URL=http://127.0.0.1:8080"
ANY_ID = "(an id)"
ANY_TIME = "(a time)"


@pytest.fixture(scope="module")
def at_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """A folder in which ``domnaer up`` runs, as in a clone of the project; and the address that it prints."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / ".venv").symlink_to(sys.prefix)
    with Domnaer("up", "--folder", folder / ".domnaer", "--port", "0") as up:
        yield folder, up.says(r"^(http://127\.0\.0\.1:\d+)$")[1]


def commands() -> list[Command]:
    """Return the commands of the README, without the two that start the system and its tests."""
    return [command for command in commands_in(README) if not command.text.startswith("make ")]


def printed(folder: Path, url: str) -> list[Any]:
    """Run the README's commands in one shell, one after the other; return the JSON that each printed."""
    first, *others = commands()
    assert first.text == ADDRESS
    marked = [f"URL={url}", *(f"{command.text} || exit 1\necho; echo ---" for command in others)]
    ended = subprocess.run(
        ["bash", "-c", "\n".join(marked)],
        cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=150,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return [json.loads(each) for each in ended.stdout.split("---\n") if each.strip()]


def masked(value: Any) -> Any:
    """Return the same JSON without the parts that differ in each run: ids, and the time of recording."""
    if isinstance(value, dict):
        return {
            name: ANY_TIME if name == "recordedtime" and _is_time(inner) else masked(inner)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [masked(inner) for inner in value]
    if isinstance(value, str):
        return re.sub(
            r"\b[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b", ANY_ID, value
        )
    return value


def _is_time(value: Any) -> bool:
    return re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", value) is not None


def test_the_command_answers_and_publishes_what_the_readme_shows(at_home: tuple[Path, str]) -> None:
    shown = [json.loads(block) for block in blocks(README, "json")]
    response, event = printed(*at_home)
    assert [masked(response), masked(event)] == [masked(each) for each in shown]
    assert event["id"] == response["events"][0] and event["subject"] == response["stream"]
    assert shown[1]["id"] == shown[0]["events"][0] and shown[1]["subject"] == shown[0]["stream"]


def test_the_readme_has_the_pictures_the_two_commands_and_a_path_for_each_reader() -> None:
    text = text_of("README.md")
    assert re.findall(r"^!\[[^]]+\]\(([^)]+)\)$", text, re.MULTILINE) == [
        "docs/images/event-life.svg",
        "docs/images/worker.png",
    ]
    assert [each.text for each in commands_in(README) if each.text.startswith("make ")] == [
        "make demo",
        "make test",
    ]
    assert "`make screenshots`" in text
    readers = re.findall(r"^\| (an? [^|]+|the [^|]+) \| [^|]*\]\([^|]+\|$", text, re.MULTILINE)
    assert [reader.split(",")[0].split(" of ")[0] for reader in readers] == [
        "a border officer",
        "the data focal point",
        "an engineer",
        "an operator",
    ]
