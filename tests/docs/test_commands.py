"""Runs every command that a document shows, or a dry form of it.

``curl`` (against running services) and ``openssl`` run as they are shown. ``make`` runs as ``make -n``; ``domnaer`` and
benchmarks only parse their arguments, as does the player of lives; ``pytest`` only collects. ``docker`` does not run, because it needs an engine and an image
registry; tests/deploy checks the compose file. tests/docs/test_readme.py runs the commands of the README.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import httpx2
import pytest
import pytest_asyncio
import typer

from chassis.base.settings import Settings
from domnaer.all_services import all_services_app, get_service
from domnaer.command import app
from domnaer.demo.accounts import demo_people
from domnaer.server import listening, run_services, serving
from tests.conftest import Tokens
from tests.docs.pages import HOME, Command, all_commands, blocks
from tests.lives.__main__ import lives_parser
from tests.lives.lives import read_lives

COMMANDS = all_commands()
KINDS = {
    "make": r'(tests/containers/with_engine )?make( [a-z-]+)?( SERVERS=containers| ARGS="[^"]+")?$',
    "domnaer": r"(\w+=\$\()?\.venv/bin/domnaer\b",
    "bench": r"\.venv/bin/python -m bench\.\w+$",
    "pytest": r"\.venv/bin/python -m pytest\b",
    "generator": r"\.venv/bin/python -m (domnaer\.publishing|tests\.docs\.reference|tests\.architecture\.frozen_interfaces)$",
    "lives": r"\.venv/bin/python -m tests\.lives\b",
    "script": r"\.venv/bin/python deploy/\w+\.py\b",
    "curl": r"curl -sS (-L )?--fail-with-body ",
    "file": r"cat > \w+\.\w+ <<'END'$",
    "openssl": r"openssl rand -hex 32$",
    "address": r"URL=http://127\.0\.0\.1:8080$",
    "docker": r"docker compose (build|up --detach)$",
}


def kind_of(command: Command) -> str | None:
    """Return the kind of a command; None if it has none."""
    first = command.text.partition("\n")[0]
    return next((kind for kind, pattern in KINDS.items() if re.match(pattern, first)), None)


def of_kind(kind: str) -> pytest.MarkDecorator:
    """Parametrise a test by the commands of a kind."""
    return pytest.mark.parametrize("command", [each for each in COMMANDS if kind_of(each) == kind], ids=str)


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a program in the project's folder."""
    return subprocess.run(arguments, cwd=HOME, capture_output=True, text=True, check=False, timeout=150)


def test_every_command_shown_is_of_a_kind_that_is_tried_here() -> None:
    assert COMMANDS
    assert not [str(command) for command in COMMANDS if kind_of(command) is None]
    assert {kind_of(command) for command in COMMANDS} == set(KINDS)


@of_kind("make")
def test_make_has_the_target(command: Command) -> None:
    arguments = shlex.split(command.text)
    tried = run("make", "-n", *arguments[arguments.index("make") + 1 :])
    assert tried.returncode == 0, tried.stderr


@of_kind("domnaer")
def test_the_command_takes_these_arguments(command: Command) -> None:
    text = re.sub(r"^\w+=\$\((.*)\)$", r"\1", command.text)
    arguments = shlex.split(text)[1:]
    if arguments == ["--help"]:
        assert run(sys.executable, "-m", "domnaer", "--help").returncode == 0
        return
    found: Any = typer.main.get_command(app)
    while hasattr(found, "commands"):
        found = found.commands[arguments.pop(0)]
    try:
        found.make_context("domnaer", arguments)
    except click.UsageError as error:  # what it does not take is told and not run
        raise AssertionError(f"{command}: {error.message}") from None


@of_kind("bench")
def test_the_measurement_is_there(command: Command) -> None:
    tried = run(sys.executable, "-m", shlex.split(command.text)[2], "--help")
    assert tried.returncode == 0, tried.stderr


@of_kind("pytest")
def test_the_tests_are_found(command: Command) -> None:
    tried = run(
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-p",
        "no:cacheprovider",
        *shlex.split(command.text)[3:],
    )
    assert tried.returncode == 0, tried.stdout + tried.stderr


@of_kind("lives")
def test_lives_are_played_with_these_arguments(command: Command) -> None:
    parser, arguments = lives_parser(), shlex.split(command.text)[3:]
    asked = parser.parse_args(arguments)
    assert {life.id for life in read_lives(HOME / asked.file)} >= {asked.life} - {None}


@of_kind("generator")
def test_the_generator_is_there(command: Command) -> None:
    tried = run(sys.executable, "-c", f"import {shlex.split(command.text)[2]}")
    assert tried.returncode == 0, tried.stderr


@of_kind("script")
def test_the_script_is_there(command: Command) -> None:
    tried = run(sys.executable, shlex.split(command.text)[1])
    assert tried.returncode == 0, tried.stderr


@of_kind("openssl")
def test_a_secret_is_long_enough(command: Command) -> None:
    tried = run(*shlex.split(command.text))
    assert tried.returncode == 0 and len(tried.stdout.strip()) == 64


@dataclass(slots=True)
class Shell:
    """A shell in a folder of its own, with the variables that docs/api.md sets."""

    folder: Path
    environment: dict[str, str]

    async def run(self, command: Command) -> str:
        """Run a command as it is shown; return its output. After 503 it is sent again, as its answer says."""
        while True:
            process = await asyncio.create_subprocess_exec(
                "bash", "-c", command.text,
                cwd=self.folder, env={**os.environ, **self.environment},
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
            )  # fmt: skip
            out, err = await process.communicate()
            if process.returncode and b'"status":503' in out:
                continue
            assert process.returncode == 0, f"{command}\n{out.decode()}\n{err.decode()}"
            return out.decode()


@pytest_asyncio.fixture(loop_scope="session")
async def shell(settings: Settings, token_of: Tokens, tmp_path: Path) -> AsyncIterator[Shell]:
    """A shell with the address of border and registry, and tokens of the demo's officer, an attaché and the registrar."""
    tokens = {
        person.id: token_of(*person.permissions, person=person.id, office=person.office, reach=person.reach)
        for person in demo_people()
    }
    with listening("127.0.0.1", 0) as listener:
        async with run_services([get_service("border"), get_service("registry")], settings) as running:
            async with serving(all_services_app(running, settings), listener):
                url = f"http://127.0.0.1:{listener.getsockname()[1]}"
                environment = {"URL": url, "TOKEN": tokens["officer"], "READER": tokens["attache-bangkok"]}
                environment["REGISTRAR"] = tokens["registrar"]
                yield Shell(tmp_path, environment)


async def test_the_calls_of_the_api_page_run_one_after_the_other(shell: Shell) -> None:
    calls = [
        command
        for command in COMMANDS
        if command.document == "docs/api.md" and kind_of(command) in ("curl", "file")
    ]
    assert len(calls) == 15
    for command in calls:
        printed = await shell.run(command)
        if command.text.startswith("cat"):
            assert not printed
            continue
        answer = json.loads(printed)
        if '/border/crossings"' in command.text:
            shell.environment["EVENT"] = answer["events"][0]
        elif "?day=" in command.text:
            assert any(item["crossing_id"] == shell.environment["EVENT"] for item in answer["items"])
        elif "/border/check" in command.text:
            assert (answer["missing"], answer["action"]) == (["approved_contract"], "complete_papers")
        elif "/workers/search" in command.text:
            shell.environment["NUMBER"] = await _found(shell)
        elif "/workers/$NUMBER" in command.text:
            assert answer["number"] == shell.environment["NUMBER"]
        elif "/timelines/preview" in command.text:
            assert answer["number"] == shell.environment["NUMBER"]
            assert [change["after"]["country"] for change in answer["journeys"]] == ["KOR"]
        elif "/preview" in command.text:
            assert answer["changes"] == [{"field": "facts.destination", "old": "MYS", "new": "KOR"}]
        elif "/events/$EVENT/" in command.text:
            assert len(answer["events"]) == 1
        elif "family.ndjson" in command.text:
            assert (answer["rows"], answer["taken"] + answer["already_known"], answer["refused"]) == (4, 4, 0)
        else:
            assert (answer["rows"], answer["taken"] + answer["already_known"], answer["refused"]) == (2, 1, 1)
            assert answer["refusals"][0]["row"] == 2 and "returned_from" in answer["refusals"][0]["field"]


async def test_the_problem_that_the_api_page_shows_is_the_answer_of_the_service(shell: Shell) -> None:
    page = blocks(HOME / "docs" / "api.md", "json")
    shown = next(problem for block in page if "errors" in (problem := json.loads(block)))
    body = {
        "kind": "departure",
        "occurred_at": "2100-01-01T08:30:00+07:00",
        "checkpoint": "KH-POI",
        "destination": "THA",
    }
    headers = {"Authorization": f"Bearer {shell.environment['TOKEN']}", "Idempotency-Key": "a-problem"}
    async with httpx2.AsyncClient(base_url=shell.environment["URL"], headers=headers) as client:
        answer = (await client.post(shown["instance"], json=body)).json()
    assert _without_times(answer) == _without_times(shown)


def _without_times(problem: dict[str, Any]) -> dict[str, Any]:
    """Return the problem without the parts that differ in each response: the time and the correlation id."""
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:]+\+07:00", "(now)", json.dumps(problem))
    return {**json.loads(text), "correlation_id": len(problem["correlation_id"])}


async def _found(shell: Shell) -> str:
    """Return the number of the worker whose passport the page shows, when the registry has received the crossing."""
    body = {"document": {"kind": "passport", "number": "N0123456"}}
    headers = {"Authorization": f"Bearer {shell.environment['READER']}"}
    async with httpx2.AsyncClient(base_url=shell.environment["URL"], headers=headers) as client:
        for _ in range(400):
            answer = await client.post("/registry/workers/search", json=body)
            if answer.status_code != 503 and (
                workers := answer.json()["workers"]
            ):  # 503: later, says the page
                return str(workers[0]["number"])
            await asyncio.sleep(0.05)
    raise AssertionError("the registry has not received the crossing")
