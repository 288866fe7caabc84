"""A subcommand imports only what it needs: processes of the command start often, and an operator waits for them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from domnaer.service_names import service_names
from tests.domnaer.commands import domnaer, environment

HEAVY = ("services.", "domnaer.all_services", "uvicorn")


def imported_by(*modules: str) -> set[str]:
    """Return the modules that a new process has after it has imported these."""
    code = f"import sys, {', '.join(modules)}; print(*sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=environment(),
    )
    return set(ended.stdout.split())


def heavy(found: set[str]) -> list[str]:
    return sorted(each for each in found if each.startswith(HEAVY))


def test_the_command_imports_no_subcommand_before_it_is_asked_for() -> None:
    found = imported_by("domnaer.command")
    assert heavy(found) == []
    assert [each for each in found if each.startswith("domnaer.")] == ["domnaer.command"]


@pytest.mark.parametrize("name", ["status", "token", "events", "reference"])
def test_a_subcommand_that_runs_no_service_imports_none(name: str) -> None:
    assert heavy(imported_by(f"domnaer.command.{name}")) == []


def test_the_names_of_the_services_are_those_that_they_declare() -> None:
    assert heavy(imported_by("domnaer.all_services")), "what is looked for is there if services are imported"
    from domnaer.all_services import find_services

    assert service_names() == tuple(each.name for each in find_services())


def test_a_mistyped_subcommand_is_answered_with_the_right_one() -> None:
    ended = domnaer("statu")
    assert ended.returncode == 2 and "'status'" in ended.stderr
